"""Build, lint, sign, verify our own signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from credentials import contexts, strict_json
from credentials.achievement import Achievement, BadgeResult, Issuer, Recipient
from credentials.credential import UnverifiedCredential
from credentials.errors import SelfCheckError
from credentials.keys import SigningKey
from credentials.linting import lint
from credentials.proofs import data_integrity
from credentials.resolving import Resolver
from credentials.sentence import say
from credentials.status import StatusEntry
from credentials.timestamps import to_text
from credentials.verifying.report import Outcome
from credentials.verifying.verifier import check_signature


def build(
    *,
    credential_id: str,
    achievement: Achievement,
    issuer: Issuer,
    recipient: Recipient,
    valid_from: datetime,
    results: Sequence[BadgeResult] = (),
    valid_until: datetime | None = None,
    awarded: datetime | None = None,
    status: StatusEntry | None = None,
) -> dict[str, Any]:
    """The unsigned OpenBadgeCredential (Open Badges 3.0 §B.1.2), with exactly our contexts.

    `credential_id` is a URL or URN. `awarded` keeps the original date when a later version is
    issued, because `validFrom` tells versions apart. Raises ValueError for times without a zone.
    """
    subject: dict[str, Any] = {
        "type": ["AchievementSubject"],
        "identifier": recipient.to_json(),
        "achievement": achievement.to_json(),
    }
    if results:
        subject["result"] = [result.to_json() for result in results]
    document: dict[str, Any] = {
        "@context": list(contexts.OPEN_BADGE),
        "id": credential_id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.name,
        "issuer": issuer.to_json(),
        "validFrom": to_text(valid_from),
        "credentialSubject": subject,
    }
    if valid_until:
        document["validUntil"] = to_text(valid_until)
    if awarded:
        document["awardedDate"] = to_text(awarded)
    if status:
        document["credentialStatus"] = status.to_json()
    return document


def sign(unsigned: Mapping[str, Any], *, key: SigningKey, created: datetime) -> dict[str, Any]:
    """The document with an eddsa-rdfc-2022 proof in an array; the same result each time.

    For what we publish but never award, such as a status list; badges go through `issue`.
    """
    return data_integrity.sign(unsigned, key=key, created=to_text(created))


def issue(
    unsigned: Mapping[str, Any],
    *,
    key: SigningKey,
    created: datetime,
    resolver: Resolver,
    now: datetime,
) -> bytes:
    """The signed badge as UTF-8 JSON, the same bytes for the same arguments.

    1. Lint: raises LintError, and nothing is signed.
    2. Sign.
    3. Verify as a stranger would, with the key document `resolver` finds: raises SelfCheckError,
       because a badge that its own issuer cannot verify must never leave the house.
    """
    lint(unsigned)
    signed = sign(unsigned, key=key, created=created)
    data = strict_json.write(signed)
    credential = UnverifiedCredential(strict_json.read_object(data))
    for check in check_signature(credential, resolver=resolver, now=now):
        if check.outcome is not Outcome.PASSED:
            raise SelfCheckError(
                say(
                    "issuing.self-check",
                    "The badge was signed, but does not verify with the key we publish, so it was "
                    "not issued. %(reason)s",
                    reason=check.sentence,
                )
            )
    return data
