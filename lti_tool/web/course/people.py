"""Course staff: who is in the course, who left, who never came; read the LMS's list now."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms.rosters import course_list
from lti_tool.usecases.lms.rosters.course_list import MOST_SHOWN, Presence
from lti_tool.web.visits import signed_in, wiring

pages = Blueprint("people", __name__, url_prefix="/course/people")

_NOTICES = {
    "asked": say(
        "roster.notice-asked",
        "The list is being read now. Open this page again in a moment to see it.",
    ),
}
_NOTHING = say(
    "roster.nothing",
    "Nobody has come here from this course yet. Students and teachers appear as soon as they "
    "open an activity, or when the LMS's list of people has been read.",
)
_PRESENCES = {
    Presence.HERE: say("roster.here", "In the course"),
    Presence.NEVER_OPENED: say("roster.never-opened", "Never opened anything here"),
    Presence.LEFT: say("roster.left", "Left the course"),
}
_ROLES = {
    CourseRole.STUDENT: say("roster.student", "Student"),
    CourseRole.INSTRUCTOR: say("roster.instructor", "Instructor"),
    CourseRole.TEACHING_ASSISTANT: say("roster.assistant", "Teaching assistant"),
    CourseRole.DESIGNER: say("roster.designer", "Course designer"),
    CourseRole.OBSERVER: say("roster.observer", "Observer"),
    CourseRole.ADMINISTRATOR: say("roster.administrator", "Administrator"),
    CourseRole.MEMBER: say("roster.member", "Member"),
    None: say("roster.no-role", "No role we know"),
}


@pages.get("")
def show() -> ResponseReturnValue:
    """Everybody of the course, and how the list came about."""
    return _page(notice=_NOTICES.get(request.args.get("notice", "")))


@pages.post("/read")
def read_now() -> ResponseReturnValue:
    """Have the list read; the LMS is asked by the worker, so that nobody waits for it here."""
    wired = wiring()
    try:
        with wired.db.begin() as session:
            course_list.ask(session, signed_in().actor, now=wired.now())
    except ConflictError as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for(".show", notice="asked"), 303)


def _page(*, notice: Sentence | None = None, problem: Sentence | None = None) -> str:
    with wiring().db.read() as session:
        listed = course_list.of_course(session, signed_in().actor)
    return render_template(
        "course/people.html",
        listed=listed,
        most=MOST_SHOWN,
        presences=_PRESENCES,
        roles=_ROLES,
        nothing=_NOTHING,
        notice=notice,
        problem=problem,
    )
