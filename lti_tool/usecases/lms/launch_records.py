"""The launch inspector: the last launches of each LMS, masked, and how they ended.

Three sorts are kept apart, fifty of each: launches that were let in, genuine ones that were
refused, and those whose signature proved nothing. So nobody can push out the others' by a flood.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lti_tool.errors import LaunchRejectedError, NotFoundError
from lti_tool.lti.launch import Launch
from lti_tool.lti.reading.claims import LTI
from lti_tool.lti.reading.id_token import UnverifiedToken, read_token
from lti_tool.lti.reading.masking import masked, masked_header, masked_login
from lti_tool.sentence import Sentence, say
from lti_tool.store.database import Database
from lti_tool.store.driver import Transaction
from lti_tool.store.prepared import Prepared
from lti_tool.store.tables.platforms import LaunchRecord, Registration
from lti_tool.usecases.lms import launch_advice

KEPT = 50
"""Of each sort and registration."""

_OF_1EDTECH = "https://purl.imsglobal.org/spec/"

log = structlog.get_logger(__name__)

_ADD = Prepared(
    insert(LaunchRecord),
    columns=(
        "institution_id",
        "id",
        "registration_id",
        "at",
        "code",
        "is_proven",
        "header",
        "claims",
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A launch or login as it was sent, masked."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One launch in the list; `said` and `advice` are None when it was let in."""

    id: UUID
    at: datetime
    code: str | None
    is_proven: bool
    said: Sentence | None
    advice: Sentence | None


@dataclass(frozen=True, slots=True)
class LaunchList:
    """The launches of one LMS."""

    platform: str
    client_id: str
    lines: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """One launch: (name, value) rows of header and claims, names of nested ones joined by " → "."""

    line: RecordLine
    header: tuple[tuple[str, str], ...]
    claims: tuple[tuple[str, str], ...]


def seen(form: Mapping[str, str]) -> Seen:
    """What a launch form carries, whether it is genuine or not."""
    if "error" in form:
        return Seen({}, masked_login({name: form[name] for name in form if "error" in name}))
    try:
        return _seen_token(read_token(form.get("id_token", "")))
    except LaunchRejectedError:
        return Seen({}, {})


def seen_login(parameters: Mapping[str, str]) -> Seen:
    """What a login carries."""
    return Seen({}, masked_login(parameters))


def record_arrival(
    session: Transaction, launch: Launch, deployment_state: str, *, now: datetime
) -> None:
    """Record a genuine launch in the transaction that acts on it: one INSERT and no question."""
    code = launch_advice.code_of_place(deployment_state)
    place = (launch.institution_id, launch.registration_id)
    _record(session, place, _seen_token(launch.sent), code=code, is_proven=True, now=now)


def record_refused(
    db: Database, registration_id: UUID, what: Seen, refusal: LaunchRejectedError, *, now: datetime
) -> None:
    """Record a refused launch or login of a known registration, in a transaction of its own.

    Never raises: whoever was refused reads why, also when the database can't keep it.
    """
    try:
        with db.begin() as session:
            institution_id = session.scalar(
                select(Registration.institution_id).where(Registration.id == registration_id)
            )
            if institution_id is None:
                return
            place = (institution_id, registration_id)
            is_proven = refusal.is_proven
            _record(session, place, what, code=refusal.code, is_proven=is_proven, now=now)
            # At once, because anybody may send these, and as fast as they like.
            _tidy(session, registration_id)
    except SQLAlchemyError as error:
        log.warning("launch.not-recorded", code=refusal.code, error=type(error).__name__)


def tidy(session: Session) -> None:
    """Forget all but the newest of each sort; a chore of the worker."""
    _tidy(session, None)


def recent(session: Session, institution_id: UUID, registration_id: UUID) -> LaunchList:
    """The launches of one registration, newest first. Raises NotFoundError when it is unknown."""
    registration = session.get(Registration, (institution_id, registration_id))
    if registration is None:
        raise NotFoundError(
            "launch-records.no-platform",
            say(
                "launch-records.no-platform",
                "This LMS is not connected here. Go back to the list of LMS connections.",
            ),
        )
    rows = session.scalars(
        select(LaunchRecord)
        .where(
            LaunchRecord.institution_id == institution_id,
            LaunchRecord.registration_id == registration_id,
        )
        .order_by(LaunchRecord.at.desc(), LaunchRecord.id)
        .limit(3 * KEPT)
    )
    name = registration.name or registration.platform_issuer
    return LaunchList(name, registration.client_id, tuple(_line(row) for row in rows))


def one(
    session: Session, institution_id: UUID, registration_id: UUID, record_id: UUID
) -> RecordView:
    """One launch with its masked claims. Raises NotFoundError when it is kept no longer."""
    row = session.get(LaunchRecord, (institution_id, record_id))
    if row is None or row.registration_id != registration_id:
        raise NotFoundError(
            "launch-records.gone",
            say(
                "launch-records.gone",
                "This launch is not kept any more: of each LMS the last ones are. Go back to "
                "the list.",
            ),
        )
    return RecordView(_line(row), tuple(_rows(row.header)), tuple(_rows(row.claims)))


def _seen_token(token: UnverifiedToken) -> Seen:
    return Seen(masked_header(token.header), masked(token.claims))


def _record(
    session: Transaction,
    place: tuple[UUID, UUID],
    what: Seen,
    *,
    code: str | None,
    is_proven: bool,
    now: datetime,
) -> None:
    institution_id, registration_id = place
    values = {
        "institution_id": institution_id,
        "id": uuid4(),
        "registration_id": registration_id,
        "at": now,
        "code": code,
        "is_proven": is_proven,
        "header": what.header,
        "claims": what.claims,
    }
    _ADD.change(session, values)


def _tidy(session: Session, registration_id: UUID | None) -> None:
    sort = (
        LaunchRecord.institution_id,
        LaunchRecord.registration_id,
        LaunchRecord.code.is_(None),
        LaunchRecord.is_proven,
    )
    newest = (LaunchRecord.at.desc(), LaunchRecord.id)
    place = func.row_number().over(partition_by=sort, order_by=newest).label("place")
    ranked = select(LaunchRecord.id, place)
    if registration_id is not None:
        ranked = ranked.where(LaunchRecord.registration_id == registration_id)
    counted = ranked.subquery()
    old = select(counted.c.id).where(counted.c.place > KEPT)
    session.execute(
        delete(LaunchRecord)
        .where(LaunchRecord.id.in_(old))
        .execution_options(synchronize_session=False)
    )


def _line(row: LaunchRecord) -> RecordLine:
    said, advice = launch_advice.of(row.code) if row.code else (None, None)
    return RecordLine(row.id, row.at, row.code, row.is_proven, said, advice)


def _rows(value: object, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        inside = f"{name} → " if name else ""
        found = [_rows(inner, inside + _short(key)) for key, inner in value.items()]
        return [row for rows in found for row in rows]
    if isinstance(value, list) and value:
        return [(name, ", ".join(_text(item) for item in value))]
    return [(name, _text(value))] if name else []


def _short(claim: str) -> str:
    """A claim's name without what all names of 1EdTech begin with."""
    return claim.removeprefix(LTI).removeprefix(_OF_1EDTECH)


def _text(value: object) -> str:
    """As it was sent: an empty text, a null or a list in a list is seen to be one."""
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)
