"""The pages of the practice LMS: who are you today, the course, the gradebook, the people."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.picking import PLACEMENTS
from lti_tool.practice_lms.course import Link, User
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import Grade, LineItem
from lti_tool.practice_lms.views.people import known_course, known_instructor, known_user

pages = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the course page: a link, and the reader's own grade where there is one."""

    link: Link
    grade: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the gradebook: its text, and the column whose submission can be reviewed."""

    words: str
    review: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the gradebook: a student and one cell for each line item."""

    student: User
    cells: tuple[Cell, ...]


@pages.get("/")
def choose_person() -> ResponseReturnValue:
    """The front page: one card for each person, and the other doors."""
    return render_template("start.html", addresses=practice().configuration.addresses)


@pages.get("/as/<user_id>/course")
@pages.get("/as/<user_id>/courses/<course_id>")
def show_course(user_id: str, course_id: str | None = None) -> ResponseReturnValue:
    """The course page; also where the tool sends people back to, with a message if it likes."""
    course = known_course(course_id)
    user = known_user(user_id, course)
    notices = [request.args[name] for name in ("lti_errormsg", "lti_msg") if name in request.args]
    shown = [link for link in course.links if link.is_published or user.teaches]
    entries = [_entry(link, user) for link in shown]
    return render_template(
        "course.html",
        user=user,
        course=course,
        entries=entries,
        notices=notices,
        pickers=_pickers(),
    )


@pages.get("/as/<user_id>/people")
@pages.get("/as/<user_id>/courses/<course_id>/people")
def show_people(user_id: str, course_id: str | None = None) -> ResponseReturnValue:
    """Everybody in the course."""
    course = known_course(course_id)
    return render_template("people.html", user=known_instructor(user_id, course), course=course)


@pages.get("/as/<user_id>/gradebook")
@pages.get("/as/<user_id>/courses/<course_id>/gradebook")
def show_gradebook(user_id: str, course_id: str | None = None) -> ResponseReturnValue:
    """Every student's grade in every line item."""
    course = known_course(course_id)
    user = known_instructor(user_id, course)
    items = practice().gradebook.line_items(course.id)
    rows = [Row(one, tuple(_cell(item, one) for item in items)) for one in course.students]
    return render_template("gradebook.html", user=user, course=course, items=items, rows=rows)


@pages.get("/gradebook.json")
def gradebook_document() -> ResponseReturnValue:
    """The gradebook for machines, by line item and student.

    A line item that a link had from the start stands under the link's id; one that the tool
    made stands under `line-item-<number>`.
    """
    here = practice()
    return jsonify(
        {
            _name(item): {
                student.id: _document(item, here.gradebook.grade(item, student.id))
                for student in (here.course(item.course_id) or here.configuration.course).students
            }
            for item in here.gradebook.line_items()
        }
    )


def _pickers() -> dict[str, str]:
    """The buttons that let a teacher pick content, by their name in the address."""
    profile = practice().configuration.profile
    if profile is Profile.CANVAS:
        return {name: one.label for name, one in PLACEMENTS.items()}
    return {"": "Select content"} if profile is Profile.MOODLE else {}


def _entry(link: Link, user: User) -> Entry:
    here = practice()
    item = here.gradebook.own_line_item(link.id) if link.is_graded else None
    if item is None or not user.can_be_graded:
        return Entry(link, "")
    return Entry(link, _words(item, here.gradebook.grade(item, user.id)))


def _cell(item: LineItem, student: User) -> Cell:
    grade = practice().gradebook.grade(item, student.id)
    return Cell(_words(item, grade), item.number if _can_be_reviewed(item, grade) else None)


def _can_be_reviewed(item: LineItem, grade: Grade) -> bool:
    """Moodle reviews where the link says so; Canvas opens the launch that was submitted."""
    here = practice()
    course = here.course(item.course_id)
    link = course.link(item.link_id) if course and item.link_id else None
    if here.configuration.profile is Profile.MOODLE:
        return link is not None and bool(link.review_url)
    return any(one.type == "basic_lti_launch" for one in grade.attempts)


def _words(item: LineItem, grade: Grade) -> str:
    if grade.is_pending_review:
        return "Needs grading"
    if grade.score is None:
        return "No grade yet"
    return f"{grade.score:g} of {item.score_maximum:g}"


def _name(item: LineItem) -> str:
    own = practice().gradebook.own_line_item(item.link_id) if item.link_id else None
    return item.link_id if own == item and item.link_id else f"line-item-{item.number}"


def _document(item: LineItem, grade: Grade) -> dict[str, object]:
    return {
        "score": grade.score,
        "maximum": item.score_maximum,
        "comment": grade.comment,
        "timestamp": grade.timestamp.isoformat() if grade.timestamp else None,
        "posts": grade.posts,
        "refused": grade.refused,
        **_of_canvas(grade),
    }


def _of_canvas(grade: Grade) -> dict[str, object]:
    """What only Canvas keeps of a student's work."""
    if practice().configuration.profile is not Profile.CANVAS:
        return {}
    attempts = [
        {"submitted_at": one.submitted_at.isoformat(), "type": one.type, "data": one.data}
        for one in grade.attempts
    ]
    return {
        "attempts": attempts,
        "comments": list(grade.comments),
        "pending_review": grade.is_pending_review,
    }
