"""A launch from the LMS's side: what it asks, what it checks, what it answers."""

import jwt
import pytest

from lti_tool.practice_lms.claims import AGS, LTI, NRPS
from tests.lti_tool.practice_lms.conftest import MovableClock
from tests.lti_tool.practice_lms.small_tool import ANY_TIME
from tests.support.captured import VECTORS, claims_from_capture
from tests.support.practice import (
    INSTRUCTOR,
    READING,
    REFLECTION,
    REMOVED,
    STUDENT,
    PracticePlatform,
)


def _claims(platform: PracticePlatform, user: str, link: str) -> dict[str, object]:
    id_token = platform.authenticate(platform.login(user, link))["id_token"]
    key = jwt.PyJWK(platform.practice.platform_key.key_set()["keys"][0])
    return dict(jwt.decode(id_token, key, ["RS256"], options=ANY_TIME))


def test_a_launch_ends_on_the_tools_page(platform):
    answer = platform.launch(STUDENT, REFLECTION)
    assert "Hello 4" in answer.text


def test_a_changed_claim_is_properly_signed(platform):
    assert "Hello somebody-else" in platform.launch(STUDENT, READING, sub="somebody-else").text


def test_the_token_is_shaped_as_a_captured_one(platform):
    captured = claims_from_capture(
        VECTORS / "moodle" / "launch-resource-link-student.json",
        issuer="i",
        client_id="c",
        nonce="n",
        target="t",
        activity="a",
    )
    claims = _claims(platform, STUDENT, REFLECTION)
    left_out = {
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome",
        LTI + "ext",
    }
    assert set(claims) == set(captured) - left_out
    assert claims[LTI + "roles"] == captured[LTI + "roles"]
    assert claims[LTI + "context"]["type"] == captured[LTI + "context"]["type"]
    assert set(claims[AGS]) == set(captured[AGS])
    assert set(claims[NRPS]) == set(captured[NRPS])
    assert claims["exp"] - claims["iat"] == captured["exp"] - captured["iat"] == 60


def test_an_ungraded_link_has_an_empty_line_item(platform):
    assert _claims(platform, STUDENT, READING)[AGS]["lineitem"] == ""


def test_a_graded_link_names_its_line_item_with_a_query_in_it(platform):
    url = _claims(platform, STUDENT, REFLECTION)[AGS]["lineitem"]
    assert url == "http://127.0.0.1:8001/services/2/lineitems/1/lineitem?type_id=1"


def test_an_instructor_has_the_instructors_role(platform):
    roles = _claims(platform, INSTRUCTOR, READING)[LTI + "roles"]
    assert roles == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]


def test_the_custom_parameter_names_the_activity(platform):
    assert _claims(platform, STUDENT, READING)[LTI + "custom"] == {"activity": "taster/reading"}


def test_a_message_hint_is_good_once(platform):
    login = platform.login(STUDENT, READING)
    platform.authenticate(login)
    again = platform.authenticate(login)
    assert again["error"] == "launch_no_longer_valid"
    assert again["state"] == login.state
    assert "id_token" not in again


def test_a_message_hint_is_too_old_after_five_minutes(platform, clock: MovableClock):
    login = platform.login(STUDENT, READING)
    clock.move(minutes=5, seconds=1)
    assert platform.authenticate(login)["error"] == "launch_no_longer_valid"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("client_id", "another", "unauthorized_client"),
        ("scope", "openid email", "invalid_scope"),
        ("response_type", "code", "unsupported_response_type"),
        ("response_mode", "query", "invalid_request"),
        ("prompt", "login", "invalid_request"),
        ("login_hint", "5", "login_required"),
        ("lti_message_hint", "unknown", "launch_no_longer_valid"),
        ("nonce", "", "invalid_request"),
        ("lti_message_hint", "", "invalid_request"),
    ],
)
def test_a_wrong_parameter_is_posted_back_with_its_error(platform, name, value, error):
    login = platform.login(STUDENT, READING)
    answer = platform.authenticate(login, **{name: value})
    assert (answer["error"], answer["state"]) == (error, login.state)


def test_a_request_without_state_gets_its_error_without_state(platform):
    login = platform.login(STUDENT, READING)
    parameters = {name: value for name, value in login.parameters.items() if name != "state"}
    answer = platform.answer("POST", "/auth", data=parameters)
    assert "invalid_request" in answer.text
    assert 'name="state"' not in answer.text


def test_an_unknown_launch_address_gets_nothing_posted(platform):
    login = platform.login(STUDENT, READING)
    parameters = {**login.parameters, "redirect_uri": "http://localhost/lti/launch?more=1"}
    answer = platform.answer("GET", "/auth", query_string=parameters)
    assert answer.status_code == 400
    assert "<form" not in answer.text
    assert "redirect_uri" in answer.text


def test_the_request_may_be_posted(platform):
    login = platform.login(STUDENT, READING)
    answer = platform.answer("POST", "/auth", data=dict(login.parameters))
    assert 'name="id_token"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_controls_change_the_claims_of_the_next_token_only(platform):
    changed = {"sub": "changed", "email": None}
    asked = platform.answer("POST", "/controls/claims", json=changed)
    assert asked.status_code == 200
    first = _claims(platform, STUDENT, READING)
    assert (first["sub"], "email" in first) == ("changed", False)
    assert _claims(platform, STUDENT, READING)["sub"] == STUDENT


def test_the_support_can_leave_a_claim_out_and_sign_with_any_key(platform):
    login = platform.login(STUDENT, READING)
    claims = platform.claims(login, exp=REMOVED, custom={"activity": "x"})
    assert "exp" not in claims
    unsigned = platform.id_token(claims, key=None, algorithm="none", header={"kid": "x"})
    assert jwt.get_unverified_header(unsigned) == {"alg": "none", "typ": "JWT", "kid": "x"}


def test_the_login_can_be_changed_on_its_way(platform):
    assert platform.login(STUDENT, READING, login_hint="5").parameters["login_hint"] == "5"
