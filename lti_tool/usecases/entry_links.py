"""Let somebody of the office in without an LMS: who may be given a one-time link."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError
from lti_tool.sentence import say
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import people
from lti_tool.usecases.people import Actor, OfficeRole


def invite(
    session: Session,
    actor: Actor,
    person_id: UUID,
    *,
    now: datetime,
    new_secret: Callable[[], str],
) -> str:
    """The secret of a one-time link for another of the office; recorded with who made it.

    Whoever has the link enters as that person. It must never open what only a student may read,
    so there is none for somebody who also studies here: they enter through their course. Raises
    NotAllowedError, InvalidInputError.
    """
    actor.require(OfficeRole.ADMINISTRATOR)
    if not people.roles_of(session, actor.institution_id, person_id):
        raise InvalidInputError(
            "entry-links.no-role",
            say(
                "entry-links.no-role",
                "This person holds no office role. Grant one first, then make the link.",
            ),
        )
    if person_id != actor.person_id:
        refuse_students(session, actor.institution_id, person_id)
    return people.make_entry_link(
        session,
        actor.institution_id,
        person_id,
        now=now,
        new_secret=new_secret,
        actor_id=actor.person_id,
    )


def refuse_students(session: Session, institution_id: UUID, person_id: UUID) -> None:
    """Raise InvalidInputError when this person also studies here."""
    if _studies_here(session, institution_id, person_id):
        raise InvalidInputError(
            "entry-links.student",
            say(
                "entry-links.student",
                "This person also studies here, and a link would open their own writing to "
                "whoever holds it. They enter through their course instead.",
            ),
        )


def _studies_here(session: Session, institution_id: UUID, person_id: UUID) -> bool:
    enrolled = session.scalar(
        select(Enrolment.id)
        .where(Enrolment.institution_id == institution_id, Enrolment.person_id == person_id)
        .limit(1)
    )
    return enrolled is not None
