"""Assignment and Grade Services: post a score, read results."""

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from lti_tool.errors import InvalidInputError
from lti_tool.lti.connector import Connector, ServiceCall
from lti_tool.lti.quirks import Quirks, quirks_of
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.lti.score_refusals import LOCKED, refusal, refusal_of
from lti_tool.sentence import say

RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
_SCORE = "application/vnd.ims.lis.v1.score+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_ATTEMPTS = frozenset({"Submitted", "Completed"})
_SUBMISSION = "https://canvas.instructure.com/lti/submission"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a student is with an activity (AGS 2.0 §3.4.7-8), and what they got for it.

    `given` and `maximum` are both None while there is no grade, else 0 <= given <= maximum.
    Raises InvalidInputError `grades.score-impossible`.
    """

    activity_progress: str
    grading_progress: str
    given: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if self.given is None and self.maximum is None:
            return
        given, maximum = self.given or 0.0, self.maximum or 0.0
        if not (math.isfinite(given) and math.isfinite(maximum) and 0 <= given <= maximum > 0):
            raise _impossible()

    @property
    def is_graded(self) -> bool:
        """Whether it carries a grade that every LMS counts."""
        return self.given is not None and self.grading_progress == "FullyGraded"


COMPLETE = Standing("Completed", "FullyGraded", given=1, maximum=1)
"""An activity that is done, or whose work was accepted."""
SUBMITTED = Standing("Submitted", "PendingManual")
"""Work that waits to be marked."""
RETURNED = Standing("InProgress", "NotReady")
"""Work that came back, to be written on."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the platform is to keep for one student (AGS 2.0 §3.4).

    `timestamp` orders the scores of one student; it stays the same however often one is posted.
    `submitted_at` is when the work was handed in: repeated, it makes no new attempt in Canvas and
    no work late. `counts_attempt` says that Canvas hasn't counted this attempt yet, `review_url`
    where its gradebook opens the work. Raises InvalidInputError `grades.score-impossible`.
    """

    user_id: str
    standing: Standing
    timestamp: datetime
    submitted_at: datetime
    counts_attempt: bool = True
    review_url: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.user_id or None in (self.timestamp.tzinfo, self.submitted_at.tzinfo):
            raise _impossible()

    @property
    def is_attempt(self) -> bool:
        """Whether it tells of work handed in, rather than of work that came back."""
        return self.standing.activity_progress in _ATTEMPTS


@dataclass(frozen=True, slots=True)
class Result:
    """What the gradebook holds for a student; `timestamp` only where the LMS says it (Moodle)."""

    score: float | None
    maximum: float | None
    timestamp: datetime | None

    def shows(self, score: Score, quirks: Quirks) -> bool:
        """Whether this is what `score` made of it: of that moment, or of the same worth.

        A line item has a scale of its own, on which the LMS converts (Moodle: point 52).
        """
        if self.timestamp is not None:
            apart = abs(self.timestamp - score.timestamp)
            if apart < quirks.timestamp_step:
                return True
        given, maximum = score.standing.given, score.standing.maximum
        if self.score is None or not self.maximum or given is None or not maximum:
            return False
        return math.isclose(self.score / self.maximum, given / maximum, abs_tol=0.001)


def may_send(standing: Standing, quirks: Quirks) -> bool:
    """Whether a post of this can do no harm: it carries a grade, or leaves the grade alone."""
    return standing.is_graded or (standing.given is None and quirks.keeps_grade_on_progress)


def post_score(
    connector: Connector,
    score: Score,
    *,
    registration: RegistrationInfo,
    line_item_url: str,
) -> None:
    """Post a score to a line item; doing it again changes nothing.

    Raises PlatformError: the connector's, or one of `score_refusals` with `retryable` False.
    `grades.older` is what a repeated post meets in Moodle: read the results before believing it.
    `grades.locked` is retryable, as it might be a fault that passes.
    """
    quirks = quirks_of(registration.product_family)
    if not may_send(score.standing, quirks):
        raise _impossible()
    call = ServiceCall(
        method="POST",
        url=below(line_item_url, "scores"),
        scopes=frozenset({SCORE_SCOPE}),
        # Moodle refuses "application/json" here, in either header.
        headers={"Content-Type": _SCORE, "Accept": "*/*"},
        body=json.dumps(_body(score, quirks)).encode(),
    )
    answer = connector.ask(registration, call)
    if 200 <= answer.status < 300:
        return
    if quirks.locked_is_a_fault and answer.status == 500 and answer.body.strip() == b"[]":
        raise refusal(LOCKED, status=500, retryable=True)
    error = connector.refusal(answer)
    raise error if error.retryable else refusal_of(answer)


def read_results(
    connector: Connector, user_id: str, *, registration: RegistrationInfo, line_item_url: str
) -> tuple[Result, ...]:
    """What a line item holds for one student; usually one or none. Raises PlatformError.

    No page size is asked for: Moodle answers `limit` with a page of HTML and 404.
    """
    url = below(line_item_url, "results")
    separator = "&" if urlsplit(url).query else "?"
    call = ServiceCall(
        method="GET",
        url=f"{url}{separator}user_id={quote(user_id, safe='')}",
        scopes=frozenset({RESULT_SCOPE}),
        headers={"Accept": _RESULTS},
    )
    pages = connector.read_pages(registration, call)
    listed = [one for page in pages for one in _listed(page.json())]
    return tuple(_result(one) for one in listed if str(one.get("userId")) == user_id)


def below(line_item_url: str, what: str) -> str:
    """`scores` or `results` of a line item: below its path, before the query Moodle has."""
    parts = urlsplit(line_item_url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{what}").geturl()


def _body(score: Score, quirks: Quirks) -> dict[str, Any]:
    standing = score.standing
    body: dict[str, Any] = {
        "userId": score.user_id,
        "activityProgress": standing.activity_progress,
        "gradingProgress": standing.grading_progress,
        "timestamp": _moment(score.timestamp),
        "submission": {"submittedAt": _moment(score.submitted_at)},
    }
    if standing.given is not None:
        body |= {"scoreGiven": standing.given, "scoreMaximum": standing.maximum}
    if quirks.knows_submissions:
        body[_SUBMISSION] = _submission(score)
    return body


def _submission(score: Score) -> dict[str, Any]:
    """Canvas' extension: no attempt but the student's own, and no grade wiped by progress."""
    is_attempt = score.counts_attempt and score.is_attempt
    extension: dict[str, Any] = {"new_submission": is_attempt}
    if score.standing.given is None:
        extension["preserve_score"] = True
    if is_attempt and score.review_url is not None:
        extension |= {"submission_type": "basic_lti_launch", "submission_data": score.review_url}
    return extension


def _listed(document: object) -> list[dict[str, Any]]:
    listed = document if isinstance(document, list) else []
    return [one for one in listed if isinstance(one, dict)]


def _result(one: dict[str, Any]) -> Result:
    return Result(
        score=_number(one.get("resultScore")),
        maximum=_number(one.get("resultMaximum")),
        timestamp=_read_moment(one.get("timestamp")),
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _read_moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _moment(moment: datetime) -> str:
    """ISO 8601 with milliseconds in UTC: Canvas asks for less than seconds, Moodle drops them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _impossible() -> InvalidInputError:
    return InvalidInputError(
        "grades.score-impossible",
        say(
            "grades.score-impossible",
            "This score can't be sent: it must lie between 0 and its maximum, belong to a "
            "student, and say when it was given.",
        ),
    )
