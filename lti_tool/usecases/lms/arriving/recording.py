"""Write down what a launch tells us that we did not have yet."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from lti_tool.lti.launch import Launch
from lti_tool.store.tables.base import Base
from lti_tool.store.tables.people import Account, Member, Person
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.usecases import audit
from lti_tool.usecases.lms import links
from lti_tool.usecases.lms.arriving.known import Known
from lti_tool.usecases.people import Actor


def record(session: Session, launch: Launch, known: Known, *, now: datetime) -> Actor:
    """Person, course, link and membership as this launch says they are; who is acting.

    A launch that tells nothing new writes nothing.
    """
    # Written in one go at the end, not before each question; a new parent flushes itself.
    with session.no_autoflush:
        _registration(session, launch, known)
        person_id = _person(session, launch, known, now=now)
        course_id = _course(session, launch, known, now=now)
        link_id = None
        if course_id is not None:
            link_id = _link(session, launch, known, course_id, now=now)
            _member(session, launch, known, (launch.institution_id, course_id, person_id), now=now)
    session.flush()
    return Actor(
        institution_id=launch.institution_id,
        person_id=person_id,
        course_id=course_id,
        resource_link_id=link_id,
        course_roles=launch.course_roles,
        office_roles=known.office_roles,
    )


def _registration(session: Session, launch: Launch, known: Known) -> None:
    """Which LMS it is, when the registration did not say: once, as LMSs don't turn into others."""
    family = launch.product_family
    if family is not None and known.columns["registration_product_family"] is None:
        key = (launch.institution_id, launch.registration_id)
        _change(session, Registration, key, {"product_family": family})


def _person(session: Session, launch: Launch, known: Known, *, now: datetime) -> UUID:
    """The person behind (registration, sub); name and e-mail are kept when the LMS sends them."""
    said = {"name": launch.name, "email": launch.email}
    person_id = known.id_of("person")
    if person_id is None:
        return _new_person(session, launch, said, now=now)
    _change(session, Person, (launch.institution_id, person_id), known.news("person", said))
    return person_id


def _new_person(session: Session, launch: Launch, said: dict[str, Any], *, now: datetime) -> UUID:
    person = Person(institution_id=launch.institution_id, id=uuid4(), created_at=now, **said)
    session.add(person)
    session.flush()
    session.add(
        Account(
            institution_id=launch.institution_id,
            registration_id=launch.registration_id,
            sub=launch.sub,
            person_id=person.id,
        )
    )
    audit.record(session, launch.institution_id, "person.first-seen", subject=person.id, now=now)
    return person.id


def _course(session: Session, launch: Launch, known: Known, *, now: datetime) -> UUID | None:
    if launch.context_id is None:
        return None
    scopes = launch.service_scopes
    said: dict[str, Any] = {
        "title": launch.context_title,
        "line_items_url": launch.line_items_url,
        "memberships_url": launch.memberships_url,
        "service_scopes": None if scopes is None else list(scopes),
        "copied_from": list(launch.context_history) or None,
        "seen_at": None if known.was_seen("course", now) else now,
    }
    course_id = known.id_of("course")
    if course_id is None:
        return _new_course(session, launch, launch.context_id, said)
    _change(session, Course, (launch.institution_id, course_id), known.news("course", said))
    return course_id


def _new_course(session: Session, launch: Launch, context_id: str, said: dict[str, Any]) -> UUID:
    course = Course(
        institution_id=launch.institution_id,
        id=uuid4(),
        registration_id=launch.registration_id,
        deployment_id=launch.deployment_id,
        context_id=context_id,
        **said | {"copied_from": said["copied_from"] or []},
    )
    session.add(course)
    session.flush()
    return course.id


def _link(
    session: Session, launch: Launch, known: Known, course_id: UUID, *, now: datetime
) -> UUID | None:
    if launch.resource_link_id is None:
        return None
    said: dict[str, Any] = {
        "title": launch.resource_link_title,
        # Canvas names the line item on assignment launches only: keep what an earlier one told.
        "line_item_url": launch.line_item_url,
        "seen_at": None if known.was_seen("link", now) else now,
    }
    link_id = known.id_of("link")
    if link_id is None:
        link_id = uuid4()
        key = {"institution_id": launch.institution_id, "id": link_id, "course_id": course_id}
        session.add(ResourceLink(**key, link_id=launch.resource_link_id, **said))
        session.flush()
    else:
        _change(session, ResourceLink, (launch.institution_id, link_id), known.news("link", said))
    _name_activity(session, launch, known, link_id)
    return link_id


def _name_activity(session: Session, launch: Launch, known: Known, link_id: UUID) -> None:
    is_as_known = known.columns["link_chosen_by"] is None and not known.news(
        "link", {"activity": launch.activity}
    )
    if launch.activity is not None and not is_as_known:
        link = session.get_one(ResourceLink, (launch.institution_id, link_id))
        links.note_named(session, link, launch.activity)


def _member(
    session: Session, launch: Launch, known: Known, key: tuple[UUID, UUID, UUID], *, now: datetime
) -> None:
    """Who launches is here, whatever a roster said before."""
    said: dict[str, Any] = {
        "roles": sorted(role.value for role in launch.course_roles),
        "seen_at": None if known.was_seen("member", now) else now,
    }
    if known.columns["member_person_id"] is None:
        institution_id, course_id, person_id = key
        whose = {"institution_id": institution_id, "course_id": course_id, "person_id": person_id}
        session.add(Member(**whose, **said))
        return
    news = known.news("member", said)
    if known.columns["member_left_at"] is not None:
        news["left_at"] = None
    _change(session, Member, key, news)


def _change(
    session: Session, table: type[Base], key: tuple[UUID, ...], news: dict[str, object]
) -> None:
    if news:
        row = session.get_one(table, key)
        for name, value in news.items():
            setattr(row, name, value)
