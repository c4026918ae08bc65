"""Every answer of a token address that we know of, and what it means to an administrator."""

import json
from typing import Any

import pytest

from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.calling.token_refusals import access_refused
from tests.lti_tool.lti.a_platform import captured

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

CANVAS = {
    "unknown client (sub)": "platform.client-unknown",
    "bad signature / unknown kid / wrong alg": "platform.tool-key-unknown",
    "wrong aud": "platform.audience-refused",
    "missing claim": "platform.access-refused",
    "clock skew": "platform.clocks-apart",
    "expired": "platform.clocks-apart",
    "tool JWKS URL unreachable": "platform.tool-keys-unfetched",
    "tool JWKS not JSON": "platform.tool-keys-unfetched",
    "scope not on the key": "platform.scopes-refused",
    "other grant": "platform.access-refused",
}
MOODLE = {
    "only unknown scope": "platform.scopes-refused",
    "scope not registered (toolsetting)": "platform.scopes-refused",
    "empty scope": "platform.access-refused",
    "expired assertion": "platform.clocks-apart",
    "iat in future 60s": "platform.clocks-apart",
    "unknown client": "platform.client-unknown",
    "unknown kid": "platform.tool-key-unknown",
    "no kid header": "platform.tool-key-unknown",
    "bad signature (right kid)": "platform.tool-key-unknown",
    "wrong grant_type": "platform.access-refused",
    "wrong assertion type": "platform.access-refused",
    "JSON body instead of form": "platform.access-refused",
    "GET": "platform.access-refused",
}
RETRIED = {"platform.clocks-apart", "platform.tool-keys-unfetched"}


def as_answer(status: int, body: object) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status, {}, text.encode())


def canvas_errors() -> list[dict[str, Any]]:
    return list(captured("canvas/token_response.json")["errors"])


def canvas_words(error: dict[str, Any]) -> str:
    return str(error["body"]["error_description"])


def moodle_errors() -> list[dict[str, Any]]:
    calls = captured("moodle/token-endpoint.json")["calls"]
    return [one for one in calls if one["response"]["status"] != 200]


@pytest.mark.parametrize("error", canvas_errors(), ids=canvas_words)
def test_canvas_refusals_are_told_apart(error, now):
    refusal = access_refused(as_answer(error["status"], error["body"]), {SCORE}, now=now)

    assert refusal.code == refusal.sentence.id == CANVAS[error["when"]]
    assert refusal.retryable == (refusal.code in RETRIED)
    assert refusal.status == error["status"]


@pytest.mark.parametrize("error", moodle_errors(), ids=lambda error: error["label"])
def test_moodle_refusals_are_told_apart(error, now):
    response = error["response"]
    refusal = access_refused(as_answer(response["status"], response["body"]), {SCORE}, now=now)

    assert refusal.code == refusal.sentence.id == MOODLE[error["label"]]
    assert refusal.retryable == (refusal.code in RETRIED)


def test_every_refusal_in_the_captures_is_decided():
    assert {error["when"] for error in canvas_errors()} == set(CANVAS)
    assert {error["label"] for error in moodle_errors()} == set(MOODLE)


def test_moodles_page_for_keys_it_may_not_fetch_is_recognised(now):
    [call] = captured("moodle/token-endpoint-jwks-blocked-by-moodle.json")["calls"]
    response = call["response"]

    refusal = access_refused(as_answer(response["status"], response["body"]), {SCORE}, now=now)

    assert (refusal.code, refusal.retryable) == ("platform.tool-keys-unfetched", True)
    assert "80 and 443" in str(refusal.sentence)


def test_a_page_of_another_kind_is_not_taken_for_moodles(now):
    refusal = access_refused(as_answer(404, "<html>Not here</html>"), {SCORE}, now=now)

    assert refusal.code == "platform.access-refused"


def test_a_busy_token_address_says_when_to_come_back(now):
    answer = Answer(503, {"retry-after": "30"}, b"")

    refusal = access_refused(answer, {SCORE}, now=now)

    assert (refusal.retryable, refusal.retry_after) == (True, 30)


def test_refused_services_are_named_by_their_short_names(now):
    scopes = {SCORE, "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"}

    refusal = access_refused(as_answer(400, {"error": "invalid_scope"}), scopes, now=now)

    assert "contextmembership.readonly, score" in str(refusal.sentence)
