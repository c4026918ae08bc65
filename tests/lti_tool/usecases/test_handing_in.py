"""Two windows of one student: their saves and hand-ins take turns, and none is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from lti_tool.errors import ConflictError, InvalidInputError, StaleVersionError
from lti_tool.store.tables.submissions import Draft, Submission
from lti_tool.usecases import submissions
from tests.support.builders import TASTER
from tests.support.world import ENOUGH_WORDS, WRITING, World


def save(world: World, text: str, version: int) -> submissions.Saved:
    return world.do(
        submissions.save_draft, world.student, TASTER, WRITING, text=text, version_read=version
    )


def submit(world: World, version: int) -> submissions.Receipt:
    return world.do(submissions.submit, world.student, TASTER, WRITING, version_read=version)


def at_once(*attempts: Callable[[], object]) -> list[object]:
    """What each attempt returned or raised, all of them started together."""

    def outcome(attempt: Callable[[], object]) -> object:
        try:
            return attempt()
        except ConflictError as error:
            return error

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(outcome, attempts))


def test_of_two_first_saves_at_once_one_is_kept_and_the_other_hears_of_it(world):
    outcomes = at_once(lambda: save(world, "One.", 0), lambda: save(world, "Two.", 0))
    kept = ("One.", "Two.")[isinstance(outcomes[0], StaleVersionError)]
    (conflict,) = [one for one in outcomes if isinstance(one, StaleVersionError)]
    assert (conflict.current, conflict.theirs) == (1, kept)
    assert len(world.rows(Draft)) == 1


def test_of_two_hand_ins_at_once_one_counts(world):
    save(world, ENOUGH_WORDS, 0)
    outcomes = at_once(lambda: submit(world, 1), lambda: submit(world, 1))
    assert sorted(type(one).__name__ for one in outcomes) == ["ConflictError", "Receipt"]
    assert len(world.rows(Submission)) == 1
    assert world.rows(Draft) == []


def test_handing_in_without_a_draft_asks_for_words(world):
    with pytest.raises(InvalidInputError) as refused:
        submit(world, 0)
    assert str(refused.value.sentence).startswith("Your text has 0 words")


def test_handing_in_what_another_window_has_changed_shows_the_change(world):
    save(world, ENOUGH_WORDS, 0)
    save(world, "Changed elsewhere.", 1)
    with pytest.raises(StaleVersionError) as refused:
        submit(world, 1)
    assert (refused.value.current, refused.value.theirs) == (2, "Changed elsewhere.")
    assert world.rows(Submission) == []
