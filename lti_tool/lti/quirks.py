"""What each LMS does differently, in one table.

The reasons are the LMSs' own: Moodle 5.0 as captured (tests/vectors/lms/moodle), Canvas as its
source has it (tests/vectors/lms/canvas). An LMS we don't know gets what no LMS can be hurt by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

_SECOND = timedelta(seconds=1)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Quirks:
    """How one kind of LMS takes scores and line items.

    `timestamp_step`: two scores of one student whose times lie closer together count as equal.
    `keeps_grade_on_progress`: a post without a grade can leave the grade alone. Elsewhere it
    empties it (AGS 2.0 §3.4.4: no scoreGiven means no score), so we never send one.
    `knows_submissions`: takes Canvas' submission extension.
    `takes_new_line_items`: a line item of ours becomes a column and nothing else.
    `locked_is_a_fault`: a locked grade is answered like a fault of the LMS itself.
    `overwrites_what_was_typed`: placing an activity in a form replaces the name and text that the
    teacher had typed there.
    `reviews_submissions`: knows the way from a gradebook to a work (LTI Submission Review 1.0).
    """

    timestamp_step: timedelta
    keeps_grade_on_progress: bool
    knows_submissions: bool
    takes_new_line_items: bool
    locked_is_a_fault: bool
    overwrites_what_was_typed: bool
    reviews_submissions: bool

    def timestamp(self, now: datetime, *, after: datetime | None) -> datetime:
        """The time to give a score decided now, counted later than the one `after` which it comes.

        May lie up to a step ahead of `now` for each score decided within the same step.
        """
        rounded = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % self.timestamp_step
        return rounded if after is None else max(rounded, after + self.timestamp_step)


CAUTIOUS = Quirks(
    timestamp_step=_SECOND,
    keeps_grade_on_progress=False,
    knows_submissions=False,
    takes_new_line_items=True,
    locked_is_a_fault=False,
    overwrites_what_was_typed=False,
    reviews_submissions=True,
)

QUIRKS: Mapping[str, Quirks] = MappingProxyType(
    {
        "moodle": Quirks(
            # Equal or older in whole seconds is answered with 409 (point 50).
            timestamp_step=_SECOND,
            # Whatever isn't final empties grade and comment, and takes completion back (48).
            keeps_grade_on_progress=False,
            # Ignored there (42 posts it), so it would only say too much.
            knows_submissions=False,
            # A "manual" grade item, linked to the activity by resourceLinkId (20, 47).
            takes_new_line_items=True,
            # 500 and an empty list (51).
            locked_is_a_fault=True,
            # One activity fills the form, and the form is what the teacher came from (32).
            overwrites_what_was_typed=False,
            # Sends the message, though its configuration doesn't announce it (8, 25).
            reviews_submissions=True,
        ),
        "canvas": Quirks(
            # Older than the stored one is 400; equal passes (5.3.8).
            timestamp_step=_MILLISECOND,
            # With preserve_score (5.3.2); without it, it clears (5.3.1).
            keeps_grade_on_progress=True,
            knows_submissions=True,
            # It would make an assignment, published at once, that students see and can't open;
            # for a module item there is no other way (5.2, 5.5).
            takes_new_line_items=False,
            locked_is_a_fault=False,
            # From an assignment's form; an extension keeps the name, nothing the text (7).
            overwrites_what_was_typed=True,
            # It opens what a score named instead (10).
            reviews_submissions=False,
        ),
    }
)


def quirks_of(product_family: str | None) -> Quirks:
    """The habits of an LMS by the family it names in a launch; the cautious ones if unknown."""
    return QUIRKS.get((product_family or "").lower(), CAUTIOUS)
