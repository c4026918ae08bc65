"""Login and authentication request on Canvas (sections 2.1 to 2.3, `login_request.json`)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from werkzeug.exceptions import BadRequest

from lti_tool.practice_lms.canvas.identifiers import context_id, legacy_user_id
from lti_tool.practice_lms.profiles import Storage
from lti_tool.practice_lms.refusals import AuthRefusedError
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.pending import Opening

HINT_LIFETIME = timedelta(minutes=5)
STORAGE_TARGET = "post_message_forwarding"
REQUIRED = (
    "client_id",
    "login_hint",
    "lti_message_hint",
    "nonce",
    "prompt",
    "redirect_uri",
    "response_mode",
    "response_type",
    "scope",
)
"""All nine must be there, and of the scope alone the value is looked at (section 2.2)."""


def make_hint(here: Practice, opening: Opening) -> str:
    """A token of Canvas's own, good for five minutes."""
    claims = {
        "verifier": here.surroundings.new_id(),
        "canvas_domain": urlsplit(here.configuration.base_url).netloc,
        "context_type": "Course",
        "context_id": context_id(opening.course_id),
        "canvas_locale": "en",
        "include_storage_target": here.configuration.storage is not Storage.OFF,
        "exp": int((opening.begun_at + HINT_LIFETIME).timestamp()),
    }
    return jwt.encode(claims, here.secret, algorithm="HS256")


def login_fields(here: Practice, opening: Opening, target: str) -> dict[str, str]:
    """What begins a launch, without its hint (section 2.1)."""
    configuration = here.configuration
    course = here.course(opening.course_id) or configuration.course
    return {
        "iss": configuration.issuer,
        "login_hint": legacy_user_id(opening.user_id),
        "client_id": configuration.client_id,
        "lti_deployment_id": configuration.deployment_of(course),
        "target_link_uri": target,
        "canvas_environment": "prod",
        "canvas_region": "not_configured",
        **storage_field(here),
    }


def storage_field(here: Practice) -> dict[str, str]:
    """Where the platform's storage answers; absent when it isn't offered."""
    offered = here.configuration.storage is not Storage.OFF
    return {"lti_storage_target": STORAGE_TARGET} if offered else {}


def check_address(here: Practice, parameters: Mapping[str, str]) -> str:
    """The address to answer at: registered, but for more in its query (section 2.2).

    Raises:
        BadRequest: when it isn't; Canvas shows this and posts nothing.
    """
    address = parameters.get("redirect_uri", "")
    if not any(_fits(address, known) for known in here.configuration.tool.answer_urls):
        raise BadRequest("Invalid redirect_uri")
    return address


def take_opening(here: Practice, parameters: Mapping[str, str]) -> Opening:
    """The launch that an authentication request continues. The state may be missing.

    Raises:
        BadRequest: for a message hint that isn't ours or is too old; nothing is posted.
        AuthRefusedError: for what Canvas posts to the tool.
    """
    missing = [name for name in REQUIRED if not parameters.get(name)]
    if missing:
        text = f"The following parameters are missing: {','.join(missing)}"
        raise AuthRefusedError("invalid_request_object", text)
    if parameters["scope"] != "openid":
        raise AuthRefusedError("invalid_request_object", "The 'scope' must be 'openid'")
    now = here.surroundings.now()
    _check_hint(here, parameters["lti_message_hint"], now)
    _check_client(here, parameters["client_id"])
    return _taken(here, parameters, now)


def _taken(here: Practice, parameters: Mapping[str, str], now: datetime) -> Opening:
    opening = here.pending.take(parameters["lti_message_hint"], now=now)
    if opening is None:
        raise AuthRefusedError(
            "launch_no_longer_valid", "The launch has either expired or already been consumed"
        )
    if parameters["login_hint"] != legacy_user_id(opening.user_id):
        raise AuthRefusedError("login_required", "Must have an active user session")
    return opening


def _check_client(here: Practice, client_id: str) -> None:
    """A key that is still off may not be used either (section 1, "Deployment model")."""
    configuration = here.configuration
    if client_id != configuration.client_id or not configuration.tool.is_on:
        raise AuthRefusedError("unauthorized_client", "Client not authorized in requested context")


def _check_hint(here: Practice, hint: str, now: datetime) -> None:
    claims = read_own_token(here, hint)
    if claims is None or claims.get("exp", 0) < now.timestamp():
        raise BadRequest("Invalid lti_message_hint")


def read_own_token(here: Practice, text: str) -> dict[str, Any] | None:
    """The claims of a token we made for ourselves, whatever its age; None for any other."""
    try:
        return dict(
            jwt.decode(
                text,
                here.secret,
                algorithms=["HS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
        )
    except jwt.PyJWTError:
        return None


def _fits(address: str, known: str) -> bool:
    path, _, query = address.partition("?")
    known_path, _, known_query = known.partition("?")
    return path == known_path and set(parse_qsl(known_query)) <= set(parse_qsl(query))
