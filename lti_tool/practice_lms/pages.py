"""The pages of the practice LMS: who are you today, the course, the gradebook, the people."""

from dataclasses import dataclass

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.course import Link, Role, User
from lti_tool.practice_lms.people import known_instructor, known_link, known_user
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.gradebook import Grade, LineItem

pages = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the course page: a link, and the reader's own grade where there is one."""

    link: Link
    grade: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the gradebook: a student and one text for each line item."""

    student: User
    grades: tuple[str, ...]


@pages.get("/")
def choose_person() -> ResponseReturnValue:
    """The front page: one card for each person, and the other doors."""
    return render_template("start.html", addresses=practice().configuration.addresses)


@pages.get("/as/<user_id>/course")
def show_course(user_id: str) -> ResponseReturnValue:
    """The course page; also where the tool sends people back to, with a message if it likes."""
    user = known_user(user_id)
    notices = [request.args[name] for name in ("lti_errormsg", "lti_msg") if name in request.args]
    entries = [_entry(link, user) for link in practice().configuration.course.links]
    return render_template("course.html", user=user, entries=entries, notices=notices)


@pages.get("/as/<user_id>/links/<link_id>")
def show_link(user_id: str, link_id: str) -> ResponseReturnValue:
    """The page that frames the tool."""
    return render_template("frame.html", user=known_user(user_id), link=known_link(link_id))


@pages.get("/as/<user_id>/people")
def show_people(user_id: str) -> ResponseReturnValue:
    """Everybody in the course."""
    return render_template("people.html", user=known_instructor(user_id))


@pages.get("/as/<user_id>/gradebook")
def show_gradebook(user_id: str) -> ResponseReturnValue:
    """Every student's grade in every line item."""
    user = known_instructor(user_id)
    here = practice()
    items = here.gradebook.line_items()
    rows = [
        Row(student, tuple(_words(item, here.gradebook.grade(item, student.id)) for item in items))
        for student in here.configuration.course.students
    ]
    return render_template("gradebook.html", user=user, items=items, rows=rows)


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
                for student in here.configuration.course.students
            }
            for item in here.gradebook.line_items()
        }
    )


def _entry(link: Link, user: User) -> Entry:
    here = practice()
    item = here.gradebook.own_line_item(link.id) if link.is_graded else None
    if item is None or user.role is not Role.STUDENT:
        return Entry(link, "")
    return Entry(link, _words(item, here.gradebook.grade(item, user.id)))


def _words(item: LineItem, grade: Grade) -> str:
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
    }
