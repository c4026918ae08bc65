"""A launch, as the LMS sees it: begin it, check what the tool asks, answer with an id_token."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.claims import launch_claims
from lti_tool.practice_lms.people import known_link, known_user
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.pending import PendingLaunch

launching = Blueprint("launching", __name__)

FIXED = {
    "scope": ("openid", "invalid_scope"),
    "response_type": ("id_token", "unsupported_response_type"),
    "response_mode": ("form_post", "invalid_request"),
    "prompt": ("none", "invalid_request"),
}
REQUIRED = (*FIXED, "client_id", "redirect_uri", "login_hint", "lti_message_hint", "nonce", "state")


class AuthRefusedError(Exception):
    """The authentication request is turned away with a code of OpenID Connect Core 3.1.2.6."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@launching.get("/as/<user_id>/launch/<link_id>")
def begin(user_id: str, link_id: str) -> ResponseReturnValue:
    """Third-party initiated login: a form that posts itself to the tool (LTI 1.3, 5.1.1.1)."""
    here = practice()
    user, link = known_user(user_id), known_link(link_id)
    launch = PendingLaunch(user.id, link.id, here.surroundings.now())
    tool = here.configuration.tool
    fields = {
        "iss": here.configuration.base_url,
        "login_hint": user.id,
        "target_link_uri": tool.launch_url,
        "lti_message_hint": here.pending.begin(launch, launch_id=here.surroundings.new_id()),
        "client_id": here.configuration.client_id,
        "lti_deployment_id": here.configuration.deployment_id,
    }
    return _forward(tool.login_url, fields, title=link.title)


@launching.route("/auth", methods=["GET", "POST"])
def authenticate() -> ResponseReturnValue:
    """Answer the tool's authentication request by a form post to its launch address.

    An address we don't know gets nothing posted, only a page; every other fault is posted
    back with its code, as Moodle and Canvas do.
    """
    parameters = request.values.to_dict()
    launch_url = practice().configuration.tool.launch_url
    if parameters.get("redirect_uri") != launch_url:
        return render_template(
            "problem.html",
            title="This tool asked to be answered at an unknown address",
            sentence="The redirect_uri is not the launch address this LMS knows. "
            "Compare it, letter by letter, with the launch address in the LMS's settings.",
        ), 400
    try:
        fields = {"id_token": _id_token(parameters)}
    except AuthRefusedError as error:
        fields = {"error": error.error, "error_description": error.description}
    state = {"state": parameters["state"]} if "state" in parameters else {}
    return _forward(launch_url, {**fields, **state}, title="Opening the tool")


def _forward(action: str, fields: Mapping[str, str], *, title: str) -> ResponseReturnValue:
    page = render_template("forward.html", action=action, fields=fields, title=title)
    return page, {"Cache-Control": "no-store"}


def _id_token(parameters: Mapping[str, str]) -> str:
    here = practice()
    _check_parameters(parameters)
    launch = _take_launch(parameters)
    claims = launch_claims(
        here,
        known_user(launch.user_id),
        known_link(launch.link_id),
        nonce=parameters["nonce"],
        now=here.surroundings.now(),
    )
    return here.platform_key.sign(_changed(claims, here.pending.take_claim_changes()))


def _check_parameters(parameters: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED if not parameters.get(name)]
    if missing:
        raise AuthRefusedError("invalid_request", f"Missing: {', '.join(missing)}.")
    if parameters["client_id"] != practice().configuration.client_id:
        raise AuthRefusedError("unauthorized_client", "This client_id is not known here.")
    for name, (wanted, error) in FIXED.items():
        if parameters[name] != wanted:
            raise AuthRefusedError(error, f"The {name} must be {wanted}.")


def _take_launch(parameters: Mapping[str, str]) -> PendingLaunch:
    here = practice()
    launch = here.pending.take(parameters["lti_message_hint"], now=here.surroundings.now())
    if launch is None:
        raise AuthRefusedError("launch_no_longer_valid", "Open the activity again.")
    if launch.user_id != parameters["login_hint"]:
        raise AuthRefusedError("login_required", "Somebody else began this launch.")
    return launch


def _changed(claims: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    changed = {**claims, **changes}
    return {name: value for name, value in changed.items() if value is not None}
