"""Public: upload a badge, get the report. Nothing is stored."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from credentials.baking import MAX_IMAGE_BYTES
from credentials.errors import UnreadableError
from credentials.resolving import did_web_url
from credentials.verifying import Outcome, Report, verify
from lti_tool.errors import InvalidInputError, TooLargeError
from lti_tool.sentence import Sentence, say
from lti_tool.web.problems import wants_json
from lti_tool.web.translating import translate
from lti_tool.wiring import Verification

pages = Blueprint("verify", __name__)

PRIVACY = say(
    "verify.privacy",
    "What you send is checked and forgotten: it is not stored, not logged and not passed on. "
    "Only the issuer's own web site is asked for its key and its list of withdrawn certificates.",
)

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")

_WEB_PAGE = re.compile(rb"\s*<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_ADDRESS = re.compile(rb"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Verifier:
    """What this page needs: who answers for issuers and their lists, and the clock."""

    verification: Verification
    now: Callable[[], datetime]


@pages.get("/verify")
def ask() -> ResponseReturnValue:
    """The form: a file, or pasted text, and an e-mail to compare with if wanted."""
    return _form(fault=None)


@pages.post("/verify")
def report() -> ResponseReturnValue:
    """The report, as a page or as JSON; 413 for too much, 422 when there is no badge in it."""
    verifier: Verifier = current_app.extensions["testamur.verifier"]
    now = verifier.now()
    try:
        found = _verify(_sent(), verifier.verification, now=now)
    except InvalidInputError as error:
        if wants_json():
            raise
        return _unkept(_form(fault=error.sentence), status=422)
    if wants_json():
        return _unkept(jsonify(found.to_json(translate)))
    return _unkept(
        render_template(
            "verify/report.html",
            report=found,
            domain=_proven_domain(found),
            checked_at=now,
            asked_for_recipient=found["recipient"].outcome is not Outcome.NOT_APPLICABLE,
        )
    )


def _form(*, fault: Sentence | None) -> str:
    """The form; what was typed stays in it, a chosen file a browser never puts back."""
    typed = {name: request.form.get(name, "") for name in ("text", "recipient")}
    return render_template("verify/ask.html", fault=fault, privacy=PRIVACY, typed=typed)


def _verify(data: bytes, verification: Verification, *, now: datetime) -> Report:
    try:
        return verify(
            data,
            resolver=verification.resolver,
            fetcher=verification.fetcher,
            now=now,
            recipient_email=request.form.get("recipient", "").strip() or None,
        )
    except UnreadableError as error:
        raise InvalidInputError(
            "verify.unreadable",
            say("verify.unreadable", "No badge could be read. %(reason)s", reason=error.sentence),
        ) from error


def _sent() -> bytes:
    """The file, the pasted text, or the whole body; raises TooLargeError, InvalidInputError."""
    if request.mimetype in FORMS:
        file = request.files.get("badge")
        data = (file.read() if file else b"") or request.form.get("text", "").encode()
    else:
        data = request.get_data(cache=False)
    if len(data) > MAX_IMAGE_BYTES:
        raise TooLargeError(
            "verify.too-large",
            say(
                "verify.too-large",
                "This file is larger than %(limit)s MB, which is more than a badge needs. Nothing "
                "of it was kept. Send the badge file as the issuer gave it.",
                limit=MAX_IMAGE_BYTES // 1024 // 1024,
            ),
        )
    if fault := _fault(data):
        raise InvalidInputError(fault.id, fault)
    return data


def _fault(data: bytes) -> Sentence | None:
    """What people most often send instead of a badge."""
    if not data.strip():
        return say(
            "verify.nothing",
            "There was nothing to check. Choose the badge file, or paste its text.",
        )
    if _WEB_PAGE.match(data):
        return say(
            "verify.web-page",
            "This is a web page, not a badge. Download the badge file from that page and send it.",
        )
    if _ADDRESS.fullmatch(data.strip()):
        return say(
            "verify.address",
            "This is an address, not a badge. Open it, save the badge file and send that file.",
        )
    return None


def _proven_domain(found: Report) -> str | None:
    """The web site that published the key: the only name in a badge that nobody can make up."""
    is_proven = all(found[id].outcome is Outcome.PASSED for id in ("proof", "issuer"))
    if found.shown is None or not is_proven or not found.shown.issuer_id.startswith("did:web:"):
        return None
    return urlsplit(did_web_url(found.shown.issuer_id)).netloc


def _unkept(body: str | Response, *, status: int = 200) -> Response:
    """An answer about somebody's badge, which no cache may keep."""
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer
