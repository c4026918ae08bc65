"""The grade service of a Canvas or a Moodle, in memory, with the rules that could hurt.

Moodle as captured (tests/vectors/lms/moodle/ags-*.json), Canvas by its truth table
(tests/vectors/lms/canvas/score_effects.json). What it is told to answer instead comes first.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.connector import Connector, ServiceCall
from lti_tool.lti.registrations import RegistrationInfo

SUBMISSION = "https://canvas.instructure.com/lti/submission"
HOST = "https://lms.example.edu"
ITEMS = f"{HOST}/line-items"
_ATTEMPTS = {"Submitted", "Completed"}


@dataclass
class Held:
    """What the gradebook holds for one student in one column."""

    grade: float | None = None
    timestamp: datetime | None = None
    attempts: list[str] = field(default_factory=list)
    posts: int = 0
    cleared: int = 0


class Gradebook(Connector):
    """Stands where the connector stands; the network and the access token are left out."""

    def __init__(self, family: str | None, now: Callable[[], datetime]) -> None:
        self.family = family
        self._now = now
        self.calls: list[ServiceCall] = []
        self.instead: list[Answer | PlatformError | None] = []
        self.lose_answers = 0
        self.columns: list[dict[str, Any]] = []
        self.held: dict[tuple[str, str], Held] = {}
        self.most_attempts = 100
        self.has_ended = False
        self.on_post: Callable[[], None] = lambda: None

    def ask(self, registration: RegistrationInfo, call: ServiceCall) -> Answer:
        """Answer one call: what was told to be answered instead, else by the LMS's own rules."""
        self.calls.append(call)
        if self.instead and (forced := self.instead.pop(0)) is not None:
            if isinstance(forced, PlatformError):
                raise forced
            return forced
        answer = self._answer(call)
        if call.method == "POST" and self.lose_answers:
            self.lose_answers -= 1
            return Answer(status=502, headers={}, body=b"")
        return answer

    def read_pages(self, registration: RegistrationInfo, call: ServiceCall) -> tuple[Answer, ...]:
        """Everything on one page."""
        return (self.call(registration, call),)

    def only(self) -> Held:
        """What is held for the only student in the only column with scores."""
        (held,) = self.held.values()
        return held

    def posts(self) -> list[dict[str, Any]]:
        """The bodies of the scores that were posted, whatever was answered."""
        return [
            json.loads(call.body or b"")
            for call in self.calls
            if call.method == "POST" and "/scores" in call.url
        ]

    def _answer(self, call: ServiceCall) -> Answer:
        path = urlsplit(call.url).path
        if self.has_ended:
            return _refused(404, "The specified resource does not exist.")
        if path.endswith("/scores"):
            return self._score(call)
        if path.endswith("/results"):
            return self._results(call)
        return self._list(call) if call.method == "GET" else self._make(call)

    def _score(self, call: ServiceCall) -> Answer:
        self.on_post()
        body = json.loads(call.body or b"")
        held = self.held.setdefault((call.url.split("/scores")[0], body["userId"]), Held())
        timestamp = datetime.fromisoformat(body["timestamp"])
        if timestamp > self._now() + timedelta(seconds=1):
            raise AssertionError("a score from the future keeps later ones out")
        if self._is_older(held, timestamp):
            if self.family == "canvas":
                return _refused(400, "Provided timestamp before last updated timestamp")
            return Answer(status=409, headers={}, body=b"[]")
        if self.family == "canvas" and not self._counts_attempt(held, body):
            text = "The maximum number of allowed attempts has been reached for this submission"
            return _refused(422, text)
        self._store(held, body, timestamp)
        return Answer(status=200, headers={}, body=b"")

    def _is_older(self, held: Held, timestamp: datetime) -> bool:
        if held.timestamp is None:
            return False
        if self.family == "canvas":
            return timestamp < held.timestamp
        return timestamp.replace(microsecond=0) <= held.timestamp.replace(microsecond=0)

    def _counts_attempt(self, held: Held, body: dict[str, Any]) -> bool:
        """Count the attempt a post tells of; False when there are none left (README 5.3)."""
        new = body.get(SUBMISSION, {}).get("new_submission", True)
        when = body["submission"]["submittedAt"]
        if body["activityProgress"] not in _ATTEMPTS or not new or when in held.attempts[-1:]:
            return True
        if len(held.attempts) >= self.most_attempts:
            return False
        held.attempts.append(when)
        return True

    def _store(self, held: Held, body: dict[str, Any], timestamp: datetime) -> None:
        held.posts += 1
        held.timestamp = timestamp
        if body.get(SUBMISSION, {}).get("preserve_score"):
            return
        if "scoreGiven" in body and body["gradingProgress"] == "FullyGraded":
            held.grade = body["scoreGiven"] / body["scoreMaximum"]
            return
        held.cleared += 1
        held.grade = None

    def _results(self, call: ServiceCall) -> Answer:
        parts = urlsplit(call.url)
        (user_id,) = parse_qs(parts.query)["user_id"]
        held = self.held.get((call.url.split("/results")[0], user_id))
        found: list[dict[str, Any]] = []
        if held is not None and held.grade is not None and held.timestamp is not None:
            found = [{"userId": user_id, "resultScore": held.grade * 25, "resultMaximum": 25}]
            if self.family == "moodle":
                found[0]["timestamp"] = held.timestamp.replace(microsecond=0).isoformat()
        return _json(200, found)

    def _list(self, call: ServiceCall) -> Answer:
        asked = parse_qs(urlsplit(call.url).query)
        names = {"resource_id": "resourceId", "resource_link_id": "resourceLinkId"}
        found = [
            column
            for column in self.columns
            if all([column.get(names[name])] == asked[name] for name in names if name in asked)
        ]
        return _json(200, found)

    def _make(self, call: ServiceCall) -> Answer:
        number = len(self.columns) + 1
        column = {**json.loads(call.body or b""), "id": f"{ITEMS}/made-{number}"}
        self.columns.append(column)
        return _json(201, column)


def _json(status: int, document: object) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps(document).encode())


def _refused(status: int, message: str) -> Answer:
    return _json(status, {"errors": {"type": "unprocessable_entity", "message": message}})
