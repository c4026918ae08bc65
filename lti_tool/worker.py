"""Deliver outbox messages: which handler runs which message, retry, give up."""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Lock
from uuid import UUID, uuid4

import structlog

from credentials.errors import CredentialsError
from lti_tool import outbox
from lti_tool.errors import PlatformError, ToolError
from lti_tool.outbox import MOST_ATTEMPTS, Message
from lti_tool.usecases.awards import ISSUE_BADGE
from lti_tool.usecases.issuing import issue_award
from lti_tool.usecases.lms import launch_records, tool_keys
from lti_tool.usecases.lms.grade_passback import POST_SCORE
from lti_tool.usecases.lms.rosters.asking import READ_ROSTER, queue_due
from lti_tool.usecases.lms.rosters.reading import deliver_roster
from lti_tool.usecases.lms.scores.delivery import deliver_score
from lti_tool.usecases.lms.scores.kept import send_kept
from lti_tool.usecases.lms.tool_keys import KeyMaking
from lti_tool.usecases.tidying import forget_ended
from lti_tool.wiring import Wiring

log = structlog.get_logger(__name__)

Handler = Callable[[Wiring, Message], None]


def _queue_rosters(wiring: Wiring) -> None:
    queue_due(wiring.db, now=wiring.now())


def _send_kept_scores(wiring: Wiring) -> None:
    send_kept(wiring.db, now=wiring.now())


def _forget_ended(wiring: Wiring) -> None:
    forget_ended(wiring.db, now=wiring.now())


def _tidy_launch_records(wiring: Wiring) -> None:
    with wiring.db.begin() as session:
        launch_records.tidy(session)


def _look_after_tool_keys(wiring: Wiring) -> None:
    days = wiring.settings.tool_key_days
    making = KeyMaking(wiring.master, wiring.now(), uuid4)
    tool_keys.look_after(wiring.db, making, every=timedelta(days=days) if days else None)


CHORES: tuple[Callable[[Wiring], None], ...] = (
    _queue_rosters,
    _send_kept_scores,
    _forget_ended,
    _tidy_launch_records,
    _look_after_tool_keys,
)
"""What is looked after each minute beside messages; each must be safe to run in two processes."""

LMS_KINDS = (POST_SCORE, READ_ROSTER)
"""Messages that wait for an LMS."""

LONGEST_SHARED_WAIT = timedelta(minutes=5)
"""How long one message that an LMS gave no answer to keeps the others for this LMS waiting."""

_TOO_FAST = (429, 403)


def _issue_badge(wiring: Wiring, message: Message) -> None:
    issue_award(
        wiring.db,
        message,
        keys=wiring.signing_keys,
        base_url=wiring.settings.base_url,
        now=wiring.now,
    )


def _post_score(wiring: Wiring, message: Message) -> None:
    base_url = wiring.settings.base_url
    deliver_score(wiring.db, message, wiring.connector, base_url=base_url, now=wiring.now())


def _read_roster(wiring: Wiring, message: Message) -> None:
    deliver_roster(wiring.db, message, wiring.connector, now=wiring.now())


HANDLERS: Mapping[str, Handler] = {
    ISSUE_BADGE: _issue_badge,
    POST_SCORE: _post_score,
    READ_ROSTER: _read_roster,
}


def deliver(wiring: Wiring, message_id: UUID) -> bool:
    """Deliver one message if it is due and free; True when it is done.

    Never raises because a delivery failed: the message then waits for its next try, or is set
    aside with its reason.
    """
    message = outbox.claim(wiring.db, message_id, now=wiring.now())
    if message is None:
        return False
    try:
        HANDLERS[message.kind](wiring, message)
    except Exception as error:  # noqa: BLE001 - one bad message must not stop the others
        _put_back(wiring, message, error)
        return False
    log.info("outbox.delivered", kind=message.kind, id=str(message.id), attempts=message.attempts)
    return True


def sweep(wiring: Wiring) -> int:
    """Deliver everything that is due, one after the other; how many were delivered."""
    return sum(deliver(wiring, message_id) for message_id in _due(wiring))


