"""Check 5: revoked or suspended, by a signed status list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from credentials import proofs, status
from credentials.credential import UnverifiedCredential, mapping
from credentials.errors import CredentialsError, StatusListError
from credentials.resolving import JsonPages, Resolver
from credentials.sentence import Sentence, say
from credentials.verifying.issuer import check_issuer
from credentials.verifying.key_lookup import look_up
from credentials.verifying.proof import check_proof
from credentials.verifying.report import Check, Outcome
from credentials.verifying.validity import check_validity

_MAX_ENTRIES = 4  # each costs a request to an address the badge chose
_OTHER_PURPOSES = ("refresh", "message")  # these say nothing about revocation


@dataclass(frozen=True, slots=True)
class Lookups:
    """What check 5 needs from outside: keys, pages and the time."""

    resolver: Resolver
    fetcher: JsonPages
    now: datetime


def check_revocation(credential: UnverifiedCredential, *, lookups: Lookups) -> Check:
    """No status entry of the badge is set (Bitstring Status List 1.0 §3.2).

    What could not be fetched or is not signed by the badge's issuer is "not checked": silence is
    never "not revoked".
    """
    if not credential.has_status:
        return Check.not_applicable("revocation", _NO_LIST)
    entries = [entry for entry in credential.statuses if not _is_about_something_else(entry)]
    if credential.statuses and not entries:
        return Check.not_applicable("revocation", _NO_LIST)
    if not 1 <= len(entries) <= _MAX_ENTRIES:
        return _not_checked(_UNKNOWN_KIND)
    found = [_check_entry(entry, credential, lookups) for entry in entries]
    return min(found, key=lambda check: _WORST_FIRST.index(check.outcome))


def without_signature() -> Check:
    """What to say of a badge whose signature is not good: its list's address means nothing."""
    return _not_checked(
        say(
            "revocation.no-signature",
            "The signature has to be good before the issuer's list says anything about the badge.",
        )
    )


def _check_entry(
    entry: Mapping[str, Any], credential: UnverifiedCredential, lookups: Lookups
) -> Check:
    try:
        if _is_set(entry, credential, lookups):
            return _found(suspended=entry["statusPurpose"] == "suspension")
    except CredentialsError as error:
        return _not_checked(error.sentence)
    return Check.passed(
        "revocation", say("revocation.passed", "The issuer has not revoked this badge.")
    )


def _is_about_something_else(entry: Mapping[str, Any]) -> bool:
    is_known = entry.get("type") == "BitstringStatusListEntry"
    return is_known and entry.get("statusPurpose") in _OTHER_PURPOSES


def _found(*, suspended: bool) -> Check:
    if suspended:
        sentence = say("revocation.suspended", "The issuer has suspended this badge for now.")
    else:
        sentence = say("revocation.revoked", "The issuer has revoked this badge.")
    return Check.failed("revocation", sentence)


def _is_set(entry: Mapping[str, Any], credential: UnverifiedCredential, lookups: Lookups) -> bool:
    url, index = entry.get("statusListCredential"), str(entry.get("statusListIndex"))
    is_readable = (
        entry.get("type") == "BitstringStatusListEntry"
        and entry.get("statusPurpose") in ("revocation", "suspension")
        and entry.get("statusSize", 1) == 1
        and isinstance(url, str)
        and index.isascii()
        and index.isdigit()
        and len(index) < 12
    )
    if not is_readable:
        raise StatusListError(_UNKNOWN_KIND)
    listed = UnverifiedCredential(lookups.fetcher.get_json(str(url)))
    _check_list(listed, url=str(url), issuer_id=credential.issuer_id, lookups=lookups)
    if entry["statusPurpose"] not in _as_list(listed.subject.get("statusPurpose")):
        raise StatusListError(_OTHER_LIST)
    return status.bits_of(listed.subject).is_set(int(index))


def _check_list(
    listed: UnverifiedCredential, *, url: str, issuer_id: str | None, lookups: Lookups
) -> None:
    """The list is this one, by this issuer, signed and in date; else StatusListError."""
    kinds = _as_list(listed.document.get("type"))
    is_expected = (
        listed.id == url
        and listed.issuer_id == issuer_id is not None
        and "BitstringStatusListCredential" in kinds
        and listed.subject.get("type") == "BitstringStatusList"
    )
    proof = mapping(proofs.first_supported(listed.proofs, issuer_id=str(issuer_id)))
    if not is_expected or not proof:
        raise StatusListError(_OTHER_LIST)
    keys = look_up(str(issuer_id), proof, resolver=lookups.resolver)
    signature = check_proof(listed, proof, keys=keys, now=lookups.now)
    for check in (
        signature,
        check_issuer(keys, signature=signature, trusted_issuers=None),
        check_validity(listed, now=lookups.now),
    ):
        if check.outcome is not Outcome.PASSED:
            raise StatusListError(
                say(
                    "revocation.list-not-good",
                    "The issuer's list of revoked badges cannot be relied on. %(reason)s",
                    reason=check.sentence,
                )
            )


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _not_checked(reason: Sentence) -> Check:
    return Check.not_checked(
        "revocation",
        say(
            "revocation.not-checked",
            "Whether this badge was revoked could not be checked. %(reason)s",
            reason=reason,
        ),
    )


_WORST_FIRST = (Outcome.FAILED, Outcome.NOT_CHECKED, Outcome.PASSED)
_NO_LIST = say("revocation.none", "The issuer keeps no list of revoked badges for this one.")
_UNKNOWN_KIND = say(
    "revocation.unknown-kind", "It is listed in a way that this verifier does not know."
)
_OTHER_LIST = say(
    "revocation.other-list", "What stands at the list's address is not the issuer's signed list."
)
