"""The roster: who is in the course (NRPS 2.0), with Moodle's manners."""

from flask import Response, json, request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.course import User
from lti_tool.practice_lms.plain.addresses import roster_url
from lti_tool.practice_lms.plain.guard import (
    may_fail,
    needs_scope,
    require_accept,
    require_course,
    service_blueprint,
)
from lti_tool.practice_lms.plain.paging import one_page
from lti_tool.practice_lms.scopes import ROSTER_READ
from lti_tool.practice_lms.state import practice

ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

roster = service_blueprint("roster")


@roster.get("/services/<course_id>/memberships")
@may_fail("nrps")
@needs_scope(ROSTER_READ)
def list_members(course_id: str) -> ResponseReturnValue:
    """The members of the course, all or a page of them, all roles or one."""
    require_course(course_id)
    require_accept(ROSTER_MEDIA)
    configuration = practice().configuration
    course = configuration.course
    page, headers = one_page([user for user in course.members if _is_asked_for(user)])
    body = {
        "id": roster_url(configuration),
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(user) for user in page],
    }
    return Response(json.dumps(body), headers=headers, content_type=ROSTER_MEDIA)


def _is_asked_for(user: User) -> bool:
    return request.args.get("role") in (None, user.role.short_name, user.role.uri)


def _member(user: User) -> dict[str, object]:
    """Roles are short names here and full URIs in launches (captured point 16)."""
    return {
        "status": "Active",
        "roles": [user.role.short_name],
        "user_id": user.id,
        "lis_person_sourcedid": "",
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
    }
