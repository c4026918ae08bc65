"""Writing: what is saved is kept, two windows never overwrite each other, limits lose nothing."""

import re
from datetime import timedelta

import pytest

from lti_tool.errors import ConflictError, InvalidInputError, NotFoundError, StaleVersionError
from lti_tool.store.tables.submissions import Draft, Submission
from lti_tool.usecases import submissions
from lti_tool.usecases.activities import reflection
from tests.support.builders import TASTER
from tests.support.world import ENOUGH_WORDS, PAGES, WRITING


def save(world, text="Some words.", version_read=0):
    return world.do(
        submissions.save_draft,
        world.student,
        TASTER,
        WRITING,
        text=text,
        version_read=version_read,
    )


def submit(world, version_read=1):
    return world.do(submissions.submit, world.student, TASTER, WRITING, version_read=version_read)


def read(world):
    return world.do(reflection.read, world.student, TASTER, WRITING)


def test_a_draft_is_kept_with_its_version_time_and_words(world):
    saved = save(world)
    assert (saved.version, saved.saved_at, saved.words) == (1, world.clock(), 2)
    world.clock.move(timedelta(minutes=1))
    assert save(world, "Some more words.", 1).version == 2
    view = read(world)
    assert (view.draft, view.version, view.saved_at) == ("Some more words.", 2, world.clock())
    assert view.is_open


def test_before_anything_is_saved_the_page_is_empty_and_open(world):
    view = read(world)
    assert (view.draft, view.version, view.saved_at, view.rounds) == ("", 0, None, ())
    assert view.is_open
    assert view.rubric.id == "reflective-depth"
    assert len(view.readers) == 3


def test_a_second_window_that_saves_gets_the_other_text_and_overwrites_nothing(world):
    save(world, "From the first window.")
    with pytest.raises(StaleVersionError) as caught:
        save(world, "From the second window.", 0)
    assert caught.value.current == 1
    assert caught.value.theirs == "From the first window."
    assert read(world).draft == "From the first window."


def test_a_version_that_never_was_is_refused(world):
    with pytest.raises(StaleVersionError) as caught:
        save(world, version_read=7)
    assert (caught.value.current, caught.value.theirs) == (0, "")


def test_saving_the_same_text_again_is_no_conflict(world):
    first = save(world)
    assert save(world).version == first.version


def test_line_ends_are_the_same_from_every_browser_and_nulls_are_dropped(world):
    save(world, "One\r\ntwo\rthree\x00.")
    assert read(world).draft == "One\ntwo\nthree."


def test_a_text_longer_than_can_be_kept_changes_nothing(world):
    save(world)
    with pytest.raises(InvalidInputError, match="keep a copy") as caught:
        save(world, "x" * (submissions.LONGEST_TEXT + 1), 1)
    assert caught.value.code == "submissions.far-too-long"
    assert read(world).draft == "Some words."


def test_handing_in_turns_the_draft_into_a_submission(world):
    save(world, ENOUGH_WORDS)
    receipt = submit(world)
    assert re.fullmatch(r"[A-Z2-9]{3}-[A-Z2-9]{3}", receipt.code)
    assert (receipt.words, receipt.submitted_at) == (150, world.clock())
    assert world.rows(Draft) == []
    view = read(world)
    assert not view.is_open
    assert [(one.text, one.state, one.code) for one in view.rounds] == [
        (ENOUGH_WORDS, "submitted", receipt.code)
    ]
    assert world.actions()["submission.handed-in"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "0 words; 120 are asked for"),
        ("word " * 119, "119 words; 120 are asked for"),
        ("word " * 401, "401 words; at most 400"),
    ],
)
def test_a_text_outside_the_limits_stays_a_draft(world, text, said):
    save(world, text)
    with pytest.raises(InvalidInputError, match=said) as caught:
        submit(world)
    assert str(caught.value.fields["text"]).endswith("It is saved, not handed in.")
    assert read(world).draft == text
    assert world.rows(Submission) == []


@pytest.mark.parametrize("words", [120, 400])
def test_both_ends_of_the_limits_are_allowed(world, words):
    save(world, "word " * words)
    assert submit(world).words == words


def test_what_is_handed_in_takes_no_more_saving(world):
    save(world, ENOUGH_WORDS)
    submit(world)
    for attempt in (lambda: save(world, "Later.", 1), lambda: submit(world)):
        with pytest.raises(ConflictError) as caught:
            attempt()
        assert caught.value.code == "submissions.handed-in"
    assert world.rows(Draft) == []


def test_work_that_came_back_begins_with_its_last_text(world):
    submission_id = world.hand_in()
    world.mark(submission_id, "absent")
    world.release(submission_id)
    view = read(world)
    assert view.is_open
    assert view.draft == ENOUGH_WORDS
    save(world, "A new beginning.")
    assert read(world).draft == "A new beginning."


def test_what_was_accepted_is_closed(world):
    submission_id = world.hand_in()
    world.mark(submission_id)
    world.release(submission_id)
    assert not read(world).is_open
    with pytest.raises(ConflictError):
        save(world, "More.")


@pytest.mark.parametrize("activity_id", [PAGES[0], "no-such-text"])
def test_there_is_nothing_to_write_where_no_text_is_asked_for(world, activity_id):
    with pytest.raises(NotFoundError):
        world.do(reflection.read, world.student, TASTER, activity_id)


def test_each_submission_has_a_code_of_its_own():
    assert len({submissions.new_code() for _ in range(200)}) == 200
