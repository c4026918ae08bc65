"""The levers of tests: each service can be made to fail, launches can be refused, keys move on."""

from dataclasses import replace

import pytest

from lti_tool.practice_lms.state.failures import SERVICES, Failure
from lti_tool.practice_lms.views.registering import begin_registration
from tests.lti_tool.practice_lms import canvas_calls
from tests.lti_tool.practice_lms.service_calls import token_for
from tests.support.practice import READING, STUDENT, PracticePlatform

MOODLE = "/mod/lti/services.php"
ON_CANVAS = {
    "score": ("POST", canvas_calls.SCORES),
    "results": ("GET", canvas_calls.RESULTS),
    "line_items": ("GET", canvas_calls.ITEMS),
    "nrps": ("GET", canvas_calls.MEMBERS),
    "token": ("POST", "/login/oauth2/token"),
    "jwks": ("GET", "/api/lti/security/jwks"),
    "registration": ("POST", "/api/lti/registrations"),
    "picker": ("POST", "/courses/2/deep_linking_response"),
}
ON_MOODLE = {
    "score": ("POST", f"{MOODLE}/2/lineitems/2/lineitem/scores"),
    "results": ("GET", f"{MOODLE}/2/lineitems/2/lineitem/results"),
    "line_items": ("GET", f"{MOODLE}/2/lineitems"),
    "nrps": ("GET", f"{MOODLE}/CourseSection/2/bindings/1/memberships"),
    "token": ("POST", "/mod/lti/token.php"),
    "jwks": ("GET", "/mod/lti/certs.php"),
    "registration": ("POST", "/mod/lti/openid-registration.php"),
    "picker": ("POST", "/mod/lti/contentitem_return.php"),
}
FAILURE = {"status": 502, "body": "<h1>Bad gateway</h1>", "headers": {"Retry-After": "7"}}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("lms", "calls"), [("canvas", ON_CANVAS), ("moodle", ON_MOODLE)])
def test_every_service_fails_once_as_asked_for(request, lms, calls, service):
    platform = request.getfixturevalue(lms)
    asked = platform.answer("POST", "/controls", json={"service": service, **FAILURE})
    assert asked.status_code == 200
    method, url = calls[service]
    media = {"Content-Type": "application/vnd.ims.lis.v1.score+json"} if method == "POST" else {}
    headers = token_for(platform) if lms == "moodle" else canvas_calls.bearer(platform)
    first, second = (platform.answer(method, url, headers={**headers, **media}) for _ in range(2))
    assert (first.status_code, first.text) == (502, FAILURE["body"])
    assert first.headers["Retry-After"] == "7"
    assert second.text != FAILURE["body"]


@pytest.mark.parametrize(
    "document",
    [
        {"service": "coffee"},
        {"service": "score", "status": "bad"},
        {"service": "score", "times": 0.5},
        {"service": "score", "delay": -1},
        {"service": "score", "body": 5},
        {"service": "score", "headers": []},
        [],
    ],
    ids=str,
)
def test_a_failure_that_makes_no_sense_is_refused(canvas, document):
    assert canvas.answer("POST", "/controls", json=document).status_code == 400


def test_a_slow_answer_comes_late_and_whole(canvas):
    slept: list[float] = []
    surroundings = replace(canvas.practice.surroundings, sleep=slept.append)
    canvas.practice.surroundings = surroundings
    canvas.practice.failures.ask("nrps", Failure(status=None, delay=3))
    answer = canvas_calls.call(canvas, "GET", canvas_calls.MEMBERS)
    assert (answer.status_code, slept) == (200, [3])


def test_a_launch_is_refused_with_the_error_asked_for(canvas):
    canvas.answer("POST", "/controls/launch-error", json={"error": "login_required"})
    login = canvas.login(STUDENT, READING)
    assert canvas.authenticate(login)["error"] == "login_required"
    assert "id_token" in canvas.authenticate(login)


def test_keys_move_on_when_asked(moodle):
    before = moodle.practice.platform_key.kid
    answer = moodle.answer("POST", "/controls/rotate-keys", json={})
    published = moodle.answer("GET", "/mod/lti/certs.php").json["keys"]
    assert [one["kid"] for one in published] == [answer.json["kid"]] != [before]
    assert "Hello" in moodle.launch(STUDENT, READING).text


def test_without_the_setting_there_are_no_levers(clock):
    closed = PracticePlatform.canvas(None, now=clock)
    assert closed.answer("POST", "/controls/rotate-keys", json={}).status_code == 404


def test_a_second_question_mark_is_never_written(moodle):
    address = begin_registration(moodle.practice, "http://localhost/register?invitation=1")
    assert address.count("?") == 1
