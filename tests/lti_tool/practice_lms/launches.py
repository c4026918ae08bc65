"""Launches of a practice LMS, read the way a tool reads them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import jwt

from lti_tool.practice_lms.course import Course, Link, Role, User
from tests.lti_tool.practice_lms.small_tool import ANY_TIME
from tests.support.captured import VECTORS
from tests.support.practice import Login, PracticePlatform


def captured(name: str) -> Any:
    """A captured file, by its path below the LMSs' vectors."""
    return json.loads((VECTORS / name).read_text("utf-8"))


def read(platform: PracticePlatform, fields: Mapping[str, str]) -> dict[str, Any]:
    """The verified claims of an answer."""
    kid = jwt.get_unverified_header(fields["id_token"])["kid"]
    key = next(one for one in platform.practice.keys.key_set()["keys"] if one["kid"] == kid)
    return dict(jwt.decode(fields["id_token"], jwt.PyJWK(key), ["RS256"], options=ANY_TIME))


def claims_of(platform: PracticePlatform, user_id: str, link_id: str) -> dict[str, Any]:
    """The claims of a link's launch."""
    return read(platform, platform.authenticate(platform.login(user_id, link_id)))


def claims_at(platform: PracticePlatform, path: str, user_id: str) -> dict[str, Any]:
    """The claims of a launch that begins at another address."""
    return read(platform, platform.authenticate(login_at(platform, path, user_id)))


def login_at(platform: PracticePlatform, path: str, user_id: str, **headers: str) -> Login:
    """A launch that begins at an address, up to the authentication request."""
    begun = platform.answer("GET", path, headers=headers)
    return platform.continue_login(begun, user_id)


def with_person(platform: PracticePlatform, user_id: str, role: Role, **more: Any) -> User:
    """Somebody new in the course."""
    person = User(user_id, "Noa Brandt", "Noa", "Brandt", "noa@lms.example", role, **more)
    course = platform.configuration.course
    put(platform, users=(*course.users, person))
    return person


def put(platform: PracticePlatform, **changes: Any) -> Course:
    """Change the first course."""
    platform.practice.put_course(replace(platform.configuration.course, **changes))
    return platform.configuration.course


def put_link(platform: PracticePlatform, link_id: str, **changes: Any) -> Link:
    """Change one link of the first course."""
    links = platform.configuration.course.links
    changed = [replace(one, **changes) if one.id == link_id else one for one in links]
    put(platform, links=tuple(changed))
    return next(one for one in changed if one.id == link_id)


def put_tool(platform: PracticePlatform, **changes: Any) -> None:
    """Change what the platform knows of the tool."""
    tool = replace(platform.configuration.tool, **changes)
    platform.practice.configuration = replace(platform.configuration, tool=tool)
