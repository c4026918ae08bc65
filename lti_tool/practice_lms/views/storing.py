"""Canvas's storage frame: keeps short values for the tool when cookies are blocked (section 3)."""

from urllib.parse import urlsplit

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from lti_tool.practice_lms.canvas.addresses import STORAGE_FRAME
from lti_tool.practice_lms.profiles import Storage
from lti_tool.practice_lms.state import practice

storing = Blueprint("storing", __name__)


@storing.get(STORAGE_FRAME)
def show_frame() -> ResponseReturnValue:
    """The frame beside the tool's. Its script answers as the settings say, or not at all."""
    configuration = practice().configuration
    if configuration.storage is Storage.OFF:
        raise NotFound("This LMS offers the tool no storage.")
    tool = urlsplit(configuration.tool.launch_url)
    return render_template(
        "storage.html",
        storage=configuration.storage.value,
        tool_origin=f"{tool.scheme}://{tool.netloc}",
    )
