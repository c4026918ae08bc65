"""Messages to deliver after commit: add, claim, done, retry later, set aside. The guarantee.

A message is a row written in the same transaction as what it is about, so it exists exactly when
that exists. Whoever claims it holds a lease; a worker that dies leaves a lease that runs out. A
handler therefore may run twice, and must be safe to repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.orm import Session

from lti_tool.store.database import Database
from lti_tool.store.tables.outbox import OutboxMessage

LEASE = timedelta(seconds=60)
"""Longer than a handler should wait on the network; a repeat after a lost lease is safe anyway."""

WORTH_A_LOOK = 3
"""After so many failed attempts, some minutes, a person is shown that it doesn't arrive."""

MOST_ATTEMPTS = 12
"""With the waits between them two days, a weekend's outage; after that a person has to look."""

_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=8)
_GROWTH = 4


@dataclass(frozen=True)
class Message:
    """A claimed message. `attempts` counts this one."""

    institution_id: UUID
    id: UUID
    kind: str
    key: str
    payload: Mapping[str, Any]
    attempts: int


def add(session: Session, message: OutboxMessage) -> bool:
    """Add a message unless the same (institution, kind, key) was ever added. True when added."""
    same = select(OutboxMessage.id).where(
        OutboxMessage.institution_id == message.institution_id,
        OutboxMessage.kind == message.kind,
        OutboxMessage.key == message.key,
    )
    if session.scalar(same) is not None:
        return False
    session.add(message)
    session.flush()
    session.info.setdefault("outbox", []).append(message.id)
    return True


def add_again(session: Session, message: OutboxMessage) -> bool:
    """Add a message, or begin the one of its key again: one row for what is done over and over.

    One that waits for longer than `message.due_at` comes forward to it. False when nothing had to
    be changed: it waits for an earlier moment, or is being delivered just now.
    """
    if add(session, message):
        return True
    can_begin = and_(
        OutboxMessage.kind == message.kind,
        OutboxMessage.key == message.key,
        or_(
            OutboxMessage.done_at.is_not(None),
            OutboxMessage.set_aside_at.is_not(None),
            OutboxMessage.due_at > message.due_at,
        ),
    )
    return bool(_begin_again(session, message.institution_id, can_begin, now=message.due_at))


def claim(db: Database, message_id: UUID, *, now: datetime) -> Message | None:
    """Take the lease of one message if it is due and nobody holds it. None otherwise."""
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, _is_due(now))
        .values(leased_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
        .returning(
            OutboxMessage.institution_id,
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.key,
            OutboxMessage.payload,
            OutboxMessage.attempts,
        )
    )
    with db.begin() as session:
        row = session.execute(statement).one_or_none()
    return Message(*row) if row else None


def due(
    session: Session, *, now: datetime, kind: str | None = None, limit: int = 500
) -> list[UUID]:
    """Ids of the messages (of one kind) that may be claimed now.

    Those tried least come first, so that one that fails and fails holds up none that would
    arrive; of them the longest waiting.
    """
    statement = select(OutboxMessage.id).where(_is_due(now))
    if kind is not None:
        statement = statement.where(OutboxMessage.kind == kind)
    statement = statement.order_by(OutboxMessage.attempts, OutboxMessage.due_at).limit(limit)
    return list(session.scalars(statement))


def kind_of(session: Session, message_id: UUID) -> str | None:
    """The kind of a message; None when there is no such message."""
    return session.scalar(select(OutboxMessage.kind).where(OutboxMessage.id == message_id))


def put_off_like(
    session: Session, message: Message, field: str, *, until: datetime, now: datetime
) -> None:
    """Let others that are due, and alike in kind and a field of the payload, wait `until` too."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.institution_id == message.institution_id,
            OutboxMessage.kind == message.kind,
            OutboxMessage.payload[field].as_string() == message.payload[field],
            _is_due(now),
        )
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )


def set_aside_like(
    session: Session, message: Message, field: str, *, now: datetime, error: str
) -> None:
    """Set aside all others that wait, free and alike in kind and a field of the payload."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.institution_id == message.institution_id,
            OutboxMessage.kind == message.kind,
            OutboxMessage.payload[field].as_string() == message.payload[field],
            OutboxMessage.id != message.id,
            OutboxMessage.done_at.is_(None),
            OutboxMessage.set_aside_at.is_(None),
            _is_free(now),
        )
        .values(set_aside_at=now, last_error=error)
        .execution_options(synchronize_session=False)
    )


