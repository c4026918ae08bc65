"""The several ids Canvas has for one thing: its own number, an opaque one, and a UUID."""

import hashlib
from uuid import NAMESPACE_URL, uuid5

from lti_tool.practice_lms.course import Course, User


def subject(user_id: str) -> str:
    """The `sub` of a person: a UUID (section 2.5)."""
    return str(uuid5(NAMESPACE_URL, f"practice-canvas/users/{user_id}"))


def legacy_user_id(user_id: str) -> str:
    """The id LTI 1.1 used, and the `login_hint` (section 2.1)."""
    return _opaque("users", user_id)


def context_id(course_id: str) -> str:
    """The opaque id of a course in claims; addresses hold its number."""
    return _opaque("courses", course_id)


def link_uuid(link_id: str) -> str:
    """The id of a resource link in claims."""
    return str(uuid5(NAMESPACE_URL, f"practice-canvas/links/{link_id}"))


def legacy_link_id(link_id: str) -> str:
    """The id LTI 1.1 used for a link."""
    return _opaque("links", link_id)


def installed_in(course_id: str, *, tool_number: int) -> str:
    """The deployment id of a tool installed in one course (section 1, "Deployment model")."""
    return f"{tool_number}:{context_id(course_id)}"


def find_user(course: Course, given: object) -> User | None:
    """The person with this `sub`, this number or a former `sub`; Canvas takes all (5.3)."""
    name = str(given)
    return next((one for one in course.users if name in _names(one)), None)


def _names(user: User) -> tuple[str, ...]:
    former = (subject(user.former_id),) if user.former_id else ()
    return (user.id, subject(user.id), *former)


def _opaque(kind: str, number: str) -> str:
    text = f"practice-canvas/{kind}/{number}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
