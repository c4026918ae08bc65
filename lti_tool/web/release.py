"""Moderator or instructor: see what is ready, choose, release."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import release as results
from lti_tool.web.visits import require_staff, signed_in, visit_pages, wiring

pages = visit_pages("release")
pages.before_request(require_staff)

_NOTICES = {
    "released": say(
        "release.notice-released", "Released. The students can read their results now."
    ),
}


_NOTHING = say(
    "release.nothing",
    "No result waits for its release. Work appears here once its marking is finished.",
)


@pages.get("/release")
def ready() -> ResponseReturnValue:
    """Finished marking whose results this person may release."""
    return _page(notice=_NOTICES.get(request.args.get("notice", "")))


@pages.post("/release")
def release() -> ResponseReturnValue:
    """Release the ticked results, or all that were listed; all of them or none."""
    wired = wiring()
    try:
        chosen = _chosen()
        with wired.db.begin() as session:
            results.release(session, signed_in().actor, chosen, now=wired.now())
    except (ConflictError, InvalidInputError) as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for("release.ready", notice="released"), 303)


def _page(*, notice: Sentence | None = None, problem: Sentence | None = None) -> str:
    with wiring().db.begin() as session:
        lines = results.ready(session, signed_in().actor)
    return render_template(
        "release/ready.html", lines=lines, nothing=_NOTHING, notice=notice, problem=problem
    )


def _chosen() -> frozenset[UUID]:
    """ "All" means all that stood on the page, never what became ready while it was read."""
    field = "listed" if request.form.get("which") == "all" else "submission"
    chosen = frozenset(request.form.getlist(field, type=UUID))
    if not chosen:
        raise InvalidInputError(
            "release.none-chosen",
            say(
                "release.none-chosen",
                "No result was ticked, so nothing was released. Tick at least one.",
            ),
        )
    return chosen
