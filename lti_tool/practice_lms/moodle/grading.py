"""What a posted score does to a Moodle gradebook (points 48 to 54), as a pure function."""

from dataclasses import dataclass, replace
from datetime import datetime

from lti_tool.practice_lms.state.gradebook import Grade, LineItem, StaleScoreError


@dataclass(frozen=True, slots=True)
class Posted:
    """A score that passed the first look. `given` is None when it isn't final."""

    user_id: str
    timestamp: datetime
    given: float | None
    maximum: float | None
    comment: str | None


def after(before: Grade, posted: Posted, item: LineItem) -> Grade:
    """The grade after a post.

    What isn't FullyGraded with points empties grade and comment (48). Times count in whole
    seconds and must be later than the stored one; an emptied grade of an activity forgets its
    time (50), that of a column made by the tool keeps it. A teacher's own grade stays (53).

    Raises:
        StaleScoreError: when the stored time is not earlier.
    """
    timestamp = posted.timestamp.replace(microsecond=0)
    if before.timestamp is not None and timestamp <= before.timestamp:
        raise StaleScoreError
    raw = _scaled(posted, item)
    counted = replace(before, result=raw, posts=before.posts + 1)
    if before.is_final:
        return counted
    is_forgotten = raw is None and posted.comment is None and item.is_own
    return replace(
        counted,
        score=None if raw is None else min(max(raw, 0.0), item.score_maximum),
        comment=posted.comment,
        timestamp=None if is_forgotten else timestamp,
    )


def _scaled(posted: Posted, item: LineItem) -> float | None:
    """The points on the item's own scale; out of 0 they are taken as they are (52)."""
    if posted.given is None:
        return None
    if not posted.maximum:
        return posted.given
    return posted.given * item.score_maximum / posted.maximum
