"""Let somebody of the office in without an LMS, by a link that works once."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.errors import InvalidInputError, NotAllowedError
from lti_tool.sentence import say
from lti_tool.store.tables.people import EntryLink
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import audit, people
from lti_tool.usecases.people import Actor, OfficeRole

LASTS = timedelta(hours=24)


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
    return make(
        session,
        actor.institution_id,
        person_id,
        now=now,
        new_secret=new_secret,
        actor_id=actor.person_id,
    )


def make(
    session: Session,
    institution_id: UUID,
    person_id: UUID,
    *,
    now: datetime,
    new_secret: Callable[[], str],
    actor_id: UUID | None = None,
) -> str:
    """The secret of a link that lets this person in once within 24 hours."""
    secret = new_secret()
    session.add(
        EntryLink(
            institution_id=institution_id,
            id=uuid4(),
            person_id=person_id,
            secret_hash=_hash(secret),
            expires_at=now + LASTS,
        )
    )
    audit.record(
        session, institution_id, "entry-link.made", subject=person_id, now=now, actor_id=actor_id
    )
    return secret


def use(session: Session, secret: str, *, now: datetime) -> tuple[UUID, UUID]:
    """(institution id, person id) of the link, used up by this call; raises NotAllowedError."""
    statement = (
        update(EntryLink)
        .where(
            EntryLink.secret_hash == _hash(secret),
            EntryLink.used_at.is_(None),
            EntryLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(EntryLink.institution_id, EntryLink.person_id)
    )
    used = session.execute(statement).one_or_none()
    if used is None:
        raise NotAllowedError(
            "people.link-used",
            say(
                "people.link-used",
                "This link is used up or older than a day. Make a new one with "
                "“testamur people grant”, or ask whoever sent it to you.",
            ),
        )
    audit.record(session, used[0], "entry-link.used", subject=used[1], now=now, actor_id=used[1])
    return used[0], used[1]


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


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
