"""With a cookie of its own the LMS wants to see who is at the browser."""

from dataclasses import replace

import pytest
from werkzeug.test import Client

from lti_tool.practice_lms.forms import read_forms
from lti_tool.practice_lms.profiles import Sessions
from tests.lti_tool.practice_lms.launches import put_link
from tests.support.practice import INSTRUCTOR, OTHER_STUDENT, READING, STUDENT


def _with_cookies(platform, **changes):
    platform.practice.configuration = replace(
        platform.configuration, sessions=Sessions.LAX, **changes
    )
    return Client(platform.app)


def _sign_in(browser, user_id):
    browser.get(f"/as/{user_id}/course")


def _asked(platform):
    return dict(platform.login(STUDENT, READING).parameters)


def _auth(platform):
    return "/mod/lti/auth.php" if platform.endpoints.auth.endswith("php") else "/api/lti/authorize"


def _fields(answer):
    (form,) = read_forms(answer.text, "http://127.0.0.1:8001/x")
    return dict(form.fields)


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_whoever_is_signed_in_is_answered(request, lms):
    platform = request.getfixturevalue(lms)
    browser = _with_cookies(platform)
    _sign_in(browser, STUDENT)
    assert "id_token" in _fields(browser.get(_auth(platform), query_string=_asked(platform)))


@pytest.mark.parametrize("lms", ["moodle", "canvas"])
def test_without_the_cookie_the_request_is_sent_again_from_a_page_of_the_lms(request, lms):
    platform = request.getfixturevalue(lms)
    browser = _with_cookies(platform)
    asked = _asked(platform)
    again = browser.get(_auth(platform), query_string=asked)
    assert _fields(again) == {**asked, "repost": "true"}
    _sign_in(browser, STUDENT)
    assert "id_token" in _fields(browser.post(_auth(platform), data=_fields(again)))


@pytest.mark.parametrize(("lms", "status"), [("moodle", 404), ("canvas", 403)])
def test_when_it_is_missing_the_second_time_too_the_person_gets_a_page(request, lms, status):
    platform = request.getfixturevalue(lms)
    browser = _with_cookies(platform)
    sent = {**_asked(platform), "repost": "true"}
    answer = browser.post(_auth(platform), data=sent)
    assert (answer.status_code, "id_token" in answer.text) == (status, False)


def test_an_older_canvas_tells_the_tool(canvas):
    browser = _with_cookies(canvas, is_older=True)
    fields = _fields(browser.get(_auth(canvas), query_string=_asked(canvas)))
    assert fields["error"] == "login_required"


def test_another_person_s_browser_gets_nothing(moodle, canvas):
    browser = _with_cookies(moodle)
    _sign_in(browser, OTHER_STUDENT)
    assert browser.get(_auth(moodle), query_string=_asked(moodle)).status_code == 404
    browser = _with_cookies(canvas)
    _sign_in(browser, OTHER_STUDENT)
    fields = _fields(browser.get(_auth(canvas), query_string=_asked(canvas)))
    assert fields["error"] == "login_required"


def test_a_forged_cookie_signs_nobody_in(moodle):
    browser = _with_cookies(moodle)
    browser.set_cookie("practice_session", f"{STUDENT}.forged")
    assert "repost" in _fields(browser.get(_auth(moodle), query_string=_asked(moodle)))


def test_moodle_sends_a_picker_s_answer_again_too(moodle):
    browser = _with_cookies(moodle)
    answer = browser.post(
        "/mod/lti/contentitem_return.php?course=2&sesskey=x", data={"JWT": "a.b.c"}
    )
    assert _fields(answer) == {"JWT": "a.b.c", "repost": "true"}
    assert 'action="/mod/lti/contentitem_return.php?course=2&amp;sesskey=x"' in answer.text


def test_by_the_address_alone_nobody_gets_a_cookie(canvas):
    assert "Set-Cookie" not in canvas.answer("GET", f"/as/{STUDENT}/course").headers


def test_the_plain_lms_names_whose_work_is_reviewed(platform):
    put_link(platform, READING, is_graded=True, review_url="http://localhost/review")
    begun = platform.answer("GET", f"/as/{INSTRUCTOR}/review/2/{STUDENT}")
    login = platform.continue_login(begun, INSTRUCTOR)
    assert "id_token" in platform.authenticate(login)
