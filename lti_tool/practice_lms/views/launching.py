"""A launch, as the LMS sees it: begin it, check what the tool asks, answer with an id_token."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound

from lti_tool.practice_lms.canvas.addresses import AUTH as CANVAS_AUTH
from lti_tool.practice_lms.canvas.addresses import AUTH_AT_SCHOOL
from lti_tool.practice_lms.canvas.picking import PLACEMENTS
from lti_tool.practice_lms.claims import opening_claims
from lti_tool.practice_lms.manners import MANNERS, Manners
from lti_tool.practice_lms.moodle.addresses import AUTH as MOODLE_AUTH
from lti_tool.practice_lms.profiles import Profile
from lti_tool.practice_lms.refusals import AuthRefusedError
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.pending import Opening
from lti_tool.practice_lms.views.people import (
    known_course,
    known_instructor,
    known_link,
    known_user,
)
from lti_tool.practice_lms.views.reviewing import known_review
from lti_tool.practice_lms.views.sessions import REPOST, check_session, must_repost
from lti_tool.practice_lms.vocabulary import DEEP_LINKING_REQUEST

launching = Blueprint("launching", __name__)

PHONES = ("Android", "iPhone", "iPad")


@launching.get("/as/<user_id>/launch/<link_id>")
def begin(user_id: str, link_id: str) -> ResponseReturnValue:
    """Open a link."""
    course, link = known_link(link_id)
    user = known_user(user_id, course)
    is_mobile = any(word in request.headers.get("User-Agent", "") for word in PHONES)
    opening = Opening(user.id, course.id, _now(), link.id, is_mobile=is_mobile)
    return _begin(opening, target=link.url, title=link.title)


@launching.get("/as/<user_id>/courses/<course_id>/launch")
def begin_from_menu(user_id: str, course_id: str) -> ResponseReturnValue:
    """Open the tool from the course's menu, where Canvas has no link (section 2.5)."""
    if practice().configuration.profile is not Profile.CANVAS:
        raise NotFound("Only Canvas opens a tool from the course's menu.")
    course = known_course(course_id)
    user = known_user(user_id, course)
    opening = Opening(user.id, course.id, _now(), placement="course_navigation")
    return _begin(opening, target="", title=practice().configuration.tool.name)


@launching.get("/as/<user_id>/courses/<course_id>/pick")
def begin_picking(user_id: str, course_id: str) -> ResponseReturnValue:
    """Ask the tool which activities to place in the course (Deep Linking 2.0 section 2.1)."""
    course, tool = known_course(course_id), practice().configuration.tool
    user = known_instructor(user_id, course)
    if not tool.deep_linking_url or practice().configuration.profile is Profile.PLAIN:
        raise NotFound("This tool has registered no picker.")
    opening = Opening(
        user_id=user.id,
        course_id=course.id,
        begun_at=_now(),
        message=DEEP_LINKING_REQUEST,
        target=tool.deep_linking_url,
        placement=_placement(),
    )
    return _begin(opening, target=opening.target, title="Choose activities")


@launching.get("/as/<user_id>/review/<int:number>/<student_id>")
def begin_review(user_id: str, number: int, student_id: str) -> ResponseReturnValue:
    """Open a student's submission from the gradebook."""
    _, review = known_review(user_id, number, student_id)
    opening = review.opening
    return _begin(opening, target=opening.target, title=review.title)


@launching.route("/auth", methods=["GET", "POST"])
@launching.route(MOODLE_AUTH, methods=["GET", "POST"])
@launching.route(AUTH_AT_SCHOOL, methods=["GET", "POST"])
def authenticate() -> ResponseReturnValue:
    """Answer the tool's authentication request by a form post to its launch address."""
    here, manners = practice(), _manners()
    parameters = request.values.to_dict()
    if must_repost(here, parameters):
        return _forward(request.path, {**parameters, REPOST: "true"}, title="Signing in")
    address = manners.check_address(here, parameters)
    try:
        fields = {"id_token": _id_token(parameters)}
    except AuthRefusedError as error:
        described = {"error_description": error.description} if error.description else {}
        fields = {"error": error.error, **described}
    more = manners.answer_fields(here, parameters)
    return _forward(address, {**fields, **more}, title="Opening the tool")


@launching.route(CANVAS_AUTH, methods=["GET", "POST"])
def pass_on_to_school() -> ResponseReturnValue:
    """Canvas's sign-in host sends people on to the host of their school (section 2.2)."""
    query = urlencode(request.values.to_dict())
    return redirect(practice().configuration.url(f"{AUTH_AT_SCHOOL}?{query}"))


def _now() -> datetime:
    return practice().surroundings.now()


def _manners() -> Manners:
    return MANNERS[practice().configuration.profile]


def _placement() -> str | None:
    if practice().configuration.profile is not Profile.CANVAS:
        return None
    name = request.args.get("placement", "link_selection")
    if name not in PLACEMENTS:
        raise NotFound("Canvas has no such button.")
    return name


def _begin(opening: Opening, *, target: str, title: str) -> ResponseReturnValue:
    """Third-party initiated login: a form that posts itself to the tool (LTI 1.3, 5.1.1.1)."""
    here, manners = practice(), _manners()
    tool = here.configuration.tool
    if not tool.is_on:
        raise Forbidden(
            "The tool is registered here but not switched on yet. An administrator does that "
            "under “Tools” on the front page."
        )
    hint = manners.make_hint(here, opening)
    here.pending.begin(opening, hint=hint)
    fields = manners.login_fields(here, opening, target or tool.launch_url)
    return _forward(tool.login_url, {**fields, "lti_message_hint": hint}, title=title)


def _forward(action: str, fields: Mapping[str, str], *, title: str) -> ResponseReturnValue:
    page = render_template("forward.html", action=action, fields=fields, title=title)
    return page, {"Cache-Control": "no-store"}


def _id_token(parameters: Mapping[str, str]) -> str:
    here = practice()
    refusal = here.pending.take_refusal()
    if refusal is not None:
        raise AuthRefusedError(refusal, "This answer was asked for by a test.")
    opening = _manners().take_opening(here, parameters)
    check_session(here, opening)
    try:
        claims = opening_claims(here, opening, nonce=parameters["nonce"], now=_now())
    except LookupError as error:
        raise NotFound(str(error)) from error
    return here.platform_key.sign(_changed(claims, here.pending.take_claim_changes()))


def _changed(claims: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The claims with a test's changes; a claim changed to None is left out.

    Without changes nothing is left out: Canvas sends its placement as null.
    """
    gone = {name for name, value in changes.items() if value is None}
    return {name: value for name, value in {**claims, **changes}.items() if name not in gone}
