"""Every captured call to Moodle's services gets the captured answer here (points 39 to 55)."""

import base64
import json
from dataclasses import replace
from urllib.parse import parse_qs

import jwt
import pytest

from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import TOOL_SETTING
from lti_tool.practice_lms.state.failures import Failure
from tests.lti_tool.practice_lms.captured_moodle import (
    COURSE,
    a_captured_moodle,
    with_tool_made_items,
)
from tests.lti_tool.practice_lms.launches import captured, put, put_tool
from tests.lti_tool.practice_lms.replaying import assert_as_captured, ours, replay, set_clock
from tests.lti_tool.practice_lms.service_calls import token_for
from tests.lti_tool.practice_lms.small_tool import KID
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY, TEST_ONLY_TOOL_KEY
from tests.support.practice import loaded_key

SCORES = captured("moodle/ags-scores-and-results.json")["calls"]
ITEMS = captured("moodle/ags-lineitems.json")["calls"]
ROSTER = captured("moodle/nrps-memberships.json")["calls"]
TOKENS = captured("moodle/token-endpoint.json")["calls"]
OLD = captured("moodle/ags-old-timestamp-after-pending.json")["calls"]
SCORE_MEDIA = "application/vnd.ims.lis.v1.score+json"
SCORE_URL = "/mod/lti/services.php/2/lineitems/2/lineitem/scores?type_id=1"
RESULTS_URL = "/mod/lti/services.php/2/lineitems/2/lineitem/results?type_id=1"
RESULT_MEDIA = "application/vnd.ims.lis.v2.resultcontainer+json"


THEIR_KID = {"zbasshLy9O7rXUMKK8-c5mYex3w0TO8K1P1pWGs3VYM": KID}


@pytest.fixture
def school(clock):
    return a_captured_moodle(clock)


def _state(school, call):
    """What Moodle's database held: final grade, comment and time of the student of the post."""
    state = call["moodle_state_after"]["grade_grades(rawgrade|finalgrade|feedback|timemodified)"]
    if not state:
        return None
    _, final, *comment, time = state.split("|")
    number = int(call["request"]["url"].split("/lineitems/")[1].split("/")[0])
    return number, final, "|".join(comment), time


def test_all_captured_scores_and_results_in_order(school, clock):
    with_tool_made_items(school)
    for call in SCORES:
        set_clock(clock, call)
        assert_as_captured(school, call, replay(school, call))
        if "moodle_state_after" in call and isinstance(call["request"]["body"], dict):
            _assert_state(school, call)


def _assert_state(school, call):
    """The gradebook holds what Moodle's database held after this post."""
    state = _state(school, call)
    user = str(call["request"]["body"]["userId"])
    if state is None or user not in ("4", "5"):
        return
    number, final, comment, time = state
    item = school.practice.gradebook.line_item(number)
    if item is None:
        return
    grade = school.practice.gradebook.grade(item, user)
    assert grade.score == (None if final == "NULL" else float(final)), call["label"]
    assert (grade.comment or "") == comment, call["label"]
    held = "" if grade.timestamp is None else str(int(grade.timestamp.timestamp()))
    assert held == time, call["label"]


def test_all_captured_line_item_calls_in_order(school):
    put(school, links=COURSE.links)
    for call in ITEMS:
        got = replay(school, call)
        assert_as_captured(school, call, got)
        theirs = call["response"]["headers"].get("Link", "")
        assert got.headers.get("Link", "") == ours(school, theirs)


def test_an_old_score_wins_after_one_that_forgot_its_time(school):
    for call in OLD:
        call["request"]["url"] = call["request"]["url"].replace("/10/", "/2/")
        assert replay(school, call).status_code == call["response"]["status"]
    (result,) = replay(school, OLD[-1]).json
    assert result["resultScore"] == OLD[-1]["response"]["body"][0]["resultScore"] == 3


