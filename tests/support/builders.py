"""Things that are valid by default, for tests to start from: an_institution(), a_visit(), …"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_tool.app import create_app
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.definition import Programme
from lti_tool.programme.shipped import shipped, shipped_image, shipped_text
from lti_tool.store.tables.people import Account, Member, Person
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.usecases import enrolment, institutions, people, programmes, visits
from lti_tool.usecases.institutions import InstitutionInfo
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.lms.platform_fields import NewPlatform
from lti_tool.usecases.people import Actor, OfficeRole
from lti_tool.usecases.visits import VisitDetails
from lti_tool.web.visits import FORM_FIELD, HEADER, cookie_name
from lti_tool.wiring import Wiring
from tests.support.wired import INSTITUTION

TASTER = "foundations-taster"
FIRST_PAGE = f"{TASTER}/stress-and-recovery"
STATEMENT = f"{TASTER}/conduct-statement"
REFLECTION = f"{TASTER}/first-reflection"
LMS = "https://lms.example.edu"
LONG_AGO = datetime(2026, 9, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class AVisit:
    """A visit in a browser of its own: who it is, and how to move about in it."""

    number: str
    client: FlaskClient
    form_key: str
    actor: Actor

    def path(self, rest: str) -> str:
        """The address of a page of this visit: `path("badges")`."""
        return f"/v/{self.number}/{rest}"

    def get(self, rest: str = "", **options: Any) -> TestResponse:
        """Open a page of this visit."""
        return self.client.get(self.path(rest), **options)

    def post(self, rest: str, fields: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form of this visit, with its form key."""
        data = {FORM_FIELD: self.form_key, **(fields or {})}
        return self.client.post(self.path(rest), data=data, **options)

    def fetch(self, rest: str, fields: dict[str, Any] | None = None) -> TestResponse:
        """Send a form of this visit as its scripts do."""
        headers = {HEADER: self.form_key, "Accept": "application/json"}
        return self.client.post(self.path(rest), data=fields or {}, headers=headers)


def an_institution(session: Session, name: str = INSTITUTION) -> InstitutionInfo:
    """The institution of that name; by default the one the test wiring can sign for."""
    return institutions.find_or_create(session, name, now=LONG_AGO)


def a_published_taster(session: Session, institution_id: UUID | None = None) -> Programme:
    """The shipped taster, published at the institution."""
    programme = shipped(TASTER)
    images = {badge.image: shipped_image(badge.image).decode() for badge in programme.badges}
    programmes.publish(
        session,
        institution_id or an_institution(session).id,
        shipped_text(TASTER),
        images,
        now=LONG_AGO,
    )
    return programme


def a_person(
    session: Session,
    institution_id: UUID,
    *,
    name: str | None = "Robin Weber",
    email: str | None = "robin@example.edu",
) -> UUID:
    """A new person."""
    person = Person(
        institution_id=institution_id, id=uuid4(), name=name, email=email, created_at=LONG_AGO
    )
    session.add(person)
    session.flush()
    return person.id


def a_course(session: Session, institution_id: UUID, context_id: str = "course-1") -> Course:
    """The course of that context in the institution's one LMS."""
    registration_id = _a_registration(session, institution_id)
    course = session.scalar(
        select(Course).where(
            Course.institution_id == institution_id, Course.context_id == context_id
        )
    )
    if course is None:
        course = Course(
            institution_id=institution_id,
            id=uuid4(),
            registration_id=registration_id,
            deployment_id="1",
            context_id=context_id,
            title="Year 3",
            memberships_url=f"{LMS}/memberships",
            seen_at=LONG_AGO,
        )
        session.add(course)
        session.flush()
    return course


