"""Canvas's tokens, line items and roster (sections 4, 5.2 and 6)."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from lti_tool.practice_lms.canvas.identifiers import context_id, link_uuid, subject
from lti_tool.practice_lms.configuration import Hosts
from lti_tool.practice_lms.course import MEMBERSHIP, Role
from lti_tool.practice_lms.profiles import Privacy
from lti_tool.practice_lms.scopes import LINE_ITEM_READ, SCORE
from tests.lti_tool.practice_lms.canvas_calls import (
    ITEM,
    ITEM_MEDIA,
    ITEMS,
    MEMBERS,
    SCORES,
    ask_token,
    bearer,
    call,
    documented,
)
from tests.lti_tool.practice_lms.launches import (
    captured,
    claims_of,
    put,
    put_link,
    put_tool,
    with_person,
)
from tests.lti_tool.practice_lms.small_tool import tool_key_set
from tests.support.keys import TEST_ONLY_OTHER_PLATFORM_KEY
from tests.support.practice import READING, REFLECTION, STUDENT

NOW = 1795424400
TOKEN = captured("canvas/token_response.json")
CREATED = captured("canvas/lineitem_created.json")
SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"
LEARNER = (MEMBERSHIP + "Learner").replace(":", "%3A").replace("#", "%23").replace("/", "%2F")


def _links(answer):
    parts = (part.split("; rel=") for part in answer.headers["link"].split(",<"))
    return {rel.strip('"'): url.strip("<>") for url, rel in parts}


def test_a_good_assertion_gets_the_documented_token(canvas):
    answer = ask_token(canvas)
    theirs = TOKEN["response"]
    assert (answer.status_code, set(answer.json)) == (200, set(theirs["body"]))
    assert answer.json["expires_in"] == 3600
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert canvas.answer("GET", ITEMS, headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"sub": "another"}, "unknown client"),
        ({"key": TEST_ONLY_OTHER_PLATFORM_KEY}, "JWS signature invalid."),
        ({"kid": "unknown"}, "JWS signature invalid."),
        ({"aud": "https://elsewhere.example/token"}, "the 'aud' is invalid"),
        ({"jti": None}, "the following assertions are missing: jti"),
        ({"iat": NOW - 301}, "the 'iat' must be less than 300 seconds old"),
        ({"iat": NOW + 31}, "the 'iat' must not be in the future"),
        ({"exp": NOW}, "the JWT has expired"),
        (
            {"grant_type": "password"},
            "The grant_type you requested is not currently supported",
        ),
    ],
    ids=str,
)
def test_an_assertion_with_one_fault_gets_the_documented_answer(canvas, change, text):
    answer = ask_token(canvas, **change)
    theirs = next(one for one in TOKEN["errors"] if one["body"]["error_description"] == text)
    assert (answer.status_code, answer.json) == (theirs["status"], theirs["body"])


@pytest.mark.parametrize("missing", ["iss", "aud", "iat", "exp", "jti"])
def test_an_assertion_without_a_required_claim_is_refused(canvas, missing):
    text = ask_token(canvas, **{missing: None}).json["error_description"]
    assert text == f"the following assertions are missing: {missing}"


@pytest.mark.parametrize(
    "change", [{"iat": 10**20}, {"client_assertion_type": "other"}, {"exp": "soon"}], ids=str
)
def test_other_faults_are_refused_too(canvas, change):
    assert ask_token(canvas, **change).status_code == 400


def test_the_issuer_s_value_is_not_compared(canvas):
    assert ask_token(canvas, iss="anything").status_code == 200


def test_an_assertion_is_good_once(canvas):
    assert ask_token(canvas).status_code == 200
    assert ask_token(canvas).json["error_description"] == "the 'jti' is invalid"


def test_one_scope_that_is_not_granted_fails_the_request(canvas):
    put_tool(canvas, scopes=(LINE_ITEM_READ,))
    answer = ask_token(canvas, scope=f"{LINE_ITEM_READ} {SCORE}")
    theirs = next(one for one in TOKEN["errors"] if one["body"]["error"] == "invalid_scope")
    assert (answer.status_code, answer.json) == (theirs["status"], theirs["body"])


@pytest.mark.parametrize("error", [OSError("no answer"), ValueError("no JSON")])
def test_a_key_set_out_of_reach_is_told(canvas, error):
    def fail(url):
        raise error

    canvas.practice.surroundings = replace(canvas.practice.surroundings, fetch_key_set=fail)
    answer = ask_token(canvas)
    assert answer.json["error_description"].startswith("JWK Error: ")


def test_a_key_must_tell_its_use(canvas):
    keys = tool_key_set()
    del keys["keys"][0]["use"]
    canvas.practice.surroundings = replace(
        canvas.practice.surroundings, fetch_key_set=lambda _: keys
    )
    assert ask_token(canvas).json["error_description"] == "JWS signature invalid."


def test_something_that_is_no_assertion_is_refused(canvas):
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    answer = canvas.answer("POST", "/login/oauth2/token", data=form)
    assert answer.json["error_description"] == "JWS signature invalid."


def test_the_sign_in_host_s_address_is_an_audience_too(canvas):
    hosts = Hosts(sso="http://sso.example")
    canvas.practice.configuration = replace(canvas.configuration, hosts=hosts)
    assert ask_token(canvas, aud=["http://sso.example/login/oauth2/token"]).status_code == 200


def test_a_key_that_is_off_gets_no_token_and_its_tokens_end(canvas):
    headers = bearer(canvas)
    put_tool(canvas, is_on=False)
    assert ask_token(canvas).status_code == 401
    answer = canvas.answer("GET", ITEMS, headers=headers)
    assert (answer.status_code, answer.json) == documented("ags_nrps_common", "developer key off")


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("", "no Authorization"),
        ("Bearer abc", "not a JWT"),
        ("Bearer a.b.c", "bad signature (first"),
    ],
)
def test_a_bad_token_gets_the_documented_answer(canvas, header, when):
    answer = canvas.answer("GET", ITEMS, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json) == documented("ags_nrps_common", when)


def test_an_expired_token_gets_the_documented_answer(canvas, clock):
    headers = bearer(canvas)
    clock.move(hours=1)
    answer = canvas.answer("GET", ITEMS, headers=headers)
    assert (answer.status_code, answer.json) == documented("ags_nrps_common", "expired")


def test_a_weak_token_gets_the_documented_answer(canvas):
    answer = canvas.answer("POST", SCORES, json={}, headers=bearer(canvas, LINE_ITEM_READ))
    assert (answer.status_code, answer.json) == documented("ags_nrps_common", "scope missing")


@pytest.mark.parametrize("url", [ITEMS, MEMBERS, "/login/oauth2/token"])
def test_a_caller_without_a_name_gets_the_documented_answer(canvas, url):
    headers = bearer(canvas) | {"User-Agent": ""}
    answer = canvas.answer("POST" if "token" in url else "GET", url, headers=headers)
    assert (answer.status_code, answer.json) == documented("ags_nrps_common", "hosted Canvas")


def test_a_course_that_is_not_there(canvas):
    answer = call(canvas, "GET", "/api/lti/courses/99/names_and_roles")
    assert (answer.status_code, answer.json) == documented("ags_nrps_common", "context missing")


def test_each_graded_link_has_a_line_item(canvas):
    put_link(canvas, REFLECTION, resource_id="act-7f3c", tag="reflection")
    (item,) = call(canvas, "GET", ITEMS).json
    assert item == {
        "id": f"http://127.0.0.1:8001{ITEM}",
        "scoreMaximum": 1.0,
        "label": "A short reflection",
        "resourceLinkId": link_uuid(REFLECTION),
    }
    assert call(canvas, "GET", ITEM).json == item


def test_the_launch_url_is_told_on_demand(canvas):
    (item,) = call(canvas, "GET", f"{ITEMS}?include[]=launch_url").json
    launch_url = item["https://canvas.instructure.com/lti/launch_url"]
    assert launch_url == canvas.configuration.tool.launch_url


@pytest.mark.parametrize("case", ["create_launchable_assignment", "create_plain_column"])
def test_a_documented_line_item_is_made(canvas, case):
    sent, theirs = CREATED[case]["request"]["body"], CREATED[case]["response"]
    answer = call(canvas, "POST", ITEMS, json=sent, content_type=ITEM_MEDIA)
    assert (answer.status_code, set(answer.json)) == (201, set(theirs["body"]))
    for name in set(theirs["body"]) - {"id", "resourceLinkId"}:
        assert answer.json[name] == theirs["body"][name]


def test_a_launchable_line_item_is_an_assignment_that_opens_the_tool(canvas):
    sent = CREATED["create_launchable_assignment"]["request"]["body"]
    call(canvas, "POST", ITEMS, json=sent)
    link = canvas.configuration.course.links[-1]
    assert (link.title, link.is_published) == ("Module completion", True)
    claims = claims_of(canvas, STUDENT, link.id)
    target = claims["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"]
    assert target == sent[SUBMISSION_TYPE]["external_tool_url"]


@pytest.mark.parametrize("link_id", [link_uuid(READING), context_id("2"), "elsewhere"])
def test_only_an_assignment_takes_a_further_line_item(canvas, link_id):
    body = {"label": "x", "scoreMaximum": 1, "resourceLinkId": link_id}
    answer = call(canvas, "POST", ITEMS, json=body)
    assert (answer.status_code, answer.json) == documented("line_item", "create with resourceLink")


@pytest.mark.parametrize(
    "change", [{"label": None}, {"scoreMaximum": None}, {"scoreMaximum": "ten"}], ids=str
)
def test_a_line_item_with_one_fault_is_refused(canvas, change):
    body = {"label": "x", "scoreMaximum": 1} | change
    assert call(canvas, "POST", ITEMS, json=body).status_code == 400


def test_a_submission_type_that_is_not_allowed_gets_the_documented_answer(canvas):
    body = {"label": "x", "scoreMaximum": 1, SUBMISSION_TYPE: {"type": "online_quiz"}}
    answer = call(canvas, "POST", ITEMS, json=body)
    assert (answer.status_code, answer.json) == documented("line_item", "submission_type")


def test_a_change_is_partial_and_reaches_the_assignment(canvas):
    answer = call(canvas, "PUT", ITEM, json={"label": "Revised", "scoreMaximum": 50})
    assert (answer.status_code, answer.json["label"]) == (200, "Revised")
    link = canvas.configuration.course.link(REFLECTION)
    assert (link.title, link.score_maximum) == ("Revised", 50)
    assert call(canvas, "PUT", ITEM, json={"tag": "t"}).json["scoreMaximum"] == 50


def test_a_change_may_not_move_to_another_link(canvas):
    answer = call(canvas, "PUT", ITEM, json={"resourceLinkId": link_uuid(READING)})
    assert (answer.status_code, answer.json) == documented("line_item", "resourceLinkId does not")


def test_only_what_the_tool_made_can_be_removed(canvas):
    coupled = call(canvas, "DELETE", ITEM)
    status, _ = documented("line_item", "delete of coupled")
    assert (coupled.status_code, coupled.text) == (status, "")
    sent = CREATED["create_launchable_assignment"]["request"]["body"]
    made = call(canvas, "POST", ITEMS, json=sent).json
    assert call(canvas, "DELETE", made["id"]).status_code == 204
    assert call(canvas, "GET", made["id"]).status_code == 404
    assert [link.id for link in canvas.configuration.course.links] == [READING, REFLECTION]


def test_a_long_list_comes_in_tens_and_leads_on(canvas):
    for number in range(11):
        call(canvas, "POST", ITEMS, json={"label": str(number), "scoreMaximum": 1, "tag": "t"})
    first = call(canvas, "GET", ITEMS)
    assert (len(first.json), set(_links(first))) == (10, {"current", "next", "first", "last"})
    second = call(canvas, "GET", _links(first)["next"])
    assert (len(second.json), set(_links(second))) == (2, {"current", "prev", "first", "last"})
    filtered = call(canvas, "GET", f"{ITEMS}?tag=t&limit=4")
    assert parse_qs(urlsplit(_links(filtered)["next"]).query) == {
        "tag": ["t"],
        "page": ["2"],
        "per_page": ["4"],
    }
    assert len(call(canvas, "GET", f"{ITEMS}?limit=1000").json) == 12


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (f"resource_link_id={link_uuid(REFLECTION)}", 1),
        ("resource_link_id=12", 0),
        ("tag=none", 0),
        ("resource_id=none", 0),
    ],
)
def test_the_list_is_filtered_as_asked(canvas, query, count):
    assert len(call(canvas, "GET", f"{ITEMS}?{query}").json) == count


def _members(canvas, query=""):
    return call(canvas, "GET", f"{MEMBERS}{query}").json["members"]


def test_the_roster_is_the_documented_one_by_name(canvas):
    people = [replace(one, sourced_id=f"S{one.id}") for one in canvas.configuration.course.users]
    put(canvas, users=tuple(people))
    answer = call(canvas, "GET", MEMBERS)
    theirs = captured("canvas/nrps_page1.json")["response"]
    assert set(answer.json) == set(theirs["body"])
    assert answer.json["context"]["id"] == context_id("2")
    assert set(answer.json["members"][0]) == set(theirs["body"]["members"][0])
    assert {one["status"] for one in answer.json["members"]} == {"Active"}
    assert answer.json["members"][1]["user_id"] == subject(STUDENT)
    assert {"link", "x-request-cost"} <= {name for name, _ in answer.headers}


def test_fifty_is_the_largest_page(canvas):
    for number in range(100, 160):
        with_person(canvas, str(number), Role.STUDENT)
    first = call(canvas, "GET", f"{MEMBERS}?limit=100")
    assert len(first.json["members"]) == 50
    after = _links(first)["next"]
    assert "limit" not in after
    assert len(call(canvas, "GET", after).json["members"]) == 14


@pytest.mark.parametrize(("role", "count"), [(LEARNER, 3), ("Learner", 0), ("urn:x", 0)])
def test_a_role_is_asked_for_by_its_whole_name(canvas, role, count):
    assert len(_members(canvas, f"?role={role}")) == count


def test_an_assistant_is_found_under_both_roles(canvas):
    with_person(canvas, "60", Role.ASSISTANT)
    instructor = LEARNER.replace("Learner", "Instructor")
    assert subject("60") in [one["user_id"] for one in _members(canvas, f"?role={instructor}")]


def test_who_left_has_vanished(canvas):
    people = [replace(one, has_left=one.id == STUDENT) for one in canvas.configuration.course.users]
    put(canvas, users=tuple(people))
    assert subject(STUDENT) not in [one["user_id"] for one in _members(canvas)]


@pytest.mark.parametrize("change", [{"is_published": False}, {"is_concluded": True}])
def test_before_and_after_a_course_there_are_no_students(canvas, change):
    put(canvas, **change)
    assert [one["roles"] for one in _members(canvas)] == [[MEMBERSHIP + "Instructor"]]


def test_a_merged_person_may_stand_under_the_older_id(canvas):
    people = [
        replace(one, former_id="40") if one.id == STUDENT else one
        for one in canvas.configuration.course.users
    ]
    put(canvas, users=tuple(people))
    assert subject("40") in [one["user_id"] for one in _members(canvas)]


@pytest.mark.parametrize(
    ("privacy", "told"),
    [
        (Privacy.ANONYMOUS, set()),
        (Privacy.NAME_ONLY, {"name", "given_name", "family_name"}),
        (Privacy.EMAIL_ONLY, {"email"}),
    ],
)
def test_a_privacy_level_drops_keys(canvas, privacy, told):
    put_tool(canvas, privacy=privacy)
    always = {"status", "user_id", "lti11_legacy_user_id", "roles"}
    assert set(_members(canvas)[0]) == always | told


def test_for_one_link_only_its_students_come_with_their_message(canvas):
    put_tool(canvas, custom={"course": "$Canvas.course.id", "assignment": "$Canvas.assignment.id"})
    put_link(canvas, REFLECTION, assigned_to=(STUDENT,))
    members = _members(canvas, f"?rlid={link_uuid(REFLECTION)}")
    assert [one["user_id"] for one in members][1:] == [subject(STUDENT)]
    theirs = captured("canvas/nrps_rlid.json")["response"]["body"]["members"][0]["message"]
    (message,) = members[0]["message"]
    assert set(message) == set(theirs[0])
    custom = message["https://purl.imsglobal.org/spec/lti/claim/custom"]
    assert (custom["course"], custom["assignment"]) == (2, "$Canvas.assignment.id")


def test_the_course_itself_may_be_the_link(canvas):
    assert len(_members(canvas, f"?rlid={context_id('2')}")) == 4


def test_an_unknown_link_gets_the_documented_answer(canvas):
    answer = call(canvas, "GET", f"{MEMBERS}?rlid=elsewhere")
    assert (answer.status_code, answer.json) == documented("nrps", "rlid not usable")
