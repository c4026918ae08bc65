"""What a score does in Canvas and Moodle: we send none that wipes a grade or makes work late."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from lti_tool.errors import InvalidInputError
from lti_tool.lti.grades import (
    COMPLETE,
    RETURNED,
    SUBMITTED,
    Score,
    Standing,
    may_send,
)
from lti_tool.lti.quirks import CAUTIOUS, QUIRKS
from tests.lti_tool.lti.a_platform import VECTORS
from tests.lti_tool.lti.a_score import LINE_ITEM, SCORE, SUBMISSION, post, posted, standing_of
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    """A tool whose LMS takes every score."""
    server.will_answer("/token", a_token_reply())
    server.will_answer(f"{LINE_ITEM}/scores", Reply(200))
    return ATool(sqlite_db, server, http, now)


# Canvas' truth table (tests/vectors/lms/canvas/score_effects.json) and its examples.

EFFECTS = json.loads((VECTORS / "canvas" / "score_effects.json").read_text())["rows"]
CASES = json.loads((VECTORS / "canvas" / "score_request.json").read_text())["cases"]


def effect_in_canvas(row: dict[str, Any], body: dict[str, Any]) -> tuple[bool, str]:
    """Whether a post makes an attempt, and what becomes of the grade, with its modifiers."""
    extension = body[SUBMISSION]
    grade = "unchanged" if extension.get("preserve_score") else row["gradebook_score"]
    return row["new_attempt"] and extension["new_submission"], grade


@pytest.mark.parametrize("row", EFFECTS, ids=lambda row: "-".join(map(str, list(row.values())[:3])))
@pytest.mark.parametrize("counts_attempt", [True, False])
def test_no_row_of_canvas_truth_table_clears_a_grade_or_counts_an_attempt_twice(
    tool, row, counts_attempt
):
    points = 1 if row["scoreGiven"] else None
    standing = Standing(row["activityProgress"], row["gradingProgress"], points, points)
    score = replace(SCORE, standing=standing, counts_attempt=counts_attempt)
    if not may_send(standing, QUIRKS["canvas"]):
        with pytest.raises(InvalidInputError):
            post(tool, score, "canvas")
        assert tool.server.asked == []
        return

    new_attempt, grade = effect_in_canvas(row, posted(tool, score, "canvas"))

    assert grade == ("set" if row["scoreGiven"] else "unchanged")
    assert new_attempt == (row["new_attempt"] and counts_attempt)


@pytest.mark.parametrize("standing", [COMPLETE, SUBMITTED, RETURNED])
def test_what_we_say_stands_in_canvas_truth_table(standing):
    key = (standing.activity_progress, standing.grading_progress, standing.given is not None)
    rows = [
        row
        for row in EFFECTS
        if (row["activityProgress"], row["gradingProgress"], row["scoreGiven"]) == key
    ]
    assert len(rows) == 1
    assert may_send(standing, QUIRKS["canvas"])
    assert may_send(standing, QUIRKS["moodle"]) is (standing is COMPLETE)
    assert may_send(standing, CAUTIOUS) is (standing is COMPLETE)


def test_every_row_in_which_canvas_would_count_a_provisional_grade_is_left_unsent():
    unsent = [
        row
        for row in EFFECTS
        if row["scoreGiven"]
        and not may_send(
            Standing(row["activityProgress"], row["gradingProgress"], 1, 1), QUIRKS["canvas"]
        )
    ]
    assert {row["gradingProgress"] for row in unsent} == {
        "NotReady",
        "Failed",
        "Pending",
        "PendingManual",
    }


@pytest.mark.parametrize(
    ("case", "counts_attempt", "ours"),
    [
        # The first hand-in keeps a grade too: a teacher may have entered one by hand.
        ("student_submits_for_manual_grading", True, {"preserve_score": True}),
        ("resubmission_keep_old_grade", True, {}),
        ("auto_graded_completion", True, {"new_submission": True}),
        ("grade_without_new_attempt", False, {}),
        ("progress_only_do_not_touch_grade", True, {}),
    ],
)
def test_we_say_to_canvas_what_its_examples_say(tool, case, counts_attempt, ours):
    wanted = CASES[case]["body"]
    extension = wanted.get(SUBMISSION, {})
    submitted_at = wanted.get("submission", {}).get("submittedAt", wanted["timestamp"])
    score = Score(
        user_id=wanted["userId"],
        standing=standing_of(wanted),
        timestamp=datetime.fromisoformat(wanted["timestamp"]),
        submitted_at=datetime.fromisoformat(submitted_at),
        counts_attempt=counts_attempt,
        review_url=extension.get("submission_data"),
    )

    body = posted(tool, score, "canvas")

    wanted = {name: value for name, value in wanted.items() if name != "comment"}
    assert body == wanted | {
        "submission": {"submittedAt": submitted_at},
        SUBMISSION: extension | ours,
    }


@pytest.mark.parametrize("case", ["clear_grade", "file_submission"])
def test_canvas_examples_that_empty_a_grade_are_not_ours(tool, case):
    body = CASES[case]["body"]
    score = replace(SCORE, standing=standing_of(body), counts_attempt=False)

    assert posted(tool, score, "canvas")[SUBMISSION]["preserve_score"] is True


def test_canvas_alone_is_told_about_submissions(tool):
    assert SUBMISSION not in posted(tool)
    assert SUBMISSION not in posted(tool, family="moodle")
    assert SUBMISSION in posted(tool, family="canvas")


# About sixty posts to a running Moodle, in order, with what its database held afterwards.

MOODLE_CALLS = json.loads((VECTORS / "moodle" / "ags-scores-and-results.json").read_text())["calls"]
MOODLE_POSTS = [
    call
    for call in MOODLE_CALLS
    if call["request"]["method"] == "POST"
    and call["response"]["status"] == 200
    and "grade_grades(rawgrade|finalgrade|feedback|timemodified)"
    in call.get("moodle_state_after", {})
]


@pytest.mark.parametrize("call", MOODLE_POSTS, ids=lambda call: call["label"])
def test_nothing_that_emptied_a_grade_in_moodle_would_be_sent_by_us(call):
    body = call["request"]["body"]
    state = call["moodle_state_after"]["grade_grades(rawgrade|finalgrade|feedback|timemodified)"]
    _, final, *_ = state.split("|")
    try:
        standing = standing_of(body | {"scoreGiven": body.get("scoreGiven") and float(1)})
    except InvalidInputError:
        return
    if final == "NULL":
        assert not may_send(standing, QUIRKS["moodle"])


def test_an_old_grade_can_not_come_back_in_moodle_as_we_never_empty_one():
    """A score that isn't final makes Moodle forget its time, so that an older grade then wins."""
    file = VECTORS / "moodle" / "ags-old-timestamp-after-pending.json"
    posts = [
        call["request"]["body"]
        for call in json.loads(file.read_text())["calls"]
        if call["request"]["method"] == "POST"
    ]
    sent = [body for body in posts if may_send(standing_of(body), QUIRKS["moodle"])]
    assert len(posts) == len(sent) + 1
    assert {body["gradingProgress"] for body in sent} == {"FullyGraded"}


CANVAS_ANSWERS = json.loads((VECTORS / "canvas" / "score_response.json").read_text())


@pytest.mark.parametrize("which", ["response", "older", "with_files"])
def test_each_of_canvas_good_answers_is_taken_for_one(tool, which):
    answer = CANVAS_ANSWERS[which]
    reply = Reply(answer["status"], json.dumps(answer["body"]).encode())
    tool.server.will_answer(f"{LINE_ITEM}/scores", reply)

    post(tool, family="canvas")

    assert len(tool.server.asked_at(f"{LINE_ITEM}/scores")) == 1
