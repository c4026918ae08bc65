"""Marking: under a code, saved whole or not at all, never one's own work, never after release."""

import pytest

from lti_tool.errors import (
    AlreadyReleasedError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from lti_tool.lti.roles import CourseRole
from lti_tool.store.tables.marking import MarksheetRow
from lti_tool.usecases.marking import marksheets
from lti_tool.usecases.people import OfficeRole
from rubrics.marksheet import Marksheet
from rubrics.outcome import Outcome
from tests.support.world import ENOUGH_WORDS, all_at, at_once


@pytest.fixture
def submission_id(world):
    return world.hand_in()


def open_marking(world, submission_id, marker=None):
    return world.do(marksheets.open_marking, marker or world.instructor, submission_id)


def save(world, submission_id, marks, *, version_read=0, finish=False, marker=None):
    return world.do(
        marksheets.save_marks,
        marker or world.instructor,
        submission_id,
        marks=marks,
        version_read=version_read,
        finish=finish,
    )


def test_a_marker_sees_the_text_under_a_code_and_no_name(world, submission_id):
    view = open_marking(world, submission_id)
    assert view.text == ENOUGH_WORDS
    assert (view.round, view.version, view.is_finished, view.is_released) == (1, 0, False, False)
    assert view.outcome is None
    assert len(view.missing) == 6
    assert "Robin" not in repr(view)


def test_half_a_marksheet_is_kept_and_says_what_is_missing(world, submission_id):
    saved = save(world, submission_id, Marksheet(levels={"self": "emerging"}), finish=True)
    assert (saved.version, len(saved.missing), saved.outcome) == (1, 5, None)
    view = open_marking(world, submission_id)
    assert dict(view.marksheet.levels) == {"self": "emerging"}
    assert not view.is_finished


def test_a_full_marksheet_has_an_outcome_and_is_finished_when_the_marker_says_so(
    world, submission_id
):
    marks = all_at(open_marking(world, submission_id).rubric, "established")
    assert save(world, submission_id, marks).outcome is Outcome.ACCEPTED
    assert not open_marking(world, submission_id).is_finished
    save(world, submission_id, marks, version_read=1, finish=True)
    view = open_marking(world, submission_id)
    assert view.is_finished
    assert view.marksheet.comments == marks.comments
    assert world.actions()["marks.saved"] == 2


def test_finished_marks_may_be_taken_back_before_release(world, submission_id):
    world.mark(submission_id)
    save(world, submission_id, Marksheet(), version_read=1)
    assert not open_marking(world, submission_id).is_finished


def test_marks_saved_in_another_window_are_not_overwritten(world, submission_id):
    save(world, submission_id, Marksheet(levels={"self": "emerging"}))
    with pytest.raises(StaleVersionError) as caught:
        save(world, submission_id, Marksheet(levels={"self": "absent"}))
    assert caught.value.current == 1
    kept = open_marking(world, submission_id).marksheet
    assert dict(kept.levels) == {"self": "emerging"}


def test_of_two_windows_that_save_first_marks_at_once_one_is_told(world, submission_id):
    works = [
        lambda level=level: save(world, submission_id, Marksheet(levels={"self": level}))
        for level in ("absent", "emerging")
    ]
    results = sorted(type(result).__name__ for result in at_once(*works))
    assert results == ["SavedMarks", "StaleVersionError"]
    assert len(world.rows(MarksheetRow)) == 1


def test_two_markers_have_a_marksheet_each_and_do_not_see_the_others(world, submission_id):
    save(world, submission_id, Marksheet(levels={"self": "emerging"}))
    other = world.someone(office=[OfficeRole.MARKER])
    assert dict(open_marking(world, submission_id, other).marksheet.levels) == {}


def test_released_marks_no_longer_change(world, submission_id):
    world.mark(submission_id)
    world.release(submission_id)
    with pytest.raises(AlreadyReleasedError) as caught:
        save(world, submission_id, Marksheet(), version_read=1)
    assert caught.value.code == "marking.released"
    assert open_marking(world, submission_id).is_released


@pytest.mark.parametrize(
    "marks",
    [
        Marksheet(levels={"no-such-criterion": "absent"}),
        Marksheet(levels={"self": "no-such-level"}),
        Marksheet(levels={"comment": "absent"}),
        Marksheet(comments={"no-such-criterion": "x"}),
    ],
    ids=["criterion", "level", "comment-only", "comment"],
)
def test_marks_that_do_not_fit_the_rubric_change_nothing(world, submission_id, marks):
    with pytest.raises(InvalidInputError) as caught:
        save(world, submission_id, marks)
    assert caught.value.code == "marking.other-rubric"
    assert world.rows(MarksheetRow) == []


def test_a_comment_longer_than_can_be_kept_changes_nothing(world, submission_id):
    comment = "x" * (marksheets.LONGEST_COMMENT + 1)
    with pytest.raises(InvalidInputError, match="keep a copy"):
        save(world, submission_id, Marksheet(comments={"comment": comment}))
    assert world.rows(MarksheetRow) == []


def test_nobody_marks_their_own_work(world):
    both = world.someone(CourseRole.STUDENT, office=[OfficeRole.MARKER])
    own = world.hand_in(both)
    for attempt in (
        lambda: open_marking(world, own, both),
        lambda: save(world, own, Marksheet(), marker=both),
    ):
        with pytest.raises(NotFoundError) as caught:
            attempt()
        assert caught.value.code == "marking.own-work"
