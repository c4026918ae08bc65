"""Errors become a page or problem+json here and nowhere else."""

from http import HTTPStatus
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wsgi import LimitedStream

from credentials.errors import CredentialsError
from lti_tool.errors import (
    InvalidInputError,
    LaunchRejectedError,
    StaleVersionError,
    ToolError,
)
from lti_tool.sentence import Sentence, say
from lti_tool.web.translating import translate

log = structlog.get_logger(__name__)

MOST_READ_IN_VAIN = 64 * 1024 * 1024
"""So much of a request that is too large is still taken in, and thrown away at once."""

_TITLES = {
    400: say("problems.title-400", "That doesn't work like this"),
    401: say("problems.title-401", "Please open this again"),
    403: say("problems.title-403", "This isn't open to you"),
    404: say("problems.title-404", "There is nothing here"),
    405: say("problems.title-405", "That doesn't work here"),
    409: say("problems.title-409", "Somebody else was first"),
    413: say("problems.title-413", "That is too much at once"),
    422: say("problems.title-422", "Something needs another look"),
    502: say("problems.title-502", "The LMS did not answer as it should"),
    503: say("problems.title-503", "Not just now"),
}
_OURS = say("problems.title-500", "Something went wrong on our side")

_NOT_FOUND = say(
    "problems.not-found", "There is no page at this address. Check it, or go back and try again."
)
_TOO_LARGE = say(
    "problems.too-large",
    "That is larger than this page takes. Nothing was kept; send a smaller file.",
)
_UNEXPECTED = say(
    "problems.unexpected",
    "We did not expect this, and nothing you wrote is lost because of it. "
    "Try again; if it stays, tell the people who run this tool.",
)
_NO_ISSUING = say(
    "problems.signing", "The signing keys can't be used at the moment. Please try again later."
)
_OTHER = say("problems.other", "That isn't possible at this address.")


def register_problems(app: Flask) -> None:
    """Give every request an id, and every error one way out."""
    app.before_request(_name_request)
    app.register_error_handler(ToolError, _tool_error)
    app.register_error_handler(CredentialsError, _credentials_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def request_id() -> str:
    """The id of this request, for logs and for people to quote."""
    name: str = g.setdefault("request_id", uuid4().hex[:12])
    return name


def _name_request() -> None:
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _tool_error(error: ToolError) -> Response:
    log.info("request.refused", code=error.code, status=error.http_status)
    return _answer(
        error.http_status,
        error.sentence,
        code=error.code,
        remedy=getattr(error, "remedy", None),
        way_back=_way_back(error),
        more=_more(error),
    )


def _credentials_error(error: CredentialsError) -> Response:
    log.error("request.credentials-error", error=type(error).__name__)
    return _answer(503, _NO_ISSUING, code="issuing.unavailable")


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        _hear_out()
        return _answer(413, _TOO_LARGE, code="request.too-large")
    if error.code == HTTPStatus.NOT_FOUND:
        return _answer(404, _NOT_FOUND, code="request.not-found")
    answer = _answer(error.code or 500, _OTHER, code="request.refused")
    # Some refusals owe more than words: which methods are allowed, when to come back.
    owed = error.get_headers(request.environ)
    answer.headers.extend((name, text) for name, text in owed if name != "Content-Type")
    return answer


def _hear_out() -> None:
    """Let the browser finish: one that is cut off shows a broken connection and not our page."""
    length = request.content_length or 0
    if length > (request.max_content_length or length):
        body = request.environ["wsgi.input"]
        LimitedStream(body, min(length, MOST_READ_IN_VAIN)).exhaust()
    else:
        request.stream.read()


def _unexpected(error: Exception) -> Response:
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    return _answer(500, _UNEXPECTED, code=None)


def _way_back(error: ToolError) -> str | None:
    """The platform's return address, which is told what to show there (LTI 1.3 core §5.4.4)."""
    if not isinstance(error, LaunchRejectedError) or error.return_url is None:
        return None
    told = urlencode({"lti_errormsg": translate(error.sentence), "lti_errorlog": error.code})
    parts = urlsplit(error.return_url)
    return parts._replace(query=f"{parts.query}&{told}" if parts.query else told).geturl()


def _more(error: ToolError) -> dict[str, object]:
    if isinstance(error, InvalidInputError):
        return {"fields": {name: translate(one) for name, one in error.fields.items()}}
    if isinstance(error, StaleVersionError):
        return {"current": error.current, "theirs": error.theirs}
    return {}


def _answer(
    status: int,
    sentence: Sentence,
    *,
    code: str | None,
    remedy: Sentence | None = None,
    way_back: str | None = None,
    more: dict[str, object] | None = None,
) -> Response:
    title = _TITLES.get(status, _OURS if status >= 500 else _TITLES[405])
    if wants_json():
        problem = {
            "type": "about:blank",
            "title": translate(title),
            "status": status,
            "detail": translate(sentence),
            "code": code,
            "request_id": request_id(),
            **(more or {}),
        }
        answer = jsonify(problem)
        answer.mimetype = "application/problem+json"
    else:
        answer = make_response(
            render_template(
                "problems/page.html",
                title=title,
                sentence=sentence,
                remedy=remedy,
                way_back=way_back,
                code=code,
                request_id=request_id(),
            )
        )
    answer.status_code = status
    return answer


def wants_json() -> bool:
    """A fetch from our own pages, or a program that prefers JSON (RFC 9457)."""
    accepted = request.accept_mimetypes
    return "X-Visit-Key" in request.headers or (
        accepted.best_match(("text/html", "application/json")) == "application/json"
        and accepted["application/json"] > accepted["text/html"]
    )
