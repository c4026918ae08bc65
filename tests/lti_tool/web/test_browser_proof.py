"""The browser that began a launch ends it: by platform storage, by cookie, or in a new window."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from lti_tool.store.tables.people import Visit
from lti_tool.store.tables.platforms import Login
from tests.support.elements import Element, Page
from tests.support.launching import LMS_URL, Lms, code_of, visit_of
from tests.support.practice import READING, STUDENT
from tests.support.wired import BASE_URL

STORAGE = {"lti_storage_target": "post_message_forwarding"}
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Origin": LMS_URL}
OUR_PAGE = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin", "Origin": BASE_URL}


def begun(lms: Lms, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
    """The answer to a login, in a browser of its own."""
    sent = {
        "iss": lms.platform.configuration.base_url,
        "client_id": lms.platform.configuration.client_id,
        "login_hint": STUDENT,
        "lti_message_hint": "a hint & more",
        "target_link_uri": BASE_URL + lms.launch_path,
        **fields,
    }
    path = lms.launch_path.replace("/launch", "/login")
    return lms.browser.post(path, data=sent, headers=headers or {})


def forget_cookies(lms: Lms) -> None:
    """As a browser does that keeps none in frames."""
    lms.browser._cookies = {}


def kept_link(answer: TestResponse) -> Element:
    """What the page between login and LMS hands to its script."""
    return Page(answer.text).root.one("main").one("a", class_="button")


def stored(lms: Lms) -> tuple[dict[str, str], str]:
    """A login whose secret lies in storage: the form the LMS posts then, and the secret."""
    login = lms.login(STUDENT, READING, **STORAGE)
    secret = str(kept_link(login.response).attributes["data-remember"])
    forget_cookies(lms)
    return lms.form(login) | STORAGE, secret


# --- platform storage -----------------------------------------------------------------------------


def test_a_login_with_storage_hands_its_secret_to_the_platforms_own_origin_only(lms):
    answer = begun(lms, IN_A_FRAME, **STORAGE)

    link = kept_link(answer).attributes
    asked = parse_qs(urlsplit(str(link["href"])).query)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 200
    assert (link["data-frame"], link["data-origin"]) == ("post_message_forwarding", LMS_URL)
    assert asked["lti_message_hint"] == ["a hint & more"]
    assert f"={link['data-remember']};" in cookie, "the cookie is set all the same"
    assert str(link["data-remember"]) not in f"{link['href']} {link['data-otherwise']}"
    assert len(str(link["data-key"])) + len(str(link["data-remember"])) < 100, "storage is small"
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("frame", ["", "a b", "../x", "<script>", "x" * 101])
def test_a_storage_frame_nobody_could_name_is_not_asked(lms, frame):
    assert begun(lms, lti_storage_target=frame).status_code == 303


def test_a_window_of_its_own_needs_no_storage(lms):
    answer = begun(lms, {"Sec-Fetch-Dest": "document"}, **STORAGE)

    assert answer.headers["Location"].startswith(f"{LMS_URL}/auth?")


def test_a_browser_that_brings_our_cookie_needs_no_storage(lms):
    lms.launch()

    assert begun(lms, IN_A_FRAME, **STORAGE).status_code == 303


def test_a_launch_whose_cookie_comes_is_not_asked_for_more(lms):
    login = lms.login(STUDENT, READING, **STORAGE)

    answer = lms.post(lms.form(login) | STORAGE)

    assert answer.status_code == 303


def test_without_a_cookie_a_page_looks_in_the_storage_and_nothing_is_used_up(tool, lms):
    form, secret = stored(lms)

    page = lms.post(form)

    fields = {box.attributes["name"]: box.attributes["value"] for box in boxes(page)}
    assert fields == {"state": form["state"], "id_token": form["id_token"], "browser_secret": ""}
    assert secret not in page.text
    assert [row.consumed_at for row in tool.rows(Login)] == [None]
    assert tool.rows(Visit) == []


def boxes(page: TestResponse) -> list[Element]:
    return Page(page.text).root.one("form").all("input")


def test_the_secret_out_of_the_storage_opens_the_launch_once_in_a_window_of_its_own(tool, lms):
    form, secret = stored(lms)
    lms.post(form)
    again = {"state": form["state"], "id_token": form["id_token"], "browser_secret": secret}

    page = lms.browser.post(lms.launch_path, data=again, headers=OUR_PAGE)

    assert page.status_code == 200
    button = Page(page.text).root.one("form", target="_blank").attributes
    forget_cookies(lms)
    key = str(Page(page.text).root.one("input", name="visit_key").attributes["value"])
    opened = lms.browser.post(str(button["action"]), data={"visit_key": key}, headers=OUR_PAGE)
    assert lms.landing(opened).status_code == 200
    assert visit_of(opened) not in str(button["action"])
    repeated = lms.browser.post(lms.launch_path, data=again, headers=OUR_PAGE)
    assert code_of(repeated) == "launch.already-used"


def test_a_storage_that_knew_nothing_leads_to_the_advice_to_open_a_window(lms):
    form, _ = stored(lms)
    again = {"state": form["state"], "id_token": form["id_token"], "browser_secret": ""}

    answer = lms.browser.post(lms.launch_path, data=again, headers=OUR_PAGE)

    assert (answer.status_code, code_of(answer)) == (401, "launch.browser-unproven")
    assert "new window" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": BASE_URL, "Sec-Fetch-Site": "cross-site"},
        {"Origin": LMS_URL},
        {},
    ],
    ids=["another site", "a sandbox", "a liar", "the LMS", "a program"],
)
def test_a_secret_that_another_page_posts_counts_for_nothing(lms, headers):
    """Login cross-site request forgery: my launch and my secret, posted in your browser."""
    form, secret = stored(lms)
    victim = lms.in_another_browser()

    answer = victim.browser.post(
        lms.launch_path, data=form | {"browser_secret": secret}, headers=headers
    )

    assert code_of(answer) == "launch.browser-unproven"
    assert "Set-Cookie" not in answer.headers


def test_the_secret_of_another_login_counts_for_nothing(lms):
    form, _ = stored(lms)
    _, other = stored(lms)

    answer = lms.browser.post(
        lms.launch_path, data=form | {"browser_secret": other}, headers=OUR_PAGE
    )

    assert code_of(answer) == "launch.another-browser"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "s" * 201},
        {"id_token": "t" * 70_000},
        {"id_token": ""},
        {"state": ""},
        {"error": "login_required", "id_token": ""},
        {"lti_storage_target": "<>"},
    ],
)
def test_what_is_no_launch_is_not_looked_up_in_a_storage(lms, change):
    form, _ = stored(lms)

    answer = lms.post(form | change)

    assert answer.status_code == 401
    assert not Page(answer.text).root.all("form")


def test_a_launch_with_storage_for_nobody_we_know_is_not_found(lms):
    form, _ = stored(lms)
    path = re.sub(r"[0-9a-f]{8}-", "00000000-", lms.launch_path, count=1)

    assert lms.browser.post(path, data=form).status_code == 404


# --- cookies, and a window of its own -------------------------------------------------------------


def test_a_frame_is_tried_for_cookies_before_the_platform_is_asked(tool, lms):
    answer = begun(lms, IN_A_FRAME)

    there = urlsplit(answer.headers["Location"])
    assert (answer.status_code, there.netloc) == (303, "")
    assert tool.rows(Login) == []
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name == "__Host-kept=1"
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(attributes)


def test_a_frame_that_keeps_cookies_goes_on_to_the_platform(lms):
    tried = begun(lms, IN_A_FRAME)

    answer = lms.browser.get(tried.headers["Location"], headers={"Sec-Fetch-Dest": "iframe"})

    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert answer.headers["Location"].startswith(f"{LMS_URL}/auth?")
    assert asked["lti_message_hint"] == ["a hint & more"]


def test_a_frame_that_keeps_none_offers_the_same_login_in_a_new_window(tool, lms):
    tried = begun(lms, IN_A_FRAME)
    forget_cookies(lms)

    page = lms.browser.get(tried.headers["Location"], headers={"Sec-Fetch-Dest": "iframe"})

    link = Page(page.text).root.one("main").one("a").attributes
    assert (page.status_code, link["target"], link["rel"]) == (200, "_blank", "noopener")
    assert tool.rows(Login) == [], "the platform answers each question once, so it is not asked yet"
    window = lms.browser.get(str(link["href"]), headers={"Sec-Fetch-Dest": "document"})
    asked = parse_qs(urlsplit(window.headers["Location"]).query)
    assert asked["lti_message_hint"] == ["a hint & more"]
    assert asked["login_hint"] == [STUDENT]


def test_a_browser_that_brings_our_cookie_is_not_tried_again(lms):
    lms.launch()

    assert begun(lms, IN_A_FRAME).headers["Location"].startswith(f"{LMS_URL}/auth?")


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "document"}])
def test_outside_a_frame_nothing_is_tried(lms, headers):
    assert begun(lms, headers).headers["Location"].startswith(f"{LMS_URL}/auth?")


def test_a_login_too_long_for_an_address_is_not_tried(lms):
    answer = begun(lms, IN_A_FRAME, lti_message_hint="h" * 4_000)

    assert answer.headers["Location"].startswith(f"{LMS_URL}/auth?")


def test_storage_that_nobody_answers_for_leads_to_the_trial_of_cookies(lms):
    answer = begun(lms, IN_A_FRAME, **STORAGE)
    otherwise = str(kept_link(answer).attributes["data-otherwise"])

    kept = lms.browser.get(otherwise, headers={"Sec-Fetch-Dest": "iframe"})
    forget_cookies(lms)
    lost = lms.browser.get(otherwise, headers={"Sec-Fetch-Dest": "iframe"})

    assert kept.headers["Location"].startswith(f"{LMS_URL}/auth?")
    assert Page(lost.text).root.one("main").one("a").attributes["target"] == "_blank"


def test_a_login_too_long_to_be_begun_again_goes_on_without_storage(lms):
    answer = begun(lms, IN_A_FRAME, lti_message_hint="h" * 4_000, **STORAGE)

    link = kept_link(answer).attributes
    assert link["data-otherwise"] == link["href"]


def test_a_trial_leads_nowhere_but_to_us(lms):
    answer = begun(lms, IN_A_FRAME, target_link_uri="https://evil.example/", iss="//evil.example")

    assert answer.headers["Location"].startswith("/lti/")
    assert "cookies_asked=1" in answer.headers["Location"]
