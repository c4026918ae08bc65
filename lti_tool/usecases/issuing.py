"""Turn a decided award into a signed badge, safely repeatable.

The order is a promise, after the practice of certificate authorities:

1. Reserve (one transaction): status list entry, credential id, signing key, the moment of the
   proof and the whole unsigned credential are stored before anything is signed. It is linted
   first: what was stored is signed as it is, so a badge that can't be must not get that far.
2. Sign (no transaction): lint again, sign, verify our own signature against our own key set.
   Ed25519 is deterministic and everything signed was reserved: a retry gives the same bytes.
3. Record (one transaction): the signed credential, the award as issued, the message as done.

What must never happen: two credentials for one award. A crash after 1 finds the reservation and
goes on with it; a crash after 2 signs the same bytes again.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from credentials import issuing as badges
from credentials.achievement import Achievement, BadgeResult, Recipient
from credentials.keys import SigningKey, SigningKeyFile
from credentials.linting import lint
from credentials.resolving import OwnIssuers, did_document
from lti_tool import outbox
from lti_tool.errors import NotFoundError
from lti_tool.outbox import Message
from lti_tool.programme.definition import BadgeDefinition, BadgeResultRule
from lti_tool.programme.evidence import Marked
from lti_tool.programme.validity import valid_until
from lti_tool.sentence import say
from lti_tool.store.database import Database
from lti_tool.store.tables.awards import Award, Credential
from lti_tool.store.tables.people import Account, Person
from lti_tool.usecases import (
    audit,
    awards,
    enrolment,
    institutions,
    progress,
    status_lists,
)
from lti_tool.usecases.badges import achievements
from lti_tool.usecases.badges.achievements import Addresses
from lti_tool.usecases.enrolment import Enrolled

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Reserved:
    """What step 1 stored: the unsigned credential, and with what and when to sign it."""

    institution_id: UUID
    award_id: UUID
    did: str
    signing_key_id: str
    proof_created: datetime
    unsigned: dict[str, Any]


def issue_award(
    db: Database, message: Message, *, keys: SigningKeyFile, base_url: str, now: Clock
) -> None:
    """Deliver an `issue_badge` message: reserve, sign, record. Raises CredentialsError."""
    award_id = UUID(message.payload["award_id"])
    with db.begin() as session:
        reserved = _reserve(
            session, message.institution_id, award_id, keys=keys, base_url=base_url, now=now()
        )
        if reserved is None:
            outbox.done(session, message, now=now())
            return
    signed = _sign(reserved, keys=keys, now=now())
    with db.begin() as session:
        _record(session, reserved, signed, now=now())
        outbox.done(session, message, now=now())


def _reserve(
    session: Session,
    institution_id: UUID,
    award_id: UUID,
    *,
    keys: SigningKeyFile,
    base_url: str,
    now: datetime,
) -> Reserved | None:
    """Step 1. None when there is nothing left to do: issued already, or revoked meanwhile."""
    award = session.get(Award, (institution_id, award_id), with_for_update=True)
    if award is None:
        raise NotFoundError("issuing.no-award", say("issuing.no-award", "There is no such award."))
    if award.state not in (awards.DECIDED, awards.RESERVED):
        return None
    institution = institutions.by_id(session, institution_id)
    addresses = Addresses(base_url=base_url, slug=institution.slug)
    row = session.get(Credential, (institution_id, award_id))
    if row is None:
        unsigned = _unsigned(session, award, addresses, now=now)
        lint(unsigned)
        row = Credential(
            institution_id=institution_id,
            award_id=award_id,
            credential_id=unsigned["id"],
            signing_key_id=keys.current(addresses.did).id,
            proof_created=now.replace(microsecond=0),
            unsigned=json.dumps(unsigned, ensure_ascii=False, sort_keys=True),
            reserved_at=now,
        )
        session.add(row)
        award.state = awards.RESERVED
        audit.record(
            session,
            institution_id,
            "credential.reserved",
            subject=award_id,
            now=now,
            details={"credential": row.credential_id, "key": row.signing_key_id},
        )
    return Reserved(
        institution_id=institution_id,
        award_id=award_id,
        did=addresses.did,
        signing_key_id=row.signing_key_id,
        proof_created=row.proof_created,
        unsigned=json.loads(row.unsigned),
    )


def _sign(reserved: Reserved, *, keys: SigningKeyFile, now: datetime) -> str:
    """Step 2. The issuer is resolved from our own keys: a worker never asks itself over HTTP."""
    known = keys.all(reserved.did)
    document = did_document(reserved.did, known)
    signed = badges.issue(
        reserved.unsigned,
        key=_key(known, reserved.signing_key_id),
        created=reserved.proof_created,
        resolver=OwnIssuers({reserved.did: document}),
        now=now,
    )
    return signed.decode()


def _record(session: Session, reserved: Reserved, signed: str, *, now: datetime) -> None:
    """Step 3. An award revoked meanwhile stays revoked; its credential is never handed out."""
    key = (reserved.institution_id, reserved.award_id)
    award = session.get_one(Award, key, with_for_update=True)
    row = session.get_one(Credential, key)
    if award.state != awards.RESERVED or row.signed is not None:
        return
    row.signed, row.issued_at = signed, now
    award.state = awards.ISSUED
    audit.record(
        session,
        reserved.institution_id,
        "credential.issued",
        subject=reserved.award_id,
        now=now,
        details={"credential": row.credential_id, "key": row.signing_key_id},
    )


def _unsigned(
    session: Session, award: Award, addresses: Addresses, *, now: datetime
) -> dict[str, Any]:
    enrolled = enrolment.by_id(session, award.institution_id, award.enrolment_id)
    badge = enrolled.programme.badge(award.badge_id)
    institution = institutions.by_id(session, award.institution_id)
    achievement = achievements.achievement_of(enrolled.programme, badge, addresses)
    entry = status_lists.allocate(
        session, award.institution_id, award.id, base=addresses.base, now=now
    )
    valid_from = now.replace(microsecond=0)
    return badges.build(
        credential_id=f"urn:uuid:{uuid4()}",
        achievement=achievement,
        issuer=achievements.issuer_of(institution, addresses),
        recipient=_recipient(session, enrolled),
        results=_results(session, enrolled, badge, achievement),
        valid_from=valid_from,
        valid_until=valid_until(badge.validity, valid_from),
        awarded=award.decided_at.replace(microsecond=0),
        status=entry,
    )


def _recipient(session: Session, enrolled: Enrolled) -> Recipient:
    """Hashed e-mail and the LMS's id: provable by the holder, readable by nobody else."""
    person = session.get_one(Person, (enrolled.institution_id, enrolled.person_id))
    lms_id = session.scalar(
        select(Account.sub)
        .where(
            Account.institution_id == enrolled.institution_id,
            Account.person_id == enrolled.person_id,
        )
        .order_by(Account.registration_id)
        .limit(1)
    )
    return Recipient(
        email=person.email,
        salt=secrets.token_hex(16) if person.email else None,
        lti_user_id=lms_id,
    )


def _results(
    session: Session, enrolled: Enrolled, badge: BadgeDefinition, achievement: Achievement
) -> tuple[BadgeResult, ...]:
    """The levels reached in accepted work, as the badge's definition shares them."""
    evidence = progress.gather(session, enrolled)
    results = []
    for rule in achievements.shared_results(badge):
        accepted = evidence.accepted(rule.from_)
        if accepted and rule.criterion in accepted[-1].levels:
            results.append(_result(achievement, rule, accepted[-1]))
    return tuple(results)


def _result(achievement: Achievement, rule: BadgeResultRule, mark: Marked) -> BadgeResult:
    return BadgeResult(
        description=achievements.result_id(achievement.id, rule),
        achieved_level=achievements.level_id(achievement.id, rule, mark.levels[rule.criterion]),
    )


def _key(known: tuple[SigningKey, ...], key_id: str) -> SigningKey:
    for key in known:
        if key.id == key_id:
            return key
    raise NotFoundError(
        "issuing.key-gone",
        say(
            "issuing.key-gone",
            "The signing key %(key)s, with which this badge was begun, is not in the key file. "
            "Restore the key file from your backup.",
            key=key_id,
        ),
    )
