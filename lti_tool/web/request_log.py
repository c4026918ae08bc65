"""One line in the log for each request: what was asked for, how it ended, how long it took."""

import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)

_HEALTH = "health."
"""Endpoints that are asked every few seconds by machines; their lines are for debugging only."""


def register_request_log(app: Flask) -> None:
    """Log each request when its answer is ready; register it before anything that may answer."""
    app.before_request(_begin)
    app.after_request(_log)


def _begin() -> None:
    g.begun = time.perf_counter()


def _log(response: Response) -> Response:
    # Never the path: secrets of one-time links are in it. The request id is bound already.
    line = {
        "method": request.method,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - g.begun) * 1000, 1),
        **_who(),
    }
    is_for_machines = (request.endpoint or "").startswith(_HEALTH)
    write = log.debug if is_for_machines else log.info
    write("request.answered", **line)
    return response


def _who() -> dict[str, str]:
    """The proven visit, if any: a number out of an address alone could be anybody's."""
    if "signed_in" not in g:
        return {}
    return {"institution": str(g.signed_in.actor.institution_id), "visit": g.visit_number}
