"""Scores on their way: each arrives once in effect, and what is refused is kept with its reason."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from lti_tool import outbox
from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.line_items import LINE_ITEM_READ_SCOPE
from lti_tool.lti.reading.services import SCORE_SCOPE
from lti_tool.sentence import say
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.grades import Score
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.people import Member
from lti_tool.store.tables.platforms import Course, ResourceLink
from lti_tool.usecases import enrolment
from lti_tool.usecases.activities import page
from lti_tool.usecases.lms import grade_passback
from tests.lti_tool.usecases.lms.scores.a_gradebook import SUBMISSION
from tests.support.builders import FIRST_PAGE, LMS, TASTER
from tests.support.world import WRITING

READING = FIRST_PAGE.split("/")[1]


def change(world, table, **values):
    """Set columns of every row of a table."""
    with world.wired.db.begin() as session:
        session.execute(update(table).values(**values))


def accept(world, student=None):
    world.release(world.finished_writing(student))


def test_an_accepted_reflection_is_full_marks_and_noted_as_sent(world, moodle, send, the_score):
    accept(world)
    world.clock.move(timedelta(seconds=3))
    assert send() == 1
    (post,) = moodle.posts()
    assert (post["scoreGiven"], post["scoreMaximum"]) == (1, 1)
    assert (post["activityProgress"], post["gradingProgress"]) == ("Completed", "FullyGraded")
    row = the_score()
    assert (row.state, row.sent_version, row.sent_at) == ("sent", 1, world.clock())
    assert row.sent_line_item.startswith(f"{LMS}/line-items/")
    assert world.actions()["score.posted"] == 1
    assert send() == 0


@pytest.mark.parametrize("family", ["moodle", "canvas", None])
@pytest.mark.parametrize("lost", [1, 2])
def test_a_score_whose_answer_got_lost_counts_once(world, connect, send, the_score, family, lost):
    book = connect(family)
    book.lose_answers = lost
    accept(world)
    for _ in range(lost + 1):
        send()
        world.clock.move(timedelta(hours=1))
    assert (the_score().state, book.only().grade, world.actions()["score.posted"]) == ("sent", 1, 1)
    assert len({str(post) for post in book.posts()}) == 1
    if family == "canvas":
        assert len(book.only().attempts) == 1
    else:
        assert book.only().posts == 1


def test_canvas_sees_two_rounds_as_two_attempts_and_never_loses_a_grade(world, canvas, send):
    submission_id = world.hand_in()
    send()
    held = canvas.only()
    held.grade = 0.4  # entered by a teacher
    for level in ("absent", "established"):
        world.clock.move(timedelta(days=1))
        world.mark(submission_id, level)
        world.release(submission_id)
        send()
        if level == "absent":
            assert held.grade == 0.4
            world.clock.move(timedelta(days=1))
            submission_id = world.hand_in()
            send()
            assert held.grade == 0.4
    assert (held.grade, held.cleared, len(held.attempts), held.posts) == (1, 0, 2, 4)


def test_canvas_dates_an_attempt_as_it_was_handed_in_and_never_by_when_it_was_graded(
    world, canvas, send
):
    handed_in = world.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    submission_id = world.hand_in()
    world.clock.move(timedelta(days=9))
    world.mark(submission_id)
    world.release(submission_id)
    send()
    assert canvas.only().attempts == [handed_in]


def test_a_grade_after_the_hand_in_was_sent_counts_no_attempt(world, canvas, send):
    submission_id = world.hand_in()
    send()
    world.mark(submission_id)
    world.clock.move(timedelta(days=1))
    world.release(submission_id)
    send()
    first, second = canvas.posts()
    assert first[SUBMISSION]["new_submission"] is True
    assert second[SUBMISSION] == {"new_submission": False}


def test_canvas_is_told_where_its_gradebook_opens_the_work(world, canvas, send):
    world.hand_in()
    send()
    (post,) = canvas.posts()
    base = f"{world.wired.settings.base_url}/review/"
    assert post[SUBMISSION]["submission_data"].startswith(base)
    assert post[SUBMISSION]["submission_type"] == "basic_lti_launch"


def test_a_page_has_no_work_to_open(world, canvas, send):
    world.do(page.mark_done, world.opened_from(FIRST_PAGE), TASTER, READING)
    send()
    (post,) = canvas.posts()
    assert post[SUBMISSION] == {"new_submission": True}


def test_with_its_attempts_used_up_a_grade_counts_all_the_same(world, canvas, send, the_score):
    canvas.most_attempts = 0
    accept(world)
    send()
    assert (the_score().state, canvas.only().grade, canvas.only().attempts) == ("sent", 1, [])


def test_with_its_attempts_used_up_a_hand_in_is_refused(world, canvas, send, the_score):
    canvas.most_attempts = 0
    world.hand_in()
    send()
    assert the_score().fault == {"code": "grades.attempts-used", "values": {}}


def refused(status, message=""):
    """An answer of Canvas."""
    body = f'{{"errors": {{"message": "{message}"}}}}'.encode()
    return Answer(status=status, headers={}, body=body)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused(422, "User not found in course or is not a student"), "grades.not-student"),
        (refused(422, "This assignment is still unpublished"), "grades.unpublished"),
        (refused(401, "Insufficient permissions"), "grades.no-scope"),
        (refused(401, "Invalid Developer Key"), "grades.tool-off"),
        (refused(418, "Sam wrote: I was afraid"), "grades.refused"),
    ],
)
def test_what_is_refused_for_good_is_kept_with_its_reason_and_nothing_else(
    world, canvas, send, the_score, answer, code
):
    canvas.instead = [answer]
    accept(world)
    assert send() == 0
    row = the_score()
    assert (row.state, row.fault, row.sent_version) == ("refused", {"code": code, "values": {}}, 0)
    (message,) = world.messages("post_score")
    assert message.set_aside_at == world.clock()
    assert message.last_error.startswith(f"{code}: ")
    assert world.actions()["score.posted"] == 0
    (event,) = (one for one in world.rows(AuditEvent) if one.action == "score.refused")
    assert event.details == {"code": code}


def test_one_who_left_the_course_is_said_to_have_left(world, canvas, send, the_score):
    canvas.instead = [refused(422, "User not found in course or is not a student")]
    accept(world)
    change(world, Member, left_at=world.clock())
    send()
    assert the_score().fault["code"] == "grades.left"


def test_moodle_takes_a_grade_of_one_who_left_and_so_do_we(world, moodle, send, the_score):
    accept(world)
    change(world, Member, left_at=world.clock())
    send()
    assert the_score().state == "sent"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("platform.client-unknown", "grades.connection"),
        ("platform.answer-too-large", "grades.connection"),
        ("platform.scopes-refused", "grades.no-scope"),
        ("platform.not-let-in", "grades.no-scope"),
        ("platform.gone", "grades.course-ended"),
    ],
)
def test_what_fails_on_the_way_is_told_apart_from_what_is_wrong_with_a_grade(
    world, canvas, send, the_score, error, code
):
    sentence = say("test.refused", "The LMS said no.")
    canvas.instead = [PlatformError(error, sentence, retryable=False)]
    accept(world)
    send()
    assert (the_score().state, the_score().fault["code"]) == ("refused", code)


def test_where_the_latest_launch_grants_no_scores_the_lms_is_not_asked(
    world, canvas, send, the_score
):
    accept(world)
    change(world, Course, service_scopes=[LINE_ITEM_READ_SCOPE])
    send()
    assert canvas.calls == []
    assert the_score().fault["code"] == "grades.no-scope"


def test_an_lms_that_is_busy_is_asked_again_and_the_teacher_is_told(world, canvas, send, the_score):
    canvas.instead = [refused(503)]
    accept(world)
    send()
    row = the_score()
    assert (row.state, row.fault["code"]) == ("waiting", "platform.busy")
    world.clock.move(timedelta(hours=1))
    send()
    assert (the_score().state, the_score().fault) == ("sent", None)


def test_after_two_days_of_silence_a_person_is_asked_to_look(world, canvas, send, the_score):
    accept(world)
    for _ in range(outbox.MOST_ATTEMPTS):
        assert the_score().state == "waiting"
        canvas.instead = [refused(503)]
        send()
        world.clock.move(timedelta(days=1))
    assert (the_score().state, the_score().fault["code"]) == ("refused", "grades.silent")
    assert world.messages("post_score")[0].set_aside_at is not None


def test_a_locked_grade_of_moodle_is_believed_after_three_tries(world, moodle, send, the_score):
    accept(world)
    locked = Answer(status=500, headers={}, body=b"[]")
    for state in ("waiting", "waiting", "refused"):
        moodle.instead = [locked]
        send()
        assert (the_score().state, the_score().fault["code"]) == (state, "grades.locked")
        world.clock.move(timedelta(hours=1))


def test_a_newer_entry_in_the_lms_stays_until_somebody_decides(world, moodle, send, the_score):
    accept(world)
    world.clock.move(timedelta(minutes=5))
    moodle.lose_answers = 1
    send()
    held = moodle.only()
    held.grade, held.timestamp = 0.3, world.clock()
    world.clock.move(timedelta(minutes=5))
    send()
    assert (the_score().fault["code"], held.grade) == ("grades.older", 0.3)


def test_without_leave_to_read_results_nothing_is_taken_for_granted(world, moodle, send, the_score):
    accept(world)
    change(world, Course, service_scopes=[SCORE_SCOPE])
    moodle.lose_answers = 1
    send()
    world.clock.move(timedelta(minutes=5))
    send()
    assert the_score().fault["code"] == "grades.older"


@pytest.mark.parametrize("family", ["moodle", "canvas"])
def test_a_value_that_changes_while_it_is_posted_goes_out_right_after(
    world, connect, send, the_score, family
):
    book = connect(family)

    def decide_once_more():
        book.on_post = lambda: None
        enrolled = world.do(enrolment.of_student, world.student, TASTER)
        finished = grade_passback.Finished(
            WRITING, world.student.resource_link_id, the_score().submitted_at
        )
        world.clock.move(timedelta(seconds=1))
        world.do(grade_passback.queue_score, enrolled, finished)

    book.on_post = decide_once_more
    accept(world)
    send()
    row = the_score()
    assert (row.state, row.decided_version - row.sent_version) == ("waiting", 1)
    assert world.messages("post_score")[0].done_at is None
    world.clock.move(timedelta(seconds=1))
    send()
    row = the_score()
    assert (row.state, row.decided_version) == ("sent", row.sent_version)
    first, second = (post["timestamp"] for post in book.posts())
    assert first < second


def test_a_refusal_of_an_old_value_does_not_hold_up_the_newer_one(world, canvas, send, the_score):
    submission_id = world.hand_in()
    canvas.most_attempts = 0

    def accept_it():
        canvas.on_post = lambda: None
        world.clock.move(timedelta(hours=1))
        world.mark(submission_id)
        world.release(submission_id)

    canvas.on_post = accept_it
    send()
    assert (the_score().state, the_score().fault) == ("waiting", None)
    send()
    assert (the_score().state, canvas.only().grade) == ("sent", 1)


def test_a_course_that_ended_is_asked_no_more_and_everything_is_kept(world, canvas, send):
    grant_columns(world)
    for student in (None, world.another_student(), world.another_student()):
        accept(world, student)
    canvas.has_ended = True
    assert send() == 0
    assert len(canvas.posts()) == 1
    assert {row.state for row in world.rows(Score)} == {"refused"}
    assert {row.fault["code"] for row in world.rows(Score)} == {"grades.course-ended"}
    assert all(one.set_aside_at for one in world.messages("post_score"))


def grant_columns(world):
    """Let the course's columns be read."""
    scopes = [SCORE_SCOPE, LINE_ITEM_READ_SCOPE]
    change(world, Course, line_items_url=f"{LMS}/items", service_scopes=scopes)


