"""Programme office: what could not be delivered; send it again."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import ConflictError
from lti_tool.sentence import Sentence, say
from lti_tool.usecases import deliveries
from lti_tool.web.office.sections import WAITING, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(WAITING)

_NOTICES = {
    "sent": say(
        "deliveries.notice-sent",
        "It is on its way again. Should it go on failing, it comes back to this page.",
    ),
}
_NOTHING = say(
    "deliveries.nothing",
    "Nothing is stuck. Badges that can't be made and results the LMS does not take appear here.",
)


@pages.get("")
def show() -> ResponseReturnValue:
    """What doesn't arrive, with the reason."""
    return _page(notice=_NOTICES.get(request.args.get("notice", "")))


@pages.post("/<uuid:message_id>/again")
def send_again(message_id: UUID) -> ResponseReturnValue:
    """Try it again from the beginning."""
    wired = wiring()
    try:
        with wired.db.begin() as session:
            deliveries.send_again(session, signed_in().actor, message_id, now=wired.now())
    except ConflictError as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for(".show", notice="sent"), 303)


def _page(*, notice: Sentence | None = None, problem: Sentence | None = None) -> str:
    with wiring().db.begin() as session:
        stuck = deliveries.undelivered(session, signed_in().actor.institution_id)
    return render_template(
        "office/waiting.html", stuck=stuck, nothing=_NOTHING, notice=notice, problem=problem
    )
