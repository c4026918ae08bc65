"""Dynamic registration with Canvas (section 8): a strict schema, and a key that is off at first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

import jwt
from flask import jsonify, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.addresses import AUTH, CONFIGURATION, JWKS, REGISTRATION, TOKENS
from lti_tool.practice_lms.canvas.guard import service_blueprint
from lti_tool.practice_lms.canvas.registration_rules import (
    CANVAS,
    OPENING,
    PICKING,
    SCOPES,
    placement,
    privacy,
    problems,
)
from lti_tool.practice_lms.canvas.signing_in import read_own_token
from lti_tool.practice_lms.canvas.variables import OF_ASSIGNMENT, OF_LINK, VARIABLES
from lti_tool.practice_lms.configuration import Tool
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.state import Practice, practice
from lti_tool.practice_lms.state.registrations import Started
from lti_tool.practice_lms.vocabulary import (
    DEEP_LINKING_REQUEST,
    PLATFORM_CONFIGURATION,
    RESOURCE_LINK_REQUEST,
    TOOL_CONFIGURATION,
)

registration = service_blueprint("canvas_registration")

TOKEN_LIFETIME = timedelta(hours=1)
KEPT = (
    "application_type",
    "grant_types",
    "initiate_login_uri",
    "redirect_uris",
    "response_types",
    "client_name",
    "jwks_uri",
    "logo_uri",
    "token_endpoint_auth_method",
)
"""Other properties at the top are left out of the answer without a word."""


def begin(here: Practice, started: Started) -> dict[str, str]:
    """The parameters that open the tool's registration page; the token stands in both."""
    now = here.surroundings.now()
    token_id = str(uuid5(NAMESPACE_URL, here.surroundings.new_id()))
    claims = {
        "uuid": token_id,
        "initiated_at": now.isoformat(),
        "user_id": 10000000000001,
        "root_account_global_id": 10000000000001,
        "root_account_domain": urlsplit(here.configuration.base_url).netloc,
        "registration_url": started.registration_url,
        "exp": int((now + TOKEN_LIFETIME).timestamp()),
    }
    here.registrations.begin(token_id, started)
    token = jwt.encode(claims, here.secret, algorithm="HS256")
    address = here.configuration.issuer.rstrip("/") + CONFIGURATION
    return {
        "openid_configuration": f"{address}?registration_token={token}",
        "registration_token": token,
    }


@registration.get(CONFIGURATION)
def configuration() -> ResponseReturnValue:
    """What this Canvas can do, for whoever brings the token in the query and nowhere else."""
    here = practice()
    if read_own_token(here, request.args.get("registration_token", "")) is None:
        text = "Access token missing (You must include the registration_token parameter)."
        return jsonify({"error": text}), 401
    return jsonify(_configuration(here))


@registration.post(REGISTRATION)
@may_fail("registration")
def register() -> ResponseReturnValue:
    """Register the tool. The key stays off until an administrator reviewed it."""
    here = practice()
    claims = _token_claims(here)
    if claims is None:
        return jsonify({"errorMessage": "JWT did not include expected contents"}), 401
    started = here.registrations.peek(claims["uuid"])
    if started is None:
        return jsonify({"errorMessage": "Registration token has already been used"}), 401
    body = request.get_json(force=True, silent=True)
    document: dict[str, Any] = body if isinstance(body, dict) else {}
    found = problems(document)
    if found:
        return jsonify({"errors": found}), 422
    here.configuration = replace(
        here.configuration, client_id=started.client_id, tool=_read(document)
    )
    answer = _answer(here, document)
    here.registrations.finish(claims["uuid"], answer)
    return jsonify(answer)


def _token_claims(here: Practice) -> dict[str, Any] | None:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    claims = read_own_token(here, text) if kind == "Bearer" else None
    if claims is None or "uuid" not in claims:
        return None
    return claims if claims["exp"] > here.surroundings.now().timestamp() else None


def _configuration(here: Practice) -> dict[str, object]:
    settings = here.configuration
    everywhere = [CANVAS + name for name in (*OPENING, *PICKING)]
    picking = [CANVAS + name for name in PICKING]
    return {
        "issuer": settings.issuer,
        "authorization_endpoint": settings.sso_url(AUTH),
        "registration_endpoint": settings.sso_url(REGISTRATION),
        "jwks_uri": settings.sso_url(JWKS),
        "token_endpoint": settings.sso_url(TOKENS),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "picture", "email", "name", "given_name", "family_name"],
        "subject_types_supported": ["public"],
        "authorization_server": urlsplit(settings.sso_url("/")).netloc,
        PLATFORM_CONFIGURATION: {
            "product_family_code": "canvas",
            "version": "vCloud" if settings.hosts.sso else "OpenSource",
            "messages_supported": [
                {"type": RESOURCE_LINK_REQUEST, "placements": [*everywhere, "ContentArea"]},
                {
                    "type": DEEP_LINKING_REQUEST,
                    "placements": [*picking, "ContentArea", "RichTextEditor"],
                },
                {"type": "LtiEulaRequest"},
            ],
            "notice_types_supported": ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
            "variables": [*VARIABLES, *OF_LINK, *OF_ASSIGNMENT],
            CANVAS + "account_name": "Practice University",
            CANVAS + "account_domain": urlsplit(settings.base_url).netloc,
        },
    }


def _read(document: Mapping[str, Any]) -> Tool:
    asked = document[TOOL_CONFIGURATION]
    picker = next((one for one in _by_placement(asked).values() if _picks(one)), None)
    return Tool(
        login_url=document["initiate_login_uri"],
        launch_url=asked["target_link_uri"],
        jwks_url=document["jwks_uri"],
        name=document["client_name"],
        deep_linking_url=picker.get("target_link_uri", asked["target_link_uri"]) if picker else "",
        redirect_uris=tuple(document["redirect_uris"]),
        custom=asked.get("custom_parameters", {}),
        scopes=tuple(one for one in document.get("scope", "").split() if one != "openid"),
        privacy=privacy(asked),
        is_on=False,
    )


def _by_placement(asked: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The first message that names a placement has it; without a name it takes link_selection."""
    taken: dict[str, Mapping[str, Any]] = {}
    for message in asked["messages"]:
        for name in message.get("placements") or ["link_selection"]:
            taken.setdefault(placement(name), message)
    return taken


def _picks(message: Mapping[str, Any]) -> bool:
    return bool(message["type"] == DEEP_LINKING_REQUEST)


def _answer(here: Practice, document: Mapping[str, Any]) -> dict[str, object]:
    """Canvas's answer adds `openid`; it names a deployment on newer sites only."""
    settings = here.configuration
    address = settings.url(f"{REGISTRATION}/10000000000009")
    view = {CANVAS + "registration_config_url": f"{address}/view"}
    named = {"deployment_id": settings.deployment_id} if settings.names_deployment else {}
    return {
        "client_id": settings.client_id,
        **{name: document[name] for name in KEPT if name in document},
        "scope": " ".join((*settings.tool.scopes, "openid")),
        TOOL_CONFIGURATION: {**document[TOOL_CONFIGURATION], **view},
        "registration_client_uri": address,
        **named,
    }
