"""Read the settings file: JSON in, a configuration out, or the place of the fault."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from lti_tool.practice_lms.configuration import (
    UNKNOWN_TOOL,
    Address,
    Configuration,
    Hosts,
    Tool,
)
from lti_tool.practice_lms.course import Course, Link, Role, User
from lti_tool.practice_lms.profiles import Privacy, Profile, Sessions, Storage
from lti_tool.practice_lms.scopes import GRADE_SCOPES, ROSTER_READ

Value = TypeVar("Value")
Word = TypeVar("Word", bound=Enum)


class ConfigurationError(Exception):
    """The settings file can't be used; the message says where it is wrong and how to mend it."""


def read_configuration(text: str) -> Configuration:
    """Read the settings from JSON text.

    Raises:
        ConfigurationError: when it is not JSON, or a part is missing or of the wrong kind.
    """
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ConfigurationError(f"The settings are not JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ConfigurationError("The settings must be one JSON object: {…}.")
    key_file = document.get("platform_key_file")
    return Configuration(
        base_url=_text(document, "base_url", "the settings"),
        client_id=_text(document, "client_id", "the settings"),
        deployment_id=str(document.get("deployment_id", "1")),
        tool=_tool(document.get("tool")),
        course=_course(document),
        addresses=_each(document, "addresses", _address),
        controls=document.get("controls") is True,
        platform_key_file=Path(key_file) if key_file else None,
        profile=_chosen(Profile, document.get("profile", "plain"), "profile"),
        more_courses=_each(document, "more_courses", _whole_course),
        hosts=_hosts(document.get("hosts", {})),
        storage=_chosen(Storage, document.get("storage", "answers"), "storage"),
        sessions=_chosen(Sessions, document.get("sessions", "by_address"), "sessions"),
        is_older=document.get("is_older") is True,
        names_deployment=document.get("names_deployment") is True,
    )


def _course(document: Mapping[str, Any]) -> Course:
    part = _part(document.get("course"), "course")
    parts = {name: document.get(name, []) for name in ("users", "links")}
    return _whole_course({**part, **parts}, "course")


def _whole_course(part: Mapping[str, Any], where: str) -> Course:
    """A course whose people and links stand inside it."""
    course = Course(
        id=_text(part, "id", where),
        title=_text(part, "title", where),
        label=_text(part, "label", where),
        users=_each(part, "users", _user),
        links=_each(part, "links", _link),
        history=tuple(part.get("history", ())),
        deployment_id=part.get("deployment_id"),
        is_published=part.get("published") is not False,
        is_concluded=part.get("concluded") is True,
    )
    _refuse_repeats("users", [user.id for user in course.users])
    _refuse_repeats("links", [link.id for link in course.links])
    return course


def _hosts(value: object) -> Hosts:
    part = _part(value, "hosts")
    return Hosts(issuer=str(part.get("issuer", "")), sso=str(part.get("sso", "")))


def _chosen(words: type[Word], value: object, where: str) -> Word:
    known = {word.value: word for word in words}
    if value not in known:
        raise ConfigurationError(f"The {where} must be one of: {', '.join(known)}.")
    return known[str(value)]


def _tool(value: object) -> Tool:
    if value == "not registered yet":
        return UNKNOWN_TOOL
    part = _part(value, "tool")
    return Tool(
        login_url=_text(part, "login_url", "tool"),
        launch_url=_text(part, "launch_url", "tool"),
        jwks_url=_text(part, "jwks_url", "tool"),
        name=_text(part, "name", "tool"),
        deep_linking_url=str(part.get("deep_linking_url", part["launch_url"])),
        custom=_texts(part.get("custom", {}), "custom in tool"),
        scopes=tuple(part.get("scopes", (*GRADE_SCOPES, ROSTER_READ))),
        privacy=_chosen(Privacy, part.get("privacy", "public"), "privacy in tool"),
    )


def _user(part: Mapping[str, Any], where: str) -> User:
    role = _chosen(Role, part.get("role"), f"role in {where}")
    return User(
        id=_text(part, "id", where),
        name=_text(part, "name", where),
        given_name=_text(part, "given_name", where),
        family_name=_text(part, "family_name", where),
        email=_text(part, "email", where),
        role=role,
        sourced_id=str(part.get("sourced_id", "")),
        has_left=part.get("left") is True,
        is_suspended=part.get("suspended") is True,
        observes=tuple(part.get("observes", ())),
    )


def _link(part: Mapping[str, Any], where: str) -> Link:
    maximum = part.get("score_maximum", 1)
    if isinstance(maximum, bool) or not isinstance(maximum, int | float) or maximum <= 0:
        raise ConfigurationError(f"The score_maximum in {where} must be a number above 0.")
    return Link(
        id=_text(part, "id", where),
        title=_text(part, "title", where),
        custom=_texts(part.get("custom", {}), f"custom in {where}"),
        is_graded=part.get("graded") is True,
        score_maximum=float(maximum),
        url=str(part.get("url", "")),
        text=str(part.get("text", "")),
        resource_id=str(part.get("resource_id", "")),
        tag=str(part.get("tag", "")),
        review_url=str(part.get("review_url", "")),
        review_custom=_texts(part.get("review_custom", {}), f"review_custom in {where}"),
        is_published=part.get("published") is not False,
        allowed_attempts=part.get("allowed_attempts"),
        due_at=datetime.fromisoformat(part["due_at"]) if "due_at" in part else None,
    )


def _address(part: Mapping[str, Any], where: str) -> Address:
    return Address(label=_text(part, "label", where), url=_text(part, "url", where))


def _each(
    document: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any], str], Value]
) -> tuple[Value, ...]:
    values = document.get(key, [])
    if not isinstance(values, list):
        raise ConfigurationError(f"The part {key} must be a list: […].")
    places = [f"{key}, entry {number}" for number in range(1, len(values) + 1)]
    return tuple(
        read(_part(value, where), where) for value, where in zip(values, places, strict=True)
    )


def _part(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"The part {where} is missing, or is not an object: {{…}}.")
    return value


def _texts(value: object, where: str) -> dict[str, str]:
    return {str(name): str(one) for name, one in _part(value, where).items()}


def _text(part: Mapping[str, Any], key: str, where: str) -> str:
    value = part.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"Write {key} as a text in {where}.")
    return value


def _refuse_repeats(what: str, ids: list[str]) -> None:
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise ConfigurationError(f"Two {what} have the same id: {', '.join(repeated)}.")
