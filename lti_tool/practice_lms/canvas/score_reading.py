"""Read a posted score as Canvas does, check after check, in its words (`errors.json`)."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from lti_tool.practice_lms.canvas.grading import Posted, Submission
from lti_tool.practice_lms.canvas.guard import CallRefusedError, GenericRefusedError

EXTENSION = "https://canvas.instructure.com/lti/submission"
REQUIRED = ("userId", "activityProgress", "gradingProgress", "timestamp")
TYPES = (
    "external_tool",
    "basic_lti_launch",
    "online_url",
    "online_text_entry",
    "online_upload",
    "none",
)
MAX_LEAD = timedelta(minutes=1)
Document = Mapping[str, object]


def require_fields(document: Document) -> None:
    """Four fields must be there.

    Raises:
        GenericRefusedError: for the first that is missing.
    """
    for name in REQUIRED:
        if document.get(name) is None:
            raise GenericRefusedError(400, f"{name} is missing")


def read_score(document: Document, *, column_maximum: float, now: datetime) -> Posted:
    """The score in a body.

    Raises:
        CallRefusedError: at the first thing that is wrong.
    """
    timestamp = read_time(document["timestamp"], "timestamp")
    given, maximum = _points(document, column_maximum)
    return Posted(
        activity_progress=str(document["activityProgress"]),
        grading_progress=str(document["gradingProgress"]),
        timestamp=timestamp,
        submission=_submission(document, now),
        given=given,
        maximum=maximum,
        comment=None if document.get("comment") is None else str(document["comment"]),
        extension=document.get(EXTENSION),
    )


def read_time(value: object, name: str) -> datetime:
    """An ISO 8601 time with its zone."""
    refused = CallRefusedError(400, f"Provided {name} of {value} not a valid timestamp")
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise refused from None
    if moment.tzinfo is None:
        raise refused
    return moment


def _points(document: Document, column_maximum: float) -> tuple[float | None, float]:
    given, maximum = _number(document, "scoreGiven"), _number(document, "scoreMaximum")
    if given is None:
        return None, 1.0
    if maximum is None:
        raise CallRefusedError(422, "ScoreMaximum not supplied when ScoreGiven present.")
    if maximum < 0:
        raise CallRefusedError(422, "ScoreMaximum must be greater than or equal to 0")
    if maximum == 0 and column_maximum != 0:
        text = "cannot be zero if line item's maximum is not zero"
        raise CallRefusedError(422, text)
    if given < 0:
        raise CallRefusedError(422, "ScoreGiven must be greater than or equal to 0")
    return given, maximum


def _number(document: Document, name: str) -> float | None:
    value = document.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise GenericRefusedError(400, f"{name} must be a number")
    return float(value)


def _submission(document: Document, now: datetime) -> Submission:
    extension = document.get(EXTENSION)
    told = extension if isinstance(extension, dict) else {}
    kind = str(told.get("submission_type", "external_tool"))
    if told.get("content_items"):
        kind = "online_upload"
    elif kind == "online_upload":
        text = "Content items must be provided with submission type 'online_upload'"
        raise CallRefusedError(422, text)
    if kind not in TYPES:
        raise GenericRefusedError(400, f"submission_type {kind} is not known")
    return Submission(
        is_new=told.get("new_submission") is not False,
        keeps_score=told.get("preserve_score") is True,
        keeps_any_score=told.get("prioritize_non_tool_grade") is True,
        type=kind,
        data=str(told.get("submission_data", "")),
        submitted_at=_submitted_at(document, told, now),
    )


def _submitted_at(document: Document, told: Document, now: datetime) -> datetime | None:
    """The standard's field is preferred to the extension's (5.3, 4)."""
    part = document.get("submission")
    standard = part.get("submittedAt") if isinstance(part, dict) else None
    value = standard if standard is not None else told.get("submitted_at")
    if value is None:
        return None
    moment = read_time(value, "submitted_at timestamp")
    if moment > now + MAX_LEAD:
        text = f"Provided submitted_at timestamp of {value} in the future"
        raise CallRefusedError(400, text)
    return moment
