"""Columns where a launch named none: found, or made once, in this course and no other."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import update

from lti_tool import worker
from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.line_items import LINE_ITEM_READ_SCOPE, LINE_ITEM_SCOPE
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.lti.registrations import find_registration
from lti_tool.store.tables.grades import LineItem, Score
from lti_tool.store.tables.platforms import Course, Registration, ResourceLink
from lti_tool.usecases.lms import columns
from tests.lti_tool.usecases.lms.scores.a_gradebook import ITEMS
from tests.support.builders import FIRST_PAGE, LMS, REFLECTION


def unplaced(world, *scopes):
    """A course whose links name no column, with these scopes granted."""
    with world.wired.db.begin() as session:
        session.execute(update(ResourceLink).values(line_item_url=None))
        session.execute(
            update(Course).values(
                line_items_url=f"{LMS}/line-items?type_id=1", service_scopes=[SCORE_SCOPE, *scopes]
            )
        )


def accept(world, student=None):
    world.release(world.finished_writing(student))


def a_column(**members):
    return {"id": f"{ITEMS}/7", "label": "Reflection", "scoreMaximum": 1, **members}


def test_a_column_is_made_for_marked_work_and_tied_to_its_link(world, moodle, send, the_score):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    assert send() == 1
    (made,) = moodle.columns
    assert (made["resourceId"], made["resourceLinkId"]) == (REFLECTION, REFLECTION)
    assert (made["scoreMaximum"], made["tag"]) == (1, "reflection")
    assert the_score().sent_line_item == made["id"]
    (row,) = world.rows(LineItem)
    assert (row.url, row.is_ours) == (made["id"], True)
    assert world.actions()["line-item.made"] == 1


def test_the_next_student_finds_the_column_that_was_made(world, moodle, send):
    unplaced(world, LINE_ITEM_SCOPE)
    for student in (None, world.another_student()):
        unplaced(world, LINE_ITEM_SCOPE)
        accept(world, student)
        send()
    assert len(moodle.columns) == 1
    assert len(moodle.held) == 2


def test_a_column_whose_making_was_not_answered_is_found_and_not_made_twice(
    world, moodle, send, the_score
):
    unplaced(world, LINE_ITEM_SCOPE)
    moodle.lose_answers = 1
    accept(world)
    assert send() == 0
    assert len(moodle.columns) == 1
    world.clock.move(timedelta(minutes=5))
    assert send() == 1
    assert len(moodle.columns) == 1
    assert the_score().state == "sent"


def test_canvas_is_given_no_column_as_students_would_see_an_assignment(
    world, canvas, send, the_score
):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    send()
    assert canvas.columns == []
    assert canvas.posts() == []
    assert (the_score().state, world.messages("post_score")[0].set_aside_at) == ("kept", None)
    assert world.rows(LineItem) == []


def test_who_may_only_read_columns_makes_none(world, moodle, send, the_score):
    unplaced(world, LINE_ITEM_READ_SCOPE)
    accept(world)
    send()
    assert (the_score().state, moodle.columns) == ("kept", [])


def test_who_may_no_longer_look_for_columns_keeps_the_grade_here(world, moodle, send, the_score):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    unplaced(world)
    send()
    assert (the_score().state, moodle.calls) == ("kept", [])


@pytest.mark.parametrize(
    "members",
    [
        {"resourceId": REFLECTION, "resourceLinkId": REFLECTION},
        {"resourceId": REFLECTION},
        {"resourceLinkId": REFLECTION},
    ],
    ids=str,
)
@pytest.mark.parametrize("family", ["moodle", "canvas"])
def test_a_column_that_is_there_is_found(world, connect, send, the_score, family, members):
    book = connect(family)
    book.columns = [a_column(id=f"{ITEMS}/1", resourceId="other"), a_column(**members)]
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    send()
    assert the_score().sent_line_item == f"{ITEMS}/7"
    assert len(book.columns) == 2


def test_the_column_of_a_copied_activity_is_not_taken_for_this_ones(world, moodle, send, the_score):
    """In Moodle both have the same resource id and tag (README point 24)."""
    moodle.columns = [a_column(resourceId=REFLECTION, resourceLinkId="the copy")]
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    send()
    assert the_score().sent_line_item == f"{ITEMS}/made-2"


def test_two_columns_of_one_link_that_are_not_ours_are_left_alone(world, canvas, send, the_score):
    canvas.columns = [
        a_column(id=f"{ITEMS}/{number}", resourceLinkId=REFLECTION) for number in (1, 2)
    ]
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    send()
    assert the_score().state == "kept"


def test_from_a_link_to_the_whole_course_any_column_of_the_activity_is_right(
    world, canvas, send, the_score
):
    canvas.columns = [a_column(resourceId=REFLECTION, resourceLinkId="never opened")]
    unplaced(world, LINE_ITEM_READ_SCOPE)
    with world.wired.db.begin() as session:
        session.execute(update(ResourceLink).values(activity=None))
    accept(world)
    send()
    assert the_score().sent_line_item == f"{ITEMS}/7"


def test_the_column_a_link_gets_while_it_opens_something_else_is_not_used(
    world, moodle, send, the_score
):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    with world.wired.db.begin() as session:
        session.execute(
            update(ResourceLink).values(activity=FIRST_PAGE, line_item_url=f"{LMS}/another")
        )
    send()
    assert the_score().sent_line_item == f"{ITEMS}/made-1"


def test_a_column_of_ours_that_is_gone_is_looked_for_once_more(world, moodle, send, the_score):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    gone = Answer(status=404, headers={}, body=b"")
    none = [None, None, None]
    moodle.instead = [*none, gone]
    send()
    assert (the_score().state, world.rows(LineItem)) == ("waiting", [])
    moodle.columns.clear()
    world.clock.move(timedelta(minutes=5))
    send()
    assert (the_score().state, len(moodle.columns)) == ("sent", 1)


def test_a_column_that_vanishes_again_and_again_is_given_up(world, moodle, send, the_score):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    moodle._score = lambda _call: Answer(status=404, headers={}, body=b"")
    for _ in range(3):
        send()
        world.clock.move(timedelta(hours=1))
    assert the_score().fault["code"] == "grades.column-gone"
    assert len(moodle.columns) == 1


def test_each_course_has_columns_of_its_own(world, moodle, send):
    unplaced(world, LINE_ITEM_SCOPE)
    accept(world)
    send()
    with world.wired.db.begin() as session:
        course_id = _a_copy(session, world)
    wanted = _wanted(world, course_id, f"{LMS}/copied-items")
    moodle.columns = []
    url = columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock())
    assert url is not None
    assert moodle.calls[-1].url == f"{LMS}/copied-items"
    assert {row.course_id for row in world.rows(LineItem)} == {
        world.student.course_id,
        course_id,
    }


def _a_copy(session, world):
    course = session.get_one(Course, (world.institution_id, world.student.course_id))
    left_out = ("id", "context_id", "copied_from")
    values = {
        column.key: getattr(course, column.key)
        for column in Course.__table__.columns
        if column.key not in left_out
    }
    copy = Course(**values, id=uuid4(), context_id="copy", copied_from=[course.context_id])
    session.add(copy)
    session.flush()
    return copy.id


def _wanted(world, course_id, line_items_url) -> columns.Wanted:
    (registration,) = world.rows(Registration)
    return columns.Wanted(
        registration=world.do(find_registration, registration.id),
        institution_id=world.institution_id,
        course_id=course_id,
        line_items_url=line_items_url,
        scopes=frozenset({LINE_ITEM_SCOPE}),
        activity=REFLECTION,
        title="First reflection",
        tag="reflection",
        resource_link_id="1",
    )


def test_while_somebody_looks_the_others_come_back_later(world, moodle):
    wanted = _wanted(world, world.student.course_id, ITEMS)
    seen = []

    def look_too():
        with pytest.raises(PlatformError) as raised:
            columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock())
        seen.append((raised.value.code, raised.value.retryable, raised.value.retry_after))

    real = moodle._list

    def listing(call):
        if not seen:
            look_too()
        return real(call)

    moodle._list = listing
    assert columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock()) is not None
    assert seen == [("grades.column-sought", True, 5)]
    assert len(moodle.columns) == 1


def test_who_begins_to_look_in_the_same_moment_comes_back_later(world, moodle):
    """On PostgreSQL the second row waits for the first to be committed, and then clashes."""
    wanted = _wanted(world, world.student.course_id, ITEMS)

    def look_too():
        return columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock())

    with ThreadPoolExecutor(1) as pool:
        with world.wired.db.begin() as session:
            session.add(
                LineItem(
                    institution_id=world.institution_id,
                    course_id=world.student.course_id,
                    activity=REFLECTION,
                    is_ours=False,
                    looked_at=world.clock(),
                )
            )
            session.flush()
            other = pool.submit(look_too)
            time.sleep(0.2)
        with pytest.raises(PlatformError) as raised:
            other.result()
    assert raised.value.code == "grades.column-sought"


def _somebody_began_to_look(world, **ago):
    with world.wired.db.begin() as session:
        session.add(
            LineItem(
                institution_id=world.institution_id,
                course_id=world.student.course_id,
                activity=REFLECTION,
                is_ours=False,
                looked_at=world.clock() - timedelta(**ago),
            )
        )


def test_who_reads_a_slow_list_to_its_end_is_waited_for(world, moodle):
    # Two lists are read before a column is made, each for up to three minutes.
    _somebody_began_to_look(world, minutes=6)
    wanted = _wanted(world, world.student.course_id, ITEMS)

    with pytest.raises(PlatformError) as raised:
        columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock())

    assert raised.value.code == "grades.column-sought"
    assert not moodle.columns


def test_who_died_while_looking_is_not_waited_for(world, moodle):
    _somebody_began_to_look(world, minutes=8)
    wanted = _wanted(world, world.student.course_id, ITEMS)
    assert columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock()) is not None
    (row,) = world.rows(LineItem)
    assert row.url == f"{ITEMS}/made-1"


def test_two_workers_with_two_students_make_one_column(world, moodle):
    """Each listing waits for the other worker, so that both would find nothing and make one."""
    students = [world.student, world.another_student()]
    unplaced(world, LINE_ITEM_SCOPE)
    for student in students:
        accept(world, student)
    start = Barrier(2)

    def work(message):
        start.wait()
        return worker.deliver(world.wired, message.id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, world.messages("post_score")))
    world.clock.move(timedelta(minutes=1))
    for message in world.messages("post_score"):
        worker.deliver(world.wired, message.id)
    assert len(moodle.columns) == 1
    assert {row.state for row in world.rows(Score)} == {"sent"}


def test_a_column_named_by_http_is_called_over_https_where_the_lms_has_it(world, moodle):
    moodle.columns = [a_column(id="http://lms.example.edu/line-items/7", resourceId=REFLECTION)]
    wanted = _wanted(world, world.student.course_id, ITEMS)
    url = columns.find_or_make(world.wired.db, moodle, wanted, now=world.clock())
    assert url == f"{ITEMS}/7"


def test_two_values_of_one_student_in_two_workers_end_with_the_later_one(world, moodle, the_score):
    """Both workers take the message at once: one has the lease, and the later value goes out."""
    accept(world)
    (message,) = world.messages("post_score")
    start = Barrier(2)

    def work(_number):
        start.wait()
        return worker.deliver(world.wired, message.id)

    with ThreadPoolExecutor(2) as pool:
        delivered = list(pool.map(work, range(2)))
    assert sorted(delivered) == [False, True]
    assert (moodle.only().posts, the_score().state) == (1, "sent")
