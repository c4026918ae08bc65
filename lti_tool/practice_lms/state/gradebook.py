"""Line items and grades, for several threads at once; what a score does is a rule's matter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from lti_tool.practice_lms.course import Course


class StaleScoreError(Exception):
    """A score at least as new is stored already: the post is answered with a conflict."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """One column of the gradebook. `link_id` is None when the tool made it for no link.

    `is_own` is true for the column that an activity brought along, false for one the tool made.
    `is_made_by_tool` is true for one the tool may also remove.
    `is_locked` is true while a teacher lets nobody change it. `launch_url` is where Canvas opens
    a column that the tool made to be opened.
    """

    number: int
    label: str
    score_maximum: float
    link_id: str | None = None
    resource_id: str = ""
    tag: str = ""
    course_id: str = ""
    is_own: bool = False
    is_locked: bool = False
    is_made_by_tool: bool = False
    launch_url: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One posted score, read and checked. `maximum` is the scale of `given`, above 0."""

    user_id: str
    activity_progress: str
    grading_progress: str
    timestamp: datetime
    given: float | None = None
    maximum: float = 1.0
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One submission as Canvas keeps it: when, of what type, and what it holds."""

    submitted_at: datetime
    type: str = "external_tool"
    data: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """What the gradebook holds for one student, and how many posts led there.

    `score` is what people see. `result` is what the tool posted last, where that is another
    thing; `extension` what it posted beside it. `is_final` is true once a teacher wrote the
    score by hand: posts no longer change it.
    """

    score: float | None = None
    comment: str | None = None
    timestamp: datetime | None = None
    posts: int = 0
    refused: int = 0
    result: float | None = None
    extension: object = None
    is_final: bool = False
    is_pending_review: bool = False
    attempts: tuple[Attempt, ...] = ()
    comments: tuple[str, ...] = ()


class Gradebook:
    """All line items and grades of the courses."""

    def __init__(self, courses: Iterable[Course], *, first_number: int = 1) -> None:
        self._lock = Lock()
        self._items: list[LineItem] = []
        self._next_number = first_number
        self._grades: dict[tuple[int, str], Grade] = {}
        for course in courses:
            self.open_columns(course)

    def open_columns(self, course: Course) -> None:
        """Give each graded link of a course the line item it lacks."""
        have = {item.link_id for item in self.line_items() if item.is_own}
        for link in course.links:
            if link.is_graded and link.id not in have:
                self.add_line_item(
                    LineItem(
                        number=0,
                        label=link.title,
                        score_maximum=link.score_maximum,
                        link_id=link.id,
                        resource_id=link.resource_id,
                        tag=link.tag,
                        course_id=course.id,
                        is_own=True,
                    )
                )

    def line_items(self, course_id: str | None = None) -> tuple[LineItem, ...]:
        """Every line item, or one course's, the oldest first."""
        with self._lock:
            return tuple(item for item in self._items if course_id in (None, item.course_id))

    def line_item(self, number: int) -> LineItem | None:
        """The line item with this number, if there is one."""
        return next((item for item in self.line_items() if item.number == number), None)

    def own_line_item(self, link_id: str) -> LineItem | None:
        """The line item that a link has from the start; later ones of the tool don't count."""
        own = (item for item in self.line_items() if item.is_own)
        return next((item for item in own if item.link_id == link_id), None)

    def add_line_item(self, item: LineItem) -> LineItem:
        """Add a line item under the next free number, whatever number it names."""
        with self._lock:
            added = replace(item, number=self._next_number)
            self._next_number += 1
            self._items.append(added)
        return added

    def change_line_item(self, changed: LineItem) -> None:
        """Put this in the place of the line item with its number."""
        with self._lock:
            self._items = [
                changed if item.number == changed.number else item for item in self._items
            ]

    def remove_line_item(self, number: int) -> None:
        """Forget a line item; its number is never used again."""
        with self._lock:
            self._items = [item for item in self._items if item.number != number]

    def graded(self, item: LineItem) -> dict[str, Grade]:
        """Every grade of a column that a post ever touched, by the student."""
        with self._lock:
            mine = {
                user: one for (number, user), one in self._grades.items() if number == item.number
            }
        return {user: one for user, one in mine.items() if one.posts}

    def grade(self, item: LineItem, user_id: str) -> Grade:
        """The grade of one student; an empty one when nothing was ever posted."""
        with self._lock:
            return self._grades.get((item.number, user_id), Grade())

    def change(self, item: LineItem, user_id: str, rule: Callable[[Grade], Grade]) -> Grade:
        """Let a rule make the new grade out of the old one; what it raises changes nothing."""
        with self._lock:
            changed = rule(self._grades.get((item.number, user_id), Grade()))
            self._grades[item.number, user_id] = changed
        return changed

    def record(self, item: LineItem, score: Score) -> None:
        """Take in a score by the plain rules: Moodle's, of the strictest kind.

        A score that isn't final empties the grade and its comment. Times count in whole
        seconds, and an equal one is too old (Moodle points 48 and 50).

        Raises:
            StaleScoreError: when a score at least as new is stored; nothing changes.
        """
        timestamp = score.timestamp.replace(microsecond=0)

        def rule(before: Grade) -> Grade:
            if before.timestamp is not None and timestamp <= before.timestamp:
                raise StaleScoreError
            return replace(
                before,
                score=_points(score, item),
                comment=score.comment,
                timestamp=timestamp,
                posts=before.posts + 1,
            )

        self.change(item, score.user_id, rule)

    def count_refused(self, item: LineItem, user_id: str) -> None:
        """Count a post that was turned away."""
        self.change(item, user_id, lambda before: replace(before, refused=before.refused + 1))


def _points(score: Score, item: LineItem) -> float | None:
    """The points on the line item's own scale (AGS 2.0 section 3.4.5); None when not final."""
    if score.given is None or score.grading_progress != "FullyGraded":
        return None
    return score.given * item.score_maximum / score.maximum
