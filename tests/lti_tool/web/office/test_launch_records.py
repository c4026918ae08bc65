"""The launch inspector over HTTP: what a launch leaves there, and what it never does."""

from datetime import timedelta

import pytest

from lti_tool.store.tables.platforms import LaunchRecord
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY
from tests.support.launching import Lms, Tool
from tests.support.practice import REMOVED

PERSON = {
    "name": "Canary Lindqvist",
    "given_name": "Canary-Given",
    "family_name": "Canary-Family",
    "email": "canary@lms.example",
    "custom": {"activity": "no/such", "login": "canary-login", "missing": "$User.id"},
    "lis": {"person_sourcedid": "canary-number"},
}


@pytest.fixture
def office(tool: Tool) -> AVisit:
    """An administrator of the institution the LMS is connected to."""
    return a_visit(tool.wired, office_roles=(OfficeRole.ADMINISTRATOR,), in_course=False)


def page_of(office: AVisit, lms: Lms) -> Element:
    """The list of launches of an LMS."""
    return Page(office.get(f"office/launch-records/{lms.registration_id}").text).root


def newest(office: AVisit, lms: Lms) -> Element:
    """The page of the newest launch."""
    link = page_of(office, lms).one("table").all("a")[0]
    return Page(office.client.get(str(link.attributes["href"])).text).root.one("main")


def test_a_launch_that_was_let_in_is_listed_without_its_person(tool, lms, office):
    lms.launch(**PERSON)

    assert "Let in" in page_of(office, lms).one("table").text
    launch = newest(office, lms).text
    assert "A launch that was let in" in launch
    assert "Not proven" not in launch
    assert "RS256" in launch
    assert "$User.id" in launch
    [row] = tool.rows(LaunchRecord)
    kept = f"{launch} {row.header} {row.claims}"
    assert not [word for word in ("anary", "eyJ") if word in kept]


@pytest.mark.parametrize(
    ("changes", "code", "advice"),
    [
        ({"version": "1.1"}, "launch.version-unknown", "left out or misshaped"),
        ({"deployment_id": "9"}, "launch.deployment-waits", "Let it in on the page"),
        ({"sub": REMOVED}, "launch.anonymous", "signed in and enrolled"),
        ({"context": {"id": "\x00"}}, "launch.name-unusable", "left out or misshaped"),
    ],
)
def test_a_genuine_launch_that_is_refused_says_what_to_mend(lms, office, changes, code, advice):
    lms.launch(**changes)

    launch = newest(office, lms)
    assert launch.one("h1").text == "A launch that was refused"
    assert code in launch.text
    assert advice in launch.text
    assert "Not proven" not in launch.text


def test_a_forged_launch_is_shown_as_not_proven(lms, office):
    login = lms.login()
    claims = lms.platform.claims(login, name="Canary", iss="<script>alert(1)</script>")
    lms.post(lms.signed(login, claims, key=TEST_ONLY_OTHER_PLATFORM_KEY))

    launch = newest(office, lms)
    assert "Not proven: it did not get as far" in launch.text
    assert "<script>alert(1)</script>" in launch.text, "shown as text"
    assert not launch.all("script")
    assert "Canary" not in launch.text


def test_a_login_that_is_refused_shows_where_it_came_from(lms, office):
    path = lms.launch_path.replace("/launch", "/login")
    sent = {"iss": "https://another-lms.example", "login_hint": "canary-login-hint"}
    lms.browser.post(path, data=sent)

    launch = newest(office, lms).text
    assert "login.other-platform" in launch
    assert "https://another-lms.example" in launch
    assert "Compare the issuer" in launch
    assert "canary-login-hint" not in launch


def test_a_second_use_of_a_launch_is_listed_too(tool, lms, office):
    form = lms.form(lms.login())
    lms.post(form)
    tool.clock.move(timedelta(seconds=1))
    lms.post(form)

    launch = newest(office, lms).text
    assert "launch.already-used" in launch
    assert "Opening the activity again is enough" in launch


def test_an_lms_from_which_nobody_came_says_what_will_be_here(lms, office):
    assert "Launches and what was refused appear here." in page_of(office, lms).text
