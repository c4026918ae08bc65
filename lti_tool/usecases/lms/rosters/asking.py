"""When a course's roster is to be read: on demand, and twice a day while the course is in use."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.store.database import Database
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.platforms import Course, Deployment
from lti_tool.usecases.lms.deployments import ACTIVE

READ_ROSTER = "read_roster"
ACTIVE_FOR = timedelta(days=14)
"""How long after its last launch a course's roster is still read by itself."""
READ_EVERY = timedelta(hours=12)
SPREAD = timedelta(hours=1)
"""Over how long the rosters of courses that are due together are spread."""
MOST_AT_ONCE = 200


def queue(session: Session, course: Course, *, due_at: datetime) -> bool:
    """Have a course's roster read then; False when it is being read or will be before."""
    return outbox.add_again(
        session,
        OutboxMessage(
            institution_id=course.institution_id,
            id=uuid4(),
            kind=READ_ROSTER,
            key=str(course.id),
            payload={
                "course_id": str(course.id),
                "registration_id": str(course.registration_id),
            },
            due_at=due_at,
        ),
    )


def queue_due(db: Database, *, now: datetime) -> int:
    """Have the rosters of courses in use read twice a day, spread over the hour; how many."""
    with db.read() as session:
        courses = _due(session, now=now)
    if courses:
        with db.begin() as session:
            for course in courses:
                due_at = now + _spread(course.id) if course.roster_tried_at else now
                queue(session, course, due_at=due_at)
    return len(courses)


def is_waiting(session: Session, institution_id: UUID, course_id: UUID) -> bool:
    """Whether the course's roster is being read, or waits to be."""
    return str(course_id) in _waiting(session, institution_id=institution_id)


def is_let_in() -> ColumnElement[bool]:
    """The course's deployment is one we work for: nobody is read from a place we refused."""
    return and_(
        Deployment.institution_id == Course.institution_id,
        Deployment.registration_id == Course.registration_id,
        Deployment.deployment_id == Course.deployment_id,
        Deployment.state == ACTIVE,
    )


def _due(session: Session, *, now: datetime) -> list[Course]:
    waiting = _waiting(session)
    courses = session.scalars(
        select(Course)
        .join(Deployment, is_let_in())
        .where(
            Course.memberships_url.is_not(None),
            Course.seen_at > now - ACTIVE_FOR,
            or_(Course.roster_tried_at.is_(None), Course.roster_tried_at < now - READ_EVERY),
        )
        .order_by(Course.roster_tried_at.nulls_first())
        .limit(MOST_AT_ONCE + len(waiting))
    )
    return [course for course in courses if str(course.id) not in waiting]


def _waiting(session: Session, *, institution_id: UUID | None = None) -> set[str]:
    statement = select(OutboxMessage.key).where(
        OutboxMessage.kind == READ_ROSTER,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.set_aside_at.is_(None),
    )
    if institution_id is not None:
        statement = statement.where(OutboxMessage.institution_id == institution_id)
    return set(session.scalars(statement))


def _spread(course_id: UUID) -> timedelta:
    """The same for one course each time, and different for each."""
    return timedelta(seconds=course_id.int % int(SPREAD.total_seconds()))
