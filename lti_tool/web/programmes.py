"""Student progress: modules, activities with their state, requirements, badges."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lti_tool.usecases import awards, enrolment, progress
from lti_tool.usecases.activities import standing
from lti_tool.web.activities import address_of
from lti_tool.web.visits import signed_in, visit_pages, wiring

pages = visit_pages("programmes")


@pages.get("/programmes/<programme_id>")
def show(programme_id: str) -> ResponseReturnValue:
    """How far the acting student is, and what to do next."""
    wired, actor = wiring(), signed_in().actor
    with wired.db.begin() as session:
        enrolled = enrolment.of_student(session, actor, programme_id)
        modules = standing.of_student(session, enrolled)
        explanation = progress.explain(session, enrolled, now=wired.now())
        badges = [
            one for one in awards.of_student(session, actor) if one.programme_id == programme_id
        ]
    programme = enrolled.programme
    return render_template(
        "programmes/show.html",
        programme=programme,
        modules=modules,
        trees=explanation.trees,
        badges=badges,
        address=lambda activity_id: address_of(programme, programme.activity(activity_id)),
    )
