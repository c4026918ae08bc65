"""A tool registers with the practice Moodle as one did with the captured Moodle (points 1 to 8)."""

from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from lti_tool.practice_lms.moodle.addresses import CONFIGURATION, REGISTRATION
from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import SCORE
from lti_tool.practice_lms.views.registering import begin_registration
from lti_tool.practice_lms.vocabulary import PLATFORM_CONFIGURATION, TOOL_CONFIGURATION
from tests.lti_tool.practice_lms.launches import captured
from tests.support.practice import INSTRUCTOR

INVITATION = "http://localhost:9001/register"
ASKED = captured("moodle/dynamic-registration.json")["registration"]["request"]["body"]
ANSWERED = captured("moodle/dynamic-registration.json")["registration"]["response"]["body"]
VARIANTS = {one["label"]: one for one in captured("moodle/dynamic-registration-variants.json")}
CHANGES = {
    "missing domain": {"domain": None},
    "domain does not match target_link_uri": {"domain": "elsewhere.example"},
    "domain without port": {"domain": "localhost"},
    "missing jwks_uri": {"jwks_uri": None},
    "missing tool configuration": {TOOL_CONFIGURATION: None},
    "response_types code": {"response_types": ["code"]},
    "auth method basic": {"token_endpoint_auth_method": "client_secret_basic"},
    "application_type native": {"application_type": "native"},
    "redirect_uris as string": {"redirect_uris": "http://localhost:9001/launch"},
}


def _begin(moodle, **how):
    query = parse_qs(urlsplit(begin_registration(moodle.practice, INVITATION, **how)).query)
    return {name: values[0] for name, values in query.items()}


def _register(moodle, document, token=None, method="POST"):
    text = _begin(moodle)["registration_token"] if token is None else token
    headers = {"Authorization": f"Bearer {text}"} if text else {}
    return moodle.answer(method, REGISTRATION, json=document, headers=headers)


def _asked(**changes):
    """The captured request with these parts changed; None leaves a part out."""
    tool = {**ASKED[TOOL_CONFIGURATION]}
    if "domain" in changes:
        tool["domain"] = changes.pop("domain")
    document = {**ASKED, TOOL_CONFIGURATION: {k: v for k, v in tool.items() if v}, **changes}
    return {name: value for name, value in document.items() if value is not None}


def test_the_registration_page_is_opened_with_the_captured_parameters(moodle):
    parameters = _begin(moodle)
    theirs = captured("moodle/dynamic-registration.json")
    assert set(parameters) == set(theirs["initiation"]["query"])
    ours = jwt.decode(parameters["registration_token"], options={"verify_signature": False})
    assert set(ours) == set(theirs["registration_token_decoded"]["claims"])
    assert (ours["scope"], ours["exp"] - ours["iat"]) == ("reg", 3600)


def test_the_configuration_is_the_captured_one(moodle):
    ours = moodle.answer("GET", CONFIGURATION).json
    theirs = captured("moodle/openid-configuration.json")["response"]["body"]
    assert set(ours) == set(theirs)
    base = "http://localhost:8800"
    for name, value in theirs.items():
        if isinstance(value, str):
            assert ours[name] == value.replace(base, "http://127.0.0.1:8001")
    messages = theirs[PLATFORM_CONFIGURATION]["messages_supported"]
    assert ours[PLATFORM_CONFIGURATION]["messages_supported"] == messages


def test_the_captured_registration_gets_the_captured_answer(moodle):
    answer = _register(moodle, ASKED)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    differing = {"client_id": answer.json["client_id"]}
    assert answer.json == {**ANSWERED, **differing}


def test_what_the_answer_cuts_is_kept_whole(moodle):
    _register(moodle, ASKED)
    assert moodle.configuration.tool.custom["with_equals"] == "a=b=c"


def test_the_tool_is_pending_until_somebody_activates_it(moodle):
    client_id = _register(moodle, ASKED).json["client_id"]
    assert (moodle.configuration.client_id, moodle.configuration.tool.is_on) == (client_id, False)
    assert "not switched on yet" in moodle.answer("GET", "/admin/tools").text
    moodle.switch_on()
    assert moodle.configuration.tool.is_on


@pytest.mark.parametrize("label", CHANGES)
def test_a_registration_with_one_fault_gets_the_captured_word(moodle, label):
    answer = _register(moodle, _asked(**CHANGES[label]))
    theirs = VARIANTS[label]
    assert (answer.status_code, answer.text) == (theirs["status"], theirs["body"])
    assert answer.content_type == theirs["content_type"]
    assert moodle.configuration.tool.is_on, "the tool that was there is still there"


