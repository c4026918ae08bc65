"""Where a launch lands: everybody at the page that is theirs."""

import re
from datetime import timedelta

import pytest

from lti_tool.lti.roles import CourseRole
from lti_tool.usecases.people import OfficeRole
from tests.support.builders import FIRST_PAGE, REFLECTION, STATEMENT, a_visit
from tests.support.elements import Element, Page
from tests.support.wired import Clock, make_wiring
from tests.support.world import World

STUDENT = [CourseRole.STUDENT]
INSTRUCTOR = [CourseRole.INSTRUCTOR]
ASSISTANT = [CourseRole.TEACHING_ASSISTANT]


def landing(world: World, **options) -> Element:
    """The page a launch lands on."""
    answer = a_visit(world.wired, **options).get()
    assert answer.status_code == 200
    return Page(answer.text).root.one("main")


def links(page: Element) -> list[str]:
    return [str(link.attributes["href"]).split("/", 3)[3] for link in page.all("a")]


@pytest.mark.parametrize(
    ("activity", "path"),
    [
        (FIRST_PAGE, "programmes/foundations-taster/pages/stress-and-recovery"),
        (REFLECTION, "programmes/foundations-taster/writing/first-reflection"),
    ],
)
def test_a_student_lands_on_the_activity_of_the_link(world, activity, path):
    visit = a_visit(world.wired, roles=STUDENT, activity=activity)
    answer = visit.get()
    assert (answer.status_code, answer.location) == (303, visit.path(path))
    assert visit.client.get(answer.location).status_code == 200


def test_a_student_whose_link_names_no_activity_reads_what_to_do(world):
    page = landing(world, roles=STUDENT, activity="foundations-taster/no-such-thing")
    assert page.one("h1").text == "Not set up yet"
    assert "Tell the person who runs the course" in page.text
    assert links(page) == []


def test_an_enrolled_student_still_finds_their_programmes_from_a_link_without_activity(world):
    page = landing(world, roles=STUDENT, person_id=world.student.person_id)
    assert links(page) == ["programmes/foundations-taster"]


def test_an_instructor_sees_the_page_as_students_read_it_and_nothing_to_mark(world):
    page = landing(world, roles=INSTRUCTOR, activity=FIRST_PAGE)
    assert page.one("h1").text == "Stress, strain and recovery in medical training"
    assert "Strain rarely announces itself." in page.one(class_="paper").text
    assert "marking" not in links(page)


def test_an_instructor_reads_that_students_agree_to_the_statement(world):
    page = landing(world, roles=INSTRUCTOR, activity=STATEMENT)
    assert "Students agree to these words" in page.text


def test_an_instructor_sees_prompt_and_rubric_and_goes_to_marking_and_release(world):
    page = landing(world, roles=INSTRUCTOR, activity=REFLECTION)
    assert "Choose one moment from your studies" in page.text
    assert "Making sense" in [one.text for one in page.all("h3")]
    assert links(page)[:2] == ["marking", "release"]


def test_a_teaching_assistant_sees_the_activity_but_no_marking(world):
    page = landing(world, roles=ASSISTANT, activity=REFLECTION)
    assert "Choose one moment from your studies" in page.text
    assert "marking" not in links(page)


def test_an_instructor_with_an_office_role_finds_the_office(world):
    roles = [OfficeRole.PROGRAMME_OFFICE]
    page = landing(world, roles=INSTRUCTOR, office_roles=roles, activity=FIRST_PAGE)
    assert "office" in [link.strip("/") for link in links(page)]


def test_an_instructor_reads_that_nothing_is_published_yet(db, tmp_path, now):
    wired = make_wiring(db, tmp_path, clock=Clock(now))
    page = Page(a_visit(wired, roles=INSTRUCTOR).get(follow_redirects=True).text).root
    assert "No programme is published here yet" in page.text
    assert page.one("main").all("form") == []


def test_somebody_from_the_office_lands_in_the_office(world):
    visit = a_visit(world.wired, office_roles=[OfficeRole.ADMINISTRATOR], in_course=False)
    answer = visit.get()
    assert answer.status_code == 303
    assert visit.client.get(answer.location, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("role", [CourseRole.OBSERVER, CourseRole.MEMBER])
def test_who_only_looks_in_gets_a_plain_page(world, role):
    page = landing(world, roles=[role], activity=FIRST_PAGE)
    assert "there is nothing for you to do" in page.text
    assert links(page) == []


def test_a_test_student_reads_that_nothing_is_earned(world):
    roles = [CourseRole.STUDENT, CourseRole.TEST_STUDENT]
    visit = a_visit(world.wired, roles=roles, activity=FIRST_PAGE)
    assert "nothing is earned" in visit.get(follow_redirects=True).text
    assert (
        "nothing is earned"
        not in a_visit(world.wired, activity=FIRST_PAGE).get(follow_redirects=True).text
    )


def test_a_new_window_gets_a_visit_of_its_own_for_the_same_person(world: World) -> None:
    # A frame's partitioned cookie doesn't reach a window of its own.
    framed = a_visit(world.wired, activity=FIRST_PAGE, roles=STUDENT)
    answer = framed.post("window")
    assert answer.status_code == 303
    number = answer.headers["Location"].split("/")[-2]
    assert number != framed.number
    assert f"__Host-v-{number}=" in answer.headers["Set-Cookie"]
    assert (
        FIRST_PAGE.split("/")[1]
        in framed.client.get(answer.headers["Location"]).headers["Location"]
    )


@pytest.mark.parametrize("page", ["programmes/foundations-taster", "badges", ""])
def test_a_new_window_goes_on_with_the_same_page(world: World, page: str) -> None:
    framed = a_visit(world.wired, activity=FIRST_PAGE, roles=STUDENT)
    location = framed.post("window", {"page": framed.path(page)}).headers["Location"]
    assert location.split("/", 3)[3] == page
    assert framed.number not in location


@pytest.mark.parametrize(
    "page", ["//evil.example/v/1/", "/v/999/badges", "https://evil.example/", "/verify", "x\n"]
)
def test_a_new_window_never_leads_elsewhere(world: World, page: str) -> None:
    framed = a_visit(world.wired, activity=FIRST_PAGE, roles=STUDENT)
    location = framed.post("window", {"page": page}).headers["Location"]
    assert re.fullmatch(r"/v/\d+/", location)


@pytest.mark.parametrize(
    "page",
    ["", "programmes/foundations-taster", "programmes/foundations-taster/writing/first-reflection"],
)
def test_the_button_of_each_page_works_without_any_cookie(world: World, page: str) -> None:
    framed = a_visit(world.wired, activity=FIRST_PAGE, roles=STUDENT)
    shown = Page(framed.get(page, follow_redirects=True).text).root
    form = shown.one("form", target="_blank")
    fields = {field.attributes["name"]: field.attributes["value"] for field in form.all("input")}
    elsewhere = framed.client.application.test_client()
    assert elsewhere.post(str(form.attributes["action"]), data=fields).status_code == 303


def test_a_new_window_lasts_no_longer_than_the_visit_it_came_from(
    world: World,
) -> None:
    framed = a_visit(world.wired, activity=FIRST_PAGE, roles=STUDENT)
    world.clock.move(world.wired.visit_lasts - timedelta(minutes=1))
    location = framed.post("window").headers["Location"]
    world.clock.move(timedelta(minutes=2))
    assert framed.client.get(location).status_code == 401
