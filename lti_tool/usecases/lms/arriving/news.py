"""What a launch says otherwise than we have it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti_tool.lti.launch import Launch
from lti_tool.usecases.lms.arriving.known import Known


@dataclass(frozen=True, slots=True)
class News:
    """By what it is about, each column that differs; of what is new to us, all that was said."""

    registration: dict[str, Any]
    account: dict[str, Any]
    person: dict[str, Any]
    course: dict[str, Any]
    link: dict[str, Any]
    member: dict[str, Any]


def news_of(launch: Launch, known: Known, *, now: datetime) -> News:
    """Everything this launch tells us. What the LMS leaves out is no news."""
    return News(
        registration=_of_registration(launch, known),
        account=known.news("account", {"legacy_id": launch.legacy_user_id}),
        person=known.news("person", {"name": launch.name, "email": launch.email}),
        course=_of_course(launch, known, now),
        link=_of_link(launch, known, now),
        member=_of_member(launch, known, now),
    )


def is_as_known(launch: Launch, known: Known, *, now: datetime) -> bool:
    """Whether we have everything this launch names, and just as it says."""
    if launch.context_id is None or launch.resource_link_id is None:
        return False
    if any(known.id_of(kind) is None for kind in ("person", "course", "link", "member")):
        return False
    news = news_of(launch, known, now=now)
    about_people = news.person or news.account or news.member
    return not (news.registration or about_people or news.course or news.link)


def _of_registration(launch: Launch, known: Known) -> dict[str, Any]:
    """Which LMS it is, when the registration did not say: LMSs don't turn into others."""
    if known.columns["registration_product_family"] is not None:
        return {}
    return known.news("registration", {"product_family": launch.product_family})


def _of_course(launch: Launch, known: Known, now: datetime) -> dict[str, Any]:
    scopes = launch.service_scopes
    return known.news(
        "course",
        {
            "title": launch.context_title,
            "line_items_url": launch.line_items_url,
            "memberships_url": launch.memberships_url,
            "service_scopes": None if scopes is None else list(scopes),
            "copied_from": list(launch.context_history) or None,
            "seen_at": known.seen_at("course", now),
        },
    )


def _of_link(launch: Launch, known: Known, now: datetime) -> dict[str, Any]:
    news = known.news(
        "link",
        {
            "title": launch.resource_link_title,
            "activity": launch.activity,
            # Canvas names the line item on assignment launches only: keep what one of them told.
            "line_item_url": launch.line_item_url,
            "seen_at": known.seen_at("link", now),
        },
    )
    if launch.activity is not None and known.columns["link_chosen_by"] is not None:
        news["activity"] = launch.activity
    return news


def _of_member(launch: Launch, known: Known, now: datetime) -> dict[str, Any]:
    """Who launches is here, whatever a roster said before."""
    roles = sorted(role.value for role in launch.course_roles)
    news = known.news("member", {"roles": roles, "seen_at": known.seen_at("member", now)})
    if known.columns["member_left_at"] is not None:
        news["left_at"] = None
    return news
