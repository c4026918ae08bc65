"""Moodle's token endpoint (points 35 to 38): few checks, and JSON that says it is HTML."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import jwt
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from jwt.types import Options
from werkzeug.exceptions import NotFound

from lti_tool.practice_lms.moodle.addresses import TOKENS
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.plain.tokens import ASSERTION_TYPE
from lti_tool.practice_lms.state import Practice, practice

tokens = Blueprint("moodle_tokens", __name__)

FIELDS = ("grant_type", "client_assertion_type", "client_assertion", "scope")
SIGNATURE_ONLY: Options = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}
UNKNOWN_KEY = '{\n  "error" : ""kid" invalid, unable to lookup correct key"\n}'
"""Not JSON: the quotes stand unescaped, as Moodle sends them (point 37)."""


class TokenRefusedError(Exception):
    """No token is given; the text is the whole body of the answer."""

    def __init__(self, body: str) -> None:
        super().__init__(body)
        self.body = body

    @classmethod
    def of(cls, error: str) -> "TokenRefusedError":
        """With this text as `error`; often it isn't one of OAuth's words."""
        return cls(json.dumps({"error": error}))


@tokens.errorhandler(TokenRefusedError)
def _refuse(error: TokenRefusedError) -> ResponseReturnValue:
    return _answer(error.body, status=400)


@tokens.route(TOKENS, methods=["GET", "POST"])
@may_fail("token")
def give_token() -> ResponseReturnValue:
    """Give an access token for an hour. What it may do stands in the answer (point 37)."""
    here = practice()
    _check_grant()
    _check_assertion(here, request.form["client_assertion"])
    known = here.configuration.tool.scopes
    scopes = [scope for scope in request.form["scope"].split() if scope in known]
    if not scopes:
        raise TokenRefusedError.of("invalid_scope")
    text = here.surroundings.new_id()
    here.access_tokens.give(text, scopes, now=here.surroundings.now())
    given = {"access_token": text, "token_type": "Bearer", "expires_in": 3600}
    return _answer(json.dumps({**given, "scope": " ".join(scopes)}), status=200)


def _answer(body: str, *, status: int) -> Response:
    return Response(body, status=status, content_type="text/html; charset=utf-8")


def _check_grant() -> None:
    if not all(request.form.get(name) for name in FIELDS):
        raise TokenRefusedError.of("invalid_request")
    if request.form["grant_type"] != "client_credentials":
        raise TokenRefusedError.of("unsupported_grant_type")
    if request.form["client_assertion_type"] != ASSERTION_TYPE:
        raise TokenRefusedError.of("unsupported_grant_type")


def _check_assertion(here: Practice, text: str) -> None:
    """Signature, client and times only: any audience and any `jti` will do (point 35)."""
    try:
        header = jwt.get_unverified_header(text)
        claims = jwt.decode(text, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise TokenRefusedError.of("invalid_request") from error
    if claims.get("sub") != here.configuration.client_id:
        raise TokenRefusedError.of("invalid_client")
    if "kid" not in header:
        raise TokenRefusedError.of("error/Error: kid must be provided in JWT header.")
    _check_signature(text, tool_key(here, str(header["kid"])))
    _check_times(claims, here.surroundings.now())


def tool_key(here: Practice, kid: str) -> jwt.PyJWK:
    """The tool's key; its set is kept, and fetched again for a `kid` not in it (point 38).

    Raises:
        NotFound: when the set is out of reach, as an HTML page (point 10).
    """
    if kid not in _kids(here.kept_key_set):
        try:
            fetched = here.surroundings.fetch_key_set(here.configuration.tool.jwks_url)
        except (OSError, ValueError) as error:
            raise NotFound("The tool's key set can't be read.") from error
        here.kept_key_set = fetched
    keys = (here.kept_key_set or {}).get("keys", ())
    found = next((one for one in keys if one.get("kid") == kid), None)
    if found is None:
        raise TokenRefusedError(UNKNOWN_KEY)
    return jwt.PyJWK(found)


def _kids(key_set: Mapping[str, Any] | None) -> set[str]:
    return {str(one.get("kid")) for one in (key_set or {}).get("keys", ())}


def _check_signature(text: str, key: jwt.PyJWK) -> None:
    try:
        jwt.decode(text, key, algorithms=["RS256"], options=SIGNATURE_ONLY)
    except jwt.PyJWTError as error:
        raise TokenRefusedError.of("Signature verification failed") from error


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """No leeway for an `iat` in the future (point 36); no `exp` is needed."""
    issued = datetime.fromtimestamp(claims.get("iat", 0), UTC)
    if issued > now:
        when = issued.strftime("%Y-%m-%dT%H:%M:%S+0000")
        raise TokenRefusedError.of(f"Cannot handle token with iat prior to {when}")
    if "exp" in claims and claims["exp"] <= now.timestamp():
        raise TokenRefusedError.of("Expired token")
