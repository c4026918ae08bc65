"""Every attack on a launch we know, over HTTP: refused with its code, in plain words, inert."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.store.tables.people import Person, Visit
from lti_tool.store.tables.platforms import Course
from tests.support.elements import Page
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY
from tests.support.launching import Lms, an_lms, code_of
from tests.support.practice import OTHER_STUDENT, REMOVED, STUDENT
from tests.support.practice import Login as Begun

NOW = int(datetime.fromisoformat("2026-11-23T12:00:00Z").timestamp())
CANARIES: dict[str, Any] = {
    "sub": "canary-sub-4711",
    "name": "Canary Lindqvist",
    "given_name": "Canary-Given",
    "email": "canary@lms.example",
    "context": {"id": "canary-course", "title": "Canary Course"},
    "launch_presentation": {"return_url": ""},
}
UNKIND = ("invalid", "nonce", "token", "jwt", "traceback", "exception", "error 4", "error 5")
Forge = Callable[[Lms, Begun], dict[str, str]]


def claims_with(**changes: Any) -> Forge:
    """A properly signed token with changed claims."""
    return lambda lms, login: lms.form(login, **{**CANARIES, **changes})


def signed_with(**how: Any) -> Forge:
    """A token of good claims, signed in another way."""
    return lambda lms, login: lms.signed(login, lms.platform.claims(login, **CANARIES), **how)


def another_logins(lms: Lms, login: Begun) -> dict[str, str]:
    """The token of another opening of the same link, in the same browser."""
    return lms.form(lms.login(), **CANARIES) | {"state": login.state}


def without(field: str) -> Forge:
    """A form that lacks a field."""
    return lambda lms, login: lms.form(login, **CANARIES) | {field: ""}


def cut_short(lms: Lms, login: Begun) -> dict[str, str]:
    """A token without its last part."""
    form = lms.form(login, **CANARIES)
    return form | {"id_token": form["id_token"].rpartition(".")[0]}


FORGERIES: dict[str, tuple[str, Forge]] = {
    "another opening's nonce": ("launch.other-login", another_logins),
    "an invented nonce": ("launch.other-login", claims_with(nonce="guess")),
    "no nonce": ("launch.other-login", claims_with(nonce=REMOVED)),
    "another issuer": ("launch.platform-wrong", claims_with(iss="https://evil.example")),
    "an issuer but for a slash": (
        "launch.platform-wrong",
        claims_with(iss="http://127.0.0.1:8001/"),
    ),
    "another audience": ("launch.audience-wrong", claims_with(aud="another-tool")),
    "no audience": ("launch.audience-wrong", claims_with(aud=REMOVED)),
    "another authorized party": (
        "launch.authorized-party-wrong",
        claims_with(azp="another-tool"),
    ),
    "a stranger beside us": (
        "launch.authorized-party-wrong",
        claims_with(aud=["practice-client", "another-tool"]),
    ),
    "no end": ("launch.time-missing", claims_with(exp=REMOVED)),
    "no beginning": ("launch.time-missing", claims_with(iat=REMOVED)),
    "an end ten years away": ("launch.too-long", claims_with(exp=NOW + 315_360_000)),
    "ten days old": ("launch.too-old", claims_with(iat=NOW - 864_000)),
    "a clock 61 s behind": ("launch.expired", claims_with(iat=NOW - 121, exp=NOW - 61)),
    "a clock 61 s ahead": ("launch.not-yet", claims_with(iat=NOW + 61, exp=NOW + 121)),
    "no signature": ("launch.algorithm-refused", signed_with(key=None, algorithm="none")),
    "an HMAC": ("launch.algorithm-refused", signed_with(key="public" * 9, algorithm="HS256")),
    "a stranger's key": ("launch.signature-wrong", signed_with(key=TEST_ONLY_OTHER_PLATFORM_KEY)),
    "an unknown key": ("launch.key-unknown", signed_with(header={"kid": "../../etc/passwd"})),
    "a key brought along": (
        "launch.key-unknown",
        signed_with(header={"kid": "mine", "jku": "https://evil.example/jwks"}),
    ),
    "no sub": ("launch.anonymous", claims_with(sub=REMOVED)),
    "no roles": ("launch.roles-missing", claims_with(roles=REMOVED)),
    "no deployment": ("launch.deployment-missing", claims_with(deployment_id=REMOVED)),
    "a page on another host": (
        "launch.target-foreign",
        claims_with(target_link_uri="https://evil.example/v/1"),
    ),
    "another version": ("launch.version-unknown", claims_with(version="1.1")),
    "another message": ("launch.message-unknown", claims_with(message_type="LtiStartAssessment")),
    "no state": ("launch.state-missing", without("state")),
    "no token": ("launch.token-missing", without("id_token")),
    "half a token": ("launch.token-unreadable", cut_short),
}


@pytest.mark.parametrize(("code", "forge"), FORGERIES.values(), ids=FORGERIES)
def test_a_forged_launch_is_refused_with_its_code(small_lms, code, forge, heard):
    form = forge(small_lms, small_lms.login())

    answer = small_lms.post(form)

    assert (answer.status_code, code_of(answer)) == (401, code)
    assert_kind(answer)
    assert_says_nothing(form, answer.text, heard())


GENUINE = {
    "launch.anonymous": {"sub": REMOVED},
    "launch.expired": {"iat": NOW - 121, "exp": NOW - 61},
    "launch.version-unknown": {"version": "1.1"},
}


@pytest.mark.parametrize(("code", "changes"), GENUINE.items(), ids=GENUINE)
def test_a_genuine_launch_that_is_refused_leads_back_to_the_course(small_lms, code, changes):
    back = {"return_url": "https://lms.example.edu/back?course=2"}

    answer = small_lms.launch(launch_presentation=back, **changes)

    main = Page(answer.text).root.one("main")
    way = main.one("a")
    address = urlsplit(str(way.attributes["href"]))
    assert way.text == "Back to your course"
    assert address._replace(query="").geturl() == "https://lms.example.edu/back"
    told = parse_qs(address.query)
    assert (told["course"], told["lti_errorlog"]) == (["2"], [code])
    assert told["lti_errormsg"][0] in main.text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "", 7, None])
def test_a_way_back_that_is_no_web_address_is_not_offered(small_lms, address):
    answer = small_lms.launch(launch_presentation={"return_url": address}, version="1.1")

    assert not Page(answer.text).root.one("main").all("a")


def test_a_launch_nobody_signed_leads_nowhere(small_lms):
    back = {"return_url": "https://evil.example/"}
    login = small_lms.login()
    claims = small_lms.platform.claims(login, launch_presentation=back)

    answer = small_lms.post(small_lms.signed(login, claims, key=TEST_ONLY_OTHER_PLATFORM_KEY))

    assert code_of(answer) == "launch.signature-wrong"
    assert not Page(answer.text).root.one("main").all("a")


def assert_kind(answer: TestResponse) -> None:
    """Nothing to keep, and a page in plain words for the frame it is shown in."""
    assert "Set-Cookie" not in answer.headers
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    main = Page(answer.text).root.one("main")
    assert main.one("h1").text == "Please open this again"
    said = " ".join(line.text for line in main.all("p") if not line.all("code"))
    assert said
    assert not [word for word in UNKIND if word in said.lower()]
    assert not main.all("a") + main.all("form") + main.all("button")


def assert_says_nothing(form: dict[str, str], *texts: str) -> None:
    """Nothing of the launch is on the page or in the log."""
    words = [value for value in (form["id_token"], form["state"]) if value]
    words += form["id_token"].split(".")
    words += ["canary", "Canary", "evil.example"]
    assert not [word for word in words if word and any(word in text for text in texts)]


def test_the_same_launch_opens_once(tool, lms):
    form = lms.form(lms.login())

    answers = [lms.post(form) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [303, 401, 401]
    assert {code_of(answer) for answer in answers[1:]} == {"launch.already-used"}
    assert len(tool.rows(Visit)) == 1


def test_of_the_same_launch_posted_twice_at_once_one_opens(tool, lms):
    login = lms.login()
    form = lms.form(login)
    cookies = login.response.headers["Set-Cookie"].split(";")[0]

    def post(_number: int) -> TestResponse:
        # A client of its own: a client's cookies are not made for two threads.
        client: FlaskClient = tool.app.test_client(use_cookies=False)
        return client.post(lms.launch_path, data=form, headers={"Cookie": cookies})

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(post, range(2)), key=lambda answer: answer.status_code)

    assert [answer.status_code for answer in answers] == [303, 401]
    assert code_of(answers[1]) == "launch.already-used"
    assert len(tool.rows(Visit)) == 1


def test_another_token_can_not_use_a_used_login(lms):
    login = lms.login()
    lms.post(lms.form(login))

    again = lms.post(lms.form(login, sub=OTHER_STUDENT))

    assert code_of(again) == "launch.already-used"


def test_a_launch_posted_from_a_browser_without_the_cookie_is_told_about_windows(tool, lms):
    form = lms.form(lms.login())

    answer = lms.post(form, browser=tool.app.test_client())

    assert code_of(answer) == "launch.browser-unproven"
    assert "new window" in answer.text
    assert lms.post(form).status_code == 303, "who began it is not locked out by that"


def test_a_launch_begun_by_somebody_else_does_not_open_here(small_lms):
    """Login cross-site request forgery: my launch, posted in your browser."""
    theirs = small_lms.in_another_browser()
    theirs.login()
    mine = small_lms.login()
    name = mine.response.headers["Set-Cookie"].partition("=")[0]
    theirs.browser.set_cookie(name, "a secret of another login")

    answer = small_lms.post(small_lms.form(mine), browser=theirs.browser)

    assert (answer.status_code, code_of(answer)) == (401, "launch.another-browser")


def test_another_platforms_launch_does_not_fit(tool, lms):
    other = an_lms(tool, lms_url="http://127.0.0.1:8002", client_id="other-client")
    form = lms.form(lms.login())

    here = other.post(form, browser=lms.browser)
    login = lms.login()
    claims = other.platform.claims(login)
    there = lms.post(lms.signed(login, claims))

    assert code_of(here) == "launch.state-unknown"
    assert code_of(there) == "launch.platform-wrong"


def test_a_launch_that_took_longer_than_ten_minutes_has_ended(tool, lms):
    login = lms.login()
    tool.clock.move(timedelta(minutes=10))

    answer = lms.post(lms.form(login))

    assert (answer.status_code, code_of(answer)) == (401, "launch.login-expired")


def test_keys_that_can_not_be_fetched_are_our_trouble(tool, lms):
    tool.key_pages.clear()

    answer = lms.launch()

    assert (answer.status_code, code_of(answer)) == (503, "launch.platform-keys-unreachable")
    assert "Wait a minute" in answer.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("login_required", "launch.login-required"),
        ("interaction_required", "launch.interaction-required"),
        ("consent_required", "launch.interaction-required"),
        ("launch_no_longer_valid", "launch.no-longer-valid"),
        ("access_denied", "launch.access-denied"),
        ("unauthorized_client", "launch.client-refused"),
        ("invalid_request_object", "launch.question-refused"),
        ("an_error_of_tomorrow", "launch.platform-refused"),
        ("<script>alert(1)</script>", "launch.platform-refused"),
    ],
)
def test_an_error_of_the_platform_is_put_in_plain_words(small_lms, error, code, heard):
    login = small_lms.login()
    form = {"error": error, "error_description": "canary <b>words</b>", "state": login.state}

    answer = small_lms.post(form)

    assert (answer.status_code, code_of(answer)) == (401, code)
    assert not [text for text in (answer.text, heard()) if "canary" in text or "<script>" in text]


def test_a_login_of_somebody_else_at_the_platform_is_refused_in_its_words(small_lms):
    login = small_lms.login(STUDENT)
    form = small_lms.platform.authenticate(login, login_hint=OTHER_STUDENT)

    assert code_of(small_lms.post(form)) == "launch.login-required"


def test_two_first_launches_of_one_person_at_once_record_one_person(tool, lms):
    ready = []
    for _ in range(2):
        login = lms.login()
        cookie = login.response.headers["Set-Cookie"].split(";")[0]
        ready.append((lms.form(login), cookie))

    def post(one: tuple[dict[str, str], str]) -> int:
        client: FlaskClient = tool.app.test_client(use_cookies=False)
        return client.post(lms.launch_path, data=one[0], headers={"Cookie": one[1]}).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(post, ready)) == [303, 303]
    assert [len(tool.rows(table)) for table in (Person, Course, Visit)] == [1, 1, 2]
