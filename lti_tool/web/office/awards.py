"""Programme office: what was awarded; revoke what must not stand."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import awards
from lti_tool.web.office.sections import AWARDS, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(AWARDS)

_NOTICES = {
    "revoked": say(
        "awards.notice-revoked",
        "The certificate is revoked. Whoever checks it from now on is told so.",
    ),
}
_NOTHING = say(
    "awards.nothing",
    "Nothing is awarded yet. A certificate appears here as soon as somebody has earned it.",
)


@pages.get("")
def show() -> ResponseReturnValue:
    """The latest awards; or the one that is asked for by the id on its certificate."""
    wanted = request.args.get("id", "").strip()
    if wanted:
        return _find(wanted)
    return _page(notice=_NOTICES.get(request.args.get("notice", "")))


@pages.get("/<uuid:award_id>")
def one(award_id: UUID) -> ResponseReturnValue:
    """One award, and the form that revokes it."""
    return _award(award_id)


@pages.post("/<uuid:award_id>/revoke")
def revoke(award_id: UUID) -> ResponseReturnValue:
    """Revoke an award for a reason, for good."""
    wired, actor = wiring(), signed_in().actor
    try:
        with wired.db.begin() as session:
            awards.revoke(
                session,
                actor.institution_id,
                award_id,
                reason=request.form.get("reason", ""),
                now=wired.now(),
                actor_id=actor.person_id,
            )
    except (ConflictError, InvalidInputError) as problem:
        return _award(award_id, problem=problem.sentence), problem.http_status
    return redirect(url_for(".show", notice="revoked"), 303)


def _find(wanted: str) -> ResponseReturnValue:
    try:
        with wiring().db.begin() as session:
            award_id = awards.find_in(session, signed_in().actor.institution_id, wanted)
    except NotFoundError as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for(".one", award_id=award_id))


def _page(*, notice: Sentence | None = None, problem: Sentence | None = None) -> str:
    with wiring().db.begin() as session:
        latest = awards.of_institution(session, signed_in().actor.institution_id)
    return render_template(
        "office/awards.html", awards=latest, nothing=_NOTHING, notice=notice, problem=problem
    )


def _award(award_id: UUID, *, problem: Sentence | None = None) -> str:
    with wiring().db.begin() as session:
        award = awards.of_id(session, signed_in().actor.institution_id, award_id)
    return render_template(
        "office/award.html", award=award, reason=request.form.get("reason", ""), problem=problem
    )
