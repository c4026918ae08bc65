"""The token endpoint in the plain way: Canvas's checks, and each assertion good once."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.plain.addresses import token_url
from lti_tool.practice_lms.plain.assertions import (
    Assertion,
    AssertionRefusedError,
    Expected,
    check_assertion,
)
from lti_tool.practice_lms.plain.guard import may_fail, service_blueprint
from lti_tool.practice_lms.scopes import GRANTED
from lti_tool.practice_lms.state import practice

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

tokens = service_blueprint("tokens")


class TokenRefusedError(Exception):
    """No token is given; `error` is the code of RFC 6749 section 5.2."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@tokens.post("/token")
@may_fail("token")
def give_token() -> ResponseReturnValue:
    """Give an access token for a signed assertion (client credentials grant)."""
    here = practice()
    _check_grant()
    assertion = _check_assertion()
    scopes = _check_scopes()
    now = here.surroundings.now()
    if not here.access_tokens.use_assertion(assertion.jti, until=assertion.expires_at, now=now):
        raise TokenRefusedError("invalid_client", "This assertion was used before.", status=401)
    text = here.surroundings.new_id()
    here.access_tokens.give(text, scopes, now=now)
    return jsonify(
        {
            "access_token": text,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": " ".join(scopes),
        }
    ), {"Cache-Control": "no-store"}


@tokens.errorhandler(TokenRefusedError)
def _refuse(error: TokenRefusedError) -> ResponseReturnValue:
    body = {"error": error.error, "error_description": error.description}
    return jsonify(body), error.status


def _check_grant() -> None:
    if request.form.get("grant_type") != "client_credentials":
        raise TokenRefusedError(
            "unsupported_grant_type", "Only client_credentials is granted here."
        )
    if request.form.get("client_assertion_type") != ASSERTION_TYPE:
        raise TokenRefusedError("invalid_request", "The client_assertion_type is not ours.")


def _check_assertion() -> Assertion:
    here = practice()
    configuration = here.configuration
    try:
        keys = here.surroundings.fetch_key_set(configuration.tool.jwks_url)
    except (OSError, ValueError) as error:
        raise TokenRefusedError("invalid_client", "The tool's key set can't be read.") from error
    expected = Expected(
        client_id=configuration.client_id,
        token_url=token_url(configuration),
        now=here.surroundings.now(),
    )
    try:
        return check_assertion(request.form.get("client_assertion", ""), keys, expected)
    except AssertionRefusedError as error:
        raise TokenRefusedError("invalid_client", str(error), status=401) from error


def _check_scopes() -> list[str]:
    """One scope we don't grant fails the whole request, as on Canvas."""
    scopes = request.form.get("scope", "").split()
    if not scopes or not GRANTED.issuperset(scopes):
        raise TokenRefusedError("invalid_scope", "A scope is missing or not granted here.")
    return scopes