def wake_due(wiring: Wiring) -> None:
    """Wake workers for everything that is due, whoever forgot it."""
    wiring.queue.wake(_due(wiring))


def run(wiring: Wiring) -> None:
    """Work until SIGTERM."""
    lanes = Lanes(wiring)
    wiring.queue.consume(
        deliver=lambda message_id: _quietly(lanes.deliver, message_id),
        sweep=lambda: _every_minute(wiring),
    )


def _every_minute(wiring: Wiring) -> None:
    for work in (wake_due, *CHORES):
        _quietly(work, wiring)


class Lanes:
    """Keeps a slow LMS from holding up badges: this process asks an LMS one thing at a time.

    Whoever meets a score or a roster while another is under way leaves it alone at once, so that
    all threads but one are there for badges. Whoever is done wakes a worker for the next.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._asking = Lock()

    def deliver(self, message_id: UUID) -> None:
        """Deliver one message now, or leave it to whoever is asking."""
        with self._wiring.db.read() as session:
            kind = outbox.kind_of(session, message_id)
        if kind not in LMS_KINDS:
            deliver(self._wiring, message_id)
        elif self._asking.acquire(blocking=False):
            try:
                deliver(self._wiring, message_id)
            finally:
                self._asking.release()
            self._wake_next()

    def _wake_next(self) -> None:
        # Only now: what is left alone before the release above was due before this look.
        now = self._wiring.now()
        with self._wiring.db.read() as session:
            due = [outbox.due(session, now=now, kind=kind, limit=1) for kind in LMS_KINDS]
        self._wiring.queue.wake([message_id for one in due for message_id in one])


def _due(wiring: Wiring) -> list[UUID]:
    """What is due: badges first, as they wait for nobody else's server."""
    with wiring.db.read() as session:
        badges = outbox.due(session, now=wiring.now(), kind=ISSUE_BADGE)
        every = outbox.due(session, now=wiring.now())
    return list(dict.fromkeys([*badges, *every]))


def _quietly(work: Callable[..., object], *args: object) -> None:
    """Keep the worker alive while the database is away: the next sweep tries again."""
    try:
        work(*args)
    except Exception:
        log.exception("worker.failed")


def _put_back(wiring: Wiring, message: Message, error: Exception) -> None:
    now = wiring.now()
    reason = _reason(error)
    give_up = message.attempts >= MOST_ATTEMPTS or (
        isinstance(error, PlatformError) and not error.retryable
    )
    with wiring.db.begin() as session:
        if give_up:
            outbox.set_aside(session, message, now=now, error=reason)
        else:
            wait = outbox.retry_later(
                session,
                message,
                now=now,
                error=reason,
                after=_asked_wait(error),
                jitter=random.random(),  # noqa: S311 - spreads load, protects nothing
            )
            if message.kind in LMS_KINDS and _concerns_all(error):
                until = now + min(wait, LONGEST_SHARED_WAIT)
                outbox.put_off_like(session, message, "registration_id", until=until, now=now)
    # The reason is ours (a code and a sentence); the exception itself may hold personal data.
    log.warning(
        "outbox.set-aside" if give_up else "outbox.retry",
        kind=message.kind,
        id=str(message.id),
        attempts=message.attempts,
        reason=reason,
        error=type(error).__name__,
    )
    if not give_up:
        wiring.queue.wake([message.id], after_seconds=wait.total_seconds() + 0.5)


def _concerns_all(error: Exception) -> bool:
    """Whether the LMS will do the same to all the others that wait for it.

    It gave no answer at all, or asks us to slow down: with 429, or Canvas with a 403 that passes.
    """
    return (
        isinstance(error, PlatformError) and error.retryable and error.status in (None, *_TOO_FAST)
    )


def _asked_wait(error: Exception) -> timedelta | None:
    if isinstance(error, PlatformError) and error.retry_after is not None:
        return timedelta(seconds=min(error.retry_after, 6 * 3600))
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, ToolError):
        return f"{error.code}: {error.sentence}"
    if isinstance(error, CredentialsError):
        return f"{type(error).__name__}: {error}"
    return type(error).__name__
