"""What is queued for the gradebook: one latest value per column and student, and no harm."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from lti_tool.lti.line_items import LINE_ITEM_READ_SCOPE
from lti_tool.lti.quirks import quirks_of
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.people import Member
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from lti_tool.usecases import enrolment
from lti_tool.usecases.activities import page
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.lms.grade_passback import Finished
from tests.support.builders import FIRST_PAGE, TASTER
from tests.support.world import WRITING, World

READING = FIRST_PAGE.split("/")[1]
COMPLETE = ("Completed", "FullyGraded", 1)
SUBMITTED = ("Submitted", "PendingManual", None)
RETURNED = ("InProgress", "NotReady", None)


def change(world, table, **values):
    """Set columns of every row of a table."""
    with world.wired.db.begin() as session:
        session.execute(update(table).values(**values))


def values(world):
    """What each row says, in the order of the rows' names."""
    rows = sorted(world.rows(Score), key=lambda row: row.activity)
    return [(row.activity_progress, row.grading_progress, row.given) for row in rows]


def the_score(world: World) -> Score:
    (row,) = world.rows(Score)
    return row


def round_two(world):
    """Handed in, returned, handed in once more, accepted; the values on the way."""
    seen = []
    submission_id = world.hand_in()
    seen.append(values(world))
    for level in ("absent", "established"):
        world.clock.move(timedelta(hours=1))
        world.mark(submission_id, level)
        world.release(submission_id)
        seen.append(values(world))
        if level == "absent":
            world.clock.move(timedelta(hours=1))
            submission_id = world.hand_in()
            seen.append(values(world))
    return seen


def test_an_accepted_reflection_is_queued_as_full_marks_with_its_message(world):
    world.release(world.finished_writing())
    row = the_score(world)
    assert values(world) == [COMPLETE]
    assert (row.maximum, row.state, row.decided_version, row.sent_version) == (1, "waiting", 1, 0)
    (message,) = world.messages("post_score")
    assert message.key == message.payload["score_id"] == str(row.id)
    assert message.id in world.queue.woken


@pytest.mark.parametrize("family", ["moodle", None, "blackboard"])
def test_progress_is_never_queued_for_an_lms_where_it_would_empty_the_grade(world, family):
    change(world, Registration, product_family=family)
    assert round_two(world) == [[], [], [], [COMPLETE]]


def test_canvas_is_told_of_each_step(world):
    change(world, Registration, product_family="canvas")
    assert round_two(world) == [[SUBMITTED], [RETURNED], [SUBMITTED], [COMPLETE]]


def test_every_newer_value_replaces_the_one_that_waits_in_the_same_message(world):
    change(world, Registration, product_family="canvas")
    round_two(world)
    assert the_score(world).decided_version == 4
    (message,) = world.messages("post_score")
    assert message.done_at is None


def test_progress_never_replaces_a_grade(world):
    change(world, Registration, product_family="canvas")
    world.release(world.finished_writing())
    enrolled = world.do(enrolment.of_student, world.student, TASTER)
    late = Finished(WRITING, world.student.resource_link_id, world.clock())
    assert not world.do(grade_passback.queue_submitted, enrolled, late)
    assert values(world) == [COMPLETE]


@pytest.mark.parametrize(
    ("family", "step"),
    [("moodle", timedelta(seconds=1)), ("canvas", timedelta(milliseconds=1))],
)
def test_two_values_of_one_moment_get_times_one_step_apart(world, family, step):
    change(world, Registration, product_family=family)
    world.clock.move(timedelta(microseconds=1_234_567))
    world.do(page.mark_done, world.opened_from(FIRST_PAGE), TASTER, READING)
    first = the_score(world).timestamp
    assert world.clock() - step < first <= world.clock()
    _send_once_more(world)
    assert the_score(world).timestamp == first + step


