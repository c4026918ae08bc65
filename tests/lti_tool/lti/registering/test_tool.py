"""What we tell an LMS of ourselves: Moodle's rules, Canvas' closed schema, Canvas' file."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from lti_tool.lti.registering.configuration import PLATFORM, read_configuration
from lti_tool.lti.registering.tool import (
    TOOL,
    ToolAddresses,
    canvas_configuration,
    registration_request,
)
from tests.lti_tool.lti.registering.an_lms import (
    CANVAS,
    CANVAS_URL,
    MOODLE,
    SCHOOL_URL,
    a_configuration,
)

ID = UUID("6f1f0c3c-5f0c-4d1c-9d6b-0f1f2d3c4b5a")
OURS = ToolAddresses("https://tool.example.org:8443", ID)
PREFIX = "https://canvas.instructure.com/lti/"
CANVAS_CONFIGURATION = read_configuration(CANVAS["response"]["body"], fetched_from=CANVAS_URL)
MOODLE_CONFIGURATION = read_configuration(
    MOODLE["response"]["body"], fetched_from=MOODLE["request"]["url"]
)


def request_for(**changes: object) -> dict[str, Any]:
    """What is sent to an LMS that says only this of itself."""
    configuration = read_configuration(a_configuration(**changes), fetched_from=SCHOOL_URL)
    return registration_request(OURS, configuration)


def messages_of(request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {message["type"]: message for message in request[TOOL]["messages"]}


def announcing(*messages: dict[str, Any]) -> dict[str, Any]:
    return {PLATFORM: {"messages_supported": list(messages)}}


@pytest.mark.parametrize("configuration", [CANVAS_CONFIGURATION, MOODLE_CONFIGURATION])
def test_every_address_has_our_own_id_in_it(configuration):
    request = registration_request(OURS, configuration)
    own = f"https://tool.example.org:8443/lti/{ID}"

    assert request["initiate_login_uri"] == f"{own}/login"
    assert request["redirect_uris"] == [f"{own}/launch"]
    assert request["jwks_uri"] == f"{own}/jwks"
    assert request[TOOL]["target_link_uri"] == f"{own}/launch"
    assert {one["target_link_uri"] for one in request[TOOL]["messages"]} == {f"{own}/launch"}


def test_moodle_is_told_the_domain_with_its_port():
    tool = registration_request(OURS, MOODLE_CONFIGURATION)[TOOL]

    assert tool["domain"] == urlsplit(tool["target_link_uri"]).netloc == "tool.example.org:8443"


def test_moodle_is_asked_for_grades_roster_and_content_selection():
    request = registration_request(OURS, MOODLE_CONFIGURATION)

    # What the captured tool asked for was granted in full.
    captured_scopes = {
        "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
        "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
        "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
        "https://purl.imsglobal.org/spec/lti-ags/scope/score",
        "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    }
    assert set(request["scope"].split()) == captured_scopes | {"openid"}
    messages = messages_of(request)
    assert messages["LtiDeepLinkingRequest"]["placements"] == ["ContentArea"]
    assert "LtiSubmissionReviewRequest" not in messages
    assert not any(name.startswith(PREFIX) for name in request[TOOL])


def test_canvas_gets_nothing_its_closed_schema_refuses():
    request = registration_request(OURS, CANVAS_CONFIGURATION)
    tool = request[TOOL]
    body = CANVAS["response"]["body"]
    offered = {
        message["type"]: {
            *message.get("placements", ()),
            *(one.removeprefix(PREFIX) for one in message.get("placements", ())),
        }
        for message in body[PLATFORM]["messages_supported"]
    }

    assert request["application_type"] == "web"
    assert {"client_credentials", "implicit"} <= set(request["grant_types"])
    assert "id_token" in request["response_types"]
    assert request["token_endpoint_auth_method"] == "private_key_jwt"
    assert set(request["scope"].split()) <= set(body["scopes_supported"])
    assert "://" not in tool["domain"]
    assert all(isinstance(value, str) for value in tool["custom_parameters"].values())
    assert tool["messages"][0]["type"] == "LtiDeepLinkingRequest"
    for message in tool["messages"]:
        assert message["type"] in {"LtiDeepLinkingRequest", "LtiResourceLinkRequest"}
        assert set(message.get("placements", ())) <= offered[message["type"]]


def test_canvas_sends_names_and_lets_us_into_assignments_and_modules():
    tool = registration_request(OURS, CANVAS_CONFIGURATION)[TOOL]
    (first, *_) = tool["messages"]

    assert tool[f"{PREFIX}privacy_level"] == "public"
    assert first["placements"] == [
        "ContentArea",
        f"{PREFIX}assignment_selection",
        f"{PREFIX}module_menu_modal",
        f"{PREFIX}module_index_menu_modal",
        f"{PREFIX}course_assignments_menu",
    ]


def test_a_canvas_without_content_area_is_asked_for_link_selection_by_name():
    placements = [f"{PREFIX}link_selection"]
    request = request_for(**announcing({"type": "LtiDeepLinkingRequest", "placements": placements}))

    assert messages_of(request)["LtiDeepLinkingRequest"]["placements"] == placements


def test_placements_we_don_t_know_are_not_asked_for():
    request = request_for(
        **announcing({"type": "LtiDeepLinkingRequest", "placements": ["RichTextEditor"]})
    )

    assert "placements" not in messages_of(request)["LtiDeepLinkingRequest"]


def test_an_lms_that_does_not_announce_content_selection_is_not_asked_for_it():
    request = request_for(**announcing({"type": "LtiResourceLinkRequest"}))

    assert set(messages_of(request)) == {"LtiResourceLinkRequest"}


def test_an_lms_that_announces_no_messages_is_asked_for_both():
    assert set(messages_of(request_for())) == {"LtiDeepLinkingRequest", "LtiResourceLinkRequest"}


def test_submission_review_is_asked_for_where_it_is_announced():
    request = request_for(**announcing({"type": "LtiSubmissionReviewRequest"}))

    assert "LtiSubmissionReviewRequest" in messages_of(request)


def test_only_scopes_the_lms_has_are_asked_for():
    score = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

    assert request_for(scopes_supported=[score, "other"])["scope"] == score


def test_scopes_are_all_asked_for_where_the_lms_does_not_list_its_own():
    assert len(request_for()["scope"].split()) == 6


def test_no_custom_parameter_of_the_tool_hides_the_activity_of_a_link():
    # Moodle: the tool's value wins over the link's of the same name.
    assert set(registration_request(OURS, MOODLE_CONFIGURATION)[TOOL]["custom_parameters"]) == {
        "context_id_history",
        "resource_link_id_history",
    }


def test_canvas_file_has_what_its_form_asks_for():
    document = canvas_configuration(OURS)
    (extension,) = document["extensions"]
    placements = {one["placement"]: one for one in extension["settings"]["placements"]}

    assert document["oidc_initiation_url"] == f"https://tool.example.org:8443/lti/{ID}/login"
    assert document["target_link_uri"] == f"https://tool.example.org:8443/lti/{ID}/launch"
    assert document["public_jwk_url"] == f"https://tool.example.org:8443/lti/{ID}/jwks"
    assert document["title"] and document["description"]
    assert set(document["scopes"]) <= CANVAS_CONFIGURATION.scopes
    assert all(isinstance(value, str) for value in document["custom_fields"].values())
    assert extension["platform"] == "canvas.instructure.com"
    assert extension["privacy_level"] == "public"
    assert set(placements) == {
        "assignment_selection",
        "link_selection",
        "module_menu_modal",
        "module_index_menu_modal",
        "course_assignments_menu",
    }
    assert {one["message_type"] for one in placements.values()} == {"LtiDeepLinkingRequest"}
