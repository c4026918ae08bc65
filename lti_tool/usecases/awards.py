"""List, show, find and revoke awards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.sentence import say
from lti_tool.store.tables.awards import Award, Credential
from lti_tool.store.tables.people import Person
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import audit, programmes, status_lists
from lti_tool.usecases.people import Actor

ISSUE_BADGE = "issue_badge"

DECIDED, RESERVED, ISSUED, REVOKED = "decided", "reserved", "issued", "revoked"

ONLY_PERIOD = "1"
"""Badges that run out and are renewed will have several periods; these have one."""


@dataclass(frozen=True)
class AwardInfo:
    """An award as its holder and the office see it; `holder` is a name, else an e-mail address."""

    id: UUID
    badge_id: str
    badge_name: str
    programme_id: str
    programme_title: str
    state: str
    decided_at: datetime
    issued_at: datetime | None
    revoked_at: datetime | None
    revoked_reason: str | None
    holder: str | None


@dataclass(frozen=True)
class HeldAward:
    """What the holder takes along; `signed` is None until it is issued and once it is revoked."""

    info: AwardInfo
    signed: str | None
    picture: str


def of_student(session: Session, actor: Actor) -> tuple[AwardInfo, ...]:
    """The acting student's awards, newest first."""
    rows = session.execute(
        _with_enrolment().where(
            Award.institution_id == actor.institution_id,
            Enrolment.person_id == actor.person_id,
        )
    ).all()
    return _infos(session, [(row[0], row[1]) for row in rows])


def of_institution(
    session: Session, institution_id: UUID, *, limit: int = 200
) -> tuple[AwardInfo, ...]:
    """The institution's latest awards, for the office."""
    rows = session.execute(
        _with_enrolment().where(Award.institution_id == institution_id).limit(limit)
    ).all()
    return _infos(session, [(row[0], row[1]) for row in rows])


def of_id(session: Session, institution_id: UUID, award_id: UUID) -> AwardInfo:
    """One award as the office sees it; raises NotFoundError."""
    row = session.execute(
        _with_enrolment().where(Award.institution_id == institution_id, Award.id == award_id)
    ).one_or_none()
    if row is None:
        raise _unknown()
    return _infos(session, [(row[0], row[1])])[0]


def held(session: Session, actor: Actor, award_id: UUID) -> HeldAward:
    """One of the acting student's own awards; raises NotFoundError."""
    row = session.execute(
        _with_enrolment().where(
            Award.institution_id == actor.institution_id,
            Award.id == award_id,
            Enrolment.person_id == actor.person_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("awards.none", say("awards.none", "There is no such certificate here."))
    award, enrolled = row
    programme = programmes.version(
        session, actor.institution_id, enrolled.programme_id, enrolled.version
    )
    credential = session.get(Credential, (actor.institution_id, award_id))
    return HeldAward(
        info=_infos(session, [(award, enrolled)])[0],
        signed=credential.signed if credential and award.state == ISSUED else None,
        picture=programmes.badge_svg(
            session, actor.institution_id, programme, programme.badge(award.badge_id).image
        ),
    )


def revoke(
    session: Session,
    institution_id: UUID,
    award_id: UUID,
    *,
    reason: str,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """Revoke an award: its bit in the status list is set in the same transaction.

    Raises NotFoundError, ConflictError (revoked already), InvalidInputError (no reason).
    """
    if not reason.strip():
        raise InvalidInputError(
            "awards.no-reason", say("awards.no-reason", "Say why the certificate is revoked.")
        )
    award = session.get(Award, (institution_id, award_id), with_for_update=True)
    if award is None:
        raise _unknown()
    if award.state == REVOKED:
        raise ConflictError(
            "awards.revoked", say("awards.revoked", "This certificate is revoked already.")
        )
    award.state, award.revoked_at = REVOKED, now
    award.revoked_by, award.revoked_reason = actor_id, reason.strip()[:500]
    status_lists.set_revoked(session, institution_id, award_id)
    audit.record(
        session,
        institution_id,
        "award.revoked",
        subject=award_id,
        now=now,
        actor_id=actor_id,
        details={"reason": award.revoked_reason},
    )


def find(session: Session, name: str) -> tuple[UUID, UUID]:
    """(institution id, award id) of an award id or a credential id; raises NotFoundError."""
    by_credential = session.execute(
        select(Credential.institution_id, Credential.award_id).where(
            Credential.credential_id == name
        )
    ).one_or_none()
    if by_credential is not None:
        return by_credential[0], by_credential[1]
    try:
        award_id = UUID(name)
    except ValueError:
        award_id = None
    found = session.execute(
        select(Award.institution_id, Award.id).where(Award.id == award_id)
    ).one_or_none()
    if found is None:
        raise _unknown_name(name)
    return found[0], found[1]


def find_in(session: Session, institution_id: UUID, name: str) -> UUID:
    """The award of that name in this institution; raises NotFoundError.

    Another institution's award is as unknown here as none at all.
    """
    where, award_id = find(session, name)
    if where != institution_id:
        raise _unknown_name(name)
    return award_id


def _unknown() -> NotFoundError:
    return NotFoundError(
        "awards.unknown", say("awards.unknown", "There is no award with this id here.")
    )


def _unknown_name(name: str) -> NotFoundError:
    return NotFoundError(
        "awards.unknown-name",
        say("awards.unknown-name", "No award or credential here has the id %(id)s.", id=name),
    )


def _with_enrolment() -> Any:
    return (
        select(Award, Enrolment)
        .join(
            Enrolment,
            (Enrolment.institution_id == Award.institution_id)
            & (Enrolment.id == Award.enrolment_id),
        )
        .order_by(Award.decided_at.desc())
    )


def _infos(session: Session, rows: Sequence[tuple[Award, Enrolment]]) -> tuple[AwardInfo, ...]:
    from_programme = {}
    infos = []
    for award, row in rows:
        key = (row.programme_id, row.version)
        if key not in from_programme:
            from_programme[key] = programmes.version(session, award.institution_id, *key)
        programme = from_programme[key]
        credential = session.get(Credential, (award.institution_id, award.id))
        holder = session.get_one(Person, (award.institution_id, row.person_id))
        infos.append(
            AwardInfo(
                id=award.id,
                badge_id=award.badge_id,
                badge_name=programme.badge(award.badge_id).name,
                programme_id=programme.id,
                programme_title=programme.title,
                state=award.state,
                decided_at=award.decided_at,
                issued_at=credential.issued_at if credential else None,
                revoked_at=award.revoked_at,
                revoked_reason=award.revoked_reason,
                holder=holder.name or holder.email,
            )
        )
    return tuple(infos)
