"""Levers for tests: let a service fail, change the next id_token. Off unless switched on."""

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
    return Failure(status, times, float(delay), document.get("after_storing") is True)
