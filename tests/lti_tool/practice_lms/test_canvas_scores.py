"""Scores do to the gradebook what Canvas's truth table says (section 5.3)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lti_tool.practice_lms.canvas.identifiers import subject
from lti_tool.practice_lms.canvas.score_reading import EXTENSION
from lti_tool.practice_lms.course import Role
from lti_tool.practice_lms.state.failures import THROTTLED, THROTTLED_BY_STATUS
from tests.lti_tool.practice_lms.canvas_calls import (
    ITEMS,
    RESULTS,
    SCORES,
    bearer,
    call,
    documented,
    grade,
    graded_already,
    post_score,
)
from tests.lti_tool.practice_lms.launches import captured, put, put_link, with_person
from tests.support.practice import INSTRUCTOR, OTHER_STUDENT, REFLECTION, STUDENT

EFFECTS = captured("canvas/score_effects.json")["rows"]
CASES = captured("canvas/score_request.json")["cases"]
LATER = "2026-11-23T09:00:01.000Z"
SUBMITTED = {"submittedAt": "2026-11-23T08:59:30.000Z"}


@pytest.mark.parametrize(
    "row",
    EFFECTS,
    ids=lambda row: f"{row['activityProgress']}-{row['gradingProgress']}-{row['scoreGiven']}",
)
def test_each_row_of_the_truth_table(canvas, row):
    graded_already(canvas)
    given = {} if row["scoreGiven"] else {"scoreGiven": None, "scoreMaximum": None}
    progress = {name: row[name] for name in ("activityProgress", "gradingProgress")}
    assert post_score(canvas, **progress, **given).status_code == 200
    after = grade(canvas)
    assert after.score == {"set": 1.0, "cleared": None}[row["gradebook_score"]]
    assert bool(after.attempts) is row["new_attempt"]
    assert after.is_pending_review is row["pending_review"]


def test_new_submission_false_adds_no_attempt(canvas):
    post_score(canvas, extension={"new_submission": False})
    assert (grade(canvas).attempts, grade(canvas).score) == ((), 1.0)


def test_submission_type_none_adds_no_attempt(canvas):
    post_score(canvas, extension={"submission_type": "none"})
    assert grade(canvas).attempts == ()


def test_the_same_submission_time_adds_no_second_attempt(canvas):
    post_score(canvas, submission=SUBMITTED)
    post_score(canvas, submission=SUBMITTED, timestamp=LATER)
    (attempt,) = grade(canvas).attempts
    assert attempt.submitted_at == datetime(2026, 11, 23, 8, 59, 30, tzinfo=UTC)


def test_without_a_submission_time_every_post_is_an_attempt_of_now(canvas, clock):
    post_score(canvas)
    clock.move(hours=2)
    post_score(canvas, timestamp=LATER)
    assert [one.submitted_at.hour for one in grade(canvas).attempts] == [9, 11]


def test_the_extension_s_time_is_taken_where_the_standard_s_is_missing(canvas):
    post_score(canvas, extension={"submitted_at": "2026-11-20T10:00:00Z"})
    assert grade(canvas).attempts[0].submitted_at.day == 20


def test_preserve_score_leaves_the_score_alone_even_with_a_grade(canvas):
    graded_already(canvas)
    post_score(canvas, extension={"preserve_score": True})
    assert grade(canvas).score == 0.5


@pytest.mark.parametrize(("before", "after"), [(True, 0.5), (False, 1.0)])
def test_prioritize_non_tool_grade_only_fills_an_empty_score(canvas, before, after):
    if before:
        graded_already(canvas)
    post_score(canvas, extension={"prioritize_non_tool_grade": True})
    assert grade(canvas).score == after


@pytest.mark.parametrize(("given", "score"), [(0.1, 10), (0, 0)])
def test_pass_fail_is_complete_above_zero(canvas, given, score):
    put_link(canvas, REFLECTION, is_pass_fail=True)
    (item,) = canvas.practice.gradebook.line_items()
    canvas.practice.gradebook.change_line_item(replace(item, score_maximum=10))
    post_score(canvas, scoreGiven=given)
    assert grade(canvas).score == score


def test_a_further_line_item_changes_no_gradebook(canvas):
    body = {"label": "Depth", "scoreMaximum": 10, "resourceLinkId": _reflection(canvas)}
    made = call(canvas, "POST", ITEMS, json=body).json
    post_score(canvas, url=f"{made['id']}/scores")
    after = grade(canvas, number=2)
    assert (after.score, after.attempts, after.result) == (None, (), 10)


def _reflection(canvas):
    return call(canvas, "GET", ITEMS).json[0]["resourceLinkId"]


@pytest.mark.parametrize("name", CASES)
def test_a_documented_score_is_taken(canvas, clock, name):
    clock.time = datetime(2026, 3, 10, tzinfo=UTC)
    graded_already(canvas)
    body = CASES[name]["body"]
    answer = post_score(
        canvas,
        **{"scoreGiven": None, "scoreMaximum": None, **body, "userId": subject(STUDENT)},
    )
    assert answer.status_code == 200, answer.text
    effects = {
        "student_submits_for_manual_grading": (None, 1, True),
        "resubmission_keep_old_grade": (0.5, 1, True),
        "grade_without_new_attempt": (0.85, 0, False),
        "auto_graded_completion": (1.0, 1, False),
        "progress_only_do_not_touch_grade": (0.5, 0, False),
        "clear_grade": (None, 0, False),
        "first_grade_only": (0.5, 0, False),
        "file_submission": (None, 1, True),
    }
    after = grade(canvas)
    assert (after.score, len(after.attempts), after.is_pending_review) == effects[name]


def test_the_answer_is_the_documented_one_by_name(canvas):
    answer = post_score(canvas)
    theirs = captured("canvas/score_response.json")["response"]
    assert (answer.status_code, set(answer.json)) == (200, set(theirs["body"]))
    assert answer.headers["content-type"] == theirs["headers"]["content-type"]
    names = [name for name, _ in answer.headers]
    assert "x-rate-limit-remaining" in names


def test_a_file_is_answered_with_where_its_progress_is(canvas):
    item = {"type": "file", "url": "https://tool.example/a.pdf", "title": "a.pdf"}
    (file,) = post_score(canvas, extension={"content_items": [item]}).json[EXTENSION][
        "content_items"
    ]
    theirs = captured("canvas/score_response.json")["with_files"]["body"][EXTENSION]
    assert set(file) == set(theirs["content_items"][0])


def test_more_than_the_maximum_is_allowed(canvas):
    post_score(canvas, scoreGiven=3, scoreMaximum=2)
    assert grade(canvas).score == 1.5


def test_a_column_without_points_takes_a_score_out_of_zero(canvas):
    (item,) = canvas.practice.gradebook.line_items()
    canvas.practice.gradebook.change_line_item(replace(item, score_maximum=0))
    assert post_score(canvas, scoreGiven=0, scoreMaximum=0).status_code == 200
    assert grade(canvas).score == 0


def test_every_comment_is_appended(canvas):
    post_score(canvas, comment="Well done")
    post_score(canvas, comment="Well done", timestamp=LATER)
    assert grade(canvas).comments == ("Well done", "Well done")


def test_an_equal_time_passes_and_an_older_one_does_not(canvas):
    post_score(canvas)
    assert post_score(canvas, scoreGiven=0).status_code == 200
    answer = post_score(canvas, timestamp="2026-11-23T08:59:59.999Z")
    status, body = documented("score", "older than")
    assert answer.status_code == status
    assert set(answer.json["errors"]) == set(body["errors"])
    assert (grade(canvas).score, grade(canvas).refused) == (0, 1)


def test_a_time_in_the_future_blocks_what_comes_later(canvas):
    assert post_score(canvas, timestamp="2027-01-01T00:00:00.000Z").status_code == 200
    assert post_score(canvas).status_code == 400


@pytest.mark.parametrize(
    ("change", "when"),
    [
        ({"activityProgress": None}, "required field"),
        ({"userId": "nobody"}, "user unknown"),
        ({"userId": subject(INSTRUCTOR)}, "user unknown"),
        ({"timestamp": "yesterdayish"}, "timestamp unparsable"),
        ({"scoreMaximum": None}, "scoreGiven without"),
        ({"scoreMaximum": -1}, "negative maximum"),
        ({"scoreMaximum": 0}, "scoreMaximum 0"),
        ({"scoreGiven": -1}, "negative score"),
        ({"submission": {"submittedAt": "soon"}}, "submittedAt unparsable"),
        ({"extension": {"submission_type": "online_upload"}}, "online_upload without"),
    ],
    ids=str,
)
def test_a_score_with_one_fault_gets_the_documented_answer(canvas, change, when):
    graded_already(canvas)
    answer = post_score(canvas, **change)
    assert (answer.status_code, answer.json) == documented("score", when)
    assert grade(canvas).score == 0.5


@pytest.mark.parametrize(
    "change",
    [
        {"scoreGiven": "1"},
        {"scoreGiven": True},
        {"timestamp": "2026-11-23T09:00:00"},
        {"extension": {"submission_type": "carrier_pigeon"}},
    ],
    ids=str,
)
def test_other_faults_are_refused_too(canvas, change):
    assert post_score(canvas, **change).status_code == 400


def test_a_submission_dated_in_the_future_is_refused(canvas):
    answer = post_score(canvas, submission={"submittedAt": "2026-11-23T09:01:01.000Z"})
    status, body = documented("score", "submittedAt more")
    assert answer.status_code == status
    ours, theirs = answer.json["errors"], body["errors"]
    assert ours["type"] == theirs["type"]
    assert ours["message"].endswith("in the future")
    near = {"submittedAt": "2026-11-23T09:00:59.000Z"}
    assert post_score(canvas, submission=near).status_code == 200


def test_with_the_attempts_used_up_a_new_one_is_refused_whatever_its_progress(canvas):
    put_link(canvas, REFLECTION, allowed_attempts=1)
    post_score(canvas, submission=SUBMITTED)
    answer = post_score(canvas, activityProgress="InProgress", timestamp=LATER)
    assert (answer.status_code, answer.json) == documented("score", "attempts used up")
    assert post_score(canvas, submission=SUBMITTED, timestamp=LATER).status_code == 200
    kept = {"new_submission": False}
    assert post_score(canvas, extension=kept, timestamp=LATER).status_code == 200


def test_an_unpublished_assignment_takes_no_scores(canvas):
    put_link(canvas, REFLECTION, is_published=False)
    answer = post_score(canvas)
    assert (answer.status_code, answer.json) == documented("score", "assignment unpublished")


def test_in_an_unpublished_course_nobody_is_a_student_yet(canvas):
    put(canvas, is_published=False)
    answer = post_score(canvas)
    assert (answer.status_code, answer.json) == documented("score", "user unknown")


def test_a_student_who_left_is_none(canvas):
    people = [replace(one, has_left=one.id == STUDENT) for one in canvas.configuration.course.users]
    put(canvas, users=tuple(people))
    assert post_score(canvas).status_code == 422


@pytest.mark.parametrize(("is_older", "status"), [(False, 200), (True, 422)])
def test_a_test_student_is_taken_by_newer_sites(canvas, is_older, status):
    canvas.practice.configuration = replace(canvas.configuration, is_older=is_older)
    with_person(canvas, "60", Role.TEST_STUDENT)
    assert post_score(canvas, userId="60").status_code == status


def test_a_former_id_still_names_the_student(canvas):
    people = [
        replace(one, former_id="40") if one.id == STUDENT else one
        for one in canvas.configuration.course.users
    ]
    put(canvas, users=tuple(people))
    assert post_score(canvas, userId=subject("40")).status_code == 200
    assert grade(canvas).score == 1.0


@pytest.mark.parametrize(
    ("is_older", "when"), [(False, "concluded course (flag"), (True, "course, line item or")]
)
def test_a_concluded_course_takes_and_tells_nothing(canvas, is_older, when):
    canvas.practice.configuration = replace(canvas.configuration, is_older=is_older)
    put(canvas, is_concluded=True)
    for answer in (post_score(canvas), call(canvas, "GET", RESULTS), call(canvas, "GET", ITEMS)):
        assert (answer.status_code, answer.json) == documented("ags_nrps_common", when)


@pytest.mark.parametrize(
    ("failure", "when"),
    [(THROTTLED, "throttled (classic"), (THROTTLED_BY_STATUS, "throttled (current")],
)
def test_a_hurried_caller_is_told_so_in_plain_text(canvas, failure, when):
    canvas.practice.failures.ask("score", failure)
    answer = post_score(canvas)
    assert (answer.status_code, answer.text) == documented("ags_nrps_common", when)
    assert answer.headers["x-rate-limit-remaining"] == "0.0"
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Retry-After" not in answer.headers
    assert post_score(canvas).status_code == 200


def test_a_body_that_can_t_be_read_is_refused(canvas):
    headers = bearer(canvas)
    for body, media in (("[1]", "application/json"), ("{}", "text/plain")):
        sent = canvas.answer("POST", SCORES, data=body, content_type=media, headers=headers)
        assert sent.status_code == 400


def test_results_are_of_those_who_were_posted_for(canvas):
    post_score(canvas, comment="Well done", extension={"new_submission": False})
    post_score(canvas, userId=OTHER_STUDENT, gradingProgress="NotReady")
    answer = call(canvas, "GET", RESULTS)
    theirs = captured("canvas/results.json")["response"]
    assert [set(one) for one in answer.json] == [
        set(theirs["body"][0]),
        set(theirs["body"][1]) - {EXTENSION},
    ]
    assert answer.content_type == theirs["headers"]["content-type"]
    assert [one["userId"] for one in answer.json] == [subject(STUDENT), subject(OTHER_STUDENT)]


def test_a_teacher_s_change_shows_in_the_result(canvas):
    post_score(canvas)
    (item,) = canvas.practice.gradebook.line_items()
    canvas.practice.gradebook.change(
        item, STUDENT, lambda one: replace(one, score=0.25, is_final=True)
    )
    (result,) = call(canvas, "GET", RESULTS).json
    assert result["resultScore"] == 0.25
    assert call(canvas, "GET", result["id"]).json == result


@pytest.mark.parametrize(
    ("user", "count"), [(STUDENT, 1), (subject(STUDENT), 1), (subject(INSTRUCTOR), 0), ("x", 0)]
)
def test_results_of_one_person(canvas, user, count):
    post_score(canvas)
    assert len(call(canvas, "GET", f"{RESULTS}?user_id={user}").json) == count


def test_a_result_that_is_not_there(canvas):
    assert call(canvas, "GET", f"{RESULTS}/99").status_code == 404


def test_the_gradebook_shows_work_to_grade_and_opens_what_was_submitted(canvas):
    launch = {"submission_type": "basic_lti_launch", "submission_data": "http://localhost/lti/x"}
    post_score(canvas, gradingProgress="PendingManual", extension=launch)
    page = canvas.answer("GET", f"/as/{INSTRUCTOR}/gradebook").text
    assert "Needs grading" in page
    assert f'href="/as/{INSTRUCTOR}/reviews/1/{STUDENT}"' in page
    framed = canvas.answer("GET", f"/as/{INSTRUCTOR}/reviews/1/{STUDENT}").text
    assert f'src="/as/{INSTRUCTOR}/review/1/{STUDENT}"' in framed
    book = canvas.answer("GET", "/gradebook.json").json[REFLECTION][STUDENT]
    assert book["pending_review"] is True
    assert book["attempts"][0]["data"] == "http://localhost/lti/x"
