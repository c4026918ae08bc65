"""Dynamic registration with Moodle (points 1 to 10): bare words as errors, much left unsaid."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from lti_tool.practice_lms.moodle.addresses import AUTH, CONFIGURATION, JWKS, REGISTRATION, TOKENS
from lti_tool.practice_lms.moodle.registration_rules import (
    GRADE_SWITCH,
    NAMES,
    RegistrationRefusedError,
    read_tool,
)
from lti_tool.practice_lms.moodle.variables import VARIABLES
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.scopes import ROSTER_READ, TOOL_SETTING
from lti_tool.practice_lms.state import Practice, practice
from lti_tool.practice_lms.state.registrations import Started
from lti_tool.practice_lms.vocabulary import (
    DEEP_LINKING_REQUEST,
    PLATFORM_CONFIGURATION,
    RESOURCE_LINK_REQUEST,
    TOOL_CONFIGURATION,
)

registration = Blueprint("moodle_registration", __name__)

TOKEN_LIFETIME = timedelta(hours=1)


def begin(here: Practice, started: Started) -> dict[str, str]:
    """The parameters that open the tool's registration page (point 2)."""
    now = int(here.surroundings.now().timestamp())
    tool_id = here.configuration.deployment_id
    token_id = tool_id if started.is_update else started.client_id
    claims = {
        "sub": token_id,
        "scope": "reg-update" if started.is_update else "reg",
        "iat": now,
        "exp": now + int(TOKEN_LIFETIME.total_seconds()),
    }
    here.registrations.begin(token_id, started)
    return {
        "openid_configuration": here.configuration.url(CONFIGURATION),
        "registration_token": here.platform_key.sign(claims),
    }


@registration.errorhandler(RegistrationRefusedError)
def _refuse(error: RegistrationRefusedError) -> ResponseReturnValue:
    return Response(error.word, status=error.status, content_type="text/html; charset=utf-8")


@registration.get(CONFIGURATION)
def configuration() -> ResponseReturnValue:
    """What this Moodle can do. It doesn't tell that it sends submission reviews (point 8)."""
    here = practice().configuration
    return jsonify(
        {
            "issuer": here.issuer,
            "token_endpoint": here.url(TOKENS),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": here.url(JWKS),
            "authorization_endpoint": here.url(AUTH),
            "registration_endpoint": here.url(REGISTRATION),
            "scopes_supported": [*GRADE_SWITCH, ROSTER_READ, TOOL_SETTING, "openid"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", *NAMES, "email"],
            PLATFORM_CONFIGURATION: {
                "product_family_code": "moodle",
                "version": "5.0.6+ (Build: 20260403)",
                "messages_supported": [
                    {"type": RESOURCE_LINK_REQUEST},
                    {"type": DEEP_LINKING_REQUEST, "placements": ["ContentArea"]},
                ],
                "variables": list(VARIABLES),
            },
        }
    )


@registration.route(REGISTRATION, methods=["GET", "POST"])
@may_fail("registration")
def register() -> ResponseReturnValue:
    """Register the tool, or read back what is to be updated; a token is good for one."""
    here = practice()
    token_id, started = _started(here)
    if request.method == "GET":
        return jsonify(here.registrations.made(started.client_id) or {})
    body = request.get_json(force=True, silent=True)
    document: dict[str, Any] = body if isinstance(body, dict) else {}
    tool = read_tool(document)
    # A new tool is Pending until an administrator presses Activate (point 1).
    here.configuration = replace(
        here.configuration,
        client_id=started.client_id,
        tool=replace(tool, is_on=started.is_update and here.configuration.tool.is_on),
    )
    answer = _answer(here, document)
    here.registrations.finish(token_id, answer)
    return jsonify(answer)


def _started(here: Practice) -> tuple[str, Started]:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not text:
        raise RegistrationRefusedError("missing_registration_token", status=401)
    key = jwt.PyJWK(here.platform_key.public)
    try:
        claims = jwt.decode(
            text, key, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
        )
    except jwt.PyJWTError as error:
        raise NotFound("This registration can't be continued.") from error
    if claims["exp"] < here.surroundings.now().timestamp():
        raise NotFound("This registration took too long. Begin it again.")
    started = here.registrations.peek(claims["sub"])
    if started is None:
        raise RegistrationRefusedError("token_already_used", status=401)
    return claims["sub"], started


def _answer(here: Practice, document: Mapping[str, Any]) -> dict[str, object]:
    """What Moodle says it understood; much is dropped without notice (points 3, 5 and 6)."""
    configuration = here.configuration
    tool = configuration.tool
    return {
        "client_id": configuration.client_id,
        "response_types": ["id_token"],
        "jwks_uri": tool.jwks_url,
        "initiate_login_uri": tool.login_url,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": list(tool.redirect_uris),
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": tool.name,
        "logo_uri": document.get("logo_uri", ""),
        "scope": " ".join(tool.scopes),
        TOOL_CONFIGURATION: _answered_tool(here, document[TOOL_CONFIGURATION]),
    }


def _answered_tool(here: Practice, asked: Mapping[str, Any]) -> dict[str, object]:
    tool = here.configuration.tool
    picker = {"type": DEEP_LINKING_REQUEST, "target_link_uri": tool.deep_linking_url}
    # A value is cut at its first “=” here; it is kept and launched whole.
    custom = {name: value.split("=")[0] for name, value in tool.custom.items()}
    names = ["name", "family_name", "given_name"] if tool.privacy.tells_names else []
    emails = ["email"] if tool.privacy.tells_emails else []
    return {
        "version": "1.3.0",
        "deployment_id": here.configuration.deployment_id,
        "target_link_uri": tool.launch_url,
        "domain": asked["domain"],
        "description": asked.get("description", ""),
        **({"messages": [picker]} if tool.deep_linking_url else {}),
        **({"custom_parameters": custom} if custom else {}),
        "claims": ["sub", "iss", *names, *emails],
    }
