"""Administrators: the last launches of an LMS, what was refused, and what to mend."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from lti_tool.sentence import say
from lti_tool.usecases.lms import launch_records
from lti_tool.web.office.sections import PLATFORMS, section_pages
from lti_tool.web.visits import signed_in, wiring

pages = section_pages(PLATFORMS, name="launch_records")

_NOTHING = say(
    "launch-records.nothing",
    "Nobody has opened anything from this LMS yet. Launches and what was refused appear here.",
)


@pages.get("/<uuid:registration_id>")
def show(registration_id: UUID) -> ResponseReturnValue:
    """The last launches of one LMS."""
    with wiring().db.read() as session:
        launches = launch_records.recent(session, signed_in().actor.institution_id, registration_id)
    return render_template(
        "office/launch_records.html",
        launches=launches,
        registration_id=registration_id,
        nothing=_NOTHING,
    )


@pages.get("/<uuid:registration_id>/<uuid:record_id>")
def one(registration_id: UUID, record_id: UUID) -> ResponseReturnValue:
    """One launch: how it ended, what to mend, and what the LMS sent, masked."""
    with wiring().db.read() as session:
        launch = launch_records.one(
            session, signed_in().actor.institution_id, registration_id, record_id
        )
    return render_template(
        "office/launch_record.html", launch=launch, registration_id=registration_id
    )
