"""Is this id_token real, ours, fresh and made for this login? The library's steps, our checks.

pylti1p3 gives the order of the steps and the rules of each message type. Every step that decides
whom we believe is ours, because the library's accept tokens without expiry, foreign audiences and
reused nonces, and leave the algorithm to the key set.
"""

import hmac
import json
import math
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn, Self

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.request import Request

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.launch_storage import NonceNote, PendingLogin, StateNote
from lti_tool.lti.reading.addresses import is_ours
from lti_tool.lti.reading.claims import DEEP_LINKING, LTI, OBJECTS, Claims, return_address
from lti_tool.lti.refusals import refused
from lti_tool.lti.registrations import RegistrationInfo, ToolConfiguration

MAX_TOKEN = 64 * 1024
LEEWAY = timedelta(seconds=60)
"""How far the platform's clock and ours may differ; Moodle's tokens live no longer than this."""
LONGEST_LIFE = timedelta(hours=2)
"""Canvas gives an hour, Moodle a minute; twice the longest known, so a slip of theirs still works
while a token made to last does not."""
OLDEST = timedelta(minutes=10)
"""A login lives ten minutes, so an honest token that carries its nonce can't be older."""

RESOURCE_LINK = "LtiResourceLinkRequest"
DEEP_LINK = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"
_MESSAGES = frozenset({RESOURCE_LINK, DEEP_LINK, SUBMISSION_REVIEW})
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")

_NEVER_USED = requests.Session()
"""For the library, which would otherwise make one for each launch; we fetch keys ourselves."""
_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)

FindKey = Callable[[str], RSAPublicKey]


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """An id_token taken apart; nothing in it is to be believed yet."""

    compact: str = field(repr=False)
    header: Mapping[str, Any]
    claims: Mapping[str, Any] = field(repr=False)


def read_token(compact: str) -> UnverifiedToken:
    """Take a compact JWS apart (RFC 7515 §7.1).

    Raises LaunchRejectedError: `launch.token-missing`, `launch.token-too-large`,
    `launch.token-unreadable`.
    """
    if not compact:
        raise refused("launch.token-missing")
    if len(compact) > MAX_TOKEN:
        raise refused("launch.token-too-large")
    match = _COMPACT.fullmatch(compact)
    if match is None:
        raise refused("launch.token-unreadable")
    claims = _json_object(match[2])
    shaped = {
        name: value
        for name, value in claims.items()
        if name not in OBJECTS or isinstance(value, dict)
    }
    return UnverifiedToken(compact=compact, header=_json_object(match[1]), claims=shaped)


def verified_claims(
    token: UnverifiedToken,
    *,
    registration: RegistrationInfo,
    login: PendingLogin,
    find_key: FindKey,
    base_url: str,
    now: datetime,
) -> Mapping[str, Any]:
    """The claims of a token that passed every check (1EdTech Security Framework §5.1.3, LTI §5.3).

    `find_key` gets the token's kid and may wait on the network. Raises LaunchRejectedError with
    the code of the first check that failed; once the signature was found good, also with the way
    back the platform named.
    """
    launch = _Launch(token, registration, login, find_key, base_url, now)
    try:
        launch.validate()
    except LaunchRejectedError as refusal:
        if launch.is_proven:
            refusal.is_proven, refusal.return_url = True, return_address(Claims(token.claims))
        raise
    return token.claims


class _NoRequest(Request):
    """pylti1p3 asks a request for the form; here the form was read before."""

    def get_param(self, key: str) -> str:
        """Nothing."""
        return ""

    def is_secure(self) -> bool:
        """Not asked."""
        return True


