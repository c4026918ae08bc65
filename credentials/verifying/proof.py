"""Check 2: the signature matches the issuer's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from credentials import timestamps
from credentials.credential import UnverifiedCredential
from credentials.errors import CanonicalizationError, TooComplexError, UnknownContextError
from credentials.proofs import data_integrity
from credentials.sentence import Sentence, say
from credentials.verifying.key_lookup import IssuerKeys
from credentials.verifying.published_key import PublishedKey
from credentials.verifying.report import Check

_CLOCKS_DIFFER = timedelta(minutes=5)  # a signer's clock may run ahead of ours by so much


def check_proof(
    credential: UnverifiedCredential,
    proof: Mapping[str, Any],
    *,
    keys: IssuerKeys,
    now: datetime,
) -> Check:
    """The proof is the issuer's signature over every word (VC-DI-EDDSA §3.2.2, VC-DI §4.2)."""
    fault = _misuse(credential, proof, now) or keys.ended(now)
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
        return _without_key(keys.problem)
    public_key = _usable(keys.published)
    if isinstance(public_key, Check):
        return public_key
    return _compare(credential, proof, public_key)


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


def _usable(published: PublishedKey | None) -> Ed25519PublicKey | Check:
    """The key to compare with, or what to say without one."""
    if published is None:
        return Check.failed(
            "proof",
            say(
                "proof.unpublished-key",
                "The signature names a key that the issuer does not publish.",
            ),
        )
    if not published.has_known_form:
        return _without_key(
            say(
                "proof.unknown-form",
                "The issuer publishes the signing key in a form that this verifier cannot read.",
            )
        )
    return published.ed25519 or Check.failed(
        "proof",
        say(
            "proof.other-kind-of-key",
            "The key the signature names is of a kind that cannot make such a signature.",
        ),
    )


def _without_key(reason: Sentence) -> Check:
    return Check.not_checked(
        "proof",
        say(
            "proof.no-key-document",
            "The signature could not be checked. %(reason)s",
            reason=reason,
        ),
    )


def _misuse(
    credential: UnverifiedCredential, proof: Mapping[str, Any], now: datetime
) -> Sentence | None:
    if proof.get("proofPurpose") != "assertionMethod":
        return say("proof.purpose", "The signature was made for another purpose.")
    own_contexts = proof.get("@context", credential.document.get("@context"))
    if own_contexts != credential.document.get("@context"):
        return say("proof.contexts", "The signature reads the words of the badge differently.")
    if "created" in proof and _is_ahead(proof["created"], now):
        return say(
            "proof.in-the-future",
            "The signature is dated in the future, or on no real day, so it does not count.",
        )
    if "expires" in proof and _has_expired(proof["expires"], now):
        return say("proof.expired", "The signature was only good for a time that has passed.")
    return None


def _is_ahead(created: object, now: datetime) -> bool:
    try:
        return timestamps.from_text(str(created)) > now + _CLOCKS_DIFFER
    except ValueError:
        return True


def _has_expired(expires: object, now: datetime) -> bool:
    try:
        return timestamps.from_text(str(expires)) < now
    except ValueError:
        return True


def _compare(
    credential: UnverifiedCredential,
    proof: Mapping[str, Any],
    public_key: Ed25519PublicKey,
) -> Check:
    try:
        is_match = data_integrity.matches(credential.unsecured, proof, public_key)
    except (TooComplexError, UnknownContextError) as error:
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
