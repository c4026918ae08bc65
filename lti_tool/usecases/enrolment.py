"""First launch of a published programme's activity enrols; who is on which version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.definition import Programme
from lti_tool.sentence import say
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import audit, programmes
from lti_tool.usecases.people import Actor


@dataclass(frozen=True)
class Enrolled:
    """A student on a programme: the enrolment and the version they are on."""

    institution_id: UUID
    enrolment_id: UUID
    person_id: UUID
    is_test: bool
    programme: Programme


def enrol(session: Session, actor: Actor, programme: Programme, *, now: datetime) -> Enrolled:
    """The student's enrolment; a new one in this version, else the one they have."""
    row = _row(session, actor.institution_id, actor.person_id, programme.id)
    if row is None:
        row = Enrolment(
            institution_id=actor.institution_id,
            id=uuid4(),
            person_id=actor.person_id,
            programme_id=programme.id,
            version=programme.version,
            is_test=CourseRole.TEST_STUDENT in actor.course_roles,
            enrolled_at=now,
        )
        session.add(row)
        session.flush()
        audit.record(
            session,
            actor.institution_id,
            "student.enrolled",
            subject=row.id,
            now=now,
            actor_id=actor.person_id,
            details={"programme": programme.id, "version": programme.version},
        )
    if row.version == programme.version:
        return _on(programme, row)
    return _enrolled(session, row)


def of_student(session: Session, actor: Actor, programme_id: str) -> Enrolled:
    """The acting student's enrolment on a programme; raises NotFoundError."""
    row = _row(session, actor.institution_id, actor.person_id, programme_id)
    if row is None:
        raise NotFoundError(
            "enrolment.none",
            say(
                "enrolment.none",
                "You are not enrolled here yet. Open the activity from your course once more.",
            ),
        )
    return _enrolled(session, row)


def all_of_student(session: Session, actor: Actor) -> tuple[Enrolled, ...]:
    """Every programme the acting student is on."""
    rows = session.scalars(
        select(Enrolment)
        .where(
            Enrolment.institution_id == actor.institution_id,
            Enrolment.person_id == actor.person_id,
        )
        .order_by(Enrolment.enrolled_at)
    ).all()
    return tuple(_enrolled(session, row) for row in rows)


def by_id(session: Session, institution_id: UUID, enrolment_id: UUID) -> Enrolled:
    """One enrolment; raises NotFoundError."""
    row = session.get(Enrolment, (institution_id, enrolment_id))
    if row is None:
        raise NotFoundError(
            "enrolment.unknown", say("enrolment.unknown", "There is no such enrolment here.")
        )
    return _enrolled(session, row)


def lock(session: Session, enrolled: Enrolled) -> None:
    """Hold this enrolment until the transaction ends.

    Two transactions that each add the last-but-one piece of evidence must not both look at the
    requirements without the other's piece: then neither would see them met.
    """
    lock_all(session, enrolled.institution_id, [enrolled.enrolment_id])


def lock_all(session: Session, institution_id: UUID, enrolment_ids: Collection[UUID]) -> None:
    """Hold several, always in the same order, so that no two transactions wait for each other."""
    session.execute(
        select(Enrolment.id)
        .where(Enrolment.institution_id == institution_id, Enrolment.id.in_(enrolment_ids))
        .order_by(Enrolment.id)
        .with_for_update()
    )


def _row(
    session: Session, institution_id: UUID, person_id: UUID, programme_id: str
) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(
            Enrolment.institution_id == institution_id,
            Enrolment.person_id == person_id,
            Enrolment.programme_id == programme_id,
        )
    )


def _enrolled(session: Session, row: Enrolment) -> Enrolled:
    version = programmes.version(session, row.institution_id, row.programme_id, row.version)
    return _on(version, row)


def _on(programme: Programme, row: Enrolment) -> Enrolled:
    return Enrolled(
        institution_id=row.institution_id,
        enrolment_id=row.id,
        person_id=row.person_id,
        is_test=row.is_test,
        programme=programme,
    )
