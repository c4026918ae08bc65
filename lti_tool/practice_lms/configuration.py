"""What the practice LMS is told at its start: which tool, which course, which people."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lti_tool.practice_lms.course import Course, Link, Role, User

Value = TypeVar("Value")


class ConfigurationError(Exception):
    """The settings file can't be used; the message says where it is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Tool:
    """The addresses of the tool that this LMS launches."""

    login_url: str
    launch_url: str
    jwks_url: str
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """One more door on the front page, for somebody who is not in the course."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the practice LMS needs to know before it starts."""

    base_url: str
    client_id: str
    deployment_id: str
    tool: Tool
    course: Course
    addresses: tuple[Address, ...] = ()
    controls: bool = False
    platform_key_file: Path | None = None

    def url(self, path: str) -> str:
        """The absolute address of one of our pages."""
        return self.base_url.rstrip("/") + path


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
    )


def _course(document: Mapping[str, Any]) -> Course:
    part = _part(document.get("course"), "course")
    course = Course(
        id=_text(part, "id", "course"),
        title=_text(part, "title", "course"),
        label=_text(part, "label", "course"),
        users=_each(document, "users", _user),
        links=_each(document, "links", _link),
    )
    _refuse_repeats("users", [user.id for user in course.users])
    _refuse_repeats("links", [link.id for link in course.links])
    return course


def _tool(value: object) -> Tool:
    part = _part(value, "tool")
    return Tool(
        login_url=_text(part, "login_url", "tool"),
        launch_url=_text(part, "launch_url", "tool"),
        jwks_url=_text(part, "jwks_url", "tool"),
        name=_text(part, "name", "tool"),
    )


def _user(part: Mapping[str, Any], where: str) -> User:
    words = [role.value for role in Role]
    if part.get("role") not in words:
        raise ConfigurationError(f"The role in {where} must be one of: {', '.join(words)}.")
    return User(
        id=_text(part, "id", where),
        name=_text(part, "name", where),
        given_name=_text(part, "given_name", where),
        family_name=_text(part, "family_name", where),
        email=_text(part, "email", where),
        role=Role(part["role"]),
    )


def _link(part: Mapping[str, Any], where: str) -> Link:
    custom = _part(part.get("custom", {}), f"custom in {where}")
    maximum = part.get("score_maximum", 1)
    if isinstance(maximum, bool) or not isinstance(maximum, int | float) or maximum <= 0:
        raise ConfigurationError(f"The score_maximum in {where} must be a number above 0.")
    return Link(
        id=_text(part, "id", where),
        title=_text(part, "title", where),
        custom={str(name): str(value) for name, value in custom.items()},
        is_graded=part.get("graded") is True,
        score_maximum=float(maximum),
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


def _text(part: Mapping[str, Any], key: str, where: str) -> str:
    value = part.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"Write {key} as a text in {where}.")
    return value


def _refuse_repeats(what: str, ids: list[str]) -> None:
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise ConfigurationError(f"Two {what} have the same id: {', '.join(repeated)}.")
