"""The life of our LTI keys: published, then signing, then replaced, then retired and destroyed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, NotFoundError
from lti_tool.lti.tool_keys import new_tool_key, published_keys, signing_row
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.people import Institution
from lti_tool.store.tables.platforms import ToolKey
from lti_tool.usecases import audit

PUBLISHED_BEFORE = timedelta(hours=24)
"""How long a key is published before it signs, so that LMSs which keep our key set have seen it."""
PUBLISHED_AFTER = timedelta(days=7)
"""How long a key stays published when another signs, for what LMSs still hold of it."""


class Stage(StrEnum):
    """Where in its life a key is."""

    WAITING = "waiting"
    SIGNING = "signing"
    REPLACED = "replaced"
    RETIRED = "retired"


@dataclass(frozen=True)
class ToolKeyInfo:
    """A key of ours; `changes_at` is when it begins to sign, is retired, or was, where known."""

    kid: str
    stage: Stage
    changes_at: datetime | None


@dataclass(frozen=True)
class KeyMaking:
    """What making a key takes: what seals it, the time and a new id."""

    sealing_key: SealingKey
    now: datetime
    new_id: Callable[[], UUID]


def listed(session: Session, institution_id: UUID, *, now: datetime) -> tuple[ToolKeyInfo, ...]:
    """Every key of an institution: published ones first, each group the newest first."""
    published = session.scalars(published_keys(institution_id)).all()
    retired = session.scalars(
        select(ToolKey)
        .where(ToolKey.institution_id == institution_id, ToolKey.retired_at.is_not(None))
        .order_by(ToolKey.retired_at.desc(), ToolKey.id)
    )
    return (
        *_stages(published, now),
        *(ToolKeyInfo(str(row.id), Stage.RETIRED, row.retired_at) for row in retired),
    )


def rotate(
    session: Session, institution_id: UUID, making: KeyMaking, *, at_once: bool = False
) -> ToolKeyInfo:
    """Make the key that signs next, a day from now; the first one ever signs immediately.

    A key that waits for its day already is that key. With `at_once` it signs now: for a key that
    others may have got hold of, which is then to be retired. Two processes make one key.
    """
    _take_turns(session, institution_id)
    published = session.scalars(published_keys(institution_id)).all()
    waiting = next((row for row in published if row.signs_from > making.now), None)
    if waiting is None:
        is_urgent = at_once or not published
        signs_from = making.now if is_urgent else making.now + PUBLISHED_BEFORE
        kid = _make(session, institution_id, making, signs_from=signs_from)
    else:
        kid = str(waiting.id)
        if at_once:
            waiting.signs_from = making.now
    session.flush()
    known = {key.kid: key for key in listed(session, institution_id, now=making.now)}
    return known[kid]


def retire(session: Session, institution_id: UUID, kid: str, *, now: datetime) -> None:
    """Stop publishing a key and destroy its private half.

    Raises NotFoundError `tool-keys.unknown` and, for the key that signs now, ConflictError
    `tool-keys.in-use`.
    """
    _take_turns(session, institution_id)
    published = session.scalars(published_keys(institution_id)).all()
    row = next((row for row in published if str(row.id) == kid), None)
    if row is None:
        raise _unknown(kid)
    if row is signing_row(published, now=now):
        raise _in_use()
    _destroy(session, row, now)


def look_after(db: Database, making: KeyMaking, *, every: timedelta | None) -> None:
    """Replace keys that have signed for `every` (None: never), retire those replaced long ago."""
    for institution_id in _institutions_with_keys(db):
        with db.read() as session:
            is_due = _is_anything_due(session, institution_id, making.now, every=every)
        if not is_due:
            continue
        with db.begin() as session:
            _take_turns(session, institution_id)
            published = session.scalars(published_keys(institution_id)).all()
            for row in _over(published, making.now):
                _destroy(session, row, making.now)
            if _has_signed_for(published, making.now, every=every):
                signs_from = making.now + PUBLISHED_BEFORE
                _make(session, institution_id, making, signs_from=signs_from)


def _institutions_with_keys(db: Database) -> Sequence[UUID]:
    with db.read() as session:
        return session.scalars(
            select(ToolKey.institution_id).where(ToolKey.retired_at.is_(None)).distinct()
        ).all()


def _is_anything_due(
    session: Session, institution_id: UUID, now: datetime, *, every: timedelta | None
) -> bool:
    published = session.scalars(published_keys(institution_id)).all()
    return bool(_over(published, now)) or _has_signed_for(published, now, every=every)


def _has_signed_for(
    published: Sequence[ToolKey], now: datetime, *, every: timedelta | None
) -> bool:
    """Whether the newest key is old; one that waits for its day has a date in the future."""
    if every is None or not published:
        return False
    return published[0].signs_from + every <= now


def _over(published: Sequence[ToolKey], now: datetime) -> list[ToolKey]:
    kids = {
        key.kid
        for key in _stages(published, now)
        if key.stage is Stage.REPLACED and key.changes_at is not None and key.changes_at <= now
    }
    return [row for row in published if str(row.id) in kids]


def _stages(published: Sequence[ToolKey], now: datetime) -> list[ToolKeyInfo]:
    signing = signing_row(published, now=now)
    found, is_replaced = [], False
    # The newest first: each key's successor is the one before it in the list.
    for successor, row in zip([None, *published], published, strict=False):
        if row is signing:
            ends = successor.signs_from if successor is not None else None
            found.append(ToolKeyInfo(str(row.id), Stage.SIGNING, ends))
            is_replaced = True
        elif is_replaced and successor is not None:
            ends = successor.signs_from + PUBLISHED_AFTER
            found.append(ToolKeyInfo(str(row.id), Stage.REPLACED, ends))
        else:
            found.append(ToolKeyInfo(str(row.id), Stage.WAITING, row.signs_from))
    return found


def _make(
    session: Session, institution_id: UUID, making: KeyMaking, *, signs_from: datetime
) -> str:
    kid = new_tool_key(
        session,
        institution_id=institution_id,
        sealing_key=making.sealing_key,
        now=making.now,
        new_id=making.new_id,
        signs_from=signs_from,
    )
    audit.record(session, institution_id, "tool-key.made", subject=kid, now=making.now)
    return kid


def _destroy(session: Session, row: ToolKey, now: datetime) -> None:
    row.retired_at = now
    row.sealed_private = b""
    audit.record(session, row.institution_id, "tool-key.retired", subject=row.id, now=now)


def _take_turns(session: Session, institution_id: UUID) -> None:
    """Wait for whoever changes this institution's keys; SQLite lets one write at a time anyway."""
    session.scalars(
        select(Institution.id)
        .where(Institution.id == institution_id)
        .with_for_update(key_share=True)
    ).one()


def _unknown(kid: str) -> NotFoundError:
    return NotFoundError(
        "tool-keys.unknown",
        say(
            "tool-keys.unknown",
            "This institution publishes no LTI key %(kid)s. “testamur tool-keys list” shows "
            "those it has.",
            kid=kid,
        ),
    )


def _in_use() -> ConflictError:
    return ConflictError(
        "tool-keys.in-use",
        say(
            "tool-keys.in-use",
            "This key signs what is sent to LMSs now, so it was not retired. Put another in its "
            "place first, with “testamur tool-keys rotate --now”.",
        ),
    )
