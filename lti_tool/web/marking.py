"""Marker: queue, marksheet."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError
from lti_tool.sentence import say
from lti_tool.usecases.marking import marksheets
from lti_tool.usecases.marking import queue as waiting
from lti_tool.web.visits import require_staff, signed_in, visit_pages, wiring
from rubrics.marksheet import Marksheet

pages = visit_pages("marking")
pages.before_request(require_staff)

_LEVEL, _COMMENT = "level-", "comment-"

_NOTICES = {
    "saved": say(
        "marking.notice-saved", "Saved as a draft. Nothing reaches the student before release."
    ),
    "incomplete": say(
        "marking.notice-incomplete",
        "Saved as a draft, because something is still missing. It is listed above the rubric.",
    ),
    "finished": say("marking.notice-finished", "Finished. The result now waits for its release."),
}


_NOTHING = say(
    "marking.nothing",
    "Nothing waits for your marks. What students hand in appears here as soon as it is yours "
    "to mark.",
)


@pages.get("/marking")
def queue() -> ResponseReturnValue:
    """Everything this person may mark that isn't released yet."""
    with wiring().db.begin() as session:
        lines = waiting.waiting(session, signed_in().actor)
    return render_template("marking/queue.html", lines=lines, nothing=_NOTHING)


@pages.get("/marking/<uuid:submission_id>")
def show(submission_id: UUID) -> ResponseReturnValue:
    """One submission: the text beside the rubric."""
    return _page(submission_id, notice=_NOTICES.get(request.args.get("notice", "")))


@pages.post("/marking/<uuid:submission_id>")
def save(submission_id: UUID) -> ResponseReturnValue:
    """Save as a draft, or finish; whatever stands in the way, what was typed stays on the page."""
    wired = wiring()
    typed = _typed_marks()
    finish = request.form.get("do") == "finish"
    try:
        with wired.db.begin() as session:
            saved = marksheets.save_marks(
                session,
                signed_in().actor,
                submission_id,
                marks=typed,
                version_read=request.form.get("version", -1, type=int),
                finish=finish,
                now=wired.now(),
                master=wired.master,
            )
    except (ConflictError, InvalidInputError) as problem:
        page = _page(submission_id, typed=typed, problem=problem.sentence)
        return page, problem.http_status
    notice = "saved" if not finish else "incomplete" if saved.missing else "finished"
    return redirect(url_for("marking.show", submission_id=submission_id, notice=notice), 303)


def _page(submission_id: UUID, *, typed: Marksheet | None = None, **said: object) -> str:
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        view = marksheets.open_marking(
            session, actor, submission_id, now=wired.now(), master=wired.master
        )
        lines = waiting.waiting(session, actor)
    return render_template(
        "marking/show.html",
        view=view,
        marks=typed or view.marksheet,
        is_typed=typed is not None,
        following=waiting.next_unfinished(lines, after=submission_id),
        **said,
    )


def _typed_marks() -> Marksheet:
    """The form's fields as a marksheet: what was left empty isn't marked yet."""
    written = {name: text.replace("\r\n", "\n").strip() for name, text in request.form.items()}
    return Marksheet(
        levels=_fields(written, _LEVEL),
        comments=_fields(written, _COMMENT),
    )


def _fields(written: dict[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): text
        for name, text in written.items()
        if text and name.startswith(prefix)
    }
