"""A tool registers with the practice Canvas by its strict schema (section 8)."""

import json
from copy import deepcopy
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from lti_tool.practice_lms.canvas.addresses import REGISTRATION
from lti_tool.practice_lms.configuration import UNKNOWN_TOOL, Hosts
from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import NOTICE_HANDLERS, SCORE
from lti_tool.practice_lms.views.registering import begin_registration
from lti_tool.practice_lms.vocabulary import PLATFORM_CONFIGURATION, TOOL_CONFIGURATION
from tests.lti_tool.practice_lms.launches import captured
from tests.support.practice import PracticePlatform, a_canvas

INVITATION = "https://tool.example.org/lti/register?invitation=7"
ASKED = captured("canvas/registration_request.json")["request"]["body"]
ANSWERED = captured("canvas/registration_response.json")
CONFIGURED = captured("canvas/openid_configuration.json")


def _begin(canvas):
    query = parse_qs(urlsplit(begin_registration(canvas.practice, INVITATION)).query)
    return {name: values[0] for name, values in query.items()}


def _register(canvas, document, token=None):
    text = _begin(canvas)["registration_token"] if token is None else token
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    return canvas.answer("POST", REGISTRATION, json=document, headers=headers)


def _changed(path, value):
    """The documented request with one part changed; None takes it out."""
    document = deepcopy(ASKED)
    *way, last = path
    part = document
    for step in way:
        part = part[step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return document


def test_the_token_stands_in_both_addresses_and_the_invitation_keeps_its_query(canvas):
    parameters = _begin(canvas)
    assert parameters["invitation"] == "7"
    assert parameters["openid_configuration"].endswith(parameters["registration_token"])


def test_the_configuration_is_the_documented_one_by_name(canvas):
    ours = canvas.answer("GET", _begin(canvas)["openid_configuration"]).json
    theirs = CONFIGURED["response"]["body"]
    assert set(ours) == set(theirs)
    for name, value in theirs.items():
        if isinstance(value, str) and value.startswith("https:"):
            assert urlsplit(ours[name]).path == urlsplit(value).path
    platform = ours[PLATFORM_CONFIGURATION]["messages_supported"]
    for mine, documented in zip(
        platform, theirs[PLATFORM_CONFIGURATION]["messages_supported"], strict=True
    ):
        missing = {"ActivityAssetProcessor", "ActivityAssetProcessorContribution"}
        assert set(documented.get("placements", ())) - missing <= set(mine.get("placements", ()))


def test_without_its_query_the_configuration_is_refused(canvas):
    answer = canvas.answer("GET", _begin(canvas)["openid_configuration"].split("?")[0])
    theirs = CONFIGURED["errors"][0]
    assert (answer.status_code, answer.json) == (theirs["status"], theirs["body"])


def test_three_hosts_share_the_configuration(canvas):
    hosts = Hosts(issuer="http://issuer.example", sso="http://sso.example")
    canvas.practice.configuration = replace(canvas.configuration, hosts=hosts)
    address = _begin(canvas)["openid_configuration"]
    ours = canvas.answer("GET", address).json
    assert address.startswith("http://issuer.example/api/lti/security/openid-configuration?")
    assert ours["issuer"] == "http://issuer.example"
    for name in ("authorization_endpoint", "registration_endpoint", "jwks_uri", "token_endpoint"):
        assert ours[name].startswith("http://sso.example/")
    assert ours["authorization_server"] == "sso.example"


def test_the_documented_registration_gets_the_documented_answer(canvas):
    answer = _register(canvas, ASKED)
    theirs = ANSWERED["response"]["body"]
    assert answer.status_code == 200
    assert set(answer.json) == set(theirs) - {"deployment_id"}
    addresses = ("registration_client_uri", TOOL_CONFIGURATION)
    for name in set(answer.json) - set(addresses):
        assert answer.json[name] == theirs[name]
    assert set(answer.json[TOOL_CONFIGURATION]) == set(theirs[TOOL_CONFIGURATION])


def test_a_newer_canvas_names_the_deployment(clock):
    canvas = PracticePlatform(None, a_canvas(names_deployment=True), now=clock)
    assert _register(canvas, ASKED).json["deployment_id"] == canvas.configuration.deployment_id


def test_the_key_is_off_until_an_administrator_switches_it_on(canvas):
    canvas.practice.configuration = replace(canvas.configuration, tool=UNKNOWN_TOOL)
    assert "No tool is registered yet" in canvas.answer("GET", "/admin/tools").text
    _register(canvas, ASKED)
    tool = canvas.configuration.tool
    assert (tool.is_on, tool.deep_linking_url) == (False, "https://tool.example.org/lti/deep-link")
    assert NOTICE_HANDLERS in tool.scopes
    canvas.switch_on()
    assert canvas.configuration.tool.is_on


IN_TOOL = TOOL_CONFIGURATION
MESSAGES = (IN_TOOL, "messages")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("application_type",), "native"),
        (("grant_types",), ["implicit"]),
        (("response_types",), ["code"]),
        (("redirect_uris",), []),
        (("initiate_login_uri",), None),
        (("client_name",), None),
        (("jwks_uri",), None),
        (("token_endpoint_auth_method",), "client_secret_basic"),
        ((IN_TOOL,), None),
        ((IN_TOOL, "domain"), None),
        ((IN_TOOL, "domain"), "https://tool.example.org"),
        (MESSAGES, None),
        ((IN_TOOL, "claims"), None),
        ((IN_TOOL, "target_link_uri"), None),
        ((IN_TOOL, "target_link_uri"), "ftp://tool.example.org"),
        ((*MESSAGES, 0, "type"), "LtiSubmissionReviewRequest"),
        ((*MESSAGES, 0, "placements"), ["gradebook"]),
        ((IN_TOOL, "custom_parameters"), {"number": 5}),
        ((*MESSAGES, 1, "custom_parameters"), {"yes": True}),
        (("scope",), f"{SCORE} https://elsewhere.example/scope"),
    ],
    ids=str,
)
def test_a_registration_with_one_fault_gets_one_problem(canvas, path, value):
    answer = _register(canvas, _changed(path, value))
    assert (answer.status_code, len(answer.json["errors"])) == (422, 1)


