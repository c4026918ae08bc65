"""Badges for tests to check: one anybody could have made, and one that a wiring has issued."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from credentials import issuing, strict_json
from credentials.achievement import (
    Achievement,
    BadgeResult,
    Issuer,
    Recipient,
    ResultDescription,
    RubricLevel,
)
from credentials.baking import bake
from credentials.keys import SigningKey
from lti_tool import outbox
from lti_tool.store.tables.awards import Award, Credential
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import awards, enrolment
from lti_tool.usecases.badges.pictures import badge_png
from lti_tool.wiring import Wiring
from lti_tool.worker import deliver
from tests.support.builders import LONG_AGO, a_published_taster, an_actor, an_institution

HOLDER = "robin@example.edu"
_ACHIEVEMENT = "https://badges.example/achievements/first-aid"
_CRITERION = f"{_ACHIEVEMENT}#listening"
_SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'


def a_key(number: int = 1) -> SigningKey:
    """A signing key whose issuer is the key itself (did:key), always the same for a number."""
    seed = bytes([number]) * 32
    public = SigningKey.from_seed(seed, controller="", created=LONG_AGO).public_multikey
    return SigningKey.from_seed(seed, controller=f"did:key:{public}", created=LONG_AGO)


def a_badge(
    *,
    issuer_id: str | None = None,
    results: Sequence[BadgeResult] = (),
    valid_until: datetime | None = None,
) -> dict[str, Any]:
    """A signed badge for HOLDER that verifies without any network."""
    key = a_key()
    unsigned = issuing.build(
        credential_id="urn:uuid:00000000-0000-4000-8000-000000000001",
        achievement=_achievement(),
        issuer=Issuer(id=issuer_id or key.controller, name="Harbour First Aid"),
        recipient=Recipient(email=HOLDER, salt="salt", name="Robin Weber"),
        valid_from=LONG_AGO,
        valid_until=valid_until,
        awarded=LONG_AGO,
        results=results,
    )
    return issuing.sign(unsigned, key=key, created=LONG_AGO)


def a_result() -> BadgeResult:
    """The higher of the two levels of the badge's one criterion."""
    return BadgeResult(_CRITERION, f"{_CRITERION}.steady")


def as_json(badge: dict[str, Any]) -> bytes:
    """The badge as a JSON file."""
    return strict_json.write(badge)


def a_picture() -> bytes:
    """A PNG without a badge."""
    return badge_png(_SQUARE)


def baked(badge: dict[str, Any]) -> bytes:
    """The badge in a PNG."""
    return bake(a_picture(), as_json(badge).decode())


@dataclass(frozen=True)
class Issued:
    """A badge that a wiring has issued, and its award."""

    institution_id: UUID
    award_id: UUID
    signed: bytes


def issue_taster(wired: Wiring) -> Issued:
    """Award the taster's badge to a new student and let the worker issue it."""
    with wired.db.begin() as session:
        programme = a_published_taster(session)
        institution_id = an_institution(session).id
        actor = an_actor(session, institution_id)
        enrolled = enrolment.enrol(session, actor, programme, now=wired.now())
        award = Award(
            institution_id=institution_id,
            id=uuid4(),
            enrolment_id=enrolled.enrolment_id,
            badge_id=programme.badges[0].id,
            period=awards.ONLY_PERIOD,
            state=awards.DECIDED,
            snapshot={},
            decided_at=wired.now(),
        )
        session.add(award)
        session.flush()
        message = _message(award, now=wired.now())
        outbox.add(session, message)
    if not deliver(wired, message.id):
        raise AssertionError("the worker could not issue the badge")
    with wired.db.begin() as session:
        row = session.get_one(Credential, (institution_id, award.id))
        return Issued(institution_id, award.id, str(row.signed).encode())


def _message(award: Award, *, now: datetime) -> OutboxMessage:
    return OutboxMessage(
        institution_id=award.institution_id,
        id=uuid4(),
        kind=awards.ISSUE_BADGE,
        key=str(award.id),
        payload={"award_id": str(award.id)},
        due_at=now,
    )


def _achievement() -> Achievement:
    levels = (
        RubricLevel(f"{_CRITERION}.shaky", "Shaky"),
        RubricLevel(f"{_CRITERION}.steady", "Steady", "Hears the caller out."),
    )
    return Achievement(
        id=_ACHIEVEMENT,
        name="First aid on the telephone",
        description="Gave first aid by telephone under supervision.",
        criteria="- Ten calls",
        result_descriptions=(ResultDescription(id=_CRITERION, name="Listening", levels=levels),),
    )
