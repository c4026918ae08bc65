"""Copy a course, duplicate or publish an activity, install the tool: what teachers do."""

from dataclasses import replace

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from lti_tool.practice_lms.canvas.identifiers import installed_in
from lti_tool.practice_lms.course import Course
from lti_tool.practice_lms.growing import copy_course, duplicate_link
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import Practice, practice
from lti_tool.practice_lms.views.people import known_course, known_instructor, known_link

copying = Blueprint("copying", __name__)


@copying.before_request
def _require_several_courses() -> None:
    """The plain LMS has one course and one address for each service."""
    if practice().configuration.profile is Profile.PLAIN:
        raise NotFound("The plain practice LMS has one course only. Choose another profile.")


@copying.post("/as/<user_id>/courses/<course_id>/copy")
def copy(user_id: str, course_id: str) -> ResponseReturnValue:
    """Copy a course with its activities; the teacher comes along, the students don't."""
    course = known_course(course_id)
    user = known_instructor(user_id, course)
    made = copy_course(practice(), course)
    return redirect(url_for("pages.show_course", user_id=user.id, course_id=made.id))


@copying.post("/as/<user_id>/links/<link_id>/duplicate")
def duplicate(user_id: str, link_id: str) -> ResponseReturnValue:
    """Duplicate an activity within its course."""
    course, link = known_link(link_id)
    user = known_instructor(user_id, course)
    duplicate_link(practice(), course, link)
    return redirect(url_for("pages.show_course", user_id=user.id, course_id=course.id))


@copying.post("/as/<user_id>/links/<link_id>/publish")
def publish(user_id: str, link_id: str) -> ResponseReturnValue:
    """Publish an activity that Canvas created as a draft; students see it from now on."""
    course, link = known_link(link_id)
    user = known_instructor(user_id, course)
    links = (replace(one, is_published=True) if one == link else one for one in course.links)
    practice().put_course(replace(course, links=tuple(links)))
    return redirect(url_for("pages.show_course", user_id=user.id, course_id=course.id))


def install_in_course(here: Practice, course: Course) -> Course:
    """Install the tool in one course: launches from it come as a deployment of their own."""
    number = len(here.configuration.courses) + 50
    made = replace(course, deployment_id=installed_in(course.id, tool_number=number))
    here.put_course(made)
    return made
