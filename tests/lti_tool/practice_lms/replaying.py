"""Send the practice Moodle what a real one was sent, and compare what comes back."""

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from werkzeug.test import TestResponse

from lti_tool.practice_lms.scopes import GRADE_SCOPES, LINE_ITEM_READ, ROSTER_READ
from tests.lti_tool.practice_lms.conftest import MovableClock
from tests.support.practice import PracticePlatform

THEIRS = "http://localhost:8800"
SENT = ("Accept", "Content-Type")
READ_ONLY = (LINE_ITEM_READ, ROSTER_READ)
TOKENS = {
    "token lacking score scope": READ_ONLY,
    "create with readonly scope": READ_ONLY,
    "token without NRPS scope": GRADE_SCOPES,
}
"""Calls that were made with a weaker token, by their label."""
NO_TOKENS = ("bad token",)


def replay(platform: PracticePlatform, call: dict[str, Any]) -> TestResponse:
    """Send a captured call, with a token of ours where it had one."""
    request = call["request"]
    headers = {name: request["headers"][name] for name in SENT if name in request["headers"]}
    if "Authorization" in request["headers"]:
        headers["Authorization"] = _token(platform, call["label"])
    body = request["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    return platform.answer(
        request["method"],
        request["url"].removeprefix(THEIRS),
        data=None if body is None else text.encode(),
        headers=headers,
    )


def assert_as_captured(platform: PracticePlatform, call: dict[str, Any], got: TestResponse) -> None:
    """Status, reason, media type and body are the captured ones, but for the host."""
    theirs = call["response"]
    assert got.status_code == theirs["status"], got.text
    if got.status_code >= 400:
        # The framework writes the usual phrases in capitals.
        assert got.status.partition(" ")[2].lower() == theirs["reason"].lower()
    assert got.headers["Content-Type"] == theirs["headers"]["Content-Type"]
    if isinstance(theirs["body"], str):
        assert bool(got.text) is bool(theirs["body"])
    else:
        assert json.loads(got.text) == ours(platform, theirs["body"])


def ours(platform: PracticePlatform, document: object) -> Any:
    """A captured document with our host in it."""
    base = platform.configuration.base_url
    return json.loads(json.dumps(document).replace(THEIRS, base))


def set_clock(clock: MovableClock, call: dict[str, Any]) -> None:
    """Turn the clock to when the call was answered."""
    when = parsedate_to_datetime(call["response"]["headers"]["Date"])
    clock.time = datetime.fromtimestamp(when.timestamp(), UTC)


def _token(platform: PracticePlatform, label: str) -> str:
    if label in NO_TOKENS:
        return "Bearer unknown"
    scopes = TOKENS.get(label, platform.configuration.tool.scopes)
    platform.practice.access_tokens.give(
        f"token of {label}", scopes, now=platform.practice.surroundings.now()
    )
    return f"Bearer token of {label}"
