"""The page of a course's people: for those who teach it, with the state of everybody."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from lti_tool.errors import PlatformError
from lti_tool.lti.roles import CourseRole
from lti_tool.sentence import say
from lti_tool.store.tables.platforms import Course
from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.rosters import Roster, offered, read_now, sub_of
from tests.support.world import World

PEOPLE = "course/people"


@pytest.fixture
def roster(world: World) -> Roster:
    roster = Roster()
    roster.add(sub_of(world.student), name="Robin Weber")
    roster.add("new-1", name="Ada <b>Abara</b>", email="ada@example.edu")
    offered(world, roster)
    return roster


@pytest.fixture
def teacher(world: World, roster: Roster) -> AVisit:
    return a_visit(world.wired, person_id=world.instructor.person_id, roles=[CourseRole.INSTRUCTOR])


def page(visit: AVisit, address: str = PEOPLE) -> Element:
    answer = visit.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return Page(answer.text).root.one("main")


def rows(main: Element) -> list[str]:
    return [
        " | ".join(cell.text for cell in (row.one("th"), *row.all("td"))) for row in bodies(main)
    ]


def bodies(main: Element) -> list[Element]:
    return [row for body in main.all("tbody") for row in body.all("tr")]


def read(world: World, teacher: AVisit) -> Element:
    """Press the button, let the worker work, look again."""
    asked = teacher.post(f"{PEOPLE}/read")
    assert asked.status_code == 303
    assert read_now(world)
    return page(teacher)


def test_a_teacher_goes_from_the_activity_to_the_people_of_the_course(world, roster):
    visit = a_visit(world.wired, roles=[CourseRole.INSTRUCTOR], activity=REFLECTION)

    link = page(visit, "").one("a", href=visit.path(PEOPLE))

    assert link.text == "People in this course"


def test_before_any_reading_the_page_says_so(teacher):
    assert "has not been read yet" in page(teacher).text


def test_after_a_reading_everybody_stands_there_with_their_state(world, teacher):
    main = read(world, teacher)

    assert "As the LMS listed them on Monday 23 November 2026" in main.text
    told = "\n".join(rows(main))
    assert "Ada <b>Abara</b> ada@example.edu" in told
    assert "Never opened anything here" in told
    assert "Robin Weber" in told


def test_who_has_left_is_still_there_and_said_to_have_left(world, roster, teacher):
    read(world, teacher)
    roster.remove(sub_of(world.student))
    world.clock.move(timedelta(hours=1))

    main = read(world, teacher)

    assert any("Robin Weber" in row and "Left the course" in row for row in rows(main))


def test_asking_for_the_list_says_that_it_is_being_read(world, teacher):
    asked = teacher.post(f"{PEOPLE}/read")

    shown = Page(teacher.client.get(asked.location).text).root
    assert "The list is being read now" in shown.text
    assert "The list is about to be read" in shown.text


def test_a_list_that_can_not_be_read_says_why(world, roster, teacher):
    roster.failing = PlatformError("test.no", say("test.no", "No."), retryable=False, status=403)
    teacher.post(f"{PEOPLE}/read")
    read_now(world)

    assert "does not let this tool read who is in the course" in page(teacher).text


def test_without_a_list_there_is_no_button_and_a_form_of_old_is_answered_kindly(world, teacher):
    with world.wired.db.begin() as session:
        session.execute(update(Course).values(memberships_url=None))

    assert page(teacher).all("button") == []
    answer = teacher.post(f"{PEOPLE}/read")
    assert answer.status_code == 409
    assert "has not told this tool where its list of people" in answer.text


def test_an_lms_that_keeps_names_to_itself_leaves_no_empty_lines(world, roster, teacher):
    roster.add("new-2")

    assert "Name not given by the LMS" in read(world, teacher).text


@pytest.mark.parametrize("role", [CourseRole.STUDENT, CourseRole.OBSERVER, CourseRole.DESIGNER])
def test_names_are_for_those_who_teach_alone(world, roster, role):
    visit = a_visit(world.wired, roles=[role])

    answer = visit.get(PEOPLE)

    assert answer.status_code == 403
    assert "Robin" not in answer.text
