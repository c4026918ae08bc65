"""Line items and grades, with a real LMS's rules for what a posted score does."""

from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

from lti_tool.practice_lms.course import Course


class StaleScoreError(Exception):
    """A score at least as new is stored already: the post is answered with a conflict."""


@dataclass(frozen=True, slots=True)
class LineItem:
    """One column of the gradebook. `link_id` is None when the tool made it for no link."""

    number: int
    label: str
    score_maximum: float
    link_id: str | None = None
    resource_id: str = ""
    tag: str = ""


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
class Grade:
    """What the gradebook holds for one student, and how many posts led there."""

    score: float | None = None
    comment: str | None = None
    timestamp: datetime | None = None
    posts: int = 0
    refused: int = 0


class Gradebook:
    """All line items and grades of the course, safe to use from several threads."""

    def __init__(self, course: Course) -> None:
        self._lock = Lock()
        graded = [link for link in course.links if link.is_graded]
        self._items = [
            LineItem(number, link.title, link.score_maximum, link.id)
            for number, link in enumerate(graded, start=1)
        ]
        self._grades: dict[tuple[int, str], Grade] = {}

    def line_items(self) -> tuple[LineItem, ...]:
        """Every line item, the oldest first."""
        with self._lock:
            return tuple(self._items)

    def line_item(self, number: int) -> LineItem | None:
        """The line item with this number, if there is one."""
        return next((item for item in self.line_items() if item.number == number), None)

    def own_line_item(self, link_id: str) -> LineItem | None:
        """The line item that a link has from the start; later ones of the tool don't count."""
        return next((item for item in self.line_items() if item.link_id == link_id), None)

    def add_line_item(self, item: LineItem) -> LineItem:
        """Add a line item under the next free number, whatever number it names."""
        with self._lock:
            added = replace(item, number=len(self._items) + 1)
            self._items.append(added)
        return added

    def grade(self, item: LineItem, user_id: str) -> Grade:
        """The grade of one student; an empty one when nothing was ever posted."""
        with self._lock:
            return self._grades.get((item.number, user_id), Grade())

    def record(self, item: LineItem, score: Score) -> None:
        """Take in a score as Moodle does (captured points 48 and 50).

        A score that isn't final empties the grade and its comment. Times count in whole
        seconds, and an equal one is too old.

        Raises:
            StaleScoreError: when a score at least as new is stored; nothing changes.
        """
        timestamp = score.timestamp.replace(microsecond=0)
        with self._lock:
            before = self._grades.get((item.number, score.user_id), Grade())
            if before.timestamp is not None and timestamp <= before.timestamp:
                raise StaleScoreError
            self._grades[item.number, score.user_id] = replace(
                before,
                score=_points(score, item),
                comment=score.comment,
                timestamp=timestamp,
                posts=before.posts + 1,
            )

    def count_refused(self, item: LineItem, user_id: str) -> None:
        """Count a post that was turned away."""
        with self._lock:
            before = self._grades.get((item.number, user_id), Grade())
            self._grades[item.number, user_id] = replace(before, refused=before.refused + 1)


def _points(score: Score, item: LineItem) -> float | None:
    """The points on the line item's own scale (AGS 2.0 section 3.4.5); None when not final."""
    if score.given is None or score.grading_progress != "FullyGraded":
        return None
    return score.given * item.score_maximum / score.maximum
