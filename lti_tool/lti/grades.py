"""Assignment and Grade Services: post a score."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from pylti1p3.grade import Grade

from lti_tool.errors import InvalidInputError, PlatformError
from lti_tool.lti.connector import Connector, ServiceCall
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.lti.registrations import RegistrationInfo
from lti_tool.sentence import say

_SCORE = "application/vnd.ims.lis.v1.score+json"
_CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Score:
    """A score for one student, as the platform is to keep it (AGS 2.0 §3.4).

    `given` lies between 0 and `maximum`; `timestamp` is when it was decided and stays the same
    however often it is posted. `submitted_at` is when the work was handed in: with it Canvas
    counts no new attempt when the score is posted again, and judges lateness rightly.
    Raises InvalidInputError `grades.score-impossible`.
    """

    user_id: str
    given: float
    maximum: float
    activity_progress: str
    grading_progress: str
    timestamp: datetime
    submitted_at: datetime | None = None

    def __post_init__(self) -> None:
        numbers = math.isfinite(self.given) and math.isfinite(self.maximum)
        if not (numbers and 0 <= self.given <= self.maximum and self.maximum > 0):
            raise _impossible()
        if self.timestamp.tzinfo is None or not self.user_id:
            raise _impossible()


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform has the score. `was_there`: it had it, or a later one, before this post."""

    was_there: bool


def post_score(
    connector: Connector,
    score: Score,
    *,
    registration: RegistrationInfo,
    line_item_url: str,
) -> Delivered:
    """Post a score to a line item; doing it again changes nothing.

    Moodle answers 409 when it has a score of the same second or a later one, which is what a
    repeated post meets: delivered. Raises PlatformError.
    """
    call = ServiceCall(
        method="POST",
        url=scores_url(line_item_url),
        scopes=frozenset({SCORE_SCOPE}),
        # Moodle refuses "application/json" here, in either header.
        headers={"Content-Type": _SCORE, "Accept": "*/*"},
        body=_body(score),
    )
    try:
        connector.call(registration, call)
    except PlatformError as error:
        if error.status != _CONFLICT:
            raise
        return Delivered(was_there=True)
    return Delivered(was_there=False)


def scores_url(line_item_url: str) -> str:
    """Where scores of a line item are posted: below its path, before the query Moodle has."""
    parts = urlsplit(line_item_url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/scores").geturl()


def _body(score: Score) -> bytes:
    grade = (
        Grade()
        .set_user_id(score.user_id)
        .set_score_given(score.given)
        .set_score_maximum(score.maximum)
        .set_activity_progress(score.activity_progress)
        .set_grading_progress(score.grading_progress)
        .set_timestamp(_moment(score.timestamp))
    )
    if score.submitted_at is not None:
        grade.set_extra_claims({"submission": {"submittedAt": _moment(score.submitted_at)}})
    return grade.get_value().encode()


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
