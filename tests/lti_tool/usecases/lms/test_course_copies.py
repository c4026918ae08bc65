"""A copied course works by its links' own words, and nobody's data comes along."""

from dataclasses import replace

import pytest

from lti_tool.errors import NotAllowedError
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.grades import LineItem, Score
from lti_tool.store.tables.people import Member, Visit
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import release
from lti_tool.usecases.lms import copies
from lti_tool.usecases.lms.copies import CopyNotice
from lti_tool.usecases.lms.rosters import course_list
from lti_tool.usecases.lms.scores import sent
from lti_tool.usecases.marking import marksheets, queue
from lti_tool.usecases.people import Actor
from tests.support.arriving import a_launch, arrive
from tests.support.builders import REFLECTION
from tests.support.world import World

TEACHING = frozenset({CourseRole.INSTRUCTOR})


def opened(world: World, **changes) -> Visit:
    """The visit of a launch from the copy; links there have new ids and a column of their own."""
    copied = {"context_id": "the-copy", "context_history": ("course-1",), **changes}
    arrival = arrive(world, a_launch(world, resource_link_id="copied-link", **copied))
    (visit,) = (row for row in world.rows(Visit) if row.number == arrival.visit.number)
    return visit


def teacher_of(world: World, visit: Visit) -> Actor:
    return replace(
        world.instructor,
        person_id=visit.person_id,
        course_id=visit.course_id,
        resource_link_id=visit.resource_link_id,
    )


@pytest.fixture
def teacher(world) -> Actor:
    """Somebody else teaches the copy; the old course has a student whose work was handed in."""
    world.hand_in()
    return teacher_of(world, opened(world, sub="new-teacher", course_roles=TEACHING))


def test_a_copied_link_opens_the_same_activity_in_a_course_of_its_own(world, teacher):
    (copy,) = (row for row in world.rows(Course) if row.context_id == "the-copy")
    (link,) = (row for row in world.rows(ResourceLink) if row.link_id == "copied-link")

    assert (copy.copied_from, link.course_id, link.activity) == (["course-1"], copy.id, REFLECTION)
    assert teacher.course_id == copy.id
    assert world.do(copies.notice, teacher) == CopyNotice("Year 3")


def test_work_of_the_old_course_is_not_there_to_mark_release_or_open(world, teacher):
    (old,) = world.do(queue.waiting, world.instructor)

    assert world.do(queue.waiting, teacher) == ()
    assert world.do(release.ready, teacher) == ()
    with pytest.raises(NotAllowedError):
        world.do(marksheets.open_marking, teacher, old.submission_id)


def test_people_of_the_old_course_are_not_in_the_new_one(world, teacher):
    listed = world.do(course_list.of_course, teacher)

    assert [one.name for one in (*listed.students, *listed.others)] == ["Amara Lindqvist"]
    members = {row.person_id for row in world.rows(Member) if row.course_id == teacher.course_id}
    assert members == {teacher.person_id}


def test_grades_of_the_old_course_are_not_in_the_new_one(world, teacher):
    (waiting,) = world.do(queue.waiting, world.instructor)
    world.mark(waiting.submission_id)
    world.release(waiting.submission_id)
    assert world.do(sent.in_course, world.instructor).count == 1

    assert world.do(sent.in_course, teacher).count == 0
    assert teacher.course_id not in {row.course_id for row in world.rows(Score)}
    assert teacher.course_id not in {row.course_id for row in world.rows(LineItem)}


def test_nobody_is_enrolled_by_a_copy_and_newcomers_begin_fresh(world, teacher):
    before = {row.person_id for row in world.rows(Enrolment)}
    visit = opened(world, sub="newcomer")

    (new,) = (row for row in world.rows(Enrolment) if row.person_id not in before)
    assert (new.person_id, teacher.person_id in before) == (visit.person_id, False)
    assert world.do(queue.waiting, teacher) == ()


def test_each_course_has_a_column_of_its_own(world, teacher):
    opened(world, sub="newcomer", line_item_url="https://lms.example.edu/items/copy")

    links = {row.link_id: row.line_item_url for row in world.rows(ResourceLink)}
    assert links["copied-link"] == "https://lms.example.edu/items/copy"
    assert links["copied-link"] not in [url for name, url in links.items() if name != "copied-link"]


def test_a_history_that_comes_later_is_noted_then(world):
    opened(world, sub="new-teacher", course_roles=TEACHING, context_history=())
    teacher = teacher_of(world, opened(world, sub="new-teacher", course_roles=TEACHING))

    assert world.do(copies.notice, teacher) == CopyNotice("Year 3")
