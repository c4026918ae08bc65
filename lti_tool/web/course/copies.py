"""Course staff: they have read that their course is a copy."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from lti_tool.usecases.lms import copies
from lti_tool.web.visits import signed_in, wiring

pages = Blueprint("copies", __name__, url_prefix="/course/copy")


@pages.post("")
def acknowledge() -> ResponseReturnValue:
    """Tell nobody of this course again, and go on."""
    wired = wiring()
    with wired.db.begin() as session:
        copies.acknowledge(session, signed_in().actor, now=wired.now())
    return redirect(url_for("home.start"), 303)
