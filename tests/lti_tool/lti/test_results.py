"""Results: what a gradebook holds, to know whether a score has arrived."""

import json
from datetime import timedelta

import pytest

from lti_tool.lti.grades import (
    Result,
    read_results,
)
from lti_tool.lti.quirks import QUIRKS
from tests.lti_tool.lti.a_platform import VECTORS
from tests.lti_tool.lti.a_score import LINE_ITEM, SCORE
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    """A tool whose LMS takes every score."""
    server.will_answer("/token", a_token_reply())
    server.will_answer(f"{LINE_ITEM}/scores", Reply(200))
    return ATool(sqlite_db, server, http, now)


MOODLE_FILES = (
    "ags-scores-and-results",
    "ags-teacher-side-effects",
    "ags-old-timestamp-after-pending",
)
MOODLE_CALLS = [
    call
    for name in MOODLE_FILES
    for call in json.loads((VECTORS / "moodle" / f"{name}.json").read_text())["calls"]
]
RESULTS = [
    pytest.param(one, id=f"{call['label']} of {one['userId']} at {one.get('timestamp')}")
    for call in MOODLE_CALLS
    if call["request"]["method"] == "GET" and isinstance(call["response"]["body"], list)
    for one in call["response"]["body"]
]


@pytest.mark.parametrize("one", RESULTS)
def test_results_of_moodle_are_read(tool, one):
    tool.server.will_answer(f"{LINE_ITEM}/results", Reply(200, json.dumps([one]).encode()))

    [result] = results(tool, one["userId"])

    assert result.score == one.get("resultScore")
    assert result.maximum == one.get("resultMaximum")
    assert (result.timestamp is not None) == ("timestamp" in one)


def results(tool: ATool, user_id: str = "4") -> tuple[Result, ...]:
    return read_results(
        tool.connector,
        user_id,
        registration=tool.registration,
        line_item_url=f"{tool.server.url}{LINE_ITEM}?type_id=1",
    )


def test_results_are_asked_for_one_student_in_the_exact_media_type_without_a_limit(tool):
    tool.server.will_answer(f"{LINE_ITEM}/results", Reply(200, b"[]"))

    assert results(tool, "a&b") == ()

    [asked] = tool.server.asked_at(f"{LINE_ITEM}/results")
    assert asked.path == f"{LINE_ITEM}/results?type_id=1&user_id=a%26b"
    assert asked.headers["accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


def test_results_of_canvas_are_read_and_others_results_left_alone(tool):
    body = json.loads((VECTORS / "canvas" / "results.json").read_text())["response"]["body"]
    tool.server.will_answer(f"{LINE_ITEM}/results", Reply(200, json.dumps(body).encode()))

    assert results(tool, body[0]["userId"]) == (Result(17.0, 20.0, None),)
    assert results(tool, body[1]["userId"]) == (Result(None, None, None),)
    assert results(tool, "somebody else") == ()


@pytest.mark.parametrize(
    "body", [b'{"not": "a list"}', b'["no object"]', b'[{"userId": "5"}]'], ids=str
)
def test_results_that_tell_nothing_about_the_student_are_none(tool, body):
    tool.server.will_answer(f"{LINE_ITEM}/results", Reply(200, body))

    assert results(tool) == ()


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        (Result(25, 25, None), True),
        (Result(7, 25, None), False),
        (Result(None, 25, None), False),
        (Result(25, None, None), False),
        (Result(7, 25, SCORE.timestamp.replace(microsecond=0)), True),
        (Result(7, 25, SCORE.timestamp + timedelta(seconds=1)), False),
        (Result(25, 25, SCORE.timestamp + timedelta(days=1)), True),
    ],
    ids=str,
)
def test_a_result_shows_our_score_by_its_moment_or_by_its_worth(result, shown):
    assert result.shows(SCORE, QUIRKS["moodle"]) is shown


@pytest.mark.parametrize(
    "members",
    [
        {"resultScore": True, "resultMaximum": "25"},
        {"resultScore": "1", "timestamp": "yesterday"},
        {"timestamp": "2026-11-22T07:08:26"},
    ],
    ids=str,
)
def test_what_is_no_number_and_no_moment_in_a_result_is_not_taken_for_one(tool, members):
    body = json.dumps([{"userId": "4", **members}]).encode()
    tool.server.will_answer(f"{LINE_ITEM}/results", Reply(200, body))

    assert results(tool) == (Result(None, None, None),)
