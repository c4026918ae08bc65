"""The claims of an id_token, shaped as Canvas shapes them (section 2.5)."""

from typing import Any

from lti_tool.practice_lms.canvas.addresses import line_item_url, line_items_url, roster_url
from lti_tool.practice_lms.canvas.identifiers import (
    context_id,
    legacy_link_id,
    legacy_user_id,
    link_uuid,
    subject,
)
from lti_tool.practice_lms.canvas.picking import picker_claims
from lti_tool.practice_lms.canvas.roles import launch_roles
from lti_tool.practice_lms.canvas.variables import custom_claim
from lti_tool.practice_lms.occasion import Occasion
from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import GRADE_SCOPES, ROSTER_READ
from lti_tool.practice_lms.vocabulary import AGS, DEEP_LINKING_REQUEST, LTI, NRPS

LIFETIME_SECONDS = 3600
PLACEMENT = "https://www.instructure.com/placement"


def claims(occasion: Occasion) -> dict[str, Any]:
    """The claims of any message Canvas sends."""
    common = (
        _parties(occasion)
        | _person(occasion)
        | _place(occasion)
        | _services(occasion)
        | {LTI + "lti1p1": _old_ids(occasion)}
    )
    if occasion.opening.message == DEEP_LINKING_REQUEST:
        return common | picker_claims(occasion)
    return common | {LTI + "resource_link": _resource_link(occasion)}


def _parties(occasion: Occasion) -> dict[str, Any]:
    configuration = occasion.configuration
    return {
        "nonce": occasion.nonce,
        "iat": occasion.issued_at,
        "exp": occasion.issued_at + LIFETIME_SECONDS,
        "iss": configuration.issuer,
        "aud": configuration.client_id,
        "azp": configuration.client_id,
        LTI + "deployment_id": configuration.deployment_of(occasion.course),
        LTI + "target_link_uri": occasion.target,
        LTI + "message_type": occasion.opening.message,
        LTI + "version": "1.3.0",
    }


def _person(occasion: Occasion) -> dict[str, Any]:
    """What the privacy level lets through; the mentor's claim needs the widest."""
    user, privacy = occasion.user, occasion.configuration.tool.privacy
    told: dict[str, Any] = {"sub": subject(user.id), "locale": "en"}
    if privacy.tells_names:
        names = {"name": user.name, "given_name": user.given_name}
        told |= {**names, "family_name": user.family_name, LTI + "lis": _numbers(occasion)}
    if privacy.tells_emails:
        told["email"] = user.email
    if privacy is Privacy.PUBLIC:
        told["picture"] = occasion.configuration.url(f"/images/thumbnails/{user.id}/avatar")
        if user.observes:
            told[LTI + "role_scope_mentor"] = [subject(one) for one in user.observes]
    return told


def _numbers(occasion: Occasion) -> dict[str, str]:
    """Even this claim carries the literal variable where there is no number."""
    return {
        "person_sourcedid": occasion.user.sourced_id or "$Person.sourcedId",
        "course_offering_sourcedid": "$CourseOffering.sourcedId",
    }


def _place(occasion: Occasion) -> dict[str, Any]:
    course, configuration = occasion.course, occasion.configuration
    roles = launch_roles(occasion.user, configuration.courses, course)
    return {
        LTI + "roles": roles,
        LTI + "context": {
            "id": context_id(course.id),
            "label": course.label,
            "title": course.title,
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
        },
        LTI + "tool_platform": {
            "guid": context_id("account") + ":canvas-lms",
            "name": "Practice University",
            "version": "cloud",
            "product_family_code": "canvas",
        },
        # Always a frame, even in a new tab.
        LTI + "launch_presentation": {
            "document_target": "iframe",
            "return_url": configuration.url(f"/as/{occasion.user.id}/courses/{course.id}"),
            "locale": "en",
        },
        LTI + "custom": custom_claim(occasion),
        LTI + "lti11_legacy_user_id": legacy_user_id(occasion.user.id),
        PLACEMENT: occasion.opening.placement,
    }


def _resource_link(occasion: Occasion) -> dict[str, str]:
    """A launch from the course's menu has no link: its id is the course's."""
    link = occasion.link
    if link is None:
        return {"id": context_id(occasion.course.id), "title": occasion.course.title}
    described = {"description": f"<p>{link.text}</p>"} if link.text else {}
    return {"id": link_uuid(link.id), "title": link.title, **described}


def _services(occasion: Occasion) -> dict[str, Any]:
    """Without a granted scope the claim of a service is absent altogether."""
    configuration, item = occasion.configuration, occasion.line_item
    scopes = configuration.tool.scopes
    granted = [scope for scope in GRADE_SCOPES if scope in scopes]
    grades = {
        "scope": granted,
        "lineitems": line_items_url(configuration, occasion.course.id),
        **({"lineitem": line_item_url(configuration, item)} if item else {}),
    }
    roster = {
        "context_memberships_url": roster_url(configuration, occasion.course.id),
        "service_versions": ["2.0"],
    }
    return {
        **({AGS: grades} if granted else {}),
        **({NRPS: roster} if ROSTER_READ in scopes else {}),
    }


def _old_ids(occasion: Occasion) -> dict[str, str]:
    ids = {"user_id": legacy_user_id(occasion.user.id)}
    if occasion.link is None:
        return ids
    return {**ids, "resource_link_id": legacy_link_id(occasion.link.id)}