@pytest.mark.parametrize("call", ROSTER, ids=lambda call: call["label"])
def test_a_captured_roster_call_gets_the_captured_answer(school, call):
    got = replay(school, call)
    theirs = call["response"]
    assert got.status_code == theirs["status"]
    assert got.headers["Content-Type"] == theirs["headers"]["Content-Type"]
    assert got.headers.get("Link") == ours(school, theirs["headers"].get("Link"))
    if "@context" in theirs["body"] or got.status_code >= 400:
        assert set(got.json) == set(theirs["body"])
        return
    members = {one["user_id"]: one for one in got.json["members"]}
    assert list(members) == [one["user_id"] for one in theirs["body"]["members"]]
    for member in theirs["body"]["members"]:
        mine = members[member["user_id"]]
        assert set(mine) == set(member)
        assert (mine["roles"], mine["status"]) == (member["roles"], member["status"])
        assert [set(one) for one in mine.get("message", ())] == [
            set(one) for one in member.get("message", ())
        ]


def test_with_names_off_the_roster_names_nobody(school):
    put_tool(school, privacy=Privacy.ANONYMOUS)
    call = captured("moodle/nrps-privacy-off.json")
    members = replay(school, call).json["members"]
    theirs = call["response"]["body"]["members"]
    assert [set(one) for one in members] == [set(one) for one in theirs]


def test_a_suspended_student_vanishes_from_the_roster_and_takes_scores(school):
    people = [replace(one, is_suspended=one.id == "5") for one in COURSE.users]
    put(school, users=tuple(people))
    assert "5" not in [one["user_id"] for one in replay(school, ROSTER[0]).json["members"]]
    assert _post(school, userId="5").status_code == 200


def test_a_student_who_left_takes_no_scores(school):
    people = [replace(one, has_left=one.id == "5") for one in COURSE.users]
    put(school, users=tuple(people))
    answer = _post(school, userId="5")
    assert (answer.status_code, answer.text) == (400, "[]")


def _post(school, **changes):
    body = {
        "userId": "4",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-23T09:00:00.000Z",
        "scoreGiven": 20,
        "scoreMaximum": 25,
    } | changes
    headers = token_for(school) | {"Content-Type": SCORE_MEDIA}
    return school.answer("POST", SCORE_URL, data=json.dumps(body), headers=headers)


def _results(school):
    headers = token_for(school) | {"Accept": RESULT_MEDIA}
    return school.answer("GET", RESULTS_URL, headers=headers).json


def test_a_teacher_s_own_grade_stays_and_only_results_show_it(school):
    (item, *_) = school.practice.gradebook.line_items()
    _post(school)
    school.practice.gradebook.change(
        item, "4", lambda one: replace(one, score=7.0, comment="by hand", is_final=True)
    )
    assert _post(school, timestamp="2026-11-23T09:00:05.000Z").status_code == 200
    assert [(one["resultScore"], one["comment"]) for one in _results(school)] == [(7, "by hand")]


def test_a_locked_column_answers_with_a_server_error(school):
    (item, *_) = school.practice.gradebook.line_items()
    school.practice.gradebook.change_line_item(replace(item, is_locked=True))
    answer = _post(school)
    assert (answer.status_code, answer.text) == (500, "[]")


def test_points_that_are_no_number_are_refused(school):
    answer = _post(school, scoreGiven="many")
    assert (answer.status_code, answer.text, _results(school)) == (400, "[]", [])


def test_something_that_is_no_assertion_is_refused(school):
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": "abc",
        "scope": TOOL_SETTING,
    }
    answer = school.answer("POST", "/mod/lti/token.php", data=form)
    assert (answer.status_code, answer.text) == (400, '{"error": "invalid_request"}')


def test_a_score_in_another_course_than_its_column_s_is_refused(school):
    headers = token_for(school) | {"Content-Type": SCORE_MEDIA}
    url = SCORE_URL.replace("/2/lineitems", "/1/lineitems")
    assert school.answer("POST", url, data="{}", headers=headers).status_code == 404


