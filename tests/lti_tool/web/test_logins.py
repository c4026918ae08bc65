"""Logins at the HTTP edge: only for us, never a way to another host, never without bound."""

from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from lti_tool.store.tables.platforms import Login
from tests.support.elements import Page
from tests.support.launching import Lms, code_of
from tests.support.practice import READING, STUDENT
from tests.support.wired import BASE_URL


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "javascript:alert(1)",
        f"{BASE_URL}@evil.example/",
        f"{BASE_URL}.evil.example/",
        "http://localhost:9001/",
        f"{BASE_URL}\\@evil.example",
        f"{BASE_URL}/\x00",
    ],
)
def test_a_login_for_a_page_of_another_host_is_refused(small_tool, small_lms, target, heard):
    before = small_tool.rows(Login)

    answer = begun(small_lms, target_link_uri=target)

    assert (answer.status_code, code_of(answer)) == (400, "login.target-foreign")
    assert "Location" not in answer.headers
    assert "evil" not in answer.text + heard()
    assert len(small_tool.rows(Login)) == len(before)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://evil.example"}, "login.other-platform"),
        ({"client_id": "another-tool"}, "login.other-platform"),
        ({"login_hint": ""}, "login.hint-missing"),
        ({"login_hint": "\x00"}, "login.hint-missing"),
        ({"target_link_uri": ""}, "login.target-missing"),
    ],
)
def test_a_login_that_is_not_for_us_is_refused(small_tool, small_lms, changes, code):
    before = small_tool.rows(Login)

    answer = begun(small_lms, **changes)

    assert (answer.status_code, code_of(answer)) == (400, code)
    assert Page(answer.text).root.one("h1").text == "That doesn't work like this"
    assert len(small_tool.rows(Login)) == len(before)


def begun(lms: Lms, **changes: str) -> TestResponse:
    """The answer to a login form with changed fields."""
    fields = {
        "iss": lms.platform.configuration.base_url,
        "client_id": lms.platform.configuration.client_id,
        "login_hint": STUDENT,
        "target_link_uri": BASE_URL + lms.launch_path,
        **changes,
    }
    return lms.browser.post(lms.launch_path.replace("/launch", "/login"), data=fields)


def test_a_login_never_redirects_off_the_platforms_own_address(small_lms):
    answer = begun(small_lms, redirect_uri="https://evil.example/", auth_url="https://evil.example")

    assert answer.headers["Location"].startswith("http://127.0.0.1:8001/auth?")
    assert "evil" not in answer.headers["Location"]


def test_the_way_back_is_the_address_registered_and_nothing_of_the_request(lms):
    login = lms.platform.login(STUDENT, READING, redirect_uri="https://evil.example/")

    assert login.parameters["redirect_uri"] == f"{BASE_URL}{lms.launch_path}"
    location = urlsplit(login.response.headers["Location"])
    assert f"{location.scheme}://{location.netloc}" == lms.platform.configuration.base_url


def test_a_login_may_come_as_a_link_too(lms):
    login_path = lms.launch_path.replace("/launch", "/login")
    fields = {
        "iss": lms.platform.configuration.base_url,
        "login_hint": STUDENT,
        "target_link_uri": BASE_URL + lms.launch_path,
    }

    assert lms.browser.get(login_path, query_string=fields).status_code == 303
