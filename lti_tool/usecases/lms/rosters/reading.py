"""Read a course's roster and write down what it says: who is there, who has left, who came back.

The LMS's list and launches say different things, and each is right about its own: a launch says
what somebody is while they are here (Moodle's non-editing teachers are learners on its roster),
the roster says who is there without having come. So roles of both are kept apart, and the
launch's win for whoever is present. Nobody's work is ever deleted because a list no longer names
them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.errors import PlatformError
from lti_tool.lti.connector import Connector
from lti_tool.lti.registrations import RegistrationInfo, find_registration
from lti_tool.lti.roster import RosterMember, read_whole_roster
from lti_tool.outbox import Message
from lti_tool.store.database import Database
from lti_tool.store.tables.platforms import Course, Deployment
from lti_tool.usecases.lms.rosters import members, persons
from lti_tool.usecases.lms.rosters.asking import is_let_in
from lti_tool.usecases.lms.rosters.faults import fault_of

MOST_TRIES = 3


@dataclass(frozen=True)
class _Place:
    """A course and where its roster is."""

    registration: RegistrationInfo
    course_id: UUID
    context_id: str
    memberships_url: str


class _OvertakenError(Exception):
    """A later reading was written down first."""


def read_roster(
    db: Database, connector: Connector, *, institution_id: UUID, course_id: UUID, now: datetime
) -> bool:
    """Read a course's whole roster and write down what it says; False when there is none to read.

    No transaction is open while the LMS answers. `now` is when the reading begins: of two at once
    the one that began later stays. Raises PlatformError: then only the reason is written down.
    """
    with db.read() as session:
        place = _place(session, institution_id, course_id)
    if place is None:
        return False
    try:
        listed = read_whole_roster(
            connector, place.registration, place.memberships_url, context_id=place.context_id
        )
    except PlatformError as error:
        with db.begin() as session:
            _note(session, place, now=now, roster_fault=fault_of(error))
        raise
    _write_down(db, place, listed, now=now)
    return True


def deliver_roster(db: Database, message: Message, connector: Connector, *, now: datetime) -> None:
    """Read the roster a message asks for. Raises PlatformError for what passes by itself.

    What doesn't pass is done with: the reason stands on the course's page, and the next reading
    asks again.
    """
    try:
        read_roster(
            db,
            connector,
            institution_id=message.institution_id,
            course_id=UUID(message.payload["course_id"]),
            now=now,
        )
    except PlatformError as error:
        if error.retryable:
            raise
    with db.begin() as session:
        outbox.done(session, message, now=now)


def _place(session: Session, institution_id: UUID, course_id: UUID) -> _Place | None:
    course = session.scalar(
        select(Course)
        .join(Deployment, is_let_in())
        .where(Course.institution_id == institution_id, Course.id == course_id)
    )
    if course is None or course.memberships_url is None:
        return None
    return _Place(
        registration=find_registration(session, course.registration_id),
        course_id=course.id,
        context_id=course.context_id,
        memberships_url=course.memberships_url,
    )


def _write_down(
    db: Database,
    place: _Place,
    listed: Sequence[RosterMember],
    *,
    now: datetime,
    tries: int = MOST_TRIES,
) -> None:
    """Apply a complete reading in one transaction; one that was overtaken changes nothing.

    A launch at the same moment may add the same person: the one that came second begins again and
    finds them.
    """
    try:
        with db.begin() as session:
            _apply(session, place, listed, now=now)
    except _OvertakenError:
        return
    except IntegrityError:
        if tries == 1:
            raise
        _write_down(db, place, listed, now=now, tries=tries - 1)


def _apply(
    session: Session, place: _Place, listed: Sequence[RosterMember], *, now: datetime
) -> None:
    """Persons, then the course, then members: in the order in which launches write them.

    Else a launch and a reading could each hold what the other waits for.
    """
    here = persons.find_or_add(session, place.registration, listed, now=now)
    if not _note(session, place, now=now, roster_read_at=now, roster_fault=None):
        raise _OvertakenError
    members.apply(session, place.registration.institution_id, place.course_id, here, now=now)


def _note(session: Session, place: _Place, *, now: datetime, **values: Any) -> bool:
    """Write down how a reading ended, unless a later one has been written down."""
    result = session.execute(
        update(Course)
        .where(
            Course.institution_id == place.registration.institution_id,
            Course.id == place.course_id,
            or_(Course.roster_read_at.is_(None), Course.roster_read_at <= now),
        )
        .values(roster_tried_at=now, **values)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], result).rowcount == 1
