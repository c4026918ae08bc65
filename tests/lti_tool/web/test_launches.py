"""Launches at the HTTP edge: what opens, what each browser keeps, what stays apart."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.base import Base
from lti_tool.store.tables.people import Account, Member, Person, Visit
from lti_tool.store.tables.platforms import Course, Deployment, ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import entry_links, people
from lti_tool.usecases.lms import deployments
from lti_tool.usecases.people import OfficeRole
from tests.lti_tool.lti.a_platform import captured
from tests.support.builders import FIRST_PAGE, a_person, an_institution
from tests.support.elements import Page
from tests.support.launching import Tool, an_lms, code_of, visit_of
from tests.support.practice import (
    INSTRUCTOR,
    OTHER_STUDENT,
    REFLECTION,
    REMOVED,
    STUDENT,
)

LOGIN_COOKIE, VISIT_COOKIE = "__Host-login-", "__Host-v-"
A_FORM = {"state": "a", "id_token": "e30.e30.e30"}
CHIPS = {"Secure", "HttpOnly", "Path=/", "SameSite=None", "Partitioned"}
RECORDED = (Person, Account, Course, ResourceLink, Member, Enrolment, Visit)


def counts(tool: Tool, *tables: type[Base]) -> list[int]:
    return [len(tool.rows(table)) for table in tables]


def cookies(answer) -> dict[str, set[str]]:
    """The cookies an answer sets: name to attributes, without the value."""
    parts = [line.split("; ") for line in answer.headers.getlist("Set-Cookie")]
    return {first.split("=")[0]: set(attributes) for first, *attributes in parts}


def test_a_launch_opens_a_visit_at_an_address_of_its_own(lms):
    answer = lms.launch()

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/v/{visit_of(answer)}/"
    assert lms.landing(answer).status_code == 200


def test_a_launch_records_who_came_from_where_once(tool, lms):
    lms.launch()
    lms.launch()

    assert counts(tool, *RECORDED) == [1, 1, 1, 1, 1, 1, 2]
    [link] = tool.rows(ResourceLink)
    assert (link.activity, link.title) == (FIRST_PAGE, "A page to read")


def test_reload_after_a_launch_shows_the_page_again(lms):
    answer = lms.launch()

    first, again = lms.landing(answer), lms.landing(answer)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.request.path == again.request.path


def test_a_visit_lasts_as_long_as_the_setting_says(tool, lms):
    answer = lms.launch()
    tool.clock.move(tool.wired.visit_lasts - timedelta(seconds=1))
    assert lms.landing(answer).status_code == 200

    tool.clock.move(timedelta(seconds=1))

    ended = lms.landing(answer)
    assert (ended.status_code, code_of(ended)) == (401, "visit.ended")


def test_ten_visits_in_one_browser_stay_apart(lms):
    who = [INSTRUCTOR, STUDENT, OTHER_STUDENT]
    visits = [(who[n % 3], lms.launch(who[n % 3], REFLECTION)) for n in range(10)]

    for user_id, answer in reversed(visits):
        page = lms.landing(answer)
        number = visit_of(answer)
        assert page.status_code == 200
        assert ("What students see" in page.text) is (user_id == INSTRUCTOR)
        links = [str(link.attributes["href"]) for link in Page(page.text).root.all("a")]
        assert all(href.startswith((f"/v/{number}/", "#")) for href in links), links


def test_a_second_student_in_the_same_browser_is_not_the_first(tool, lms):
    first = lms.launch(STUDENT)
    second = lms.launch(OTHER_STUDENT)

    done = f"/v/{visit_of(second)}/programmes/{FIRST_PAGE.replace('/', '/pages/')}"
    field = Page(lms.landing(second).text).root.all("input", name="visit_key")[0]
    sent = lms.browser.post(f"{done}/done", data={"visit_key": field.attributes["value"]})

    assert sent.status_code == 303
    assert "You marked this as done" in lms.landing(second).text
    assert "You marked this as done" not in lms.landing(first).text
    assert len({visit.person_id for visit in tool.rows(Visit)}) == 2


def test_one_visit_does_not_open_anothers_address(lms):
    mine, theirs = lms.launch(STUDENT), lms.in_another_browser()
    theirs.launch(OTHER_STUDENT)

    answer = theirs.browser.get(mine.headers["Location"])

    assert (answer.status_code, code_of(answer)) == (401, "visit.ended")
    assert mine.headers["Location"] not in answer.text


def test_every_launch_gives_a_new_number_and_a_new_secret(lms):
    answers = [lms.launch() for _ in range(3)]

    values = {
        line.split(";")[0]
        for answer in answers
        for line in answer.headers.getlist("Set-Cookie")
        if line.startswith(VISIT_COOKIE)
    }
    assert len({visit_of(answer) for answer in answers}) == len(values) == 3


def test_the_login_cookie_belongs_to_this_host_and_to_the_lms_around_it(lms):
    [(name, attributes)] = cookies(lms.login().response).items()

    assert name.startswith(LOGIN_COOKIE)
    assert attributes >= {*CHIPS, "Max-Age=600"}
    assert not any(attribute.startswith("Domain") for attribute in attributes)


def test_a_launch_takes_the_login_cookie_away_and_gives_the_visits_own(lms):
    answer = lms.launch()

    kept = cookies(answer)
    [login] = [attributes for name, attributes in kept.items() if name.startswith(LOGIN_COOKIE)]
    visit = kept[VISIT_COOKIE + visit_of(answer)]
    assert login >= {*CHIPS, "Max-Age=0"}
    assert visit >= {*CHIPS, "Max-Age=28800"}
    assert not any(attribute.startswith("Domain") for attribute in visit | login)


def test_no_secret_stands_in_an_address(tool, lms):
    login = lms.login()
    answer = lms.post(lms.form(login))
    page = lms.landing(answer)

    headers = [
        line
        for response in (login.response, answer)
        for line in response.headers.getlist("Set-Cookie")
    ]
    values = [line.split(";")[0].split("=", 1)[1] for line in headers]
    secrets = [value for value in values if value]
    [form_key] = {
        str(box.attributes["value"]) for box in Page(page.text).root.all("input", name="visit_key")
    }
    addresses = [
        str(value)
        for element in Page(page.text).root.all()
        for name, value in element.attributes.items()
        if name in ("href", "src", "action")
    ]
    seen = [login.response.headers["Location"], answer.headers["Location"], *addresses]
    seen += [response.request.url for response in page.history]
    assert len(secrets) == 2
    assert not [
        (secret, where) for where in seen for secret in (*secrets, form_key) if secret in where
    ]


def test_answers_that_carry_secrets_are_kept_by_no_cache(tool, lms):
    login = lms.login()
    answer = lms.post(lms.form(login))
    link = lms.browser.get("/enter/a-secret")

    for one in (login.response, answer, lms.landing(answer), link):
        assert one.headers["Cache-Control"] == "no-store"


def test_the_same_number_at_two_lmss_is_two_people(tool, lms):
    other = an_lms(tool, lms_url="http://127.0.0.1:8002", client_id="other-client")
    lms.launch(STUDENT)
    other.launch(STUDENT)

    assert counts(tool, Person, Account, Course) == [2, 2, 2]


def test_the_same_issuer_with_another_client_is_another_lms(tool, lms):
    other = an_lms(tool, client_id="other-client", institution="Other University")
    lms.launch(STUDENT)
    other.launch(STUDENT)

    assert counts(tool, Person, Account) == [2, 2]
    assert len({person.institution_id for person in tool.rows(Person)}) == 2


def test_a_launch_without_a_course_opens_the_activity_all_the_same(tool, lms):
    page = lms.landing(lms.launch(context=REMOVED))

    assert page.request.path.endswith(FIRST_PAGE.replace("/", "/pages/"))
    assert counts(tool, Course, Member, Enrolment) == [0, 0, 1]


def test_a_launch_from_a_place_nobody_approved_records_that_place_and_nothing_else(tool, lms):
    answer = lms.launch(deployment_id="another")

    assert answer.status_code == 200
    assert "Almost there" in answer.text
    assert counts(tool, *RECORDED) == [0] * len(RECORDED)
    states = {row.deployment_id: row.state for row in tool.rows(Deployment)}
    assert states == {"1": "active", "another": "pending"}
    assert not any(name.startswith(VISIT_COOKIE) for name in cookies(answer))


def test_once_the_place_is_approved_the_next_launch_works(tool, lms):
    lms.launch(deployment_id="another")
    with tool.wired.db.begin() as session:
        institution_id = an_institution(session).id
        office = a_person(session, institution_id)
        deployments.approve_known(
            session,
            institution_id,
            lms.registration_id,
            "another",
            now=tool.clock(),
            actor_id=office,
        )

    assert lms.landing(lms.launch(deployment_id="another")).status_code == 200
    assert "deployment.approved" in {event.action for event in tool.rows(AuditEvent)}


def test_a_pending_launch_is_used_up_like_any_other(lms):
    form = lms.form(lms.login(), deployment_id="another")
    lms.post(form)

    assert code_of(lms.post(form)) == "launch.already-used"


def test_our_public_keys_are_there_for_every_registration(lms):
    known = lms.browser.get(lms.launch_path.replace("/launch", "/jwks"))

    assert known.json == {"keys": []}
    assert known.headers["Cache-Control"] == "public, max-age=300"


def test_our_keys_are_there_for_moodle_as_it_asks_for_them(lms):
    asked = captured("moodle/tool-jwks-fetch-by-moodle.json")
    headers = {name: asked["headers"][name] for name in ("Accept", "Accept-Encoding", "User-Agent")}

    answer = lms.browser.get(lms.launch_path.replace("/launch", "/jwks"), headers=headers)

    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert isinstance(answer.get_json()["keys"], list)


@pytest.mark.parametrize(("way", "method"), [("login", "get"), ("launch", "post"), ("jwks", "get")])
def test_an_unknown_registration_is_not_found(tool, way, method):
    answer = tool.app.test_client().open(f"/lti/{uuid4()}/{way}", method=method, data=A_FORM)

    assert (answer.status_code, code_of(answer)) == (404, "launch.registration-unknown")


def test_an_entry_link_opens_one_visit_after_a_question(tool, lms):
    with tool.wired.db.begin() as session:
        institution_id = an_institution(session).id
        person_id = a_person(session, institution_id)
        people.grant(session, institution_id, person_id, OfficeRole.ADMINISTRATOR, now=tool.clock())
        secret = entry_links.make(
            session, institution_id, person_id, now=tool.clock(), new_secret=tool.wired.new_secret
        )
    before = counts(tool, Visit)
    asked = lms.browser.get(f"/enter/{secret}")
    assert (asked.status_code, counts(tool, Visit)) == (200, before)

    entered = lms.browser.post(f"/enter/{secret}")
    again = lms.browser.post(f"/enter/{secret}")

    assert lms.landing(entered).request.path == f"/v/{visit_of(entered)}/office"
    assert secret not in entered.headers["Location"]
    assert (again.status_code, code_of(again)) == (403, "people.link-used")
