"""Check the assertion by which the tool proves who it is (RFC 7523, 1EdTech Security 4.1.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

REQUIRED = ("iss", "sub", "aud", "iat", "exp", "jti")
MAX_AGE = timedelta(minutes=5)
MAX_LEAD = timedelta(seconds=30)


class AssertionRefusedError(Exception):
    """The assertion proves nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A checked assertion: its single-use id, and when it may be forgotten."""

    jti: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """What an assertion has to say to be taken."""

    client_id: str
    token_url: str
    now: datetime


def check_assertion(token: str, key_set: Mapping[str, Any], expected: Expected) -> Assertion:
    """Check signature and claims of an assertion against the tool's own key set.

    Raises:
        AssertionRefusedError: at the first thing that is wrong.
    """
    claims = _signed_claims(token, key_set)
    _check_parties(claims, expected)
    return Assertion(jti=str(claims["jti"]), expires_at=_check_times(claims, expected.now))


def _signed_claims(token: str, key_set: Mapping[str, Any]) -> dict[str, Any]:
    try:
        key = _tool_key(jwt.get_unverified_header(token), key_set)
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            options={
                "require": list(REQUIRED),
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise AssertionRefusedError(f"The assertion can't be verified: {error}.") from error
    return dict(claims)


def _tool_key(header: Mapping[str, Any], key_set: Mapping[str, Any]) -> jwt.PyJWK:
    """The tool's key with the id in the header; it must say what it is for, as Canvas asks."""
    for key in key_set.get("keys", ()):
        if isinstance(key, dict) and "kid" in header and key.get("kid") == header["kid"]:
            if (key.get("alg"), key.get("use")) != ("RS256", "sig"):
                raise AssertionRefusedError("The key in the tool's key set needs alg and use.")
            return jwt.PyJWK(key)
    raise AssertionRefusedError("The tool's key set has no key with the id in the header.")


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if not claims["iss"] == claims["sub"] == expected.client_id:
        raise AssertionRefusedError("Both iss and sub must be the client id.")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if expected.token_url not in audience:
        raise AssertionRefusedError("The audience must contain the address of this endpoint.")


def _check_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    try:
        issued_at, expires_at = (
            datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp")
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise AssertionRefusedError("The times iat and exp must be numbers.") from error
    if issued_at > now + MAX_LEAD:
        raise AssertionRefusedError("The assertion is dated in the future.")
    if issued_at < now - MAX_AGE or expires_at <= now:
        raise AssertionRefusedError("The assertion is too old.")
    return expires_at
