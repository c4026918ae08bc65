"""Record who came from where: person, course, member, resource link; enrol students."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.lti.deep_linking import placing_of
from lti_tool.lti.launch import Launch, consume_login
from lti_tool.store.database import Database
from lti_tool.store.tables.people import Account, Member, Person
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.usecases import audit, enrolment, people, programmes, visits
from lti_tool.usecases.lms import deployments, grade_passback, links, reviews
from lti_tool.usecases.people import Actor
from lti_tool.usecases.visits import OpenedVisit, VisitDetails

ACTIVE = "active"
PENDING = "pending"
MOST_TRIES = 3


@dataclass(frozen=True)
class Arrival:
    """Where a launch leads: the visit opened, or None while its deployment waits for approval."""

    visit: OpenedVisit | None
    deployment_state: str


def arrive(
    db: Database,
    launch: Launch,
    *,
    lasts: timedelta,
    now: datetime,
    new_secret: Callable[[], str],
) -> Arrival:
    """Use up the login and open a visit, in one transaction; see `_arrive`.

    Two first launches of one person, course or link at the same moment both try to add its row:
    the one that came second starts again and finds it.
    """
    for _ in range(MOST_TRIES - 1):
        try:
            with db.begin() as session:
                return _arrive(session, launch, lasts=lasts, now=now, new_secret=new_secret)
        except IntegrityError:
            continue
    with db.begin() as session:
        return _arrive(session, launch, lasts=lasts, now=now, new_secret=new_secret)


def _arrive(
    session: Session,
    launch: Launch,
    *,
    lasts: timedelta,
    now: datetime,
    new_secret: Callable[[], str],
) -> Arrival:
    """Raises LaunchRejectedError when the launch was used before: then nothing is recorded."""
    consume_login(session, launch, now=now)
    state = deployments.note(
        session,
        launch.institution_id,
        launch.registration_id,
        launch.deployment_id,
        state=PENDING,
        now=now,
        first_course=launch.context_title,
        first_platform=launch.product_family,
    )
    if state != ACTIVE:
        return Arrival(visit=None, deployment_state=state)
    actor = _record(session, launch, now=now)
    activity = _enrol(session, actor, launch, now=now)
    details = VisitDetails(
        activity=activity,
        frame_origins=launch.platform_origins,
        locale=launch.locale,
        wanted=launch.message_type,
        placing=placing_of(launch),
        for_user=launch.for_user,
        review=reviews.link_in(launch.target),
    )
    opened = visits.open_visit(
        session,
        actor,
        details,
        registration_id=launch.registration_id,
        lasts=lasts,
        now=now,
        new_secret=new_secret,
    )
    return Arrival(visit=opened, deployment_state=state)


def _record(session: Session, launch: Launch, *, now: datetime) -> Actor:
    # Written in one go at the end, not before each question; a new parent flushes itself.
    with session.no_autoflush:
        person_id = _person(session, launch, now=now)
        course_id = _course(session, launch, now=now)
        link_id = None
        if course_id is not None:
            link_id = _resource_link(session, launch, course_id, now=now)
            _member(session, launch, course_id, person_id, now=now)
    session.flush()
    return Actor(
        institution_id=launch.institution_id,
        person_id=person_id,
        course_id=course_id,
        resource_link_id=link_id,
        course_roles=launch.course_roles,
        office_roles=people.roles_of(session, launch.institution_id, person_id),
    )


def _person(session: Session, launch: Launch, *, now: datetime) -> UUID:
    """The person behind (registration, sub); name and e-mail are kept when the LMS sends them."""
    person = session.scalar(
        select(Person)
        .join(
            Account,
            and_(Account.institution_id == Person.institution_id, Account.person_id == Person.id),
        )
        .where(
            Account.institution_id == launch.institution_id,
            Account.registration_id == launch.registration_id,
            Account.sub == launch.sub,
        )
    )
    if person is None:
        person = Person(institution_id=launch.institution_id, id=uuid4(), created_at=now)
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
        audit.record(
            session, launch.institution_id, "person.first-seen", subject=person.id, now=now
        )
    person.name = launch.name or person.name
    person.email = launch.email or person.email
    return person.id


def _course(session: Session, launch: Launch, *, now: datetime) -> UUID | None:
    if launch.context_id is None:
        return None
    course = session.scalar(
        select(Course).where(
            Course.institution_id == launch.institution_id,
            Course.registration_id == launch.registration_id,
            Course.deployment_id == launch.deployment_id,
            Course.context_id == launch.context_id,
        )
    )
    if course is None:
        course = Course(
            institution_id=launch.institution_id,
            id=uuid4(),
            registration_id=launch.registration_id,
            deployment_id=launch.deployment_id,
            context_id=launch.context_id,
            seen_at=now,
        )
        session.add(course)
        session.flush()
    course.title = launch.context_title or course.title
    course.seen_at = now
    return course.id


def _member(
    session: Session, launch: Launch, course_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    member = session.get(Member, (launch.institution_id, course_id, person_id))
    if member is None:
        member = Member(
            institution_id=launch.institution_id, course_id=course_id, person_id=person_id
        )
        session.add(member)
    member.roles = sorted(role.value for role in launch.course_roles)
    member.seen_at = now


def _resource_link(
    session: Session, launch: Launch, course_id: UUID, *, now: datetime
) -> UUID | None:
    if launch.resource_link_id is None:
        return None
    link = session.scalar(
        select(ResourceLink).where(
            ResourceLink.institution_id == launch.institution_id,
            ResourceLink.course_id == course_id,
            ResourceLink.link_id == launch.resource_link_id,
        )
    )
    if link is None:
        link = ResourceLink(
            institution_id=launch.institution_id,
            id=uuid4(),
            course_id=course_id,
            link_id=launch.resource_link_id,
            seen_at=now,
        )
        session.add(link)
    link.title = launch.resource_link_title or link.title
    if launch.activity is not None:
        links.note_named(session, link, launch.activity)
    # Canvas names the line item on assignment launches only: keep what an earlier launch told.
    link.line_item_url = launch.line_item_url or link.line_item_url
    link.seen_at = now
    return link.id


def _enrol(session: Session, actor: Actor, launch: Launch, *, now: datetime) -> str | None:
    """What the link opens: what the LMS named if it is ours, else what is known here; or None."""
    opened = _enrol_in(session, actor, launch.activity, now=now)
    return opened or _enrol_in(session, actor, links.known_here(session, actor), now=now)


def _enrol_in(session: Session, actor: Actor, name: str | None, *, now: datetime) -> str | None:
    """The name when it is one of a published programme; students are enrolled."""
    if name is None:
        return None
    programme_id, activity_id = programmes.split_activity(name)
    programme = programmes.current(session, actor.institution_id, programme_id)
    if programme is None:
        return None
    if not actor.is_student:
        return name if links.is_in(programme, activity_id) else None
    enrolled = enrolment.enrol(session, actor, programme, now=now)
    if not links.is_in(enrolled.programme, activity_id):
        return None
    if activity_id:
        link_id = actor.resource_link_id
        grade_passback.queue_earlier(session, enrolled, activity_id, link_id, now=now)
    return name
