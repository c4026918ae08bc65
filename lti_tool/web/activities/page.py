"""Student: read a page, mark it as done or agree to it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.programme.definition import Activity, Programme
from lti_tool.sentence import say
from lti_tool.usecases.activities import page
from lti_tool.web.activities import address_of
from lti_tool.web.markdown import to_html
from lti_tool.web.visits import signed_in, visit_pages, wiring

pages = visit_pages("activities_page")
pages.app_template_filter("markdown")(to_html)

NOTICES = {
    "done": say("pages.done", "Noted: you have done this page."),
    "agreed": say("pages.agreed", "Noted: you agreed to this."),
}

PAGE = "/programmes/<programme_id>/pages/<activity_id>"


@pages.get(PAGE)
def show(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """The page's text, and whether it is done."""
    with wiring().db.begin() as session:
        view = page.read(session, signed_in().actor, programme_id, activity_id)
    following = _following(view.programme, view.activity)
    return render_template(
        "activities/page.html",
        view=view,
        notice=NOTICES.get(request.args.get("notice", "")),
        following=following,
        following_address=address_of(view.programme, following) if following else None,
    )


@pages.post(f"{PAGE}/done")
def done(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """Mark the page as done, or agree to its wording; doing it twice changes nothing."""
    wired = wiring()
    with wired.db.begin() as session:
        view = page.read(session, signed_in().actor, programme_id, activity_id)
        page.mark_done(session, signed_in().actor, programme_id, activity_id, now=wired.now())
    notice = "agreed" if view.activity.done_when == "agreed" else "done"
    return redirect(
        url_for(".show", programme_id=programme_id, activity_id=activity_id, notice=notice), 303
    )


def _following(programme: Programme, activity: Activity) -> Activity | None:
    """What stands next in the programme file."""
    place = programme.activities.index(activity) + 1
    return programme.activities[place] if place < len(programme.activities) else None
