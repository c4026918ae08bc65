"""The office's pages: where it starts, and which parts there are for whom."""

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from lti_tool.sentence import say
from lti_tool.usecases import deliveries, release
from lti_tool.usecases.lms import deployments
from lti_tool.usecases.marking import queue
from lti_tool.usecases.people import OfficeRole
from lti_tool.web.office import (
    awards,
    connecting,
    examination,
    launch_records,
    people,
    platforms,
    programmes,
    settings,
    waiting,
)
from lti_tool.web.office.sections import PLATFORMS, sections_of
from lti_tool.web.visits import institution, signed_in, visit_pages, wiring

pages = visit_pages("office")
for part in (
    people,
    settings,
    platforms,
    connecting,
    examination,
    launch_records,
    programmes,
    awards,
    waiting,
):
    pages.register_blueprint(part.pages)

_NOTHING = say(
    "office.nothing",
    "Your roles have no work here at the moment. What is yours to do appears on this page.",
)


@pages.context_processor
def _menu() -> dict[str, Any]:
    # The page that says a visit has ended is rendered here too, and then nobody is signed in.
    return {"sections": sections_of(signed_in().actor) if "signed_in" in g else ()}


@pages.get("/office")
def start() -> ResponseReturnValue:
    """What waits for this person, and the parts of the office that are theirs."""
    actor = signed_in().actor
    actor.require(*OfficeRole)
    with wiring().db.begin() as session:
        to_mark = sum(not line.is_finished for line in queue.waiting(session, actor))
        to_release = len(release.ready(session, actor))
        undelivered = deliveries.count(session, actor.institution_id)
        waiting_outside = deployments.count_waiting(session, actor.institution_id)
    return render_template(
        "office/start.html",
        name=institution().name,
        to_mark=to_mark,
        to_release=to_release,
        undelivered=undelivered,
        to_let_in=waiting_outside if PLATFORMS in sections_of(actor) else 0,
        nothing=_NOTHING,
    )
