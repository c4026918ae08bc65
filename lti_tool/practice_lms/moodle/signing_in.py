"""Login and authentication request on Moodle (points 11 to 13, `oidc-authorization-variants`)."""

import json
from collections.abc import Mapping

from werkzeug.exceptions import NotFound

from lti_tool.practice_lms.refusals import AuthRefusedError
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.pending import Opening

FAULT = "Something in this launch does not fit. Go back to the course and open the activity again."
"""Moodle shows a page of its own, with status 404, and tells the tool nothing (point 12)."""


def make_hint(here: Practice, opening: Opening) -> str:
    """A JSON text; a picker's hint says so and names no activity (point 11)."""
    number = here.surroundings.new_id()
    if opening.link_id is None:
        return json.dumps({"launchid": f"ltilaunch_ContentItemSelectionRequest{number}"})
    launch_id = f"ltilaunch_{opening.link_id}_{number}"
    return json.dumps({"cmid": opening.link_id, "launchid": launch_id}, separators=(",", ":"))


def login_fields(here: Practice, opening: Opening, target: str) -> dict[str, str]:
    """What begins a launch, without its hint. There is no platform storage (point 11)."""
    configuration = here.configuration
    return {
        "iss": configuration.issuer,
        "target_link_uri": target,
        "login_hint": opening.user_id,
        "client_id": configuration.client_id,
        "lti_deployment_id": configuration.deployment_id,
    }


def check_address(here: Practice, parameters: Mapping[str, str]) -> str:
    """The address to answer at, which must equal a registered one to the letter (point 13).

    Raises:
        NotFound: when it doesn't.
    """
    address = parameters.get("redirect_uri", "")
    if address not in here.configuration.tool.answer_urls:
        raise NotFound(FAULT)
    return address


def take_opening(here: Practice, parameters: Mapping[str, str]) -> Opening:
    """The launch that an authentication request continues. State and prompt may be missing.

    Raises:
        NotFound: for what Moodle shows to the person only.
        AuthRefusedError: for what it posts to the tool.
    """
    if parameters.get("scope") != "openid" or parameters.get("response_type") != "id_token":
        raise NotFound(FAULT)
    if not parameters.get("nonce"):
        raise NotFound(FAULT)
    opening = here.pending.take(parameters.get("lti_message_hint", ""), now=here.surroundings.now())
    if opening is None:
        raise NotFound(FAULT)
    _check_parties(here, parameters, opening)
    return opening


def _check_parties(here: Practice, parameters: Mapping[str, str], opening: Opening) -> None:
    if parameters.get("client_id") != here.configuration.client_id:
        raise AuthRefusedError("unauthorized_client")
    if parameters.get("response_mode") != "form_post":
        raise AuthRefusedError("invalid_request", "Invalid response_mode")
    if parameters.get("prompt", "none") != "none":
        raise AuthRefusedError("invalid_request", "Invalid prompt")
    if parameters.get("login_hint") != opening.user_id:
        raise AuthRefusedError("access_denied")