def _send_once_more(world):
    with world.wired.db.begin() as session:
        row = session.get_one(Score, (world.institution_id, the_score(world).id))
        course = session.get_one(Course, (world.institution_id, row.course_id))
        family = session.scalar(select(Registration.product_family))
        grade_passback.arm(session, row, course, quirks_of(family), now=world.clock())


def test_a_page_walked_to_from_another_link_counts_in_the_grade_of_its_own(world):
    own = world.opened_from(FIRST_PAGE).resource_link_id
    world.do(page.mark_done, world.student, TASTER, READING)
    assert the_score(world).resource_link_id == own


def test_the_same_activity_at_two_links_has_a_score_for_each_column(world):
    """Moodle's copy of an activity is another link with a column of its own (README point 24)."""
    world.do(page.mark_done, world.opened_from(FIRST_PAGE), TASTER, READING)
    with world.wired.db.begin() as session:
        first = session.scalars(
            select(ResourceLink).where(ResourceLink.activity == FIRST_PAGE)
        ).one()
        copied = ResourceLink(
            institution_id=first.institution_id,
            id=uuid4(),
            course_id=first.course_id,
            link_id="copy",
            activity=FIRST_PAGE,
            line_item_url="https://lms.example.edu/line-items/copy",
            seen_at=first.seen_at,
        )
        session.add(copied)
    enrolled = world.do(enrolment.of_student, world.student, TASTER)
    for _ in range(2):
        world.do(grade_passback.queue_earlier, enrolled, READING, copied.id)
    assert {row.resource_link_id for row in world.rows(Score)} == {first.id, copied.id}
    assert [row.decided_version for row in world.rows(Score)] == [1, 1]


@pytest.mark.parametrize(
    "roles",
    [
        [CourseRole.INSTRUCTOR],
        [CourseRole.OBSERVER],
        [CourseRole.STUDENT, CourseRole.TEST_STUDENT],
        [],
    ],
    ids=str,
)
def test_only_students_are_graded(world, roles):
    change(world, Member, roles=[role.value for role in roles])
    world.release(world.finished_writing())
    assert world.rows(Score) == []
    assert world.messages("post_score") == []


def test_a_test_students_enrolment_is_never_graded(world):
    change(world, Enrolment, is_test=True)
    world.release(world.finished_writing())
    assert world.rows(Score) == []


def test_who_is_a_student_only_by_the_roster_is_graded(world):
    change(world, Member, roles=[], roster_roles=["student"])
    world.release(world.finished_writing())
    assert values(world) == [COMPLETE]


@pytest.mark.parametrize(
    ("course", "queued"),
    [
        ({}, 0),
        ({"line_items_url": "https://lms.example.edu/items"}, 0),
        ({"service_scopes": [LINE_ITEM_READ_SCOPE]}, 0),
        (
            {
                "line_items_url": "https://lms.example.edu/items",
                "service_scopes": [LINE_ITEM_READ_SCOPE],
            },
            1,
        ),
    ],
    ids=str,
)
def test_without_a_column_marked_work_is_queued_where_one_can_be_looked_for(world, course, queued):
    reader = world.opened_from(FIRST_PAGE)
    change(world, ResourceLink, line_item_url=None)
    if course:
        change(world, Course, **course)
    world.read_pages(reader)
    world.release(world.finished_writing())
    assert len(world.rows(Score)) == queued


@pytest.mark.parametrize("opens", [None, TASTER])
def test_marked_work_reached_from_a_link_to_the_whole_course_is_queued_there(world, opens):
    change(world, ResourceLink, line_item_url=None, activity=opens)
    change(
        world,
        Course,
        line_items_url="https://lms.example.edu/items",
        service_scopes=[LINE_ITEM_READ_SCOPE],
    )
    world.release(world.finished_writing())
    assert the_score(world).resource_link_id == world.student.resource_link_id


def test_work_reached_by_no_link_at_all_is_not_queued(world):
    world.student = replace(world.student, resource_link_id=None)
    world.release(world.finished_writing())
    assert world.rows(Score) == []