def test_a_lost_answer_leaves_the_score_behind(school):
    school.practice.failures.ask("score", Failure(status=502, after_storing=True))
    assert _post(school).status_code == 502
    assert _post(school).status_code == 409


def test_an_expired_token_is_refused_without_a_word(school, clock):
    headers = token_for(school) | {"Content-Type": SCORE_MEDIA}
    clock.move(hours=1)
    answer = school.answer("POST", SCORE_URL, data="{}", headers=headers)
    assert (answer.status_code, answer.json["reason"]) == (401, "Unauthorized")
    assert "WWW-Authenticate" not in answer.headers


def _resigned(text, label):
    """A captured assertion, signed again: its own signature was cut out of the capture."""
    header, payload, _ = text.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    head = json.loads(base64.urlsafe_b64decode(header + "=="))
    kid = (
        {"kid": {"zbasshLy9O7rXUMKK8-c5mYex3w0TO8K1P1pWGs3VYM": KID}.get(head["kid"], "other")}
        if "kid" in head
        else {}
    )
    key = TEST_ONLY_OTHER_PLATFORM_KEY if label.startswith("bad signature") else TEST_ONLY_TOOL_KEY
    return jwt.encode(claims, loaded_key(key), "RS256", headers=kid)


@pytest.mark.parametrize("call", TOKENS, ids=lambda call: call["label"])
def test_a_captured_token_call_gets_the_captured_answer(school, clock, call):
    school.practice.configuration = replace(school.configuration, client_id="rF37hsFMkEu9jSn")
    set_clock(clock, call)
    request, theirs = call["request"], call["response"]
    form = {}
    if isinstance(request["body"], str):
        form = {name: values[0] for name, values in parse_qs(request["body"]).items()}
    if "client_assertion" in form:
        form["client_assertion"] = _resigned(form["client_assertion"], call["label"])
    sent = {"data": form} if form else {"json": request["body"]}
    got = school.answer(request["method"], "/mod/lti/token.php", **sent)
    assert got.status_code == theirs["status"]
    assert got.headers["Content-Type"] == theirs["headers"]["Content-Type"]
    _assert_token(got, theirs["body"])


def _assert_token(got, theirs):
    if isinstance(theirs, str):
        assert got.text == theirs
        return
    mine = json.loads(got.text)
    assert set(mine) == set(theirs)
    for name in set(theirs) - {"access_token"}:
        same = set(str(mine[name]).split()) == set(str(theirs[name]).split())
        assert (name == "scope" and same) or mine[name] == theirs[name]


def test_the_tool_s_key_set_is_kept_until_a_key_is_unknown(school, clock):
    asked = []
    surroundings = school.practice.surroundings
    school.practice.surroundings = replace(
        surroundings, fetch_key_set=lambda url: asked.append(url) or surroundings.fetch_key_set(url)
    )
    call = next(one for one in TOKENS if one["label"] == "ok all scopes")
    for _ in range(2):
        _ask(school, clock, call)
    assert len(asked) == 1
    _ask(school, clock, next(one for one in TOKENS if one["label"] == "unknown kid"))
    assert len(asked) == 2


def _ask(school, clock, call):
    school.practice.configuration = replace(school.configuration, client_id="rF37hsFMkEu9jSn")
    set_clock(clock, call)
    form = {name: values[0] for name, values in parse_qs(call["request"]["body"]).items()}
    form["client_assertion"] = _resigned(form["client_assertion"], call["label"])
    return school.answer("POST", "/mod/lti/token.php", data=form)


def test_a_key_set_out_of_reach_gets_a_page(school, clock):
    put_tool(school, jwks_url="http://localhost/nowhere")
    got = _ask(school, clock, TOKENS[0])
    assert got.status_code == 404
    assert "<!doctype html>" in got.text


def test_a_granted_setting_is_told(school, clock):
    put_tool(school, scopes=(TOOL_SETTING,))
    (call,) = (one for one in TOKENS if one["label"].startswith("scope not registered"))
    assert json.loads(_ask(school, clock, call).text)["scope"] == TOOL_SETTING
