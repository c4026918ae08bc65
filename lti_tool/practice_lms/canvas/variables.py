"""Custom parameters as Canvas sends them: the link's over the tool's, ids as numbers (2.7)."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from lti_tool.practice_lms.canvas.identifiers import context_id, link_uuid, subject
from lti_tool.practice_lms.course import Link, Role
from lti_tool.practice_lms.occasion import Occasion

Value = Callable[[Occasion], object]
OfLink = Callable[[Link], object]


def due_time(link: Link) -> str:
    """When an assignment is due, in ISO 8601; empty when it never is."""
    return link.due_at.isoformat().replace("+00:00", "Z") if link.due_at else ""


VARIABLES: Mapping[str, Value] = {
    "Canvas.course.id": lambda one: _number(one.course.id),
    "Canvas.course.name": lambda one: one.course.title,
    "Canvas.course.workflowState": lambda one: (
        "available" if one.course.is_published else "claimed"
    ),
    "Canvas.course.previousCourseIds": lambda one: ",".join(one.course.history),
    "Canvas.user.id": lambda one: _number(one.user.id),
    "Canvas.user.loginId": lambda one: one.user.username,
    "Canvas.api.domain": lambda one: urlsplit(one.configuration.base_url).netloc,
    "Context.id": lambda one: context_id(one.course.id),
    "Context.title": lambda one: one.course.title,
    "Context.id.history": lambda one: ",".join(map(context_id, one.course.history)),
    "com.instructure.User.student_view": lambda one: one.user.role is Role.TEST_STUDENT,
    "Person.address.timezone": lambda one: "America/Denver",
    "Person.name.full": lambda one: one.user.name,
    "Person.email.primary": lambda one: one.user.email,
    "User.id": lambda one: subject(one.user.id),
    "User.username": lambda one: one.user.username,
    "Message.locale": lambda one: "en",
}
OF_LINK: Mapping[str, OfLink] = {
    "ResourceLink.id": lambda link: link_uuid(link.id),
    "ResourceLink.title": lambda link: link.title,
    "ResourceLink.description": lambda link: link.text,
}
OF_ASSIGNMENT: Mapping[str, OfLink] = {
    "Canvas.assignment.id": lambda link: _number(link.id),
    "Canvas.assignment.title": lambda link: link.title,
    "Canvas.assignment.pointsPossible": lambda link: link.score_maximum,
    "Canvas.assignment.published": lambda link: link.is_published,
    "Canvas.assignment.allowedAttempts": lambda link: link.allowed_attempts or -1,
    "LineItem.resultValue.max": lambda link: link.score_maximum,
}
OF_DUE_ASSIGNMENT: Mapping[str, OfLink] = {
    "Canvas.assignment.dueAt.iso8601": due_time,
    "ResourceLink.submission.endDateTime": due_time,
}


def custom_claim(occasion: Occasion) -> dict[str, object]:
    """The `custom` claim. What can't be resolved arrives as it was written."""
    link = occasion.link.custom if occasion.link else {}
    parameters = {**occasion.configuration.tool.custom, **link}
    return {name: _substituted(value, occasion) for name, value in parameters.items()}


def _substituted(value: str, occasion: Occasion) -> object:
    name = value.removeprefix("$")
    if name == value:
        return value
    if name in VARIABLES:
        return VARIABLES[name](occasion)
    if name == "Person.sourcedId":
        return occasion.user.sourced_id or value
    known = _of_link(occasion.link).get(name)
    return known(occasion.link) if known and occasion.link else value


def _of_link(link: Link | None) -> Mapping[str, OfLink]:
    """The variables that mean something here: a plain module item has no assignment."""
    if link is None:
        return {}
    if not link.is_graded:
        return OF_LINK
    return {**OF_LINK, **OF_ASSIGNMENT, **(OF_DUE_ASSIGNMENT if link.due_at else {})}


def _number(text: str) -> int | str:
    """Ids arrive as JSON numbers (section 2.5)."""
    return int(text) if text.isascii() and text.isdigit() else text
