"""Where the tool sends a teacher back to with the activities they chose."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas import picked as canvas_picked
from lti_tool.practice_lms.canvas.addresses import CANCEL
from lti_tool.practice_lms.course import Link
from lti_tool.practice_lms.growing import add_links
from lti_tool.practice_lms.moodle import picked as moodle_picked
from lti_tool.practice_lms.moodle.addresses import CONTENT_RETURN
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.views.people import known_course
from lti_tool.practice_lms.views.sessions import REPOST, must_repost
from lti_tool.practice_lms.vocabulary import DEEP_LINKING

moodle_picking = Blueprint("moodle_picking", __name__)
canvas_picking = Blueprint("canvas_picking", __name__)

MESSAGES = (DEEP_LINKING + "msg", DEEP_LINKING + "errormsg")


@moodle_picking.post(CONTENT_RETURN)
@may_fail("picker")
def return_to_moodle() -> ResponseReturnValue:
    """Take what was chosen on Moodle: everything is created."""
    here = practice()
    if must_repost(here, request.form):
        fields = {**request.form.to_dict(), REPOST: "true"}
        again = request.full_path
        return render_template("forward.html", action=again, fields=fields, title="Signing in")
    course = known_course(request.args.get("course", ""))
    user = moodle_picked.known_teacher(here, course, request.args.get("sesskey", ""))
    claims = moodle_picked.read_response(here, request.form.get("JWT", ""))
    links = add_links(here, course.id, moodle_picked.pick(claims))
    return _show(course.id, user.id, links, _messages(claims))


@canvas_picking.post("/courses/<course_id>/deep_linking_response")
@may_fail("picker")
def return_to_canvas(course_id: str) -> ResponseReturnValue:
    """Take what was chosen on Canvas, by the button that was pressed."""
    here, course = practice(), known_course(course_id)
    data = canvas_picked.read_data(here, request.args.get("data", ""))
    claims = canvas_picked.read_response(here, request.form.get("JWT", ""))
    picked = canvas_picked.pick(claims, data)
    links = add_links(here, course.id, picked.links)
    return _show(course.id, picked.user_id, links, (*_messages(claims), *picked.problems))


@canvas_picking.get(CANCEL)
def cancel() -> ResponseReturnValue:
    """Where the tool leads back to when nothing was chosen, with a message if it likes."""
    names = ("lti_msg", "lti_errormsg")
    notices = tuple(request.args[name] for name in names if name in request.args)
    return _show(request.args.get("course", ""), "", (), notices)


@canvas_picking.errorhandler(canvas_picked.ResponseRefusedError)
def _refuse(error: canvas_picked.ResponseRefusedError) -> ResponseReturnValue:
    return jsonify(error.body), 400


def _messages(claims: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(claims[name]) for name in MESSAGES if name in claims)


def _show(
    course_id: str, user_id: str, links: tuple[Link, ...], notices: tuple[str, ...]
) -> ResponseReturnValue:
    return render_template(
        "picked.html", links=links, notices=notices, course_id=course_id, user_id=user_id
    )
