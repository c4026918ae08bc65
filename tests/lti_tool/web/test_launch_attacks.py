"""Every attack on a launch we know, over HTTP: refused with its code, in plain words, inert."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.store.tables.people import Person, Visit
from lti_tool.store.tables.platforms import Course
from tests.lti_tool.web.forgeries import ELSEWHERE, FORGERIES, NOW, SCENES, Stage
from tests.support.elements import Page
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY
from tests.support.launching import an_lms, code_of
from tests.support.practice import OTHER_STUDENT, REMOVED, STUDENT

UNKIND = ("invalid", "nonce", "token", "jwt", "traceback", "exception", "error 4", "error 5")


def test_every_row_of_the_launch_matrix_is_shown():
    shown = {name.split()[0] for name in [*FORGERIES, *SCENES, *ELSEWHERE]}
    assert not {f"L{number}" for number in range(1, 21)} - shown


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


@pytest.fixture
def stage(tool, lms):
    """Two LMSs of one tool, and somebody else's browser."""
    other = an_lms(tool, lms_url="http://127.0.0.1:8002", client_id="other-client")
    return Stage(lms, other, lms.in_another_browser())


@pytest.mark.parametrize(("code", "attack"), SCENES.values(), ids=SCENES)
def test_an_attack_in_several_steps_is_refused_with_its_code(stage, code, attack):
    answer = attack(stage)

    assert code_of(answer) == code
    assert 400 <= answer.status_code < 504
    assert "Location" not in answer.headers


@pytest.mark.parametrize("apart", [-59, 59])
def test_l10_a_clock_that_is_59_s_off_is_right_enough(lms, apart):
    times = {"iat": NOW + apart, "exp": NOW + apart + 60}

    assert lms.launch(**times).status_code == 303


def test_l7_another_audience_beside_us_is_no_fault_when_the_token_was_made_for_us(lms):
    both = {"aud": ["another-tool", "practice-client"], "azp": "practice-client"}

    assert lms.launch(**both).status_code == 303


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


def test_a_launch_posted_from_a_browser_without_the_cookie_is_told_about_windows(tool, lms):
    form = lms.form(lms.login())

    answer = lms.post(form, browser=tool.app.test_client())

    assert code_of(answer) == "launch.browser-unproven"
    assert "new window" in answer.text
    assert lms.post(form).status_code == 303, "who began it is not locked out by that"


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
