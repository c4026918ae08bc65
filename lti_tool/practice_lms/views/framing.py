"""The pages that hold the tool in a frame: an activity, a picker, somebody's submission."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.addresses import STORAGE_FRAME
from lti_tool.practice_lms.course import Course, User
from lti_tool.practice_lms.profiles import Profile, Storage
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.views.people import (
    known_course,
    known_instructor,
    known_link,
    known_user,
)
from lti_tool.practice_lms.views.reviewing import known_review

framing = Blueprint("framing", __name__)


@framing.get("/as/<user_id>/links/<link_id>")
def show_link(user_id: str, link_id: str) -> ResponseReturnValue:
    """An activity."""
    course, link = known_link(link_id)
    user = known_user(user_id, course)
    source = url_for("launching.begin", user_id=user.id, link_id=link.id)
    return _frame(user, course, title=link.title, source=source)


@framing.get("/as/<user_id>/courses/<course_id>/tool")
def show_menu_entry(user_id: str, course_id: str) -> ResponseReturnValue:
    """The tool from the course's menu."""
    course = known_course(course_id)
    user = known_user(user_id, course)
    source = url_for("launching.begin_from_menu", user_id=user.id, course_id=course.id)
    return _frame(user, course, title=practice().configuration.tool.name, source=source)


@framing.get("/as/<user_id>/courses/<course_id>/choose")
@framing.get("/as/<user_id>/courses/<course_id>/choose/<placement>")
def show_picker(user_id: str, course_id: str, placement: str | None = None) -> ResponseReturnValue:
    """The tool's own page for choosing activities."""
    course = known_course(course_id)
    user = known_instructor(user_id, course)
    source = url_for(
        "launching.begin_picking", user_id=user.id, course_id=course.id, placement=placement
    )
    return _frame(user, course, title="Choose activities", source=source)


@framing.get("/as/<user_id>/reviews/<int:number>/<student_id>")
def show_review(user_id: str, number: int, student_id: str) -> ResponseReturnValue:
    """A student's submission, from the gradebook."""
    course, review = known_review(user_id, number, student_id)
    source = url_for(
        "launching.begin_review", user_id=user_id, number=number, student_id=student_id
    )
    title = f"{review.title}: {review.student.name}"
    return _frame(review.viewer, course, title=title, source=source)


def _frame(user: User, course: Course, *, title: str, source: str) -> ResponseReturnValue:
    configuration = practice().configuration
    is_canvas = configuration.profile is Profile.CANVAS
    offered = is_canvas and configuration.storage is not Storage.OFF
    return render_template(
        "frame.html",
        user=user,
        course=course,
        title=title,
        source=source,
        storage=configuration.sso_url(STORAGE_FRAME) if offered else None,
    )
