"""Administrators: examine the connection with an LMS, and read what to mend."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from lti_tool.usecases.lms import platform_list
from lti_tool.usecases.lms.doctor.examination import examine
from lti_tool.web.office.sections import PLATFORMS, section_pages
from lti_tool.web.visits import signed_in, wiring
from lti_tool.wiring import doctors_instruments

pages = section_pages(PLATFORMS, name="examination")


@pages.get("/<uuid:registration_id>")
def show(registration_id: UUID) -> ResponseReturnValue:
    """What will be looked at; nothing is, before somebody asks for it."""
    with wiring().db.read() as session:
        known = platform_list.one(session, signed_in().actor.institution_id, registration_id)
    return render_template("office/examination.html", platform=known, report=None)


@pages.post("/<uuid:registration_id>")
def look(registration_id: UUID) -> ResponseReturnValue:
    """Examine the connection; shows the report and keeps nothing of it."""
    wired, institution_id = wiring(), signed_in().actor.institution_id
    with wired.db.read() as session:
        known = platform_list.one(session, institution_id, registration_id)
    with doctors_instruments(wired) as tools:
        report = examine(tools, registration_id, institution_id=institution_id)
    return render_template("office/examination.html", platform=known, report=report)
