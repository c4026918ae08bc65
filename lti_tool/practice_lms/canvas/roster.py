"""Canvas's roster (section 6, `nrps_page1.json`, `nrps_rlid.json`)."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.canvas.guard import (
    CallRefusedError,
    answer,
    known_course,
    needs_scope,
    service_blueprint,
)
from lti_tool.practice_lms.canvas.identifiers import (
    context_id,
    legacy_link_id,
    legacy_user_id,
    link_uuid,
    subject,
)
from lti_tool.practice_lms.canvas.paging import one_page
from lti_tool.practice_lms.canvas.roles import roster_roles
from lti_tool.practice_lms.canvas.variables import custom_claim
from lti_tool.practice_lms.course import Course, Link, Role, User
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.plain.guard import may_fail
from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import ROSTER_READ
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.state.pending import Opening
from lti_tool.practice_lms.vocabulary import LTI, RESOURCE_LINK_REQUEST

roster = service_blueprint("canvas_roster")

ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
PAGE = 50
"""The usual size of a page and the largest; more is cut down to it without a word."""
NO_LINK = "Tool does not have access to rlid or rlid does not exist"


@roster.get("/api/lti/courses/<course_id>/names_and_roles")
@may_fail("nrps")
@needs_scope(ROSTER_READ)
def list_members(course_id: str) -> ResponseReturnValue:
    """The active members by their number; who left is simply not there."""
    course = known_course(course_id)
    link = _known_link(course)
    chosen = [user for user in _present(course) if _is_asked_for(user, link)]
    page, headers = one_page(chosen, size=PAGE, largest=PAGE)
    document = {
        "id": practice().configuration.url(request.full_path.rstrip("?")),
        "context": {"id": context_id(course.id), "label": course.label, "title": course.title},
        "members": [_member(course, user, link) for user in page],
    }
    return answer(document, ROSTER_MEDIA, headers=headers)


def _present(course: Course) -> list[User]:
    """No students before a course is published, and none after it ended."""
    has_students = course.is_published and not course.is_concluded
    members = [user for user in course.members if user.role is not Role.TEST_STUDENT]
    kept = [user for user in members if has_students or user.teaches]
    return sorted(kept, key=lambda user: (len(user.id), user.id))


def _is_asked_for(user: User, link: Link | None) -> bool:
    """Roles by their whole name only; students an assignment isn't for are left out."""
    role = request.args.get("role")
    if role is not None and role not in roster_roles(user):
        return False
    is_for_all = link is None or link.assigned_to is None or not user.can_be_graded
    return is_for_all or user.id in (link.assigned_to or () if link else ())


def _known_link(course: Course) -> Link | None:
    """The link of `rlid`, which may be the course itself."""
    uuid = request.args.get("rlid")
    if uuid is None or uuid == context_id(course.id):
        return None
    link = next((link for link in course.links if link_uuid(link.id) == uuid), None)
    if link is None:
        raise CallRefusedError(400, NO_LINK)
    return link


def _member(course: Course, user: User, link: Link | None) -> Mapping[str, object]:
    """What the privacy level lets through; what is missing is left out, never null."""
    privacy = practice().configuration.tool.privacy
    told: dict[str, object] = {
        "status": "Active",
        # Of two accounts made one the older id may stand here.
        "user_id": subject(user.former_id or user.id),
        "lti11_legacy_user_id": legacy_user_id(user.id),
        "roles": roster_roles(user),
    }
    if privacy.tells_names:
        names = {"name": user.name, "given_name": user.given_name}
        number = {"lis_person_sourcedid": user.sourced_id} if user.sourced_id else {}
        told |= {**names, "family_name": user.family_name, **number}
    if privacy.tells_emails:
        told["email"] = user.email
    if privacy is Privacy.PUBLIC:
        told["picture"] = practice().configuration.url(f"/images/thumbnails/{user.id}/avatar")
    if "rlid" in request.args:
        told["message"] = [_message(course, user, link)]
    return told


def _message(course: Course, user: User, link: Link | None) -> Mapping[str, object]:
    """What a launch would say; only variables of the person and the course are expanded."""
    here = practice()
    now = here.surroundings.now()
    opening = Opening(user.id, course.id, now)
    of_course = custom_claim(Occasion(here, opening, user, course, None, "", now))
    own = {"resource_link_id": legacy_link_id(link.id)} if link else {}
    return {
        LTI + "message_type": RESOURCE_LINK_REQUEST,
        "locale": "en",
        LTI + "custom": {**of_course, **(link.custom if link else {})},
        LTI + "lti1p1": {**own, "user_id": legacy_user_id(user.id)},
    }
