"""Run the numbered checks in order and collect the report.

1. structure   it is a well-formed Open Badges 3.0 credential
2. proof       the signature matches the issuer's key
3. issuer      the key is the issuer's, and the issuer is trusted if that was asked
4. validity    now lies between valid from and valid until
5. revocation  the issuer's signed list does not revoke it; looked at only when 2 and 3 passed
6. recipient   it was issued to the e-mail given, if one was
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from credentials import budget, proofs
from credentials.credential import UnverifiedCredential
from credentials.resolving import JsonPages, Resolver
from credentials.verifying import issuer, revocation
from credentials.verifying.asking_once import AskingOnce
from credentials.verifying.issuer import check_issuer
from credentials.verifying.key_lookup import look_up
from credentials.verifying.proof import check_proof, without_supported_proof
from credentials.verifying.reading import read
from credentials.verifying.recipient import check_recipient
from credentials.verifying.report import Check, Outcome, Report
from credentials.verifying.revocation import Lookups, check_revocation
from credentials.verifying.shown import show
from credentials.verifying.structure import check_structure
from credentials.verifying.validity import check_validity

SECONDS = 15.0


def verify(
    data: bytes,
    *,
    resolver: Resolver,
    fetcher: JsonPages,
    now: datetime,
    trusted_issuers: Collection[str] | None = None,
    recipient_email: str | None = None,
) -> Report:
    """Verify a badge given as JSON, VC-JWT, or a picture with one inside.

    Raises UnreadableError when there is no badge in the bytes, and nothing else: a bad badge is a
    report. `trusted_issuers` are DIDs; without them any issuer will do. Whatever a badge makes us
    ask for takes at most `SECONDS` altogether.
    """
    credential = read(data)
    asked = AskingOnce(resolver, fetcher)
    with budget.at_most(SECONDS):
        signature = check_signature(
            credential, resolver=asked, now=now, trusted_issuers=trusted_issuers
        )
        revoked = _revocation(credential, signature, Lookups(asked, asked, now))
    checks = (
        *signature,
        check_validity(credential, now=now),
        revoked,
        check_recipient(credential, email=recipient_email),
    )
    is_well_formed = signature[0].outcome is Outcome.PASSED
    return Report(checks, show(credential) if is_well_formed else None)


def check_signature(
    credential: UnverifiedCredential,
    *,
    resolver: Resolver,
    now: datetime,
    trusted_issuers: Collection[str] | None = None,
) -> tuple[Check, Check, Check]:
    """Checks 1 to 3: form, signature and issuer."""
    structure = check_structure(credential)
    issuer_id = credential.issuer_id or ""
    proof = proofs.first_supported(credential.proofs, issuer_id=issuer_id)
    if proof is None:
        without_key = issuer.without_key(issuer_id, trusted_issuers=trusted_issuers)
        return structure, without_supported_proof(credential), without_key
    keys = look_up(issuer_id, proof, resolver=resolver)
    signature = check_proof(credential, proof, keys=keys, now=now)
    by_issuer = check_issuer(keys, signature=signature, trusted_issuers=trusted_issuers)
    return structure, signature, by_issuer


def _revocation(
    credential: UnverifiedCredential, signature: tuple[Check, ...], lookups: Lookups
) -> Check:
    """An address in a badge nobody signed is a stranger's wish, so it is not visited."""
    is_signed = all(check.outcome is Outcome.PASSED for check in signature[1:])
    if credential.has_status and not is_signed:
        return revocation.without_signature()
    return check_revocation(credential, lookups=lookups)
