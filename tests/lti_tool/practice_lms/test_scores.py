"""Scores do to the gradebook what a real Moodle does with them."""

import pytest

from tests.lti_tool.practice_lms.service_calls import (
    RESULT_MEDIA,
    RESULTS,
    SCORE_MEDIA,
    SCORES,
    fetch,
    post_score,
    token_for,
)
from tests.support.practice import INSTRUCTOR, OTHER_STUDENT, REFLECTION, STUDENT

LATER = "2026-11-23T09:00:01.000Z"


def _grade(platform, user=STUDENT):
    return platform.answer("GET", "/gradebook.json").json[REFLECTION][user]


def test_a_final_score_stands_in_the_gradebook(platform):
    answer = post_score(platform, comment="Well done")
    assert (answer.status_code, answer.text) == (200, "")
    assert _grade(platform) == {
        "score": 1.0,
        "maximum": 1.0,
        "comment": "Well done",
        "timestamp": "2026-11-23T09:00:00+00:00",
        "posts": 1,
        "refused": 0,
    }
    assert _grade(platform, OTHER_STUDENT)["posts"] == 0


def test_a_score_is_put_on_the_line_items_own_scale(platform):
    post_score(platform, scoreGiven=8, scoreMaximum=10)
    assert _grade(platform)["score"] == 0.8


def test_zero_is_a_grade(platform):
    post_score(platform, scoreGiven=0)
    assert _grade(platform)["score"] == 0


@pytest.mark.parametrize(
    "timestamp",
    ["2026-11-23T09:00:00.000Z", "2026-11-23T09:00:00.900Z", "2026-11-23T08:59:59.999Z"],
)
def test_a_score_that_is_not_later_in_whole_seconds_is_a_conflict(platform, timestamp):
    post_score(platform)
    answer = post_score(platform, timestamp=timestamp, scoreGiven=0)
    assert (answer.status_code, answer.text) == (409, "[]")
    grade = _grade(platform)
    assert (grade["score"], grade["posts"], grade["refused"]) == (1.0, 1, 1)


def test_a_later_score_replaces_the_grade(platform):
    post_score(platform)
    assert post_score(platform, timestamp=LATER, scoreGiven=0.5).status_code == 200
    assert (_grade(platform)["score"], _grade(platform)["posts"]) == (0.5, 2)


@pytest.mark.parametrize(
    "change",
    [
        {"gradingProgress": "PendingManual"},
        {"gradingProgress": "NotReady", "scoreGiven": None},
        {"scoreGiven": None},
        {"scoreGiven": None, "scoreMaximum": None},
    ],
    ids=str,
)
def test_a_score_that_is_not_final_empties_the_grade(platform, change):
    post_score(platform, comment="Well done")
    assert post_score(platform, timestamp=LATER, **change).status_code == 200
    assert (_grade(platform)["score"], _grade(platform)["comment"]) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"userId": INSTRUCTOR},
        {"userId": "99"},
        {"userId": 4},
        {"userId": None},
        {"activityProgress": None},
        {"activityProgress": "Done"},
        {"gradingProgress": None},
        {"gradingProgress": "Graded"},
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"timestamp": "2026-11-23T09:00:00.000"},
        {"timestamp": "2026-11-23T09:00:00Z"},
        {"scoreMaximum": None},
        {"scoreMaximum": 0},
        {"scoreGiven": -1},
        {"scoreGiven": "1"},
        {"scoreGiven": True},
        {"comment": 5},
    ],
    ids=str,
)
def test_a_score_with_one_fault_is_refused_and_changes_nothing(platform, change):
    post_score(platform)
    answer = post_score(platform, **{"timestamp": LATER, **change})
    assert answer.status_code == 400
    assert (_grade(platform)["score"], _grade(platform)["posts"]) == (1.0, 1)


def test_a_refused_score_is_counted_for_its_student(platform):
    post_score(platform, scoreGiven=-1)
    assert (_grade(platform)["posts"], _grade(platform)["refused"]) == (0, 1)


@pytest.mark.parametrize("media", ["application/json", "text/plain"])
def test_another_media_type_is_refused(platform, media):
    assert post_score(platform, media=media).status_code == 400


def test_a_charset_after_the_media_type_is_allowed(platform):
    assert post_score(platform, media=SCORE_MEDIA + "; charset=utf-8").status_code == 200


def test_a_body_that_is_no_object_is_refused(platform):
    headers = token_for(platform)
    answer = platform.answer("POST", SCORES, data="[1", content_type=SCORE_MEDIA, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/services/2/lineitems/1/lineitem?type_id=1/scores", 405),
        ("/services/2/lineitems/1/lineitem/scores", 400),
        ("/services/2/lineitems/9/lineitem/scores?type_id=1", 404),
        ("/services/3/lineitems/1/lineitem/scores?type_id=1", 404),
    ],
)
def test_an_address_that_was_not_given_out_is_refused(platform, url, status):
    assert post_score(platform, url=url).status_code == status


def test_a_lost_answer_leaves_the_score_and_the_repeat_is_a_conflict(platform):
    asked = {"service": "score", "status": 503, "times": 1, "after_storing": True}
    platform.answer("POST", "/controls", json=asked)
    assert post_score(platform).status_code == 503
    assert post_score(platform).status_code == 409
    assert (_grade(platform)["score"], _grade(platform)["posts"]) == (1.0, 1)


def test_a_failing_service_stores_nothing(platform):
    platform.answer("POST", "/controls", json={"service": "score"})
    assert post_score(platform).status_code == 503
    assert _grade(platform)["posts"] == 0


def test_results_name_only_those_who_have_a_grade(platform):
    post_score(platform, comment="Well done")
    post_score(platform, userId=OTHER_STUDENT)
    results = fetch(platform, RESULTS, RESULT_MEDIA).json
    assert [(one["userId"], one["resultScore"]) for one in results] == [("4", 1.0), ("5", 1.0)]
    assert results[0]["comment"] == "Well done"
    assert "comment" not in results[1]
    assert results[0]["id"].endswith("/lineitem/results/4?type_id=1")


def test_results_of_one_student(platform):
    post_score(platform)
    assert len(fetch(platform, RESULTS + "&user_id=4", RESULT_MEDIA).json) == 1
    assert fetch(platform, RESULTS + "&user_id=5", RESULT_MEDIA).json == []


def test_results_in_another_media_type_are_refused(platform):
    assert fetch(platform, RESULTS, "application/json").status_code == 400
