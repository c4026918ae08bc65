"""The administrator's pages: register a tool by its one address, switch it on and off."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from lti_tool.practice_lms.canvas.registration import begin as begin_on_canvas
from lti_tool.practice_lms.moodle.registration import begin as begin_on_moodle
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import Practice, practice
from lti_tool.practice_lms.state.registrations import Started

registering = Blueprint("registering", __name__, url_prefix="/admin/tools")

BEGINNERS: Mapping[Profile, Callable[[Practice, Started], dict[str, str]]] = {
    Profile.MOODLE: begin_on_moodle,
    Profile.CANVAS: begin_on_canvas,
}


@registering.get("")
def show_tools() -> ResponseReturnValue:
    """The tool that is registered, and a field for another one's address."""
    return render_template("tools.html", can_register=_profile() in BEGINNERS)


@registering.get("/register")
def frame_registration() -> ResponseReturnValue:
    """The tool's own registration page in a frame, until it says that it is done."""
    address = request.args.get("url", "")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise BadRequest("Paste the whole registration address of the tool, with its https://.")
    # The frame may hold the origin of this address and no other (Canvas section 8).
    g.framed_origin = f"{parts.scheme}://{parts.netloc}"
    source = begin_registration(practice(), address, is_update="update" in request.args)
    return render_template("register.html", source=source)


@registering.post("/switch")
def switch() -> ResponseReturnValue:
    """Activate the tool, or switch it off (Moodle point 1, Canvas section 1)."""
    here = practice()
    tool = replace(here.configuration.tool, is_on=request.form.get("on") == "1")
    here.configuration = replace(here.configuration, tool=tool)
    return redirect(url_for("registering.show_tools"))


def begin_registration(here: Practice, address: str, *, is_update: bool = False) -> str:
    """Begin a dynamic registration; the address that opens the tool's registration page.

    Raises:
        NotFound: where the LMS has no dynamic registration.
    """
    profile = here.configuration.profile
    if profile not in BEGINNERS:
        raise NotFound("This LMS knows its tool from its settings. Choose another profile.")
    client_id = here.configuration.client_id if is_update else _new_client_id(here)
    parameters = BEGINNERS[profile](here, Started(client_id, address, is_update=is_update))
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def _new_client_id(here: Practice) -> str:
    """Canvas counts; Moodle takes fifteen letters and digits."""
    if here.configuration.profile is Profile.CANVAS:
        return "10000000000042"
    letters = (one for one in here.surroundings.new_id() if one.isalnum())
    return "".join(letters)[:15]


def _profile() -> Profile:
    return practice().configuration.profile
