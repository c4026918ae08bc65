"""What Canvas's schema lets through at a dynamic registration (`registration_request.json`)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import (
    GRADE_SCOPES,
    NOTICE_HANDLERS,
    REGISTRATION,
    REGISTRATION_READ,
    ROSTER_READ,
)
from lti_tool.practice_lms.vocabulary import (
    DEEP_LINKING_REQUEST,
    RESOURCE_LINK_REQUEST,
    TOOL_CONFIGURATION,
)

CANVAS = "https://canvas.instructure.com/lti/"
SCOPES = (
    "openid",
    REGISTRATION_READ,
    REGISTRATION,
    *GRADE_SCOPES,
    ROSTER_READ,
    NOTICE_HANDLERS,
    CANVAS + "public_jwk/scope/update",
    CANVAS + "account_lookup/scope/show",
    "https://canvas.instructure.com/lti-ags/progress/scope/show",
    CANVAS + "page_content/show",
)
MESSAGES = (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, "LtiEulaRequest")
PICKING = (
    "assignment_selection",
    "collaboration",
    "conference_selection",
    "course_assignments_menu",
    "editor_button",
    "homework_submission",
    "link_selection",
    "migration_selection",
    "module_index_menu_modal",
    "module_menu_modal",
    "submission_type_selection",
)
OPENING = (
    "account_navigation",
    "assignment_edit",
    "assignment_group_menu",
    "assignment_index_menu",
    "assignment_menu",
    "assignment_view",
    "course_home_sub_navigation",
    "course_navigation",
    "course_settings_sub_navigation",
    "discussion_topic_index_menu",
    "discussion_topic_menu",
    "file_index_menu",
    "file_menu",
    "global_navigation",
    "module_group_menu",
    "module_index_menu",
    "module_menu",
    "post_grades",
    "quiz_index_menu",
    "quiz_menu",
    "similarity_detection",
    "student_context_card",
    "tool_configuration",
    "top_navigation",
    "user_navigation",
    "wiki_index_menu",
    "wiki_page_menu",
)
STANDARD = {
    "ContentArea": "link_selection",
    "RichTextEditor": "editor_button",
    "ActivityAssetProcessor": "ActivityAssetProcessor",
    "ActivityAssetProcessorContribution": "ActivityAssetProcessorContribution",
}
FIXED = {"application_type": "web", "token_endpoint_auth_method": "private_key_jwt"}
LISTS = {
    "grant_types": ("client_credentials", "implicit"),
    "response_types": ("id_token",),
}
TEXTS = ("initiate_login_uri", "client_name", "jwks_uri")


def problems(document: Mapping[str, Any]) -> list[str]:
    """Everything the schema finds, one sentence each; nothing when it is satisfied."""
    return [
        *_of_the_client(document),
        *_of_the_rest(document),
        *_of_the_tool(document.get(TOOL_CONFIGURATION)),
    ]


def placement(name: str) -> str:
    """Canvas's bare name for a placement."""
    return STANDARD.get(name, name.removeprefix(CANVAS))


def privacy(asked: Mapping[str, Any]) -> Privacy:
    """The level the tool names, or the one its claims ask for."""
    named, claims = asked.get(CANVAS + "privacy_level"), set(asked.get("claims", ()))
    if named in {level.value for level in Privacy}:
        return Privacy(named)
    if "picture" in claims or {"name", "email"} <= claims:
        return Privacy.PUBLIC
    if "name" in claims:
        return Privacy.NAME_ONLY
    return Privacy.EMAIL_ONLY if "email" in claims else Privacy.ANONYMOUS


def _of_the_client(document: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in FIXED.items():
        if document.get(name) != wanted:
            yield f"value at `/{name}` is not {wanted}"
    for name, needed in LISTS.items():
        if not isinstance(document.get(name), list) or not set(needed) <= set(document[name]):
            yield f"array at `/{name}` does not contain enough items that match `contains` schema"
    for name in TEXTS:
        if not isinstance(document.get(name), str) or not document[name]:
            yield f"object at root is missing required properties: {name}"


def _of_the_rest(document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("redirect_uris"), list) or not document["redirect_uris"]:
        yield "array size at `/redirect_uris` is less than: 1"
    for scope in str(document.get("scope", "")).split():
        if scope not in SCOPES:
            yield f"value at `/scopes` is not one of the known scopes: {scope}"


def _of_the_tool(asked: object) -> Iterator[str]:
    if not isinstance(asked, dict):
        yield f"object at root is missing required properties: {TOOL_CONFIGURATION}"
        return
    for name in ("domain", "messages", "claims"):
        if name not in asked:
            yield f"object at `/{TOOL_CONFIGURATION}` is missing required properties: {name}"
    if "/" in str(asked.get("domain", "")):
        yield "value at `/domain` must be a host, with no scheme"
    if urlsplit(str(asked.get("target_link_uri", ""))).scheme not in ("http", "https"):
        yield "target_link_uri must be an http or https address"
    yield from _of_parameters(asked.get("custom_parameters", {}), "/custom_parameters")
    for number, message in enumerate(asked.get("messages", ())):
        yield from _of_a_message(message, f"/messages/{number}")


def _of_a_message(message: Mapping[str, Any], place: str) -> Iterator[str]:
    """Message types and placements are closed lists; one unknown word fails the whole."""
    if message.get("type") not in MESSAGES:
        yield f"value at `{place}/type` is not one of: {list(MESSAGES)}"
    for name in message.get("placements", ()):
        if name not in STANDARD and name.removeprefix(CANVAS) not in (*PICKING, *OPENING):
            yield f"value at `{place}/placements` is not one of the known placements: {name}"
    yield from _of_parameters(message.get("custom_parameters", {}), f"{place}/custom_parameters")


def _of_parameters(parameters: Mapping[str, object], place: str) -> Iterator[str]:
    for name, value in parameters.items():
        if not isinstance(value, str):
            yield f"value at `{place}/{name}` is not a string"
