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
from lti_tool.usecases.lms.grade_passback import POST_SCORE
from lti_tool.usecases.lms.rosters.asking import READ_ROSTER
from lti_tool.usecases.people import Actor

MOST_SHOWN = 200

_KINDS: dict[str, Sentence] = {
    ISSUE_BADGE: say("deliveries.badge", "A badge could not be made and signed."),
    POST_SCORE: say("deliveries.score", "A result could not be entered in the LMS's gradebook."),
    READ_ROSTER: say("deliveries.roster", "A course's list of people could not be read."),
}
_OTHER = say("deliveries.other", "A message could not be delivered.")


@dataclass(frozen=True)
class Undelivered:
    """A message that doesn't arrive: what it was for, the last reason, how often it was tried.

    `code` is the stable code of the reason, `reason` its words as they were logged; it holds no
    name and nothing a student wrote. `set_aside_at` is None while we go on trying, and then
    `next_try` is when.
    """

    id: UUID
    what: Sentence
    code: str
    reason: str
    attempts: int
    set_aside_at: datetime | None
    next_try: datetime


def undelivered(session: Session, institution_id: UUID) -> tuple[Undelivered, ...]:
    """What a person should look at: first what was set aside, the latest before the others."""
    rows = session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.last_error,
            OutboxMessage.attempts,
            OutboxMessage.set_aside_at,
            OutboxMessage.due_at,
        )
        .where(OutboxMessage.institution_id == institution_id, outbox.is_stuck())
        .order_by(
            OutboxMessage.set_aside_at.desc().nulls_last(),
            OutboxMessage.attempts.desc(),
            OutboxMessage.due_at,
        )
        .limit(MOST_SHOWN)
    )
    return tuple(_line(*row) for row in rows)


def count(session: Session, institution_id: UUID) -> int:
    """How many messages a person should look at."""
    stuck = session.scalar(
        select(func.count()).where(
            OutboxMessage.institution_id == institution_id, outbox.is_stuck()
        )
    )
    return stuck or 0


def send_again(session: Session, actor: Actor, message_id: UUID, *, now: datetime) -> None:
    """Try a message again from the beginning. Raises ConflictError when it is not stuck."""
    if not outbox.send_again(session, actor.institution_id, message_id, now=now):
        raise ConflictError(
            "deliveries.not-waiting",
            say(
                "deliveries.not-waiting",
                "This is no longer stuck: it was sent again already, is being delivered just "
                "now, or has arrived.",
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


def make_badges_now(session: Session, institution_id: UUID, *, now: datetime) -> int:
    """Try every badge that could not be made again at once, as there is a new key; how many."""
    return outbox.send_all_again(session, institution_id, ISSUE_BADGE, now=now)


def _line(
    message_id: UUID,
    kind: str,
    error: str | None,
    attempts: int,
    set_aside_at: datetime | None,
    next_try: datetime,
) -> Undelivered:
    # The worker writes "code: sentence"; only a few of Python's own errors have no sentence.
    code, _, reason = (error or "").partition(": ")
    return Undelivered(
        id=message_id,
        what=_KINDS.get(kind, _OTHER),
        code=code,
        reason=reason,
        attempts=attempts,
        set_aside_at=set_aside_at,
        next_try=next_try,
    )
