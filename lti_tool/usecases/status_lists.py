"""Allocate entries at random, publish signed lists."""

import secrets
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from credentials import issuing, strict_json
from credentials.keys import SigningKey, SigningKeyFile
from credentials.status import StatusEntry, StatusList
from lti_tool.errors import NotFoundError
from lti_tool.sentence import say
from lti_tool.store.tables.awards import Award, StatusEntryRow, StatusListRow
from lti_tool.usecases.badges.achievements import Addresses

LENGTH = 131_072
"""The least the standard allows (Bitstring Status List §2.1): a crowd to hide in."""

FULL_AT = LENGTH // 2
"""Half full, so that a free place is found in two tries on average."""

REVOCATION = "revocation"
KEEP_FOR = timedelta(minutes=5)


def allocate(
    session: Session, institution_id: UUID, award_id: UUID, *, base: str, now: datetime
) -> StatusEntry:
    """A place of its own for an award, drawn at random so that places tell no order of awarding.

    `base` is the public address of the institution. The entry of an award never changes.
    """
    entry = session.scalar(_entry_of(institution_id, award_id))
    if entry is None:
        status_list = _open_list(session, institution_id, now=now)
        entry = StatusEntryRow(
            institution_id=institution_id,
            status_list_id=status_list.id,
            position=_free_position(session, status_list),
            award_id=award_id,
            is_set=False,
        )
        session.add(entry)
        session.flush()
    number = session.get_one(StatusListRow, (institution_id, entry.status_list_id)).number
    return StatusEntry(list_url=list_url(base, number), index=entry.position, purpose=REVOCATION)


def set_revoked(session: Session, institution_id: UUID, award_id: UUID) -> None:
    """Set the bit of an award; an award that has no entry yet will never get a credential."""
    session.execute(
        update(StatusEntryRow)
        .where(StatusEntryRow.institution_id == institution_id, StatusEntryRow.award_id == award_id)
        .values(is_set=True)
    )


def signed_list(
    session: Session,
    institution_id: UUID,
    number: int,
    *,
    addresses: Addresses,
    keys: SigningKeyFile,
) -> bytes:
    """The signed BitstringStatusListCredential as UTF-8 JSON.

    The same bytes from every process until an award is revoked or the key rotated, so that copies
    can be told apart by their content. Raises NotFoundError, SigningKeyError.
    """
    row = _list_row(session, institution_id, number)
    unsigned = _unsigned(session, row, addresses)
    key = keys.current(addresses.did)
    created = max(row.created_at, key.created, _last_revoked_at(session, row) or row.created_at)
    return _signed(strict_json.write(unsigned), key, created)


def list_url(base: str, number: int) -> str:
    """The address of a status list."""
    return f"{base}/status/{number}"


def _list_row(session: Session, institution_id: UUID, number: int) -> StatusListRow:
    row = session.scalar(
        select(StatusListRow).where(
            StatusListRow.institution_id == institution_id,
            StatusListRow.purpose == REVOCATION,
            StatusListRow.number == number,
        )
    )
    if row is None:
        raise NotFoundError(
            "status.unknown", say("status.unknown", "There is no such status list here.")
        )
    return row


def _unsigned(session: Session, row: StatusListRow, addresses: Addresses) -> dict[str, Any]:
    bits = StatusList(row.length)
    for position in session.scalars(
        select(StatusEntryRow.position).where(
            StatusEntryRow.institution_id == row.institution_id,
            StatusEntryRow.status_list_id == row.id,
            StatusEntryRow.is_set,
        )
    ):
        bits.set(position)
    return bits.to_credential(
        list_url=list_url(addresses.base, row.number),
        issuer=addresses.did,
        valid_from=row.created_at,
        purpose=REVOCATION,
        ttl=KEEP_FOR,
    )


def _last_revoked_at(session: Session, row: StatusListRow) -> datetime | None:
    """When the list last changed: a bit is only ever set, and together with `revoked_at`."""
    return session.scalar(
        select(func.max(Award.revoked_at))
        .join(
            StatusEntryRow,
            (StatusEntryRow.institution_id == Award.institution_id)
            & (StatusEntryRow.award_id == Award.id),
        )
        .where(
            StatusEntryRow.institution_id == row.institution_id,
            StatusEntryRow.status_list_id == row.id,
            StatusEntryRow.is_set,
        )
    )


@lru_cache(maxsize=64)
def _signed(unsigned: bytes, key: SigningKey, created: datetime) -> bytes:
    """Signing is deterministic, so what was signed once need not be signed again."""
    document = strict_json.read_object(unsigned)
    return strict_json.write(issuing.sign(document, key=key, created=created))


def _entry_of(institution_id: UUID, award_id: UUID) -> Any:
    return select(StatusEntryRow).where(
        StatusEntryRow.institution_id == institution_id, StatusEntryRow.award_id == award_id
    )


def _open_list(session: Session, institution_id: UUID, *, now: datetime) -> StatusListRow:
    newest = session.scalar(
        select(StatusListRow)
        .where(StatusListRow.institution_id == institution_id, StatusListRow.purpose == REVOCATION)
        .order_by(StatusListRow.number.desc())
        .limit(1)
        .with_for_update()
    )
    if newest is not None and _taken(session, newest) < FULL_AT:
        return newest
    row = StatusListRow(
        institution_id=institution_id,
        id=uuid4(),
        purpose=REVOCATION,
        number=1 if newest is None else newest.number + 1,
        length=LENGTH,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _taken(session: Session, row: StatusListRow) -> int:
    count = session.scalar(
        select(func.count()).where(
            StatusEntryRow.institution_id == row.institution_id,
            StatusEntryRow.status_list_id == row.id,
        )
    )
    return count or 0


def _free_position(session: Session, row: StatusListRow) -> int:
    while True:
        position = secrets.randbelow(row.length)
        if session.get(StatusEntryRow, (row.institution_id, row.id, position)) is None:
            return position