def test_another_course_goes_on_when_one_has_ended(world, canvas, send):
    accept(world)
    accept(world, world.another_student())
    with world.wired.db.begin() as session:
        first, other = session.query(Score).all()
        other.course_id = _another_course(session, first)
    canvas.instead = [refused(422, "This course has concluded. AGS requests will no longer")]
    for message in world.messages("post_score"):
        if message.payload["score_id"] == str(other.id):
            change_payload(world, message, course_id=str(other.course_id))
    send()
    states = {row.id: row.state for row in world.rows(Score)}
    assert states == {first.id: "refused", other.id: "sent"}


def change_payload(world, message, **values):
    with world.wired.db.begin() as session:
        row = session.get_one(OutboxMessage, (world.institution_id, message.id))
        row.payload = {**row.payload, **values}


def _another_course(session, score):
    course = session.get_one(Course, (score.institution_id, score.course_id))
    values = {
        column.key: getattr(course, column.key)
        for column in Course.__table__.columns
        if column.key not in ("id", "context_id")
    }
    other = Course(**values, id=uuid4(), context_id="course-9")
    session.add(other)
    session.flush()
    return other.id


def test_a_column_that_is_gone_is_forgotten_until_a_launch_names_another(
    world, canvas, send, the_score
):
    grant_columns(world)
    accept(world)
    canvas.instead = [refused(404, "The specified resource does not exist.")]
    send()
    assert the_score().fault["code"] == "grades.column-gone"
    (link,) = (one for one in world.rows(ResourceLink) if one.id == world.student.resource_link_id)
    assert link.line_item_url is None
    with world.wired.db.begin() as session:
        session.get_one(ResourceLink, (link.institution_id, link.id)).line_item_url = f"{LMS}/new"
    enrolled = world.do(enrolment.of_student, world.student, TASTER)
    assert world.do(grade_passback.queue_earlier, enrolled, WRITING, link.id)
    world.clock.move(timedelta(seconds=1))
    send()
    assert (the_score().state, the_score().sent_line_item) == ("sent", f"{LMS}/new")


