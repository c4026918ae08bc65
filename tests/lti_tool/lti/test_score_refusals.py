"""Why a score was not taken: each answer a Canvas or Moodle gives has its own sentence."""

import json

import pytest

from lti_tool.lti.calling.calls import Answer
from lti_tool.lti.score_refusals import SENTENCES, refusal_of
from tests.lti_tool.lti.a_platform import VECTORS

CANVAS = json.loads((VECTORS / "canvas" / "errors.json").read_text())

# What each documented answer of Canvas means for a score, by when it is given. Those that pass by
# themselves never get here (service_errors.py), and what is about other services has no meaning.
MEANINGS = {
    "no Authorization header": "grades.no-scope",
    "not a JWT": "grades.no-scope",
    "bad signature (first wording)": "grades.no-scope",
    "bad signature (other wording)": "grades.no-scope",
    "expired": "grades.no-scope",
    "token for another host (aud)": "grades.no-scope",
    "developer key off/deleted": "grades.tool-off",
    "scope missing in token": "grades.no-scope",
    "key not on for this account": "grades.tool-off",
    "context missing": "grades.column-gone",
    "tool not installed at/above the course": "grades.tool-removed",
    "course, line item or result id unknown; concluded course on Canvas without the newer flag": (
        "grades.column-gone"
    ),
    "concluded course (flag ags_improved_course_concluded_response_codes)": "grades.course-ended",
    "hosted Canvas, request without User-Agent": "grades.no-scope",
    "required field missing": "grades.refused",
    "user unknown, not a student, not yet active (unpublished course)": "grades.not-student",
    "assignment unpublished": "grades.unpublished",
    "timestamp unparsable": "grades.refused",
    "older than stored result": "grades.older",
    "scoreGiven without scoreMaximum": "grades.refused",
    "negative maximum": "grades.refused",
    "scoreMaximum 0 on a line item with points": "grades.refused",
    "negative score": "grades.refused",
    "submittedAt unparsable": "grades.refused",
    "submittedAt more than 1 min ahead": "grades.refused",
    "online_upload without files": "grades.refused",
    "attempts used up": "grades.attempts-used",
    "show/update/delete of another client's line item": "grades.column-gone",
    "resourceLinkId does not belong to line item": "grades.column-gone",
}
PASSING = {429, 504}
ROWS = [
    row
    for section in ("ags_nrps_common", "score", "line_item")
    for row in CANVAS[section]
    if row["status"] not in PASSING and not str(row["body"]).startswith("403 Forbidden")
]
OF_MAKING_COLUMNS = ("create", "submission_type", "delete")


def answer(status, body):
    """An answer as it comes from the wire."""
    text = body if isinstance(body, str) else json.dumps(body)
    return Answer(status=status, headers={}, body=b"" if body is None else text.encode())


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if not row["when"].startswith(OF_MAKING_COLUMNS)],
    ids=lambda row: row["when"],
)
def test_each_documented_answer_of_canvas_is_understood(row):
    error = refusal_of(answer(row["status"], row["body"]))

    assert error.code == MEANINGS[row["when"]]
    assert (error.status, error.retryable) == (row["status"], False)


MOODLE = [
    call
    for name in ("ags-scores-and-results", "ags-teacher-side-effects")
    for call in json.loads((VECTORS / "moodle" / f"{name}.json").read_text())["calls"]
    if call["request"]["method"] == "POST" and 400 <= call["response"]["status"] < 500
]
MOODLE_MEANINGS = {
    "same body again (same timestamp)": "grades.older",
    "older timestamp": "grades.older",
    "now, after the future one": "grades.older",
    "teacher as userId": "grades.not-student",
    "TA as userId": "grades.not-student",
    "admin (not enrolled)": "grades.not-student",
    "unknown user 999": "grades.not-student",
    "no token": "grades.no-scope",
    "token lacking score scope": "grades.no-scope",
    "unknown line item": "grades.column-gone",
    "Content-Type application/json": "grades.refused",
    "scores URL built wrongly (…lineitem?type_id=1/scores)": "grades.refused",
}
"""The rest is faults in what was posted, which ours never has."""


@pytest.mark.parametrize(
    "call",
    [call for call in MOODLE if call["label"] in MOODLE_MEANINGS],
    ids=lambda call: call["label"],
)
def test_each_captured_refusal_of_moodle_is_understood(call):
    response = call["response"]

    error = refusal_of(answer(response["status"], response["body"]))

    assert error.code == MOODLE_MEANINGS[call["label"]]


def test_nothing_of_the_platforms_text_is_kept():
    said = {"errors": {"message": "Sam Öztürk, 17 of 20: not found in course or is not a student"}}

    error = refusal_of(answer(422, said))

    assert error.code == "grades.not-student"
    assert "Sam" not in f"{error} {error.sentence} {vars(error)}"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b"null",
        b'"text"',
        b"{}",
        b'{"errors": []}',
        b'{"errors": [1]}',
        b'{"errors": {"message": 5}}',
        b"[" * 100_000,
        b"\xff",
    ],
    ids=lambda body: str(body[:20]),
)
def test_an_answer_that_says_nothing_readable_is_refused_all_the_same(body):
    assert refusal_of(Answer(status=422, headers={}, body=body)).code == "grades.refused"


def test_every_reason_is_a_whole_sentence_without_places_to_fill():
    for code, sentence in SENTENCES.items():
        assert code.startswith("grades.")
        assert str(sentence).endswith(".")
        assert "%(" not in sentence.text
