"""Check 2: the signature matches the issuer's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from credentials import timestamps
from credentials.credential import UnverifiedCredential
from credentials.errors import CanonicalizationError, TooComplexError
from credentials.proofs import data_integrity
from credentials.sentence import Sentence, say
from credentials.verifying.key_lookup import IssuerKeys
from credentials.verifying.report import Check


def check_proof(
    credential: UnverifiedCredential,
    proof: Mapping[str, Any],
    *,
    keys: IssuerKeys,
    now: datetime,
) -> Check:
    """The proof is the issuer's signature over every word (VC-DI-EDDSA §3.2.2, VC-DI §4.2)."""
    fault = _misuse(credential, proof, now)
    if fault is not None:
        return Check.failed("proof", fault)
    if keys.is_foreign:
        return Check.failed(
            "proof",
            say(
                "proof.foreign-key",
                "The signature names a key that is not the issuer's own, so it says nothing.",
            ),
        )
    if keys.problem is not None:
        return Check.not_checked(
            "proof",
            say(
                "proof.no-key-document",
                "The signature could not be checked. %(reason)s",
                reason=keys.problem,
            ),
        )
    return _compare(credential, proof, keys)


def without_supported_proof(credential: UnverifiedCredential) -> Check:
    """What to say when there is no proof of a kind we can check."""
    if credential.proofs or credential.secured_as == "jwt":
        return Check.not_checked(
            "proof",
            say(
                "proof.unknown-kind",
                "This badge is signed in a way that this verifier cannot check. Ask the issuer "
                "for one with an eddsa-rdfc-2022 signature, or use another verifier.",
            ),
        )
    return Check.failed(
        "proof", say("proof.none", "This badge is not signed, so anybody could have written it.")
    )


def _misuse(
    credential: UnverifiedCredential, proof: Mapping[str, Any], now: datetime
) -> Sentence | None:
    if proof.get("proofPurpose") != "assertionMethod":
        return say("proof.purpose", "The signature was made for another purpose.")
    own_contexts = proof.get("@context", credential.document.get("@context"))
    if own_contexts != credential.document.get("@context"):
        return say("proof.contexts", "The signature reads the words of the badge differently.")
    if "expires" in proof and _has_expired(proof["expires"], now):
        return say("proof.expired", "The signature was only good for a time that has passed.")
    return None


def _has_expired(expires: object, now: datetime) -> bool:
    try:
        return timestamps.from_text(str(expires)) < now
    except ValueError:
        return True


def _compare(credential: UnverifiedCredential, proof: Mapping[str, Any], keys: IssuerKeys) -> Check:
    public_key = keys.public_key
    if public_key is None:
        return Check.failed(
            "proof",
            say(
                "proof.unpublished-key",
                "The signature names a key that the issuer does not publish.",
            ),
        )
    try:
        is_match = data_integrity.matches(credential.unsecured, proof, public_key)
    except TooComplexError as error:
        return Check.not_checked("proof", error.sentence)
    except CanonicalizationError as error:
        return Check.failed("proof", error.sentence)
    if is_match:
        return Check.passed(
            "proof",
            say("proof.passed", "The signature is genuine: nothing was changed since signing."),
        )
    return Check.failed(
        "proof",
        say(
            "proof.no-match",
            "The signature does not match: the badge was changed after it was signed, or somebody "
            "else signed it.",
        ),
    )
