"""Release: all or nothing, once, by the right people; what follows happens exactly once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lti_tool.errors import AlreadyReleasedError, NotAllowedError, NotFoundError
from lti_tool.lti.roles import CourseRole
from lti_tool.programme.shipped import shipped, shipped_text
from lti_tool.store.tables.awards import Award
from lti_tool.store.tables.marking import MarksheetRow, OutcomeRow
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.progress import EvidenceRow
from lti_tool.store.tables.submissions import Submission
from lti_tool.usecases import programmes, progress, release
from lti_tool.usecases.activities import page, reflection
from lti_tool.usecases.lms import grade_passback
from lti_tool.usecases.marking import marksheets
from lti_tool.usecases.people import OfficeRole
from rubrics.outcome import Outcome
from tests.support.builders import TASTER
from tests.support.world import COMMENT, PAGES, WRITING, all_at, at_once


def states(world):
    return sorted(row.state for row in world.rows(Submission))


def given_feedback(world, student=None):
    student = student or world.student

    def read(session, *, master):
        view = reflection.read(session, student, TASTER, WRITING, master=master)
        return release.feedback(session, student, view, master=master)

    return world.do(read)


def test_an_accepted_result_brings_evidence_an_award_and_a_score_at_once(world):
    submission_id = world.finished()
    before = len(world.messages("post_score"))
    assert world.release(submission_id) == 1
    assert states(world) == ["accepted"]
    assert [row.outcome for row in world.rows(OutcomeRow)] == ["accepted"]
    assert [award.state for award in world.rows(Award)] == ["decided"]
    assert len(world.messages("issue_badge")) == 1
    assert len(world.messages("post_score")) == before + 1
    (marked,) = (row for row in world.rows(EvidenceRow) if row.kind == progress.MARKED)
    assert marked.facts["outcome"] == "accepted"
    assert world.actions()["result.released"] == 1
    assert world.actions()["award.decided"] == 1


def test_nothing_is_seen_of_a_result_before_its_release(world):
    submission_id = world.finished()
    assert given_feedback(world) == ()
    world.release(submission_id)
    (feedback,) = given_feedback(world)
    assert feedback.outcome is Outcome.ACCEPTED
    assert feedback.marksheet.comments == {"comment": COMMENT}
    assert feedback.released_at == world.clock()


def test_not_yet_goes_back_to_the_student_posts_no_score_and_awards_nothing(world):
    submission_id = world.finished(level="absent")
    before = len(world.messages("post_score"))
    world.release(submission_id)
    assert states(world) == ["returned"]
    assert world.rows(Award) == []
    assert len(world.messages("post_score")) == before


def test_work_that_came_back_is_written_on_and_both_rounds_stay_readable(world):
    world.release(world.finished(level="absent"))
    again = world.hand_in(text="A second attempt at the same moment. " * 30)
    assert states(world) == ["returned", "submitted"]
    world.mark(again)
    world.release(again)
    view = world.do(reflection.read, world.student, TASTER, WRITING)
    assert [(one.number, one.state) for one in view.rounds] == [(1, "returned"), (2, "accepted")]
    assert view.rounds[0].text.startswith("Something happened")
    assert view.rounds[1].text.startswith("A second attempt")
    assert [one.outcome.value for one in given_feedback(world)] == ["not-yet", "accepted"]
    assert len(world.rows(Award)) == 1


def test_a_result_is_released_once(world):
    submission_id = world.finished()
    world.release(submission_id)
    with pytest.raises(AlreadyReleasedError):
        world.release(submission_id)
    assert len(world.rows(OutcomeRow)) == 1


def test_one_that_cannot_be_released_keeps_all_of_them_back(world):
    finished = world.finished()
    unfinished = world.hand_in(world.another_student())
    with pytest.raises(NotAllowedError) as caught:
        world.release(finished, unfinished)
    assert caught.value.code == "release.not-marked"
    assert states(world) == ["submitted", "submitted"]
    assert world.rows(OutcomeRow) == []
    assert world.rows(Award) == []
    assert world.actions()["result.released"] == 0


def test_what_does_not_exist_cannot_be_released(world):
    with pytest.raises(NotFoundError):
        world.release(world.institution_id)


def test_several_results_are_released_together(world):
    submissions = [world.finished(world.another_student()) for _ in range(3)]
    assert world.release(*submissions) == 3
    assert len(world.rows(Award)) == 3


@pytest.mark.parametrize(
    ("roles", "office", "course"),
    [
        ([CourseRole.STUDENT], [], "course-1"),
        ([CourseRole.TEACHING_ASSISTANT], [], "course-1"),
        ([CourseRole.INSTRUCTOR], [], "course-2"),
        ([], [OfficeRole.MARKER], "course-1"),
        ([], [OfficeRole.ADMINISTRATOR], "course-1"),
    ],
)
def test_whom_the_programme_does_not_name_cannot_release(world, roles, office, course):
    submission_id = world.finished()
    somebody = world.someone(*roles, office=office, course=course)
    assert world.do(release.ready, somebody) == ()
    with pytest.raises(NotAllowedError) as caught:
        world.release(submission_id, by=somebody)
    assert caught.value.code == "release.not-allowed"


def test_a_moderator_of_the_institution_releases_what_they_cannot_read(world):
    submission_id = world.finished()
    moderator = world.someone(office=[OfficeRole.MODERATOR])
    (line,) = world.do(release.ready, moderator)
    assert (line.submission_id, line.outcome) == (submission_id, Outcome.ACCEPTED)
    with pytest.raises(NotAllowedError):
        world.do(marksheets.open_marking, moderator, submission_id)
    world.release(submission_id, by=moderator)


def test_nobody_releases_their_own_result(world):
    student = world.someone(CourseRole.STUDENT, office=[OfficeRole.MODERATOR])
    submission_id = world.finished(student)
    assert world.do(release.ready, student) == ()
    with pytest.raises(NotAllowedError):
        world.release(submission_id, by=student)


def test_of_two_finished_marksheets_the_first_decides(world):
    submission_id = world.finished()
    world.clock.move(timedelta(minutes=5))
    world.mark(submission_id, "absent", marker=world.someone(office=[OfficeRole.MARKER]))
    (line,) = world.do(release.ready, world.instructor)
    assert line.outcome is Outcome.ACCEPTED
    world.release(submission_id)
    assert [row.outcome for row in world.rows(OutcomeRow)] == ["accepted"]


def test_a_test_student_gets_results_and_earns_nothing(world):
    student = world.someone(CourseRole.STUDENT, CourseRole.TEST_STUDENT)
    world.release(world.finished(student))
    assert states(world) == ["accepted"]
    assert world.rows(Award) == []


def test_of_two_releases_at_once_one_counts(world):
    submission_id = world.finished()
    results = at_once(*[lambda: world.release(submission_id)] * 2)
    assert sorted(str(type(result).__name__) for result in results) == [
        "AlreadyReleasedError",
        "int",
    ]
    assert len(world.rows(OutcomeRow)) == 1
    assert len(world.rows(Award)) == 1
    assert world.actions()["result.released"] == 1


@pytest.mark.parametrize("attempt", range(5))
def test_the_last_page_and_the_release_at_once_make_exactly_one_award(world, attempt):
    for activity_id in PAGES[:-1]:
        world.do(page.mark_done, world.student, TASTER, activity_id)
    submission_id = world.finished_writing()
    results = at_once(
        lambda: world.do(page.mark_done, world.student, TASTER, PAGES[-1]),
        lambda: world.release(submission_id),
    )
    assert results == [True, 1]
    assert len(world.rows(Award)) == 1
    assert len(world.messages("issue_badge")) == 1


def test_marks_that_are_saved_while_the_result_is_released_change_nothing(world):
    submission_id = world.finished()
    rubric = world.do(marksheets.open_marking, world.instructor, submission_id).rubric

    def save():
        try:
            world.do(
                marksheets.save_marks,
                world.instructor,
                submission_id,
                marks=all_at(rubric, "absent"),
                version_read=1,
                finish=True,
            )
        except AlreadyReleasedError as error:
            return error.code
        return "saved"

    with ThreadPoolExecutor(1) as pool:
        with world.wired.db.begin() as session:
            release.release(session, world.instructor, [submission_id], now=world.clock())
            saving = pool.submit(save)
            with pytest.raises(TimeoutError):
                saving.result(timeout=0.5)
        assert saving.result(timeout=20) == "marking.released"
    (sheet,) = world.rows(MarksheetRow)
    assert set(sheet.levels.values()) == {"established"}


@pytest.mark.parametrize("attempt", range(3))
def test_releases_that_cross_never_wait_for_each_other_for_good(world, attempt):
    """Each of two releases takes one text of each of two students, in whatever order ids fall."""
    give_a_second_text(world)
    students = [world.another_student() for _ in range(2)]
    first, second = (
        [world.finished_writing(student, activity=activity) for student in students]
        for activity in (WRITING, "second-reflection")
    )
    results = at_once(
        lambda: world.release(first[0], second[1]), lambda: world.release(second[0], first[1])
    )
    assert results == [2, 2]


def give_a_second_text(world):
    """Publish a version of the taster that asks for a second reflection."""
    passed = "- {id: reflection-accepted, label: Reflection accepted, passed: first-reflection}"
    both = f"{passed}\n      {passed.replace('first-', 'second-').replace('id: ', 'id: second-')}"
    source = shipped_text(TASTER).replace('version: "1"', 'version: "2"').replace(passed, both)
    begin = source.index("      - id: first-reflection")
    end = source.index("requirements:")
    activity = source[begin:end]
    second = activity.replace("first-reflection", "second-reflection")
    images = {badge.image: "<svg/>" for badge in shipped(TASTER).badges}
    world.do(
        programmes.publish,
        world.institution_id,
        source[:end].rstrip() + "\n\n" + second.rstrip() + "\n\n" + source[end:],
        images,
    )


def test_a_release_that_fails_half_way_leaves_no_audit_and_no_message(world, monkeypatch):
    submission_id = world.finished()
    before = len(world.rows(OutboxMessage))

    def broken(*_args, **_options):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(grade_passback, "queue_score", broken)
    with pytest.raises(RuntimeError):
        world.release(submission_id)
    assert states(world) == ["submitted"]
    assert world.rows(Award) == []
    assert len(world.rows(OutboxMessage)) == before
    assert world.actions()["result.released"] == 0
    assert world.actions()["award.decided"] == 0
