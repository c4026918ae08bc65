"""What could not be delivered: list it for a person to look at, and send it again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool import outbox
from lti_tool.errors import ConflictError
from lti_tool.sentence import Sentence, say
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import audit
from lti_tool.usecases.awards import ISSUE_BADGE
from lti_tool.usecases.grade_passback import POST_SCORE
from lti_tool.usecases.people import Actor

MOST_SHOWN = 200

_KINDS: dict[str, Sentence] = {
    ISSUE_BADGE: say("deliveries.badge", "A badge could not be made and signed."),
    POST_SCORE: say("deliveries.score", "A result could not be entered in the LMS's gradebook."),
}
_OTHER = say("deliveries.other", "A message could not be delivered.")


@dataclass(frozen=True)
class Undelivered:
    """A message that was set aside: what it was for, the last reason, how often it was tried.

    `code` is the stable code of the reason, `reason` its words as they were logged; it holds no
    name and nothing a student wrote.
    """

    id: UUID
    what: Sentence
    code: str
    reason: str
    attempts: int
    set_aside_at: datetime


def set_aside(session: Session, institution_id: UUID) -> tuple[Undelivered, ...]:
    """What waits for a person, the latest first."""
    rows = session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.last_error,
            OutboxMessage.attempts,
            OutboxMessage.set_aside_at,
        )
        .where(
            OutboxMessage.institution_id == institution_id,
            OutboxMessage.set_aside_at.is_not(None),
            OutboxMessage.done_at.is_(None),
        )
        .order_by(OutboxMessage.set_aside_at.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(
        _line(message_id, kind, error or "", attempts, at)
        for message_id, kind, error, attempts, at in rows
        if at is not None
    )


def count(session: Session, institution_id: UUID) -> int:
    """How many messages wait for a person."""
    waiting = session.scalar(
        select(func.count()).where(
            OutboxMessage.institution_id == institution_id,
            OutboxMessage.set_aside_at.is_not(None),
            OutboxMessage.done_at.is_(None),
        )
    )
    return waiting or 0


def send_again(session: Session, actor: Actor, message_id: UUID, *, now: datetime) -> None:
    """Try a message again from the beginning. Raises ConflictError when it no longer waits."""
    if not outbox.send_again(session, actor.institution_id, message_id, now=now):
        raise ConflictError(
            "deliveries.not-waiting",
            say(
                "deliveries.not-waiting",
                "This is no longer set aside: it was sent again already, or it has arrived.",
            ),
        )
    audit.record(
        session,
        actor.institution_id,
        "delivery.sent-again",
        subject=message_id,
        now=now,
        actor_id=actor.person_id,
    )


def _line(message_id: UUID, kind: str, error: str, attempts: int, at: datetime) -> Undelivered:
    # The worker writes "code: sentence"; only a few of Python's own errors have no sentence.
    code, _, reason = error.partition(": ")
    return Undelivered(
        id=message_id,
        what=_KINDS.get(kind, _OTHER),
        code=code,
        reason=reason,
        attempts=attempts,
        set_aside_at=at,
    )
