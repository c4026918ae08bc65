"""Check 3: who controls the issuer identifier, and is it on the trust list given."""

from __future__ import annotations

from collections.abc import Collection

from credentials.sentence import Sentence, say
from credentials.verifying.key_lookup import IssuerKeys
from credentials.verifying.report import Check, Outcome


def check_issuer(
    keys: IssuerKeys, *, signature: Check, trusted_issuers: Collection[str] | None
) -> Check:
    """The key is one the issuer lists for making statements, and the issuer is trusted if asked.

    VC 2.0 §4.7: without this anybody could sign in anybody's name. `signature` is check 2: who
    issued a badge is only known when its signature is good.
    """
    fault = _foreign(keys) or _distrust(keys.issuer_id, trusted_issuers)
    if fault is not None:
        return Check.failed("issuer", fault)
    if keys.problem is not None:
        return Check.not_checked(
            "issuer",
            say(
                "issuer.not-looked-up",
                "The issuer could not be looked up. %(reason)s",
                reason=keys.problem,
            ),
        )
    if not keys.may_assert:
        return Check.failed("issuer", _not_listed(keys.issuer_id))
    if signature.outcome is not Outcome.PASSED:
        return Check.not_checked("issuer", _ONLY_A_CLAIM)
    return Check.passed(
        "issuer", _confirmed(keys.issuer_id, is_on_list=trusted_issuers is not None)
    )


def without_key(issuer_id: str, *, trusted_issuers: Collection[str] | None) -> Check:
    """What to say when no proof could tie the badge to its issuer."""
    distrust = _distrust(issuer_id, trusted_issuers)
    if distrust is not None:
        return Check.failed("issuer", distrust)
    return Check.not_checked("issuer", _ONLY_A_CLAIM)


def _foreign(keys: IssuerKeys) -> Sentence | None:
    if not keys.is_foreign:
        return None
    return say(
        "issuer.foreign-key",
        "The badge names %(issuer)s as its issuer, but was signed with somebody else's key.",
        issuer=keys.issuer_id,
    )


def _distrust(issuer_id: str, trusted_issuers: Collection[str] | None) -> Sentence | None:
    """Looked at before the network: who is not on the list need not be reached."""
    if trusted_issuers is None or issuer_id in trusted_issuers:
        return None
    return say(
        "issuer.not-trusted",
        "%(issuer)s is not on the list of issuers you trust.",
        issuer=issuer_id,
    )


def _not_listed(issuer_id: str) -> Sentence:
    return say(
        "issuer.key-not-listed",
        "%(issuer)s does not list the signing key as one of its own for badges.",
        issuer=issuer_id,
    )


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


_ONLY_A_CLAIM = say(
    "issuer.no-tie",
    "Only a good signature ties a badge to its issuer; without one, the issuer is only a claim.",
)
