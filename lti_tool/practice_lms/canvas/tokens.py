"""Canvas's token endpoint and its checks of an assertion (section 4, `token_response.json`)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from flask import jsonify, request
from flask.typing import ResponseReturnValue
from jwt.types import Options

from lti_tool.practice_lms.canvas.addresses import TOKENS
from lti_tool.practice_lms.canvas.guard import make_token, service_blueprint
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.plain.tokens import ASSERTION_TYPE
from lti_tool.practice_lms.state import Practice, practice

tokens = service_blueprint("canvas_tokens")

REQUIRED = ("iss", "sub", "aud", "exp", "iat", "jti")
MAX_AGE = timedelta(minutes=5)
MAX_LEAD = timedelta(seconds=30)
NOT_GRANTED = (
    "A requested scope is invalid, unknown, malformed, or exceeds the scope granted by the "
    "resource owner. The following scopes were requested, but not granted: "
)
SIGNATURE_ONLY: Options = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class TokenRefusedError(Exception):
    """No token is given; `error` is the code of RFC 6749 section 5.2."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@tokens.errorhandler(TokenRefusedError)
def _refuse(error: TokenRefusedError) -> ResponseReturnValue:
    body = {"error": error.error, "error_description": error.description}
    return jsonify(body), error.status


@tokens.post(TOKENS)
@may_fail("token")
def give_token() -> ResponseReturnValue:
    """Give an access token for an hour. One scope that isn't granted fails the request."""
    here = practice()
    _check_grant()
    _check_assertion(here, request.form.get("client_assertion", ""))
    scopes = request.form.get("scope", "").split()
    refused = [scope for scope in scopes if scope not in here.configuration.tool.scopes]
    if refused or not scopes:
        raise TokenRefusedError("invalid_scope", NOT_GRANTED + ",".join(refused))
    given = {"access_token": make_token(here, scopes), "token_type": "Bearer", "expires_in": 3600}
    return jsonify({**given, "scope": " ".join(scopes)})


def _check_grant() -> None:
    if request.form.get("grant_type") != "client_credentials":
        raise TokenRefusedError(
            "unsupported_grant_type", "The grant_type you requested is not currently supported"
        )
    if request.form.get("client_assertion_type") != ASSERTION_TYPE:
        raise TokenRefusedError("invalid_request", "assertion method not supported")


def _check_assertion(here: Practice, text: str) -> None:
    try:
        claims = jwt.decode(text, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise TokenRefusedError("invalid_request", "JWS signature invalid.") from error
    configuration = here.configuration
    if claims.get("sub") != configuration.client_id or not configuration.tool.is_on:
        raise TokenRefusedError("invalid_client", "unknown client", status=401)
    _check_signature(text, _key_set(here))
    missing = [name for name in REQUIRED if name not in claims]
    if missing:
        text = f"the following assertions are missing: {','.join(missing)}"
        raise TokenRefusedError("invalid_request", text)
    _check_audience(here, claims)
    _check_times(claims, here.surroundings.now())
    _check_first_use(here, claims)


def _key_set(here: Practice) -> Mapping[str, Any]:
    """The tool's keys, fetched anew for every request (section 2.4)."""
    try:
        return here.surroundings.fetch_key_set(here.configuration.tool.jwks_url)
    except ValueError as error:
        raise TokenRefusedError("invalid_request", "JWK Error: Invalid JSON") from error
    except OSError as error:
        raise TokenRefusedError("invalid_request", f"JWK Error: {error}") from error


def _check_signature(text: str, key_set: Mapping[str, Any]) -> None:
    """By the key that the header names; a JWK must tell its alg and its use."""
    kid = jwt.get_unverified_header(text).get("kid")
    named = (key for key in key_set.get("keys", ()) if kid and key.get("kid") == kid)
    key = next((key for key in named if key.get("alg") and key.get("use")), None)
    if key is None:
        raise TokenRefusedError("invalid_request", "JWS signature invalid.")
    try:
        jwt.decode(text, jwt.PyJWK(key), algorithms=["RS256"], options=SIGNATURE_ONLY)
    except jwt.PyJWTError as error:
        raise TokenRefusedError("invalid_request", "JWS signature invalid.") from error


def _check_audience(here: Practice, claims: Mapping[str, Any]) -> None:
    """The address that was called, or the one on the sign-in host."""
    taken = {here.configuration.url(TOKENS), here.configuration.sso_url(TOKENS)}
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if taken.isdisjoint(audience):
        raise TokenRefusedError("invalid_request", "the 'aud' is invalid")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    try:
        issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    except (TypeError, ValueError, OverflowError) as error:
        raise TokenRefusedError("invalid_request", "the times are not numbers") from error
    if expires <= now:
        raise TokenRefusedError("invalid_request", "the JWT has expired")
    if issued < now - MAX_AGE:
        text = "the 'iat' must be less than 300 seconds old"
        raise TokenRefusedError("invalid_request", text)
    if issued > now + MAX_LEAD:
        raise TokenRefusedError("invalid_request", "the 'iat' must not be in the future")


def _check_first_use(here: Practice, claims: Mapping[str, Any]) -> None:
    until = datetime.fromtimestamp(claims["exp"], UTC)
    now = here.surroundings.now()
    if not here.access_tokens.use_assertion(str(claims["jti"]), until=until, now=now):
        raise TokenRefusedError("invalid_request", "the 'jti' is invalid")
