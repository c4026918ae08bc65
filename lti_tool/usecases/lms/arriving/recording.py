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
from lti_tool.usecases.lms.arriving.news import News, news_of
from lti_tool.usecases.people import Actor


def record(session: Session, launch: Launch, known: Known, *, now: datetime) -> Actor:
    """Person, course, link and membership as this launch says they are; who is acting."""
    news = news_of(launch, known, now=now)
    _change(
        session, Registration, (launch.institution_id, launch.registration_id), news.registration
    )
    person_id = _person(session, launch, known, news, now=now)
    course_id = _course(session, launch, known, news)
    link_id = None
    if course_id is not None:
        link_id = _link(session, launch, known, course_id, news)
        _member(session, known, (launch.institution_id, course_id, person_id), news)
    session.flush()
    return Actor(
        institution_id=launch.institution_id,
        person_id=person_id,
        course_id=course_id,
        resource_link_id=link_id,
        course_roles=launch.course_roles,
        office_roles=known.office_roles,
    )


def _person(session: Session, launch: Launch, known: Known, news: News, *, now: datetime) -> UUID:
    """The person behind (registration, sub)."""
    person_id = known.id_of("person")
    if person_id is not None:
        key = (launch.institution_id, launch.registration_id, launch.sub)
        _change(session, Person, (launch.institution_id, person_id), news.person)
        _change(session, Account, key, news.account)
        return person_id
    person_id = uuid4()
    session.add(
        Person(institution_id=launch.institution_id, id=person_id, created_at=now, **news.person)
    )
    session.flush()
    session.add(
        Account(
            institution_id=launch.institution_id,
            registration_id=launch.registration_id,
            sub=launch.sub,
            person_id=person_id,
            **news.account,
        )
    )
    audit.record(session, launch.institution_id, "person.first-seen", subject=person_id, now=now)
    return person_id


def _course(session: Session, launch: Launch, known: Known, news: News) -> UUID | None:
    if launch.context_id is None:
        return None
    course_id = known.id_of("course")
    if course_id is not None:
        _change(session, Course, (launch.institution_id, course_id), news.course)
        return course_id
    course_id = uuid4()
    session.add(
        Course(
            institution_id=launch.institution_id,
            id=course_id,
            registration_id=launch.registration_id,
            deployment_id=launch.deployment_id,
            context_id=launch.context_id,
            **news.course,
        )
    )
    session.flush()
    return course_id


def _link(
    session: Session, launch: Launch, known: Known, course_id: UUID, news: News
) -> UUID | None:
    if launch.resource_link_id is None:
        return None
    said = dict(news.link)
    activity = said.pop("activity", None)
    link_id = known.id_of("link")
    if link_id is None:
        link_id = uuid4()
        key = {"institution_id": launch.institution_id, "id": link_id, "course_id": course_id}
        session.add(ResourceLink(**key, link_id=launch.resource_link_id, **said))
        session.flush()
    else:
        _change(session, ResourceLink, (launch.institution_id, link_id), said)
    if activity is not None:
        link = session.get_one(ResourceLink, (launch.institution_id, link_id))
        links.note_named(session, link, activity)
    return link_id


def _member(session: Session, known: Known, key: tuple[UUID, UUID, UUID], news: News) -> None:
    if known.id_of("member") is not None:
        _change(session, Member, key, news.member)
        return
    institution_id, course_id, person_id = key
    whose = {"institution_id": institution_id, "course_id": course_id, "person_id": person_id}
    session.add(Member(**whose, **news.member))


def _change(
    session: Session, table: type[Base], key: tuple[UUID | str, ...], news: dict[str, Any]
) -> None:
    if news:
        row = session.get_one(table, key)
        for name, value in news.items():
            setattr(row, name, value)
        # At once, so that launches and rosters write persons, courses and members in this one
        # order: else each could hold what the other waits for.
        session.flush()
