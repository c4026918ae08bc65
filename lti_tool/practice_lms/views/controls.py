"""Levers for tests: fail a service, change a launch, move on a key. Off unless switched on."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.failures import SERVICES, Failure

controls = Blueprint("controls", __name__, url_prefix="/controls")


@controls.before_request
def _require_switched_on() -> None:
    if not practice().configuration.controls:
        raise NotFound("This LMS was started without controls.")


@controls.post("")
def ask_for_failure() -> ResponseReturnValue:
    """Let the next calls of one service fail; see `Failure` for what each part means."""
    document = _document()
    if document.get("service") not in SERVICES:
        raise BadRequest(f"The service must be one of: {', '.join(SERVICES)}.")
    practice().failures.ask(str(document["service"]), _failure(document))
    return jsonify({"asked": document})


@controls.post("/claims")
def change_claims() -> ResponseReturnValue:
    """Put other claims into the next id_token; null leaves a claim out."""
    document = _document()
    practice().pending.change_next_claims(document)
    return jsonify({"asked": document})


@controls.post("/launch-error")
def refuse_launch() -> ResponseReturnValue:
    """Answer the next authentication request with an error, such as `login_required`."""
    document = _document()
    practice().pending.refuse_next(str(document.get("error", "login_required")))
    return jsonify({"asked": document})


@controls.post("/rotate-keys")
def rotate_keys() -> ResponseReturnValue:
    """Sign with the next key from now on."""
    practice().rotate_keys()
    return jsonify({"kid": practice().platform_key.kid})


def _document() -> dict[str, object]:
    document = request.get_json(silent=True)
    if not isinstance(document, dict):
        raise BadRequest("The body must be one JSON object.")
    return document


def _failure(document: dict[str, object]) -> Failure:
    status, times, delay = (
        document.get(name, default)
        for name, default in (("status", 503), ("times", 1), ("delay", 0))
    )
    if not isinstance(status, int | None) or not isinstance(times, int):
        raise BadRequest("The status and times must be whole numbers.")
    if not isinstance(delay, int | float) or delay < 0:
        raise BadRequest("The delay must be a number of seconds.")
    body, headers = document.get("body", ""), document.get("headers", {})
    if not isinstance(body, str) or not isinstance(headers, dict):
        raise BadRequest("The body must be a text, and the headers an object.")
    lost = document.get("after_storing") is True
    return Failure(status, times, float(delay), lost, body, headers)
