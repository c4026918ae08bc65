"""Moodle's roster (points 16, 17, 39 to 42, `nrps-memberships`)."""

from collections.abc import Mapping, Sequence

from flask import request
from flask.typing import ResponseReturnValue

from lti_tool.practice_lms.course import MEMBERSHIP, Course, Link, User
from lti_tool.practice_lms.moodle.addresses import OUTCOMES, roster_url
from lti_tool.practice_lms.moodle.dispatch import (
    CallRefusedError,
    Resource,
    answer,
    known_course,
    require_scope,
)
from lti_tool.practice_lms.moodle.roles import roster_role
from lti_tool.practice_lms.scopes import ROSTER_READ
from lti_tool.practice_lms.state import practice
from lti_tool.practice_lms.vocabulary import LTI, RESOURCE_LINK_REQUEST

ROSTER_MEDIA = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
OLD_MEDIA = "application/vnd.ims.lis.v2.membershipcontainer+json"
KNOWN_ROLES = ("Learner", "Instructor")


def handle_roster(course_id: str, binding: str) -> ResponseReturnValue:
    """The members of a course, by family name; pages only where a limit is asked for (40)."""
    require_scope(ROSTER_READ, type_id=binding)
    course = known_course(course_id)
    link = _known_link(course)
    everybody = sorted(course.members, key=lambda one: one.family_name)
    page, headers = _page(course, [user for user in everybody if _is_asked_for(user)])
    if request.headers.get("Accept") == OLD_MEDIA:
        return answer(_old_document(course, page), OLD_MEDIA, headers=headers)
    document = {
        "id": roster_url(practice().configuration, course.id),
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(user, link) for user in page],
    }
    return answer(document, ROSTER_MEDIA, headers=headers)


def _is_asked_for(user: User) -> bool:
    """A role in either form; an unknown one returns everybody (point 40)."""
    role = request.args.get("role", "").removeprefix(MEMBERSHIP)
    return role not in KNOWN_ROLES or role == roster_role(user.role)


def _page(course: Course, members: Sequence[User]) -> tuple[Sequence[User], dict[str, str]]:
    """One page; the way to the next forgets which role was asked for (point 40)."""
    limit = int(request.args.get("limit", 0))
    start = int(request.args.get("from", 0))
    if not limit or start + limit >= len(members):
        return members[start : start + limit if limit else None], {}
    url = roster_url(practice().configuration, course.id)
    link = f'<{url}?limit={limit}&from={start + limit}>; rel="next"'
    return members[start : start + limit], {"Link": link}


def _member(user: User, link: Link | None) -> dict[str, object]:
    privacy = practice().configuration.tool.privacy
    names = {
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "ext_user_username": user.username,
    }
    return {
        "status": "Active",
        "roles": [roster_role(user.role)],
        **({"message": [_message(user, link)]} if link else {}),
        "user_id": user.id,
        "lis_person_sourcedid": user.sourced_id,
        **(names if privacy.tells_names else {}),
        **({"email": user.email} if privacy.tells_emails else {}),
    }


def _message(user: User, link: Link) -> Mapping[str, object]:
    """What a launch of the link would say; old outcome ids for a graded one only (42)."""
    message: dict[str, object] = {LTI + "message_type": RESOURCE_LINK_REQUEST}
    if not link.is_graded:
        return message
    outcome = {
        "lis_result_sourcedid": f'{{"data":{{"instanceid":"{link.id}","userid":"{user.id}"}}}}',
        "lis_outcome_service_url": practice().configuration.url(OUTCOMES),
    }
    return {**message, "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome": outcome}


def _known_link(course: Course) -> Link | None:
    link_id = request.args.get("rlid")
    if link_id is None:
        return None
    link = course.link(link_id)
    if link is None:
        raise CallRefusedError(404, f"Not Found: LTI link {link_id} doesn't exist")
    return link


def _old_document(course: Course, members: Sequence[User]) -> dict[str, object]:
    """The shape of LTI 1.1's roster, for who asks for its media type."""
    memberships = [
        {
            "status": "Active",
            "role": [roster_role(user.role)],
            "member": {"@type": "LISPerson", "userId": user.id, "sourcedId": user.sourced_id},
        }
        for user in members
    ]
    return {
        "@context": "http://purl.imsglobal.org/ctx/lis/v2/MembershipContainer",
        "@type": "Page",
        "@id": roster_url(practice().configuration, course.id),
        "pageOf": {
            "@type": "LISMembershipContainer",
            "membershipSubject": {
                "@type": "Context",
                "contextId": course.id,
                "membership": memberships,
            },
        },
    }


RESOURCES = (
    Resource(
        service="nrps",
        template=r"/CourseSection/(?P<course_id>\d+)/bindings/(?P<binding>\w+)/memberships",
        methods=("GET",),
        formats=(ROSTER_MEDIA, OLD_MEDIA),
        handle=handle_roster,
    ),
)