def test_more_at_the_top_is_left_out_without_a_word(canvas):
    answer = _register(canvas, {**ASKED, "software_statement": "x"})
    assert answer.status_code == 200
    assert "software_statement" not in answer.json


def test_a_body_that_is_no_object_is_refused(canvas):
    assert _register(canvas, [1]).status_code == 422


@pytest.mark.parametrize(
    ("claims", "level"),
    [
        (["picture"], Privacy.PUBLIC),
        (["name", "email"], Privacy.PUBLIC),
        (["name"], Privacy.NAME_ONLY),
        (["email"], Privacy.EMAIL_ONLY),
        (["sub"], Privacy.ANONYMOUS),
    ],
)
def test_the_claims_decide_the_privacy_that_nobody_named(canvas, claims, level):
    document = _changed((IN_TOOL, "https://canvas.instructure.com/lti/privacy_level"), None)
    document[IN_TOOL]["claims"] = claims
    _register(canvas, document)
    assert canvas.configuration.tool.privacy is level


def test_a_message_without_placements_takes_the_module_s_button_from_the_picker(canvas):
    document = deepcopy(ASKED)
    opening = {"type": "LtiResourceLinkRequest", "target_link_uri": "https://tool.example.org/l"}
    picking = {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]}
    document[IN_TOOL]["messages"] = [opening, picking]
    _register(canvas, document)
    assert canvas.configuration.tool.deep_linking_url == ""


def _documented(text):
    errors = ANSWERED["errors"]
    return next(one for one in errors if one["body"].get("errorMessage", "").startswith(text))


def test_a_token_is_good_once(canvas):
    token = _begin(canvas)["registration_token"]
    _register(canvas, ASKED, token)
    again = _register(canvas, ASKED, token)
    theirs = _documented("Registration token has already")
    assert (again.status_code, again.json) == (theirs["status"], theirs["body"])


@pytest.mark.parametrize("token", ["", "abc", "late"])
def test_without_a_good_token_nobody_is_registered(canvas, clock, token):
    if token == "late":
        token = _begin(canvas)["registration_token"]
        clock.move(hours=1, seconds=1)
    answer = _register(canvas, ASKED, token)
    theirs = _documented("JWT did not include")
    assert (answer.status_code, answer.json) == (theirs["status"], theirs["body"])


def test_a_call_without_a_name_is_refused(canvas):
    answer = canvas.answer("POST", REGISTRATION, data=json.dumps(ASKED), headers={"User-Agent": ""})
    assert answer.status_code == 403