@pytest.mark.parametrize("columns", ["not readable", "busy"])
def test_a_column_that_is_gone_is_no_proof_that_the_course_has_ended(
    world, canvas, send, the_score, columns
):
    if columns == "busy":
        grant_columns(world)
    accept(world)
    canvas.instead = [refused(404), refused(503)]
    send()
    assert the_score().fault["code"] == "grades.column-gone"


def test_an_activity_that_was_given_a_new_column_is_sent_there_too(world, moodle, send, the_score):
    accept(world)
    send()
    change(world, ResourceLink, line_item_url=f"{LMS}/new")
    enrolled = world.do(enrolment.of_student, world.student, TASTER)
    link_id = world.student.resource_link_id
    assert world.do(grade_passback.queue_earlier, enrolled, WRITING, link_id)
    world.clock.move(timedelta(seconds=1))
    send()
    assert not world.do(grade_passback.queue_earlier, enrolled, WRITING, link_id)
    assert the_score().sent_line_item == f"{LMS}/new"


def test_one_bad_score_never_stops_the_others(world, canvas, send):
    canvas.instead = [refused(422, "User not found in course or is not a student")]
    for student in (None, world.another_student(), world.another_student()):
        accept(world, student)
    assert send() == 2
    assert sorted(row.state for row in world.rows(Score)) == ["refused", "sent", "sent"]


def test_a_message_whose_score_is_gone_is_done(world, moodle, send):
    accept(world)
    with world.wired.db.begin() as session:
        session.delete(session.query(Score).one())
    assert send() == 1
    assert moodle.calls == []