class _Launch(MessageLaunch[_NoRequest, ToolConfiguration, NonceNote, StateNote]):
    """The library's order of steps; see `MessageLaunch.validate`."""

    def __init__(
        self,
        token: UnverifiedToken,
        registration: RegistrationInfo,
        login: PendingLogin,
        find_key: FindKey,
        base_url: str,
        now: datetime,
    ) -> None:
        super().__init__(
            _NoRequest(),
            ToolConfiguration(registration),
            session_service=NonceNote(),
            cookie_service=StateNote(),
            requests_session=_NEVER_USED,
        )
        self._token = token
        self._ours = registration
        self._login = login
        self._find_key = find_key
        self._base_url = base_url
        self._now = now
        self._claims = Claims(token.claims)
        self.is_proven = False

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)

    def validate_state(self) -> Self:
        """Done: only `find_expected` makes a PendingLogin."""
        return self

    def validate_jwt_format(self) -> Self:
        """Hand the library what `read_token` took apart, with a JSON parser that has limits."""
        self._jwt = {"header": self._token.header, "body": self._token.claims}  # type: ignore[typeddict-item]
        return self

    def validate_nonce(self) -> Self:
        """The nonce is this login's, which is used up with it."""
        nonce = self._token.claims.get("nonce")
        ours = self._login.nonce
        if not isinstance(nonce, str) or not nonce.isascii() or not _same(nonce, ours):
            raise refused("launch.other-login")
        return self

    def validate_registration(self) -> Self:
        """Issuer, audience and authorized party are this registration's, and no other's."""
        claims, client_id = self._token.claims, self._ours.client_id
        if claims.get("iss") != self._ours.platform_issuer:
            raise refused("launch.platform-wrong")
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if client_id not in audiences:
            raise refused("launch.audience-wrong")
        # With several audiences azp must name us (OpenID Connect Core §3.1.3.7); alone it may lack.
        if claims.get("azp", client_id if len(audiences) == 1 else None) != client_id:
            raise refused("launch.authorized-party-wrong")
        return self

    def validate_jwt_signature(self) -> Self:
        """RS256 by a key the registration publishes, then the times.

        The header chooses among those keys and nothing else: jku, x5u and jwk are not looked at,
        and crit names extensions we would have to understand (RFC 7515 §4.1.11).
        """
        header = self._token.header
        if header.get("alg") != "RS256":
            raise refused("launch.algorithm-refused")
        if "crit" in header:
            raise refused("launch.token-unreadable")
        kid = header.get("kid")
        if not isinstance(kid, str) or not kid:
            raise refused("launch.key-unknown")
        if not _is_signed(self._token.compact, self._find_key(kid)):
            raise refused("launch.signature-wrong")
        self.is_proven = True
        _check_times(self._token.claims, self._now)
        return self

    def validate_deployment(self) -> Self:
        """It is named. Whether it is known the caller reads in `Launch.deployment_state`."""
        if self._claims.identifier(f"{LTI}deployment_id") is None:
            raise refused("launch.deployment-missing")
        return self

    def validate_message(self) -> Self:
        """What every message of ours must say, then the library's rules for its type."""
        claims = self._claims
        if claims.text(f"{LTI}version") != "1.3.0":
            raise refused("launch.version-unknown")
        if claims.text(f"{LTI}message_type") not in _MESSAGES:
            raise refused("launch.message-unknown")
        self._check_person()
        if claims.texts(f"{LTI}roles") is None:
            raise refused("launch.roles-missing")
        self._check_target()
        self._check_link()
        if claims.text(f"{LTI}message_type") == DEEP_LINK:
            return self._check_placing()
        try:
            super().validate_message()
        except LtiException:
            raise refused("launch.message-incomplete") from None
        return self

    def save_launch_data(self) -> Self:
        """Nothing is kept: `consume_login` uses the login up in the caller's transaction."""
        return self

    def _check_person(self) -> None:
        if self._claims.identifier("sub") is None:
            raise refused("launch.anonymous")
        # RFC 7519 §4.1.2 leaves no other choice than a text, and LMSs keep to it.
        if not isinstance(self._token.claims["sub"], str):
            raise refused("launch.name-unusable")

    def _check_target(self) -> None:
        target = self._token.claims.get(f"{LTI}target_link_uri")
        if not isinstance(target, str) or not target:
            raise refused("launch.target-missing")
        if not is_ours(target, self._base_url):
            raise refused("launch.target-foreign")

    def _check_link(self) -> None:
        link = self._claims.part(f"{LTI}resource_link").identifier("id")
        if link is None and self._claims.text(f"{LTI}message_type") == RESOURCE_LINK:
            raise refused("launch.link-missing")

    def _check_placing(self) -> Self:
        """Settings are there. The library refuses those that take no links; our page says so."""
        if not self._token.claims.get(DEEP_LINKING):
            raise refused("launch.message-incomplete")
        return self


def _is_signed(compact: str, key: RSAPublicKey) -> bool:
    """Whether the last part is this key's RS256 signature of the other two (RFC 7518 §3.3).

    Not with `jwt.decode`, which takes the token apart once more, letter by letter.
    """
    signed, _, signature = compact.rpartition(".")
    try:
        return _RS256.verify(signed.encode(), key, _bytes_of(signature))
    except ValueError:
        return False


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """exp and iat (and nbf, if any) against `now`, with LEEWAY either way."""
    at, leeway = now.timestamp(), LEEWAY.total_seconds()
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if max(issued, begins) > at + leeway:
        raise refused("launch.not-yet")
    if expires <= at - leeway:
        raise refused("launch.expired")
    if issued < at - OLDEST.total_seconds() - leeway:
        raise refused("launch.too-old")
    if expires > at + LONGEST_LIFE.total_seconds() + leeway:
        raise refused("launch.too-long")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    """A NumericDate (RFC 7519 §2): seconds since 1970, whole or not."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refused("launch.time-missing")
    if isinstance(value, float) and not math.isfinite(value):
        raise refused("launch.time-missing")
    return value


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _bytes_of(part: str) -> bytes:
    """base64url without its padding (RFC 7515 §2); ValueError when it is none."""
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _json_object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_bytes_of(part), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise refused("launch.token-unreadable") from None
    if not isinstance(value, dict):
        raise refused("launch.token-unreadable")
    return value


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
