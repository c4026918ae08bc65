"""A copied course says so once, to those who teach it."""

import pytest
from sqlalchemy import update

from lti_tool.errors import NotAllowedError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.platforms import Course
from lti_tool.usecases.lms import copies
from lti_tool.usecases.lms.copies import CopyNotice
from lti_tool.usecases.people import Actor
from tests.support.world import World


def a_copy(world: World, *history: str) -> Actor:
    """Somebody who teaches a course with this history."""
    teacher = world.someone(CourseRole.INSTRUCTOR, course="the-copy")
    with world.wired.db.begin() as session:
        session.execute(
            update(Course)
            .where(Course.context_id == "the-copy")
            .values(copied_from=list(history), title="The copy")
        )
    return teacher


def told(world: World, actor: Actor) -> CopyNotice | None:
    return world.do(copies.notice, actor)


@pytest.mark.parametrize(
    ("history", "title"),
    [
        (["course-1"], "Year 3"),
        (["unknown", "course-1"], "Year 3"),
        (["the-copy", "course-1"], "Year 3"),
        (["unknown"], None),
    ],
)
def test_a_copy_names_the_nearest_course_we_know(world, history, title):
    assert told(world, a_copy(world, *history)) == CopyNotice(title)


def test_the_nearest_of_several_is_named(world):
    world.someone(CourseRole.INSTRUCTOR, course="course-2")
    with world.wired.db.begin() as session:
        session.execute(
            update(Course).where(Course.context_id == "course-2").values(title="Year 4")
        )

    assert told(world, a_copy(world, "course-2", "course-1")) == CopyNotice("Year 4")


@pytest.mark.parametrize("history", [[], ["the-copy"]])
def test_a_course_that_is_no_copy_says_nothing(world, history):
    assert told(world, a_copy(world, *history)) is None


def test_what_was_read_is_not_told_again_to_anybody(world):
    teacher = a_copy(world, "course-1")
    colleague = world.someone(CourseRole.INSTRUCTOR, course="the-copy")

    for _ in range(2):
        world.do(copies.acknowledge, teacher)

    assert told(world, teacher) is None
    assert told(world, colleague) is None
    assert world.actions()["course.copy-noticed"] == 1


@pytest.mark.parametrize("role", [CourseRole.STUDENT, CourseRole.OBSERVER])
def test_only_those_who_teach_are_told_and_answer(world, role):
    a_copy(world, "course-1")
    other = world.someone(role, course="the-copy")

    assert told(world, other) is None
    with pytest.raises(NotAllowedError):
        world.do(copies.acknowledge, other)


def test_a_person_without_a_course_is_told_nothing(world):
    assert told(world, world.someone()) is None