def an_actor(
    session: Session,
    institution_id: UUID,
    *,
    roles: Collection[CourseRole] = (CourseRole.STUDENT,),
    office_roles: Collection[OfficeRole] = (),
    person_id: UUID | None = None,
    activity: str | None = None,
    in_course: bool = True,
) -> Actor:
    """Somebody with these roles, from the institution's course unless `in_course` is False."""
    person_id = person_id or a_person(session, institution_id)
    for role in office_roles:
        people.grant(session, institution_id, person_id, role, now=LONG_AGO)
    course = a_course(session, institution_id) if in_course else None
    if course is not None:
        _join(session, course, person_id, roles)
    return Actor(
        institution_id=institution_id,
        person_id=person_id,
        course_id=course.id if course else None,
        resource_link_id=_a_link(session, course, activity) if course else None,
        course_roles=frozenset(roles) if course else frozenset(),
        office_roles=people.roles_of(session, institution_id, person_id),
    )


def a_visit(
    wired: Wiring,
    *,
    roles: Collection[CourseRole] = (CourseRole.STUDENT,),
    office_roles: Collection[OfficeRole] = (),
    activity: str | None = None,
    wanted: str | None = "LtiResourceLinkRequest",
    person_id: UUID | None = None,
    in_course: bool = True,
    app: Flask | None = None,
) -> AVisit:
    """A visit as a launch leaves it; students of a published activity are enrolled."""
    with wired.db.begin() as session:
        institution = an_institution(session)
        actor = an_actor(
            session,
            institution.id,
            roles=roles,
            office_roles=office_roles,
            person_id=person_id,
            activity=activity,
            in_course=in_course,
        )
        opened = visits.open_visit(
            session,
            actor,
            VisitDetails(
                activity=_enrolled_activity(session, actor, activity, now=wired.now()),
                frame_origins=(LMS,) if in_course else (),
                wanted=wanted if in_course else None,
            ),
            registration_id=_a_registration(session, institution.id) if in_course else None,
            lasts=wired.visit_lasts,
            now=wired.now(),
            new_secret=wired.new_secret,
        )
    client = (app or create_app(wired)).test_client()
    client.set_cookie(cookie_name(opened.number), opened.secret)
    return AVisit(opened.number, client, visits.form_key_of(opened.secret), actor)


def _enrolled_activity(
    session: Session, actor: Actor, activity: str | None, *, now: datetime
) -> str | None:
    """The activity if a published programme has it; a student is then enrolled, as by a launch."""
    programme_id, activity_id = programmes.split_activity(activity or "")
    programme = programmes.current(session, actor.institution_id, programme_id)
    if programme is None or programmes.find_activity(programme, activity_id) is None:
        return None
    if actor.is_student:
        enrolment.enrol(session, actor, programme, now=now)
    return activity


def _a_registration(session: Session, institution_id: UUID) -> UUID:
    known = session.scalar(
        select(Registration.id).where(Registration.institution_id == institution_id).limit(1)
    )
    if known is not None:
        return known
    platform = NewPlatform(
        platform_issuer=LMS,
        client_id="client-1",
        auth_url=f"{LMS}/auth",
        token_url=f"{LMS}/token",
        jwks_url=f"{LMS}/jwks",
        deployments=("1",),
    )
    return platforms.register(session, institution_id, platform, now=LONG_AGO).id


def _join(session: Session, course: Course, person_id: UUID, roles: Collection[CourseRole]) -> None:
    key = (course.institution_id, course.id, person_id)
    if session.get(Member, key) is not None:
        return
    session.add(
        Member(
            institution_id=course.institution_id,
            course_id=course.id,
            person_id=person_id,
            roles=sorted(roles),
            seen_at=LONG_AGO,
        )
    )
    session.add(
        Account(
            institution_id=course.institution_id,
            registration_id=course.registration_id,
            sub=f"sub-{person_id}",
            person_id=person_id,
        )
    )
    session.flush()


def _a_link(session: Session, course: Course, activity: str | None) -> UUID:
    link_id = activity or "link-without-activity"
    link = session.scalar(
        select(ResourceLink).where(
            ResourceLink.institution_id == course.institution_id,
            ResourceLink.course_id == course.id,
            ResourceLink.link_id == link_id,
        )
    )
    if link is None:
        link = ResourceLink(
            institution_id=course.institution_id,
            id=uuid4(),
            course_id=course.id,
            link_id=link_id,
            activity=activity,
            line_item_url=f"{LMS}/line-items/{link_id}",
            seen_at=LONG_AGO,
        )
        session.add(link)
        session.flush()
    return link.id
