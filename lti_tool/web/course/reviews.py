"""From the LMS's gradebook to one student's work."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lti_tool.usecases.lms import reviews
from lti_tool.usecases.lms.reviews import OwnWork, ToMark
from lti_tool.web.activities import address_of
from lti_tool.web.visits import signed_in, wiring

pages = Blueprint("reviews", __name__, url_prefix="/course/review")


@pages.get("")
def show() -> ResponseReturnValue:
    """The work this visit was opened for: on its marking page, or on the student's own."""
    with wiring().db.read() as session:
        found = reviews.find(session, signed_in())
    if isinstance(found, ToMark):
        return redirect(url_for("marking.show", submission_id=found.submission_id), 303)
    if isinstance(found, OwnWork):
        return redirect(address_of(found.programme, found.activity), 303)
    return render_template("course/no_work.html", sentence=found.sentence)