def done_so_far(session: Session, message: Message, *, now: datetime) -> None:
    """Give the message back: while it was delivered something newer came, to deliver at once."""
    session.execute(_update(message).values(leased_until=None, attempts=0, due_at=now))
    session.info.setdefault("outbox", []).append(message.id)


def done(session: Session, message: Message, *, now: datetime) -> None:
    """Mark as delivered, in the transaction that records what was delivered.

    Also by who lost the lease meanwhile: what arrived has arrived.
    """
    session.execute(
        _update(message).values(done_at=now, leased_until=None, last_error=None, set_aside_at=None)
    )


def retry_later(
    session: Session,
    message: Message,
    *,
    now: datetime,
    error: str,
    after: timedelta | None = None,
    jitter: float = 0.0,
) -> timedelta:
    """Put back with a growing wait (or `after`, when the other side named one); returns the wait.

    `jitter` between 0 and 1 stretches the wait by up to a quarter, so that a platform that comes
    back isn't met by everything at once.
    """
    growing = min(_FIRST_WAIT * _GROWTH ** (message.attempts - 1), _LONGEST_WAIT)
    wait = max(after or growing, timedelta(seconds=1)) * (1 + jitter / 4)
    _put_back(session, message, due_at=now + wait, last_error=error)
    return wait


def set_aside(session: Session, message: Message, *, now: datetime, error: str) -> None:
    """Stop trying; the message stays, with its reason, for a person to look at."""
    _put_back(session, message, set_aside_at=now, last_error=error)


def send_again(session: Session, institution_id: UUID, message_id: UUID, *, now: datetime) -> bool:
    """Give a stuck message all its tries again, from now on; False when it isn't stuck."""
    stuck = and_(OutboxMessage.id == message_id, is_stuck(), _is_free(now))
    return bool(_begin_again(session, institution_id, stuck, now=now))


def send_all_again(session: Session, institution_id: UUID, kind: str, *, now: datetime) -> int:
    """Try every message of this kind that did not arrive from the beginning; how many."""
    waiting = and_(
        OutboxMessage.kind == kind,
        OutboxMessage.done_at.is_(None),
        OutboxMessage.attempts > 0,
        _is_free(now),
    )
    return len(_begin_again(session, institution_id, waiting, now=now))


def is_stuck() -> ColumnElement[bool]:
    """Not delivered, and set aside or tried so often that a person should look."""
    return and_(
        OutboxMessage.done_at.is_(None),
        or_(OutboxMessage.set_aside_at.is_not(None), OutboxMessage.attempts >= WORTH_A_LOOK),
    )


def _begin_again(
    session: Session, institution_id: UUID, which: ColumnElement[bool], *, now: datetime
) -> list[UUID]:
    statement = (
        update(OutboxMessage)
        .where(OutboxMessage.institution_id == institution_id, which)
        .values(set_aside_at=None, done_at=None, attempts=0, due_at=now)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    begun = list(session.scalars(statement))
    session.info.setdefault("outbox", []).extend(begun)
    return begun


def _is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        OutboxMessage.done_at.is_(None),
        OutboxMessage.set_aside_at.is_(None),
        OutboxMessage.due_at <= now,
        _is_free(now),
    )


def _is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody is delivering it just now."""
    return or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= now)


def _put_back(session: Session, message: Message, **values: object) -> None:
    """Give the lease back, unless it ran out and somebody else holds the message by now."""
    session.execute(
        _update(message)
        .where(OutboxMessage.attempts == message.attempts)
        .values(leased_until=None, **values)
    )


def _update(message: Message) -> Update:
    return update(OutboxMessage).where(
        OutboxMessage.institution_id == message.institution_id,
        OutboxMessage.id == message.id,
    )
