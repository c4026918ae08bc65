"""Liveness and readiness."""

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from credentials.errors import SigningKeyError
from lti_tool.errors import SettingsError
from lti_tool.store.upgrading import is_current
from lti_tool.wiring import Wiring

pages = Blueprint("health", __name__)

NO_ISSUER = ""
"""Nobody's keys: asking for them opens the key file and finds none."""


@pages.get("/healthz")
def alive() -> ResponseReturnValue:
    """This process answers. What it depends on is not asked: a restart would not mend that."""
    return _fresh(jsonify(alive=True))


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Everything a request needs is there; else 503 with codes, never with addresses or paths."""
    wired: Wiring | None = current_app.extensions.get("testamur")
    reasons = _reasons(wired) if wired else []
    answer = _fresh(jsonify(ready=not reasons, reasons=reasons))
    answer.status_code = 503 if reasons else 200
    return answer


def _reasons(wired: Wiring) -> list[str]:
    return [*_database(wired), *_keys(wired)]


def _database(wired: Wiring) -> list[str]:
    try:
        wired.db.ping()
    except SettingsError as error:
        return [error.code]
    return [] if is_current(wired.db.engine) else ["database.not-upgraded"]


def _keys(wired: Wiring) -> list[str]:
    try:
        wired.signing_keys.all(NO_ISSUER)
    except SigningKeyError:
        return ["signing-keys.unreadable"]
    return []


def _fresh(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
