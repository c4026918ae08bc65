"""Put the practice LMS together, and serve it."""

import secrets
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import requests
from flask import Blueprint, Flask, Response, g, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from lti_tool.practice_lms.canvas.line_items import line_items as canvas_line_items
from lti_tool.practice_lms.canvas.registration import registration as canvas_registration
from lti_tool.practice_lms.canvas.roster import roster as canvas_roster
from lti_tool.practice_lms.canvas.scores import scores as canvas_scores
from lti_tool.practice_lms.canvas.tokens import tokens as canvas_tokens
from lti_tool.practice_lms.moodle.registration import registration as moodle_registration
from lti_tool.practice_lms.moodle.services import moodle_services
from lti_tool.practice_lms.moodle.tokens import tokens as moodle_tokens
from lti_tool.practice_lms.plain.line_items import line_items
from lti_tool.practice_lms.plain.roster import roster
from lti_tool.practice_lms.plain.scores import scores
from lti_tool.practice_lms.plain.tokens import tokens
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import ENVIRON, Practice, Surroundings, practice
from lti_tool.practice_lms.views.controls import controls
from lti_tool.practice_lms.views.copying import copying
from lti_tool.practice_lms.views.framing import framing
from lti_tool.practice_lms.views.launching import launching
from lti_tool.practice_lms.views.pages import pages
from lti_tool.practice_lms.views.picking import canvas_picking, moodle_picking
from lti_tool.practice_lms.views.publishing import publishing
from lti_tool.practice_lms.views.registering import registering
from lti_tool.practice_lms.views.sessions import remember
from lti_tool.practice_lms.views.storing import storing

SERVICES: Mapping[Profile, tuple[Blueprint, ...]] = {
    Profile.PLAIN: (tokens, line_items, scores, roster),
    Profile.MOODLE: (
        moodle_registration,
        moodle_tokens,
        moodle_services,
        moodle_picking,
    ),
    Profile.CANVAS: (
        canvas_registration,
        canvas_tokens,
        canvas_line_items,
        canvas_scores,
        canvas_roster,
        canvas_picking,
        storing,
    ),
}
EVERYWHERE = (pages, framing, launching, publishing, copying, registering, controls)
FETCH_TIMEOUT_SECONDS = 5
PROBLEMS = {
    400: ("This request does not fit", "Something in it is missing or not as expected."),
    403: ("This page is not for you", "Go back to the front page and choose another person."),
    404: ("This page is not here", "The address may be mistyped. Begin again at the front page."),
    405: ("This address works differently", "It cannot be opened in this way."),
    500: ("Something went wrong here", "Please try again. The practice LMS printed the reason."),
}


class PracticeApp:
    """The WSGI application of one practice LMS."""

    def __init__(self, here: Practice) -> None:
        self._here = here
        self._pages = _application(here.configuration.profile)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        environ[ENVIRON] = self._here
        return self._pages(environ, start_response)


def create_app(here: Practice) -> PracticeApp:
    """The application that serves this practice LMS."""
    return PracticeApp(here)


@cache
def _application(profile: Profile) -> Flask:
    """The routes of every LMS with this profile, made once: making them takes longer than
    answering many a request, and a test has an LMS of its own."""
    app = Flask("lti_tool.practice_lms")
    for blueprint in (*EVERYWHERE, *SERVICES[profile]):
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _problem)
    app.after_request(_protect)
    app.after_request(remember)
    app.context_processor(lambda: {"lms": practice().configuration})
    return app


def real_surroundings() -> Surroundings:
    """The clock, chance and network of this machine."""
    return Surroundings(
        now=lambda: datetime.now(UTC),
        sleep=time.sleep,
        new_id=lambda: secrets.token_urlsafe(24),
        fetch_key_set=_fetch_key_set,
    )


def make_practice_server(app: WSGIApplication, *, host: str, port: int) -> BaseWSGIServer:
    """A threaded server that writes no log lines; port 0 takes any free one."""
    return make_server(host, port, app, threaded=True, request_handler=_QuietHandler)


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the demo shows the tool's lines, not ours."""


def _fetch_key_set(url: str) -> Mapping[str, Any]:
    """The tool's key set, fetched anew each time, as Canvas does (its README, section 2.4)."""
    headers = {"User-Agent": "practice-lms", "Accept": "application/json"}
    answer = requests.get(
        url, timeout=FETCH_TIMEOUT_SECONDS, headers=headers, allow_redirects=False
    )
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("A key set must be a JSON object.")
    return document


def _problem(error: HTTPException) -> ResponseReturnValue:
    """A page with our own words; the framework's are kept only where we wrote them."""
    code = error.code or 500
    title, sentence = PROBLEMS.get(code, PROBLEMS[500])
    ours = error.description if error.description != type(error).description else None
    return render_template("problem.html", title=title, sentence=ours or sentence), code


def _protect(response: Response) -> Response:
    """The policy of every page: our own files only, and the tool in a frame and behind a form."""
    configuration = practice().configuration
    tool = g.get("framed_origin") or _origin(configuration.tool.launch_url)
    others = "".join(f" {origin}" for origin in (tool, configuration.hosts.sso) if origin)
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            f"form-action 'self'{others}",
            f"frame-src 'self'{others}",
            f"frame-ancestors 'self' {_origin(configuration.base_url)}",
        )
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    return response


def _origin(address: str) -> str:
    """The origin of an address; nothing for a tool that isn't known yet."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
