"""Check 3: who controls the issuer identifier, and is it on the trust list given."""

from __future__ import annotations

from collections.abc import Collection

from credentials.sentence import Sentence, say
from credentials.verifying.key_lookup import IssuerKeys
from credentials.verifying.report import Check


def check_issuer(keys: IssuerKeys, *, trusted_issuers: Collection[str] | None) -> Check:
    """The key is one the issuer lists for making statements, and the issuer is trusted if asked.

    VC 2.0 §4.7: without this anybody could sign in anybody's name.
    """
    if not keys.is_foreign and keys.problem is not None:
        return Check.not_checked(
            "issuer",
            say(
                "issuer.not-looked-up",
                "The issuer could not be looked up. %(reason)s",
                reason=keys.problem,
            ),
        )
    fault = _fault(keys, trusted_issuers)
    if fault is not None:
        return Check.failed("issuer", fault)
    return Check.passed(
        "issuer", _confirmed(keys.issuer_id, is_on_list=trusted_issuers is not None)
    )


def without_key() -> Check:
    """What to say when no proof could tie the badge to its issuer."""
    return Check.not_checked(
        "issuer",
        say(
            "issuer.no-tie", "Without a signature that can be checked, the issuer is only a claim."
        ),
    )


def _fault(keys: IssuerKeys, trusted_issuers: Collection[str] | None) -> Sentence | None:
    if keys.is_foreign:
        return say(
            "issuer.foreign-key",
            "The badge names %(issuer)s as its issuer, but was signed with somebody else's key.",
            issuer=keys.issuer_id,
        )
    if not keys.may_assert:
        return say(
            "issuer.key-not-listed",
            "%(issuer)s does not list the signing key as one of its own for badges.",
            issuer=keys.issuer_id,
        )
    if trusted_issuers is not None and keys.issuer_id not in trusted_issuers:
        return say(
            "issuer.not-trusted",
            "%(issuer)s is not on the list of issuers you trust.",
            issuer=keys.issuer_id,
        )
    return None


def _confirmed(issuer_id: str, *, is_on_list: bool) -> Sentence:
    if is_on_list:
        return say(
            "issuer.passed-trusted",
            "The signing key belongs to %(issuer)s, which is on your list of trusted issuers.",
            issuer=issuer_id,
        )
    return say(
        "issuer.passed",
        "The signing key belongs to %(issuer)s. Whether you trust that issuer is for you to say.",
        issuer=issuer_id,
    )
