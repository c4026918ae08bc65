"""Custom parameters as Moodle sends them: merged, doubled, cut, and substituted."""

from collections.abc import Callable, Mapping

from lti_tool.practice_lms.moodle.addresses import roster_url
from lti_tool.practice_lms.moodle.roles import variable_roles
from lti_tool.practice_lms.occasion import Occasion

Value = Callable[[Occasion], str]

VARIABLES: Mapping[str, Value] = {
    "Context.id": lambda one: one.course.id,
    "Context.title": lambda one: one.course.title,
    "Context.label": lambda one: one.course.label,
    "Context.id.history": lambda one: ",".join(one.course.history),
    "Context.sourcedId": lambda one: "",
    # Seconds since 1970, not ISO 8601 (point 22).
    "Context.timeFrame.begin": lambda one: str(one.issued_at - 86_400),
    "CourseSection.title": lambda one: one.course.title,
    "CourseSection.label": lambda one: one.course.label,
    "CourseSection.sourcedId": lambda one: "",
    "CourseSection.timeFrame.begin": lambda one: str(one.issued_at - 86_400),
    "CourseSection.timeFrame.end": lambda one: "",
    "ResourceLink.id": lambda one: one.link.id if one.link else "",
    "ResourceLink.title": lambda one: one.link.title if one.link else "",
    "ResourceLink.description": lambda one: one.link.text if one.link else "",
    "User.id": lambda one: one.user.id,
    # These two are told even where names and e-mail are switched off (point 23).
    "User.username": lambda one: one.user.username,
    "Person.sourcedId": lambda one: one.user.sourced_id,
    "Person.name.full": lambda one: one.user.name,
    "Person.name.given": lambda one: one.user.given_name,
    "Person.name.family": lambda one: one.user.family_name,
    "Person.email.primary": lambda one: one.user.email,
    "Person.address.timezone": lambda one: "Europe/Berlin",
    "Membership.role": lambda one: variable_roles(one.user.role),
    "ToolProxyBinding.memberships.url": lambda one: roster_url(one.configuration, one.course.id),
}
"""Known variables; an unknown one stays as it is written, a known and empty one is ""."""
DROPPED = ("$LineItems.url", "$LineItem.url")
"""Parameters with these don't come at all (point 22)."""


def custom_claim(occasion: Occasion, more: Mapping[str, str]) -> dict[str, str]:
    """The `custom` claim of a launch; `more` are a review's own values, added to the link's.

    The tool's value wins over the link's of the same name, names with capitals come twice, and
    a value ends at its first line break (point 22).
    """
    link = dict(occasion.link.custom) if occasion.link else {}
    parameters = {**_doubled({**link, **more}), **occasion.configuration.tool.custom}
    kept = {name: value for name, value in parameters.items() if value not in DROPPED}
    return {name: _substituted(value, occasion) for name, value in kept.items()}


def _doubled(parameters: Mapping[str, str]) -> dict[str, str]:
    doubled: dict[str, str] = {}
    for name, value in parameters.items():
        line = value.split("\n")[0]
        doubled[name.lower()] = line
        doubled[name] = line
    return doubled


def _substituted(value: str, occasion: Occasion) -> str:
    known = VARIABLES.get(value.removeprefix("$")) if value.startswith("$") else None
    return known(occasion) if known else value
