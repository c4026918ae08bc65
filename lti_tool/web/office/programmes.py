"""Programme office: published versions, and what to enter in the LMS to place an activity."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lti_tool.sentence import say
from lti_tool.usecases import programmes
from lti_tool.web.office.sections import PROGRAMMES, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(PROGRAMMES)

_NOTHING = say(
    "programmes.nothing-published",
    "No programme is published yet. Whoever runs this tool publishes one with the command "
    "“testamur programmes publish FILE”.",
)


@pages.get("")
def show() -> ResponseReturnValue:
    """Every published version, newest first."""
    with wiring().db.begin() as session:
        versions = programmes.published(session, signed_in().actor.institution_id)
    return render_template("office/programmes.html", versions=versions, nothing=_NOTHING)


@pages.get("/<programme_id>/<version>")
def one(programme_id: str, version: str) -> ResponseReturnValue:
    """One version: its activities with the name each has in the LMS, and its badges."""
    with wiring().db.begin() as session:
        programme = programmes.version(
            session, signed_in().actor.institution_id, programme_id, version
        )
    return render_template("office/programme.html", programme=programme)
