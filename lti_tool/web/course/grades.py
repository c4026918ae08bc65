"""Course staff: what the LMS's gradebook was told, why it didn't take it; send it again."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.lms.scores import sent
from lti_tool.web.visits import signed_in, wiring

pages = Blueprint("grades", __name__, url_prefix="/course/grades")

_NOTICES = {
    "sent": say(
        "grades.notice-sent",
        "It is on its way again. Open this page once more in a moment to see what became of it.",
    ),
}
_NOTHING = say(
    "grades.nothing",
    "Nothing was sent from this course yet. What students finish appears here when the LMS has a "
    "column for it.",
)

_STATES = {
    grade_passback.WAITING: say("grades.word-waiting", "Waiting."),
    grade_passback.SENT: say("grades.word-sent", "Sent."),
    grade_passback.REFUSED: say("grades.word-refused", "Not taken."),
    grade_passback.KEPT: say("grades.word-kept", "Kept here."),
}


@pages.get("")
def show() -> ResponseReturnValue:
    """Every student's grade in each activity, and how far it has got."""
    return _page(notice=_NOTICES.get(request.args.get("notice", "")))


@pages.post("/<uuid:score_id>/again")
def send_again(score_id: UUID) -> ResponseReturnValue:
    """Send one of them again."""
    wired = wiring()
    try:
        with wired.db.begin() as session:
            sent.send_again(session, signed_in().actor, score_id, now=wired.now())
    except ConflictError as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for(".show", notice="sent"), 303)


@pages.post("/again")
def send_all_again() -> ResponseReturnValue:
    """Send everything that was refused again."""
    wired = wiring()
    with wired.db.begin() as session:
        sent.send_refused_again(session, signed_in().actor, now=wired.now())
    return redirect(url_for(".show", notice="sent"), 303)


def _page(*, notice: Sentence | None = None, problem: Sentence | None = None) -> str:
    with wiring().db.read() as session:
        grades = sent.in_course(session, signed_in().actor)
    return render_template(
        "course/grades.html",
        grades=grades,
        states=_STATES,
        nothing=_NOTHING,
        notice=notice,
        problem=problem,
    )
