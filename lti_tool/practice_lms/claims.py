"""The claims of an id_token, shaped as a real Moodle shapes them."""

from datetime import datetime
from typing import Any

from lti_tool.practice_lms.configuration import Configuration
from lti_tool.practice_lms.course import Course, Link, User
from lti_tool.practice_lms.services.addresses import line_item_url, line_items_url, roster_url
from lti_tool.practice_lms.services.scopes import GRADE_SCOPES
from lti_tool.practice_lms.state import Practice

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LIFETIME_SECONDS = 60


def launch_claims(
    practice: Practice, user: User, link: Link, *, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims that tell the tool who opened which link (LTI 1.3 core section 5.3)."""
    configuration = practice.configuration
    issued_at = int(now.timestamp())
    return {
        "nonce": nonce,
        "iat": issued_at,
        "exp": issued_at + LIFETIME_SECONDS,
        "iss": configuration.base_url,
        "aud": configuration.client_id,
        LTI + "deployment_id": configuration.deployment_id,
        LTI + "target_link_uri": configuration.tool.launch_url,
        LTI + "message_type": "LtiResourceLinkRequest",
        LTI + "version": "1.3.0",
        **_person(user),
        **_place(configuration, user, link),
        AGS: _grade_service(practice, link),
        NRPS: {
            "context_memberships_url": roster_url(configuration),
            "service_versions": ["1.0", "2.0"],
        },
    }


def _person(user: User) -> dict[str, Any]:
    return {
        "sub": user.id,
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        LTI + "roles": [user.role.uri],
        LTI + "lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
    }


def _place(configuration: Configuration, user: User, link: Link) -> dict[str, Any]:
    return {
        LTI + "context": _context(configuration.course),
        LTI + "resource_link": {"id": link.id, "title": link.title, "description": ""},
        LTI + "custom": dict(link.custom),
        LTI + "launch_presentation": {
            "locale": "en",
            "document_target": "iframe",
            "return_url": configuration.url(f"/as/{user.id}/course"),
        },
        LTI + "tool_platform": {
            "guid": "practice-" + configuration.client_id,
            "product_family_code": "practice",
            "version": "1",
            "name": "Practice LMS",
        },
    }


def _context(course: Course) -> dict[str, Any]:
    return {
        "id": course.id,
        "label": course.label,
        "title": course.title,
        "type": ["CourseSection"],
    }


def _grade_service(practice: Practice, link: Link) -> dict[str, Any]:
    """An ungraded link has an empty `lineitem`, as on Moodle: empty stands for absent."""
    item = practice.gradebook.own_line_item(link.id) if link.is_graded else None
    return {
        "lineitems": line_items_url(practice.configuration),
        "lineitem": line_item_url(practice.configuration, item) if item else "",
        "scope": list(GRADE_SCOPES),
    }
