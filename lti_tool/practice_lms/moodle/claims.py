"""The claims of an id_token, shaped as Moodle 5 shapes them."""

import hashlib
from collections.abc import Mapping
from typing import Any

from lti_tool.practice_lms.course import Link
from lti_tool.practice_lms.moodle.addresses import (
    CONTENT_RETURN,
    OUTCOMES,
    line_item_url,
    line_items_url,
    roster_url,
)
from lti_tool.practice_lms.moodle.roles import LAUNCH_ROLES
from lti_tool.practice_lms.moodle.variables import custom_claim
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.scopes import GRADE_SCOPES, ROSTER_READ
from lti_tool.practice_lms.vocabulary import (
    AGS,
    DEEP_LINKING,
    LTI,
    NRPS,
    SUBMISSION_REVIEW_REQUEST,
)

LIFETIME_SECONDS = 60
BASIC_OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome"


def claims(occasion: Occasion) -> dict[str, Any]:
    """The claims of any message Moodle sends."""
    common = _parties(occasion) | _person(occasion) | _place(occasion) | _grades(occasion)
    if occasion.link is None:
        return common | _picker(occasion)
    return common | _activity(occasion, occasion.link)


def _parties(occasion: Occasion) -> dict[str, Any]:
    """Sixty seconds of life, and one text as audience (point 14)."""
    configuration = occasion.configuration
    return {
        "nonce": occasion.nonce,
        "iat": occasion.issued_at,
        "exp": occasion.issued_at + LIFETIME_SECONDS,
        "iss": configuration.issuer,
        "aud": configuration.client_id,
        LTI + "deployment_id": configuration.deployment_of(occasion.course),
        LTI + "target_link_uri": occasion.target,
        LTI + "message_type": occasion.opening.message,
        LTI + "version": "1.3.0",
    }


def _person(occasion: Occasion) -> dict[str, Any]:
    """Names and e-mail vanish one by one when they are switched off (point 23)."""
    user, privacy = occasion.user, occasion.configuration.tool.privacy
    names = {
        "given_name": user.given_name,
        "family_name": user.family_name,
        "name": user.name,
    }
    ext = {"user_username": user.username} if privacy.tells_names else {}
    return {
        "sub": user.id,
        LTI + "roles": list(LAUNCH_ROLES[user.role]),
        LTI + "lis": {"person_sourcedid": user.sourced_id, "course_section_sourcedid": ""},
        LTI + "ext": {**ext, "lms": "moodle-2"},
        **(names if privacy.tells_names else {}),
        **({"email": user.email} if privacy.tells_emails else {}),
    }


def _place(occasion: Occasion) -> dict[str, Any]:
    course = occasion.course
    return {
        LTI + "context": {
            "id": course.id,
            "label": course.label,
            "title": course.title,
            "type": ["CourseSection"],
        },
        LTI + "launch_presentation": {"locale": "en"},
        LTI + "tool_platform": {
            "product_family_code": "moodle",
            "version": "2025041406.11",
            "guid": hashlib.md5(
                occasion.configuration.base_url.encode(), usedforsecurity=False
            ).hexdigest(),
            "name": "practice",
            "description": "Practice Moodle",
        },
        LTI + "custom": custom_claim(occasion, {}),
    }


def _grades(occasion: Occasion) -> dict[str, Any]:
    """Granted scopes only. An empty `lineitem` stands for none (points 19 and 20)."""
    configuration, item = occasion.configuration, occasion.line_item
    granted = [scope for scope in GRADE_SCOPES if scope in configuration.tool.scopes]
    if not granted:
        return {}
    return {
        AGS: {
            "lineitems": line_items_url(configuration, occasion.course.id),
            "lineitem": line_item_url(configuration, item) if item else "",
            "scope": granted,
        }
    }


def _picker(occasion: Occasion) -> dict[str, Any]:
    """A deep linking request: no `data`, and the return address holds the session key (31)."""
    session_key = occasion.practice.session_key(occasion.user.id)
    query = f"?course={occasion.course.id}&id={occasion.configuration.deployment_id}"
    return {
        DEEP_LINKING + "deep_linking_settings": {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_copy_advice": False,
            "accept_multiple": True,
            "accept_unsigned": False,
            "auto_create": False,
            "can_confirm": False,
            "deep_link_return_url": occasion.configuration.url(
                f"{CONTENT_RETURN}{query}&sesskey={session_key}"
            ),
            "title": occasion.configuration.tool.name,
            "text": "",
        }
    }


def _activity(occasion: Occasion, link: Link) -> dict[str, Any]:
    """What an activity's launch and a submission review have beside the common claims."""
    configuration, opening = occasion.configuration, occasion.opening
    is_review = opening.message == SUBMISSION_REVIEW_REQUEST
    custom = custom_claim(occasion, link.review_custom if is_review else {})
    roster = roster_url(configuration, occasion.course.id)
    names = {
        NRPS: {"context_memberships_url": roster, "service_versions": ["1.0", "2.0"]},
        LTI + "custom": {**custom, "context_memberships_url": roster},
    }
    return {
        LTI + "resource_link": {"title": link.title, "description": link.text, "id": link.id},
        LTI + "launch_presentation": _presentation(occasion),
        LTI + "custom": custom,
        **(_basic_outcome(occasion) if occasion.line_item else {}),
        **(names if ROSTER_READ in configuration.tool.scopes else {}),
        # The review names the student, and says no more about them (point 25).
        **({LTI + "for_user": {"user_id": opening.for_user_id}} if is_review else {}),
    }


def _presentation(occasion: Occasion) -> Mapping[str, str]:
    """A phone gets the whole window, and a target called `frame` (point 26)."""
    path = f"/as/{occasion.user.id}/courses/{occasion.course.id}"
    return {
        "locale": "en",
        "document_target": "frame" if occasion.opening.is_mobile else "iframe",
        "return_url": occasion.configuration.url(path),
    }


def _basic_outcome(occasion: Occasion) -> dict[str, Any]:
    """LTI 1.1's service, which Moodle offers beside the new one to everybody (point 21)."""
    link = occasion.opening.link_id
    return {
        BASIC_OUTCOME: {
            "lis_result_sourcedid": f'{{"data":{{"instanceid":"{link}"}}}}',
            "lis_outcome_service_url": occasion.configuration.url(OUTCOMES),
        }
    }
