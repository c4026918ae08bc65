"""The page of a course's grades: what was sent, what was refused and why, and sending it again."""

import pytest
from sqlalchemy import update

from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.people import Person
from tests.support.builders import REFLECTION, AVisit, a_visit
from tests.support.elements import Element, Page
from tests.support.world import World

GRADES = "course/grades"


@pytest.fixture
def teacher(world: World) -> AVisit:
    return a_visit(
        world.wired,
        person_id=world.instructor.person_id,
        roles=[CourseRole.INSTRUCTOR],
        activity=REFLECTION,
    )


def page(visit: AVisit, address: str = GRADES) -> Element:
    answer = visit.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return Page(answer.text).root.one("main")


def refuse(world: World, code: str = "grades.not-student") -> Score:
    """The only score, as the LMS refused it."""
    with world.wired.db.begin() as session:
        session.execute(update(Score).values(state="refused", fault={"code": code, "values": {}}))
    (row,) = world.rows(Score)
    return row


def state_of(world: World) -> str:
    (row,) = world.rows(Score)
    return row.state


def test_a_teacher_goes_from_the_activity_to_the_grades_of_the_course(teacher):
    main = page(teacher, "")
    assert "Grades sent to the LMS" in main.text


def test_a_course_without_grades_says_what_will_be_here(teacher):
    assert "Nothing was sent from this course yet" in page(teacher).text


def test_a_grade_on_its_way_is_shown_with_its_student_and_activity(world, teacher):
    world.release(world.finished_writing())
    main = page(teacher)
    (row,) = (row for body in main.all("tbody") for row in body.all("tr"))
    assert row.one("th").text == "Robin Weber"
    assert "Complete" in row.text
    assert "Waiting. It goes out by itself." in row.text
    assert "Never" in row.text
    assert main.all("button") == []


def test_a_refused_grade_says_why_and_is_sent_again(world, teacher):
    world.release(world.finished_writing())
    row = refuse(world)
    main = page(teacher)
    assert "Not taken. The LMS says this person is not a student of the course" in main.text
    answer = teacher.post(f"{GRADES}/{row.id}/again", follow_redirects=True)
    assert "It is on its way again" in answer.text
    assert state_of(world) == "waiting"


def test_one_that_is_on_its_way_already_is_said_to_be(world, teacher):
    world.release(world.finished_writing())
    (row,) = world.rows(Score)
    answer = teacher.post(f"{GRADES}/{row.id}/again")
    assert answer.status_code == 409
    assert "on its way already" in answer.text


def test_all_that_were_refused_are_sent_again_with_one_button(world, teacher):
    world.release(world.finished_writing())
    refuse(world)
    assert "Send the refused one again" in page(teacher).text
    answer = teacher.post(f"{GRADES}/again", follow_redirects=True)
    assert "It is on its way again" in answer.text
    assert state_of(world) == "waiting"


def test_a_name_cannot_become_part_of_the_page(world, teacher):
    world.release(world.finished_writing())
    with world.wired.db.begin() as session:
        session.execute(update(Person).values(name="<b>Robin</b>"))
    assert "<b>Robin</b>" in page(teacher).text


def test_a_student_without_a_name_is_shown_all_the_same(world, teacher):
    world.release(world.finished_writing())
    with world.wired.db.begin() as session:
        session.execute(update(Person).values(name=None))
    assert "Name not given by the LMS" in page(teacher).text


def test_a_student_does_not_see_the_grades_of_others(world):
    student = a_visit(world.wired, person_id=world.student.person_id, activity=REFLECTION)
    assert student.get(GRADES).status_code == 403
