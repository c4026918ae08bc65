"""What teachers see of the grades that were sent, and sending them again."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from lti_tool.errors import ConflictError, NotAllowedError, NotFoundError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.score_refusals import SENTENCES
from lti_tool.store.tables.grades import Score
from lti_tool.usecases.lms.scores import sent
from lti_tool.usecases.people import OfficeRole

GONE = Answer(status=422, headers={}, body=b'{"errors": {"message": "still unpublished"}}')


def accept(world, student=None):
    world.release(world.finished_writing(student))


def shown(world, actor=None):
    return world.do(sent.in_course, actor or world.instructor)


def test_a_teacher_sees_each_grade_with_its_state_and_the_refused_ones_first(world, canvas, send):
    accept(world)
    send()
    refused = world.another_student()
    accept(world, refused)
    canvas.instead = [GONE]
    send()
    world.hand_in(world.another_student())
    listed = shown(world)
    assert [line.state for line in listed.shown] == ["refused", "waiting", "sent"]
    assert [line.sentence.id for line in listed.shown] == [
        "grades.unpublished",
        "grades.state-waiting",
        "grades.state-sent",
    ]
    assert [line.value.id for line in listed.shown] == [
        "grades.value-complete",
        "grades.value-submitted",
        "grades.value-complete",
    ]
    assert (listed.title, listed.count, listed.refused) == ("Year 3", 3, 1)
    first, _, last = listed.shown
    assert (first.name, first.sent_at, first.can_be_sent_again) == ("Robin Weber", None, True)
    assert (last.sent_at, last.can_be_sent_again) == (world.clock(), False)


def test_what_waits_for_a_busy_lms_says_so(world, canvas, send):
    accept(world)
    canvas.instead = [Answer(status=503, headers={}, body=b"")]
    send()
    (line,) = shown(world).shown
    assert (line.state, line.sentence.id) == ("waiting", "grades.busy")


def test_a_refusal_of_an_unknown_reason_still_has_a_sentence(world, canvas):
    accept(world)
    change(world, state="refused", fault={"code": "grades.from-another-version"})
    (line,) = shown(world).shown
    assert line.sentence.id == "grades.refused"


def change(world, **values):
    with world.wired.db.begin() as session:
        session.execute(update(Score).values(**values))


def test_every_reason_can_be_shown(world, canvas):
    accept(world)
    for code in SENTENCES:
        change(world, state="refused", fault={"code": code, "values": {}})
        (line,) = shown(world).shown
        assert line.sentence.id == code


def test_a_value_and_an_activity_that_are_no_longer_known_are_shown_all_the_same(world, canvas):
    accept(world)
    change(world, activity_progress="Started", activity="gone/activity", state="kept")
    (line,) = shown(world).shown
    assert (line.value.id, line.activity_title) == ("grades.value-other", "gone/activity")
    assert line.sentence.id == "grades.state-kept"


def test_a_refused_grade_is_sent_again_dated_later(world, moodle, send):
    accept(world)
    moodle.instead = [GONE]
    send()
    (before,) = world.rows(Score)
    world.clock.move(timedelta(minutes=5))
    world.do(sent.send_again, world.instructor, before.id)
    assert send() == 1
    (after,) = world.rows(Score)
    assert (after.state, after.timestamp) == ("sent", before.timestamp + timedelta(minutes=5))
    assert world.actions()["score.sent-again"] == 1


def test_sending_again_counts_over_a_newer_entry_of_the_lms(world, moodle, send):
    accept(world)
    moodle.lose_answers = 1
    send()
    moodle.only().grade, moodle.only().timestamp = 0.3, world.clock() + timedelta(minutes=1)
    world.clock.move(timedelta(minutes=2))
    send()
    (row,) = world.rows(Score)
    assert row.fault["code"] == "grades.older"
    world.do(sent.send_again, world.instructor, row.id)
    send()
    assert moodle.only().grade == 1


def test_all_that_were_refused_are_sent_again_at_once(world, canvas, send):
    canvas.instead = [GONE, GONE]
    for student in (None, world.another_student(), world.another_student()):
        accept(world, student)
    send()
    world.clock.move(timedelta(minutes=1))
    assert world.do(sent.send_refused_again, world.instructor) == 2
    assert send() == 2
    assert {row.state for row in world.rows(Score)} == {"sent"}
    assert world.do(sent.send_refused_again, world.instructor) == 0


def test_what_is_on_its_way_is_not_sent_twice(world, canvas):
    accept(world)
    (row,) = world.rows(Score)
    with pytest.raises(ConflictError):
        world.do(sent.send_again, world.instructor, row.id)


def test_what_the_lms_has_can_be_sent_again_when_it_lost_it(world, moodle, send):
    accept(world)
    send()
    moodle.held.clear()
    (row,) = world.rows(Score)
    world.clock.move(timedelta(minutes=1))
    world.do(sent.send_again, world.instructor, row.id)
    assert send() == 1
    assert moodle.only().grade == 1


def test_a_grade_of_another_course_or_none_is_not_theirs_to_send(world, canvas):
    accept(world)
    (row,) = world.rows(Score)
    elsewhere = world.someone(CourseRole.INSTRUCTOR, course="course-2")
    for actor, score_id in ((elsewhere, row.id), (world.instructor, uuid4())):
        with pytest.raises(NotFoundError):
            world.do(sent.send_again, actor, score_id)
    assert world.do(sent.send_refused_again, elsewhere) == 0
    assert shown(world, elsewhere).shown == ()


@pytest.mark.parametrize(
    ("roles", "office"),
    [
        ([CourseRole.STUDENT], []),
        ([CourseRole.OBSERVER], []),
        ([], [OfficeRole.ADMINISTRATOR]),
    ],
    ids=str,
)
def test_only_those_who_teach_the_course_see_its_grades(world, roles, office):
    who = world.someone(*roles, office=office)
    with pytest.raises(NotAllowedError):
        shown(world, who)
    with pytest.raises(NotAllowedError):
        world.do(sent.send_refused_again, who)
    with pytest.raises(NotAllowedError):
        world.do(sent.send_again, who, uuid4())


def test_a_long_list_is_cut_after_what_needs_a_look(world, canvas, send, monkeypatch):
    monkeypatch.setattr(sent, "MOST_SHOWN", 1)
    for student in (None, world.another_student()):
        accept(world, student)
    canvas.instead = [None, GONE]
    send()
    listed = shown(world)
    assert [line.state for line in listed.shown] == ["refused"]
    assert listed.count == 2
