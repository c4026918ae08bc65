"""Every refusal of a service that we know of: what it means, and whether it passes by itself."""

import json
from typing import Any

import pytest

from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.calling.service_errors import service_error
from lti_tool.lti.calling.token_refusals import access_refused
from tests.lti_tool.lti.a_platform import captured

CODES = {
    400: "platform.refused",
    401: "platform.not-let-in",
    403: "platform.not-allowed",
    404: "platform.gone",
    412: "platform.not-ours",
    422: "platform.refused",
    429: "platform.busy",
    504: "platform.busy",
}
BY_WORDS = {
    "concluded course (flag ags_improved_course_concluded_response_codes)": "platform.course-ended",
    "throttled (classic)": "platform.busy",
}


def canvas_errors() -> list[dict[str, Any]]:
    return [
        error
        for errors in captured("canvas/errors.json").values()
        if isinstance(errors, list)
        for error in errors
    ]


def as_answer(error: dict[str, Any]) -> Answer:
    body = error["body"]
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return Answer(error["status"], {"content-type": error["content_type"]}, text.encode())


@pytest.mark.parametrize("error", canvas_errors(), ids=lambda error: error["when"])
def test_every_refusal_of_canvas_is_decided(error, now):
    refusal = service_error(as_answer(error), now=now)

    assert refusal.code == refusal.sentence.id
    assert refusal.code == BY_WORDS.get(error["when"], CODES[error["status"]])
    assert refusal.retryable == (refusal.code == "platform.busy")
    assert refusal.status == error["status"]


def test_canvas_own_advice_on_trying_again_is_followed(now):
    advice = captured("canvas/errors.json")["retry_advice"]

    again = [status for status in advice["retry_with_backoff"] if isinstance(status, int)]
    assert all(service_error(Answer(status, {}, b""), now=now).retryable for status in again)
    assert not any(
        service_error(Answer(status, {}, b""), now=now).retryable
        for status in (*advice["never_retry"], *advice["new_token_once"])
    )


@pytest.mark.parametrize(
    ("answer", "is_throttled"),
    [
        (Answer(403, {"x-rate-limit-remaining": "0.0"}, b""), True),
        (Answer(403, {"x-rate-limit-remaining": "-3.1"}, b""), True),
        (Answer(403, {"x-rate-limit-remaining": "598.7"}, b""), False),
        (Answer(403, {"x-rate-limit-remaining": "?"}, b""), False),
        (Answer(403, {}, b"403 Forbidden (Rate Limit Exceeded)\n"), True),
        (Answer(403, {}, b"Forbidden"), False),
        (Answer(429, {}, b""), True),
    ],
    ids=str,
)
def test_throttling_is_told_from_a_refusal(answer, is_throttled, now):
    assert service_error(answer, now=now).retryable == is_throttled


@pytest.mark.parametrize("call", captured("moodle/expired-access-token.json")["calls"])
def test_moodles_answer_to_an_outdated_token_is_understood(call, now):
    response = call["response"]
    answer = Answer(response["status"], {}, json.dumps(response["body"]).encode())

    assert service_error(answer, now=now).code == "platform.not-let-in"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_platform_that_has_moved_is_said_so(status, now):
    answer = Answer(status, {"location": "https://elsewhere.example/"}, b"")

    assert service_error(answer, now=now).code == "platform.moved"
    assert access_refused(answer, {"score"}, now=now).code == "platform.moved"


def test_a_thing_removed_for_good_is_gone(now):
    assert service_error(Answer(410, {}, b""), now=now).code == "platform.gone"