def test_the_smallest_registration_gets_the_captured_answer(moodle):
    tool = {
        "domain": "localhost:9001",
        "target_link_uri": "http://localhost:9001/launch",
        "claims": ["iss", "sub"],
        "messages": [{"type": "LtiResourceLinkRequest"}],
    }
    answer = _register(
        moodle,
        {
            **_asked(scope=SCORE, client_name="Neg", logo_uri=None),
            "redirect_uris": ["http://localhost:9001/launch"],
            TOOL_CONFIGURATION: tool,
        },
    )
    (label,) = (one for one in VARIANTS if one.startswith("ok minimal"))
    theirs = VARIANTS[label]["body"]
    ours = {**answer.json, "client_id": theirs["client_id"]}
    ours[TOOL_CONFIGURATION]["deployment_id"] = theirs[TOOL_CONFIGURATION]["deployment_id"]
    assert ours == theirs


@pytest.mark.parametrize(
    ("claims", "privacy"),
    [
        (["name", "email"], Privacy.PUBLIC),
        (["given_name"], Privacy.NAME_ONLY),
        (["email"], Privacy.EMAIL_ONLY),
        (["sub"], Privacy.ANONYMOUS),
    ],
)
def test_the_claims_asked_for_switch_names_and_e_mail_on(moodle, claims, privacy):
    tool = {**ASKED[TOOL_CONFIGURATION], "claims": claims}
    _register(moodle, {**ASKED, TOOL_CONFIGURATION: tool})
    assert moodle.configuration.tool.privacy is privacy


def test_a_tool_without_the_message_has_no_picker(moodle):
    tool = {**ASKED[TOOL_CONFIGURATION], "messages": []}
    _register(moodle, {**ASKED, TOOL_CONFIGURATION: tool})
    moodle.switch_on()
    assert moodle.answer("GET", f"/as/{INSTRUCTOR}/courses/2/pick").status_code == 404
    assert "Select content" not in moodle.answer("GET", f"/as/{INSTRUCTOR}/course").text


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_token_is_good_once(moodle, method):
    token = _begin(moodle)["registration_token"]
    _register(moodle, ASKED, token)
    again = _register(moodle, ASKED, token, method)
    theirs = VARIANTS["same token again"]
    assert (again.status_code, again.text) == (theirs["status"], theirs["body"])


def test_without_a_token_nobody_is_registered(moodle):
    answer = _register(moodle, ASKED, "")
    theirs = VARIANTS["no token"]
    assert (answer.status_code, answer.text) == (theirs["status"], theirs["body"])


@pytest.mark.parametrize("label", ["tampered token", "garbage token"])
def test_a_bad_token_gets_a_page(moodle, label):
    good = _begin(moodle)["registration_token"]
    token = "abc" if label == "garbage token" else f"{good[:-6]}AAAAAA"
    answer = _register(moodle, ASKED, token)
    assert answer.status_code == VARIANTS[label]["status"]
    assert "<!doctype html>" in answer.text


def test_a_token_is_too_old_after_an_hour(moodle, clock):
    token = _begin(moodle)["registration_token"]
    clock.move(hours=1, seconds=1)
    assert _register(moodle, ASKED, token).status_code == 404


def test_an_update_keeps_the_client_and_may_read_what_is_there(moodle):
    before = _register(moodle, ASKED).json
    moodle.switch_on()
    token = _begin(moodle, is_update=True)["registration_token"]
    ours = jwt.decode(token, options={"verify_signature": False})
    theirs = VARIANTS["update of existing tool (type=1): token claims"]["claims"]
    assert (ours["sub"], ours["scope"]) == (theirs["sub"], theirs["scope"])
    assert _register(moodle, None, token, "GET").json == before
    assert _register(moodle, ASKED, token).json["client_id"] == before["client_id"]
    assert moodle.configuration.tool.is_on


def test_the_page_frames_the_tool_and_no_other_origin(moodle):
    page = moodle.answer("GET", "/admin/tools/register", query_string={"url": INVITATION})
    assert 'data-done="/admin/tools"' in page.text
    assert "frame-src 'self' http://localhost:9001;" in page.headers["Content-Security-Policy"]


def test_an_address_that_is_none_is_refused(moodle):
    page = moodle.answer("GET", "/admin/tools/register", query_string={"url": "localhost"})
    assert page.status_code == 400


def test_the_plain_lms_registers_nobody(platform):
    page = platform.answer("GET", "/admin/tools/register", query_string={"url": INVITATION})
    assert page.status_code == 404
    assert "Register a tool" not in platform.answer("GET", "/admin/tools").text
