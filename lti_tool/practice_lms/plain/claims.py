"""The claims of an id_token in the plain way: Moodle's shape, and no more than a tool needs."""

from typing import Any

from lti_tool.practice_lms.course import Course, Link
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.plain.addresses import line_item_url, line_items_url, roster_url
from lti_tool.practice_lms.scopes import GRADE_SCOPES
from lti_tool.practice_lms.vocabulary import AGS, LTI, NRPS

LIFETIME_SECONDS = 60


def claims(occasion: Occasion) -> dict[str, Any]:
    """The claims that tell the tool who opened which link (LTI 1.3 core section 5.3)."""
    configuration, reviewed = occasion.configuration, occasion.opening.for_user_id
    return {
        "nonce": occasion.nonce,
        "iat": occasion.issued_at,
        "exp": occasion.issued_at + LIFETIME_SECONDS,
        "iss": configuration.issuer,
        "aud": configuration.client_id,
        LTI + "deployment_id": configuration.deployment_id,
        LTI + "target_link_uri": occasion.target,
        LTI + "message_type": occasion.opening.message,
        LTI + "version": "1.3.0",
        **({LTI + "for_user": {"user_id": reviewed}} if reviewed else {}),
        **_person(occasion),
        **_place(occasion),
        AGS: _grade_service(occasion),
        NRPS: {
            "context_memberships_url": roster_url(configuration),
            "service_versions": ["1.0", "2.0"],
        },
    }


def _person(occasion: Occasion) -> dict[str, Any]:
    user = occasion.user
    return {
        "sub": user.id,
        "name": user.name,
        "given_name": user.given_name,
        "family_name": user.family_name,
        "email": user.email,
        LTI + "roles": [user.role.uri],
        LTI + "lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
    }


def _place(occasion: Occasion) -> dict[str, Any]:
    link, configuration = occasion.link, occasion.configuration
    return {
        LTI + "context": _context(occasion.course),
        **_resource_link(link),
        LTI + "custom": {**configuration.tool.custom, **(link.custom if link else {})},
        LTI + "launch_presentation": {
            "locale": "en",
            "document_target": "iframe",
            "return_url": configuration.url(f"/as/{occasion.user.id}/course"),
        },
        LTI + "tool_platform": {
            "guid": "practice-" + configuration.client_id,
            "product_family_code": "practice",
            "version": "1",
            "name": "Practice LMS",
        },
    }


def _resource_link(link: Link | None) -> dict[str, Any]:
    if link is None:
        return {}
    return {LTI + "resource_link": {"id": link.id, "title": link.title, "description": ""}}


def _context(course: Course) -> dict[str, Any]:
    return {
        "id": course.id,
        "label": course.label,
        "title": course.title,
        "type": ["CourseSection"],
    }


def _grade_service(occasion: Occasion) -> dict[str, Any]:
    """An ungraded link has an empty `lineitem`, as on Moodle: empty stands for absent."""
    configuration, item = occasion.configuration, occasion.line_item
    return {
        "lineitems": line_items_url(configuration),
        "lineitem": line_item_url(configuration, item) if item else "",
        "scope": list(GRADE_SCOPES),
    }
