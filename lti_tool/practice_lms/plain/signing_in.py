"""Login and authentication request in the plain way: every fault but one is posted back."""

import json
from collections.abc import Mapping

from werkzeug.exceptions import BadRequest

from lti_tool.practice_lms.refusals import AuthRefusedError
from lti_tool.practice_lms.state import Practice
from lti_tool.practice_lms.state.pending import Opening

FIXED = {
    "scope": ("openid", "invalid_scope"),
    "response_type": ("id_token", "unsupported_response_type"),
    "response_mode": ("form_post", "invalid_request"),
    "prompt": ("none", "invalid_request"),
}
REQUIRED = (*FIXED, "client_id", "redirect_uri", "login_hint", "lti_message_hint", "nonce", "state")


def make_hint(here: Practice, opening: Opening) -> str:
    """JSON text, as Moodle's is, so that a tool which forgets to URL-encode it is found out."""
    return json.dumps({"launchid": here.surroundings.new_id()})


def login_fields(here: Practice, opening: Opening, target: str) -> dict[str, str]:
    """What begins a launch, without its hint (LTI 1.3 core, 5.1.1.1)."""
    configuration = here.configuration
    return {
        "iss": configuration.issuer,
        "login_hint": opening.user_id,
        "target_link_uri": target,
        "client_id": configuration.client_id,
        "lti_deployment_id": configuration.deployment_id,
    }


def check_address(here: Practice, parameters: Mapping[str, str]) -> str:
    """The address to answer at.

    Raises:
        BadRequest: when it is not one the tool registered; nothing may be posted there.
    """
    address = parameters.get("redirect_uri", "")
    if address not in here.configuration.tool.answer_urls:
        raise BadRequest(
            "This tool asked to be answered at an unknown address. The redirect_uri is not the "
            "launch address this LMS knows. Compare it, letter by letter, with the launch "
            "address in the LMS's settings."
        )
    return address


def take_opening(here: Practice, parameters: Mapping[str, str]) -> Opening:
    """The launch that an authentication request continues.

    Raises:
        AuthRefusedError: when something in the request is missing or wrong.
    """
    _check_parameters(here, parameters)
    opening = here.pending.take(parameters["lti_message_hint"], now=here.surroundings.now())
    if opening is None:
        raise AuthRefusedError("launch_no_longer_valid", "Open the activity again.")
    if opening.user_id != parameters["login_hint"]:
        raise AuthRefusedError("login_required", "Somebody else began this launch.")
    return opening


def _check_parameters(here: Practice, parameters: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED if not parameters.get(name)]
    if missing:
        raise AuthRefusedError("invalid_request", f"Missing: {', '.join(missing)}.")
    if parameters["client_id"] != here.configuration.client_id:
        raise AuthRefusedError("unauthorized_client", "This client_id is not known here.")
    for name, (wanted, error) in FIXED.items():
        if parameters[name] != wanted:
            raise AuthRefusedError(error, f"The {name} must be {wanted}.")
