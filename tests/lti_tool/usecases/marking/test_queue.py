"""The queue: for whom what waits, in an order of each marker's own, by codes."""

from uuid import uuid4

import pytest

from lti_tool.errors import NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.usecases.marking import queue
from lti_tool.usecases.people import OfficeRole


def waiting(world, marker=None):
    return world.do(queue.waiting, marker or world.instructor)


def test_what_is_handed_in_waits_until_it_is_released(world):
    assert waiting(world) == ()
    submission_id = world.hand_in()
    (line,) = waiting(world)
    assert (line.submission_id, line.words, line.is_begun, line.is_finished) == (
        submission_id,
        150,
        False,
        False,
    )
    assert "Robin" not in repr(line)
    world.mark(submission_id)
    (line,) = waiting(world)
    assert line.is_begun
    assert line.is_finished
    world.release(submission_id)
    assert waiting(world) == ()


def test_each_marker_has_an_order_of_their_own_that_stays(world):
    submissions = {world.hand_in(world.another_student()) for _ in range(6)}
    markers = [world.someone(office=[OfficeRole.MARKER]) for _ in range(6)]
    orders = {tuple(line.submission_id for line in waiting(world, one)) for one in markers}
    assert all(set(order) == submissions for order in orders)
    assert len(orders) > 1
    assert waiting(world) == waiting(world)


@pytest.mark.parametrize(
    ("roles", "course"),
    [
        ([CourseRole.STUDENT], "course-1"),
        ([CourseRole.INSTRUCTOR], "course-2"),
        ([CourseRole.DESIGNER], "course-1"),
    ],
)
def test_others_have_nothing_to_mark(world, roles, course):
    world.hand_in()
    assert waiting(world, world.someone(*roles, course=course)) == ()


def test_ones_own_work_does_not_wait_for_oneself(world):
    both = world.someone(CourseRole.STUDENT, office=[OfficeRole.MARKER])
    world.hand_in(both)
    assert waiting(world, both) == ()
    assert len(waiting(world)) == 1


def test_the_next_is_the_first_unfinished_going_round(world):
    for _ in range(3):
        world.hand_in(world.another_student())
    first, second, third = (line.submission_id for line in waiting(world))
    world.mark(third)
    lines = waiting(world)
    assert queue.next_unfinished(lines, after=first).submission_id == second
    assert queue.next_unfinished(lines, after=second).submission_id == first
    assert queue.next_unfinished(lines, after=third).submission_id == first
    assert queue.next_unfinished(lines, after=uuid4()).submission_id == first
    for submission_id in (first, second):
        world.mark(submission_id)
    assert queue.next_unfinished(waiting(world), after=first) is None


def test_unknown_work_is_not_here(world):
    with pytest.raises(NotFoundError):
        world.do(queue.find, world.instructor, uuid4())
