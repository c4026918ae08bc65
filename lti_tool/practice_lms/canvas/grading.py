"""What a posted score does to a Canvas gradebook (section 5.3), as a pure function."""

from dataclasses import dataclass, replace
from datetime import datetime

from lti_tool.practice_lms.state.gradebook import Attempt, Grade

COUNTED = ("FullyGraded", "PendingManual")
HANDED_IN = ("Submitted", "Completed")


@dataclass(frozen=True, slots=True)
class Submission:
    """The extension beside a score: what it says about the attempt, and what to leave alone."""

    is_new: bool = True
    keeps_score: bool = False
    keeps_any_score: bool = False
    type: str = "external_tool"
    data: str = ""
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A score that passed the first look."""

    activity_progress: str
    grading_progress: str
    timestamp: datetime
    submission: Submission
    given: float | None = None
    maximum: float = 1.0
    comment: str | None = None
    extension: object = None


@dataclass(frozen=True, slots=True)
class Column:
    """Where the score goes. Only the first line item of an assignment is seen (section 5.2)."""

    score_maximum: float
    is_seen: bool = True
    is_pass_fail: bool = False


def after(before: Grade, posted: Posted, column: Column, *, now: datetime) -> Grade:
    """The grade after a post; each rule has the number of the README's list in 5.3."""
    counts = posted.given is not None and posted.grading_progress in COUNTED
    recorded = replace(
        before,
        posts=before.posts + 1,
        timestamp=posted.timestamp,
        result=_scaled(posted, column) if counts else None,
        extension=posted.extension,
    )
    if not column.is_seen:
        return recorded
    return replace(
        recorded,
        score=_score(before, posted, column),
        attempts=(*before.attempts, *_new_attempt(before, posted, now)),
        # 5: waiting for a teacher.
        is_pending_review=(
            posted.grading_progress == "PendingManual" and posted.activity_progress in HANDED_IN
        ),
        # 9: each comment is appended, also one that was there before.
        comment=before.comment if posted.comment is None else posted.comment,
        comments=(*before.comments, *([posted.comment] if posted.comment is not None else [])),
    )


def would_add_attempt(before: Grade, submission: Submission) -> bool:
    """10: whether the attempts are counted for this call, whatever its progress."""
    if not submission.is_new or submission.type == "none":
        return False
    last = before.attempts[-1].submitted_at if before.attempts else None
    return last is None or submission.submitted_at != last


def _score(before: Grade, posted: Posted, column: Column) -> float | None:
    """1: what doesn't count clears the score. 2 and 6: unless it is to be left alone."""
    submission = posted.submission
    if submission.keeps_score or (submission.keeps_any_score and before.score is not None):
        return before.score
    if posted.given is None or posted.grading_progress not in COUNTED:
        return None
    if column.is_pass_fail:
        return column.score_maximum if posted.given > 0 else 0.0
    return _scaled(posted, column)


def _scaled(posted: Posted, column: Column) -> float | None:
    """7: the points on the column's scale; more than its maximum is allowed."""
    if posted.given is None or not posted.maximum:
        return posted.given
    return posted.given * column.score_maximum / posted.maximum


def _new_attempt(before: Grade, posted: Posted, now: datetime) -> tuple[Attempt, ...]:
    """3 and 4: one for work that is handed in, dated as the tool says, else now."""
    submission = posted.submission
    if posted.activity_progress not in HANDED_IN or not would_add_attempt(before, submission):
        return ()
    return (Attempt(submission.submitted_at or now, submission.type, submission.data),)
