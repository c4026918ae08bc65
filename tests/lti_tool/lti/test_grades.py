"""Scores as platforms take them, and what counts as delivered."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from lti_tool.errors import InvalidInputError, PlatformError
from lti_tool.lti.grades import Delivered, Score, post_score, scores_url
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply

LINE_ITEM = "/services.php/2/lineitems/2/lineitem"
SCORE = Score(
    user_id="4",
    given=1,
    maximum=1,
    activity_progress="Completed",
    grading_progress="FullyGraded",
    timestamp=datetime(2026, 11, 23, 12, 0, 5, 120_999, tzinfo=UTC),
)


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    server.will_answer("/token", a_token_reply())
    server.will_answer(f"{LINE_ITEM}/scores", Reply(200))
    return ATool(sqlite_db, server, http, now)


def post(tool: ATool, score: Score = SCORE) -> Delivered:
    return post_score(
        tool.connector,
        score,
        registration=tool.registration,
        line_item_url=f"{tool.server.url}{LINE_ITEM}?type_id=1",
    )


def test_a_score_is_posted_below_the_line_item_and_before_its_query(tool):
    assert post(tool) == Delivered(was_there=False)

    [asked] = tool.server.asked_at(f"{LINE_ITEM}/scores")
    assert asked.path == f"{LINE_ITEM}/scores?type_id=1"
    assert asked.headers["content-type"] == "application/vnd.ims.lis.v1.score+json"
    assert asked.headers["accept"] == "*/*"
    assert json.loads(asked.body) == {
        "userId": "4",
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T12:00:05.120Z",
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


def test_a_score_the_platform_already_has_is_delivered(tool):
    tool.server.will_answer(f"{LINE_ITEM}/scores", Reply(409, b"[]"))

    assert post(tool) == Delivered(was_there=True)


@pytest.mark.parametrize(("status", "retryable"), [(400, False), (422, False), (503, True)])
def test_a_score_the_platform_does_not_take_is_an_error(tool, status, retryable):
    tool.server.will_answer(f"{LINE_ITEM}/scores", Reply(status))

    with pytest.raises(PlatformError) as raised:
        post(tool)

    assert raised.value.retryable is retryable


def test_the_time_of_handing_in_goes_along_when_it_is_known(tool):
    plus_one = timezone(timedelta(hours=1))
    score = replace(SCORE, submitted_at=datetime(2026, 11, 20, 9, 30, tzinfo=plus_one))

    post(tool, score)

    [asked] = tool.server.asked_at(f"{LINE_ITEM}/scores")
    assert json.loads(asked.body)["submission"] == {"submittedAt": "2026-11-20T08:30:00.000Z"}


@pytest.mark.parametrize(
    "change",
    [
        {"given": float("nan")},
        {"given": float("inf")},
        {"given": -0.1},
        {"given": 1.1},
        {"maximum": float("nan")},
        {"maximum": 0, "given": 0},
        {"timestamp": datetime(2026, 11, 23)},  # noqa: DTZ001 - that is the fault
        {"user_id": ""},
    ],
    ids=str,
)
def test_a_score_that_can_not_be_meant_is_refused_before_it_is_sent(change):
    with pytest.raises(InvalidInputError) as raised:
        replace(SCORE, **change)

    assert raised.value.code == "grades.score-impossible"


@pytest.mark.parametrize(
    ("line_item", "scores"),
    [
        ("https://x.edu/li/7", "https://x.edu/li/7/scores"),
        ("https://x.edu/li/7/", "https://x.edu/li/7/scores"),
        ("https://x.edu/li/7?type_id=1&x=%2F", "https://x.edu/li/7/scores?type_id=1&x=%2F"),
    ],
)
def test_scores_have_an_address_of_their_own(line_item, scores):
    assert scores_url(line_item) == scores
