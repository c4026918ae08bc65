"""Scores as platforms take them, and which are refused before they are sent."""

from dataclasses import replace
from datetime import datetime

import pytest

from lti_tool.errors import InvalidInputError, PlatformError
from lti_tool.lti.grades import (
    COMPLETE,
    below,
)
from tests.lti_tool.lti.a_score import LINE_ITEM, SCORE, post, posted
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    """A tool whose LMS takes every score."""
    server.will_answer("/token", a_token_reply())
    server.will_answer(f"{LINE_ITEM}/scores", Reply(200))
    return ATool(sqlite_db, server, http, now)


def test_a_score_is_posted_below_the_line_item_and_before_its_query(tool):
    body = posted(tool)

    [asked] = tool.server.asked_at(f"{LINE_ITEM}/scores")
    assert asked.path == f"{LINE_ITEM}/scores?type_id=1"
    assert asked.headers["content-type"] == "application/vnd.ims.lis.v1.score+json"
    assert asked.headers["accept"] == "*/*"
    assert body == {
        "userId": "4",
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T12:00:05.120Z",
        "submission": {"submittedAt": "2026-11-20T08:30:00.000Z"},
    }


def test_the_score_scope_is_asked_for_and_nothing_else(tool):
    post(tool)

    [asked] = tool.server.asked_at("/token")
    assert asked.body.endswith(
        b"scope=https%3A%2F%2Fpurl.imsglobal.org%2Fspec%2Flti-ags%2Fscope%2Fscore"
    )


def test_a_repeated_post_is_the_same_to_the_byte(tool):
    post(tool)
    post(tool)

    first, second = tool.server.asked_at(f"{LINE_ITEM}/scores")
    assert first.body == second.body


def test_no_comment_is_ever_sent(tool):
    for family in (None, "moodle", "canvas"):
        assert "comment" not in posted(tool, family=family)


@pytest.mark.parametrize(
    ("reply", "code", "retryable"),
    [
        (Reply(409, b"[]"), "grades.older", False),
        (Reply(422), "grades.refused", False),
        (Reply(503), "platform.busy", True),
        (Reply(403, b"403 Forbidden (Rate Limit Exceeded)\n"), "platform.busy", True),
    ],
)
def test_a_score_the_platform_does_not_take_is_an_error(tool, reply, code, retryable):
    tool.server.will_answer(f"{LINE_ITEM}/scores", reply)

    with pytest.raises(PlatformError) as raised:
        post(tool)

    assert (raised.value.code, raised.value.retryable) == (code, retryable)


@pytest.mark.parametrize(
    ("family", "code"), [("moodle", "grades.locked"), ("canvas", "platform.busy")]
)
def test_moodle_answers_a_locked_grade_like_a_fault_of_its_own(tool, family, code):
    tool.server.will_answer(f"{LINE_ITEM}/scores", Reply(500, b"[]"))

    with pytest.raises(PlatformError) as raised:
        post(tool, family=family)

    assert (raised.value.code, raised.value.retryable) == (code, True)


def test_a_busy_platform_says_how_long_to_wait(tool):
    tool.server.will_answer(
        f"{LINE_ITEM}/scores", Reply(429, b"Too Many Requests", {"Retry-After": "17"})
    )

    with pytest.raises(PlatformError) as raised:
        post(tool, family="canvas")

    assert raised.value.retry_after == 17


@pytest.mark.parametrize(
    "change",
    [
        {"given": float("nan")},
        {"given": float("inf")},
        {"given": -0.1},
        {"given": 1.1},
        {"maximum": float("nan")},
        {"maximum": 0, "given": 0},
        {"maximum": None},
    ],
    ids=str,
)
def test_a_grade_that_can_not_be_meant_is_refused_before_it_is_sent(change):
    with pytest.raises(InvalidInputError) as raised:
        replace(COMPLETE, **change)

    assert raised.value.code == "grades.score-impossible"


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": datetime(2026, 11, 23)},  # noqa: DTZ001 - that is the fault
        {"submitted_at": datetime(2026, 11, 23)},  # noqa: DTZ001 - that is the fault
        {"user_id": ""},
    ],
    ids=str,
)
def test_a_score_of_nobody_or_no_time_is_refused_before_it_is_sent(change):
    with pytest.raises(InvalidInputError):
        replace(SCORE, **change)


@pytest.mark.parametrize(
    ("line_item", "scores"),
    [
        ("https://x.edu/li/7", "https://x.edu/li/7/scores"),
        ("https://x.edu/li/7/", "https://x.edu/li/7/scores"),
        ("https://x.edu/li/7?type_id=1&x=%2F", "https://x.edu/li/7/scores?type_id=1&x=%2F"),
    ],
)
def test_scores_have_an_address_of_their_own(line_item, scores):
    assert below(line_item, "scores") == scores
