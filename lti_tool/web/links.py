"""Whoever runs a course says which activity a link of it opens; links opened outside a course."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool.errors import InvalidInputError
from lti_tool.lti.reading.claims import is_activity_name
from lti_tool.sentence import Sentence
from lti_tool.usecases.lms import links
from lti_tool.web.visits import signed_in, visit_pages, wiring

pages = visit_pages("links")
outside = Blueprint("placed", __name__)


@pages.get("/link")
def choose() -> ResponseReturnValue:
    """Everything the link can open."""
    return _page()


@pages.post("/link")
def save() -> ResponseReturnValue:
    """Keep the choice, and show what the link opens now."""
    wired, name = wiring(), request.form.get("activity", "")
    try:
        with wired.db.begin() as session:
            links.choose(session, signed_in().actor, name, now=wired.now())
    except InvalidInputError as problem:
        return _page(problem=problem.sentence), problem.http_status
    return redirect(url_for("home.start"), 303)


@outside.get("/activities/<programme_id>/<activity_id>")
def open_in_course(programme_id: str, activity_id: str) -> ResponseReturnValue:
    """The address of a placed activity, opened by hand: only its course says who comes."""
    if not is_activity_name(f"{programme_id}/{activity_id}"):
        abort(404)
    return render_template("links/open_in_course.html")


def _page(*, problem: Sentence | None = None) -> str:
    with wiring().db.begin() as session:
        offered = links.offer(session, signed_in().actor)
    return render_template(
        "links/choose.html", programmes=offered.programmes, link=offered.link, problem=problem
    )
