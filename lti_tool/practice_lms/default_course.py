"""The course the demo opens: an instructor, three students, all invented."""

from collections.abc import Mapping, Sequence
from typing import Any

COURSE: Mapping[str, str] = {
    "id": "2",
    "title": "Foundations of well-being in training",
    "label": "WELL-101",
}


def _person(number: int, given_name: str, family_name: str, role: str) -> Mapping[str, str]:
    return {
        "id": str(number),
        "name": f"{given_name} {family_name}",
        "given_name": given_name,
        "family_name": family_name,
        "email": f"{given_name.lower()}@lms.example",
        "role": role,
    }


USERS: Sequence[Mapping[str, str]] = (
    _person(3, "Ines", "Halvorsen", "instructor"),
    _person(4, "Amara", "Lindqvist", "student"),
    _person(5, "Jonas", "Öztürk-Weber", "student"),
    _person(6, "Mei", "Duarte", "student"),
)


def a_link(number: int, title: str, activity: str, *, is_graded: bool) -> Mapping[str, Any]:
    """One link of a settings file: opens `activity`, named `<programme>/<activity>`."""
    return {
        "id": str(number),
        "title": title,
        "custom": {"activity": activity},
        "graded": is_graded,
        "score_maximum": 1,
    }


def default_settings(
    *, base_url: str, client_id: str, tool: Mapping[str, str], links: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The settings of a practice LMS with this course, ready to be written as JSON.

    `tool` has login_url, launch_url, jwks_url and name; `links` are made with `a_link`.
    """
    return {
        "base_url": base_url,
        "client_id": client_id,
        "deployment_id": "1",
        "tool": dict(tool),
        "course": dict(COURSE),
        "users": [dict(user) for user in USERS],
        "links": [dict(link) for link in links],
        "addresses": [],
        "controls": False,
    }
