"""The token endpoint takes one kind of assertion and refuses every other."""

from dataclasses import replace

import pytest

from lti_tool.practice_lms.scopes import GRANTED, SCORE
from tests.lti_tool.practice_lms.service_calls import (
    MEMBERS,
    ROSTER_MEDIA,
    ask_token,
    assertion,
    fetch,
    post_score,
)
from tests.lti_tool.practice_lms.small_tool import tool_key_set
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY

NOW = 1795424400
"""The fixture's time, 2026-11-23 09:00 UTC, in seconds."""


def test_a_good_assertion_gets_a_token_for_one_hour(platform):
    answer = ask_token(platform, assertion(platform))
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 3600
    assert set(answer.json["scope"].split()) == GRANTED
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_token_opens_a_service_until_its_hour_is_over(platform, clock):
    token = ask_token(platform, assertion(platform)).json["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": ROSTER_MEDIA}
    assert platform.answer("GET", MEMBERS, headers=headers).status_code == 200
    clock.move(hours=1)
    assert platform.answer("GET", MEMBERS, headers=headers).status_code == 401


def test_an_assertion_is_good_once(platform):
    text = assertion(platform)
    assert ask_token(platform, text).status_code == 200
    again = ask_token(platform, text)
    assert (again.status_code, again.json["error"]) == (401, "invalid_client")


def test_an_audience_list_may_hold_others_too(platform):
    audience = ["https://elsewhere.example", platform.configuration.url("/token")]
    assert ask_token(platform, assertion(platform, aud=audience)).status_code == 200


@pytest.mark.parametrize("missing", ["iss", "sub", "aud", "iat", "exp", "jti"])
def test_an_assertion_without_a_required_claim_is_refused(platform, missing):
    answer = ask_token(platform, assertion(platform, **{missing: None}))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "another"},
        {"sub": "another"},
        {"aud": "https://elsewhere.example/token"},
        {"iat": NOW + 31},
        {"iat": NOW - 301},
        {"exp": NOW},
        {"exp": "soon"},
        {"iat": 10**20},
        {"key": TEST_ONLY_OTHER_PLATFORM_KEY},
        {"key": "a-shared-secret-that-is-long-enough", "algorithm": "HS256"},
        {"header": {"kid": "unknown"}},
        {"header": {}},
    ],
    ids=str,
)
def test_an_assertion_with_one_fault_is_refused(platform, change):
    answer = ask_token(platform, assertion(platform, **change))
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_something_that_is_no_assertion_is_refused(platform):
    assert ask_token(platform, "abc").status_code == 401


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("grant_type", "password", "unsupported_grant_type"),
        ("client_assertion_type", "other", "invalid_request"),
        ("scope", "", "invalid_scope"),
        ("scope", f"{SCORE} https://elsewhere.example/scope", "invalid_scope"),
    ],
)
def test_a_wrong_request_is_refused_with_its_error(platform, name, value, error):
    answer = ask_token(platform, assertion(platform), **{name: value})
    assert (answer.status_code, answer.json["error"]) == (400, error)


def test_a_key_that_does_not_say_what_it_is_for_is_refused(platform):
    keys = tool_key_set()
    del keys["keys"][0]["use"]
    surroundings = platform.practice.surroundings
    platform.practice.surroundings = replace(surroundings, fetch_key_set=lambda _: keys)
    answer = ask_token(platform, assertion(platform))
    assert "alg and use" in answer.json["error_description"]


def test_a_tool_whose_key_set_is_out_of_reach_gets_no_token(platform):
    tool = replace(platform.configuration.tool, jwks_url="http://localhost/nowhere")
    platform.practice.configuration = replace(platform.configuration, tool=tool)
    answer = ask_token(platform, assertion(platform))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_client")


def test_a_token_that_may_only_post_scores_reads_no_roster(platform):
    token = ask_token(platform, assertion(platform), scope=SCORE).json["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Accept": ROSTER_MEDIA}
    assert platform.answer("GET", MEMBERS, headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer unknown", "Basic token"])
def test_a_call_without_a_good_token_is_refused(platform, header):
    assert fetch(platform, MEMBERS, ROSTER_MEDIA).status_code == 200
    headers = {"Authorization": header, "Accept": ROSTER_MEDIA}
    assert platform.answer("GET", MEMBERS, headers=headers).status_code == 401


@pytest.mark.parametrize("url", ["/jwks", MEMBERS])
def test_a_service_call_without_a_name_is_refused(platform, url):
    assert platform.answer("GET", url, headers={"User-Agent": ""}).status_code == 403


@pytest.mark.parametrize("service", ["token", "jwks", "nrps"])
def test_a_service_fails_as_often_as_asked(platform, service):
    platform.answer("POST", "/controls", json={"service": service, "status": 502, "times": 2})
    calls = {
        "token": lambda: ask_token(platform, assertion(platform)),
        "jwks": lambda: platform.answer("GET", "/jwks"),
        "nrps": lambda: fetch(platform, MEMBERS, ROSTER_MEDIA),
    }
    assert [calls[service]().status_code for _ in range(3)] == [502, 502, 200]


def test_a_failure_without_status_only_takes_its_time(platform):
    slept = []
    surroundings = platform.practice.surroundings
    platform.practice.surroundings = replace(surroundings, sleep=slept.append)
    asked = {"service": "score", "status": None, "delay": 0.5}
    platform.answer("POST", "/controls", json=asked)
    assert post_score(platform).status_code == 200
    assert slept == [0.5]


@pytest.mark.parametrize(
    "asked",
    [
        {"service": "everything"},
        {"service": "score", "status": "bad"},
        {"service": "score", "times": "often"},
        {"service": "score", "delay": -1},
        {"service": "score", "delay": "long"},
        [],
    ],
    ids=str,
)
def test_a_failure_that_makes_no_sense_is_refused(platform, asked):
    assert platform.answer("POST", "/controls", json=asked).status_code == 400


def test_controls_are_not_there_unless_switched_on(platform):
    platform.practice.configuration = replace(platform.configuration, controls=False)
    assert platform.answer("POST", "/controls", json={"service": "score"}).status_code == 404
