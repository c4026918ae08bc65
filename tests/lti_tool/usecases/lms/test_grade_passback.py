"""Scores: posted as they were decided; what the LMS has already counts as delivered."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from lti_tool import worker
from lti_tool.errors import PlatformError
from lti_tool.lti.calling.calls import Answer
from lti_tool.sentence import say
from lti_tool.usecases.activities import page
from tests.support.builders import FIRST_PAGE, LMS, TASTER
from tests.support.world import World


@dataclass
class Gradebook:
    """An LMS's grade service: takes each score once, and answers 409 after that."""

    calls: list = field(default_factory=list)
    failing: int | None = None
    retryable: bool = True

    def call(self, registration, call):
        """Answer as the LMS does."""
        self.calls.append((registration.platform_issuer, call.url, json.loads(call.body)))
        if self.failing is not None:
            raise self.error(self.failing, retryable=self.retryable)
        if len(self.calls) > 1:
            raise self.error(409, retryable=False)
        return Answer(status=200, headers={}, body=b"")

    def error(self, status, *, retryable):
        """A refusal with this status."""
        sentence = say("test.refused", "The LMS said %(status)s.", status=status)
        return PlatformError("test.refused", sentence, retryable=retryable, status=status)


@pytest.fixture
def book():
    return Gradebook()


@pytest.fixture
def accepted(world, book) -> World:
    """The world after a release, with a gradebook to post to."""
    world.release(world.finished_writing())
    world.wired = replace(world.wired, connector=book)
    return world


def post(world):
    (message,) = world.messages("post_score")
    return worker.deliver(world.wired, message.id)


def test_an_accepted_reflection_is_one_of_one_completed_and_fully_graded(accepted, book):
    assert post(accepted)
    (call,) = book.calls
    issuer, url, score = call
    assert issuer == LMS
    assert url.endswith("/scores")
    assert (score["scoreGiven"], score["scoreMaximum"]) == (1, 1)
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
    assert accepted.actions()["score.posted"] == 1


def test_a_repeated_post_carries_the_same_value_and_time_and_409_is_delivered(accepted, book):
    book.failing = 502
    assert not post(accepted)
    accepted.clock.move(timedelta(hours=1))
    book.failing = None
    assert post(accepted)
    first, second = (score for _, _, score in book.calls)
    assert first == second
    (message,) = accepted.messages("post_score")
    assert (message.done_at, message.attempts) == (accepted.clock(), 2)


def test_a_refusal_for_good_is_set_aside_and_not_called_posted(accepted, book):
    book.failing, book.retryable = 404, False
    assert not post(accepted)
    (message,) = accepted.messages("post_score")
    assert message.set_aside_at is not None
    assert accepted.actions()["score.posted"] == 0


def test_nothing_is_posted_when_work_is_handed_in_or_comes_back(world):
    submission_id = world.hand_in()
    assert world.messages("post_score") == []
    world.mark(submission_id, "absent")
    world.release(submission_id)
    assert world.messages("post_score") == []


def test_a_page_walked_to_from_another_link_counts_in_the_grade_of_its_own(world):
    own = world.opened_from(FIRST_PAGE).resource_link_id
    world.do(page.mark_done, world.student, TASTER, FIRST_PAGE.split("/")[1])
    (message,) = world.messages("post_score")
    assert message.key.endswith(f"/{own}")
