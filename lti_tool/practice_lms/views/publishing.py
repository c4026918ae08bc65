"""The platform's own key set, at the address its profile gives it."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.addresses import JWKS as CANVAS_JWKS
from lti_tool.practice_lms.moodle.addresses import JWKS as MOODLE_JWKS
from lti_tool.practice_lms.plain.guard import may_fail, service_blueprint
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.state import practice

publishing = service_blueprint("publishing")

TEN_DAYS = "max-age=864000"


@publishing.get("/jwks")
@publishing.get(MOODLE_JWKS)
@publishing.get(CANVAS_JWKS)
@may_fail("jwks")
def key_set() -> ResponseReturnValue:
    """The public keys that verify our id_tokens. Canvas lets them be kept (section 2.4)."""
    here = practice()
    is_canvas = here.configuration.profile is Profile.CANVAS
    headers = {"Cache-Control": TEN_DAYS} if is_canvas else {}
    return jsonify(here.keys.key_set()), headers
