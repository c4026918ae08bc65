"""Rosters as platforms send them: whole, or not at all."""

import json
from typing import Any

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti import roster
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.roster import RosterMember, read_whole_roster
from tests.lti_tool.lti.a_platform import MEMBERSHIP, captured
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import ATool, a_token_reply

PATH = "/memberships"
STUDENT, INSTRUCTOR = frozenset({CourseRole.STUDENT}), frozenset({CourseRole.INSTRUCTOR})
MOODLE = {call["label"]: call for call in captured("moodle/nrps-memberships.json")["calls"]}


@pytest.fixture
def tool(sqlite_db, server, http, now) -> ATool:
    server.will_answer("/token", a_token_reply())
    return ATool(sqlite_db, server, http, now)


def read(tool: ATool, *pages: Reply, context_id: str = "2") -> tuple[RosterMember, ...]:
    url = tool.server.will_answer(PATH, *pages)
    return read_whole_roster(tool.connector, tool.registration, url, context_id=context_id)


def a_page(*members: Any, **changes: Any) -> Reply:
    document = {"id": "x", "context": {"id": "2"}, "members": list(members)} | changes
    return Reply(body=json.dumps(document).encode())


def a_member(user_id: Any = "4", **changes: Any) -> dict[str, Any]:
    return {"user_id": user_id, "status": "Active", "roles": ["Learner"]} | changes


def replayed(tool: ATool, *answers: dict[str, Any]) -> list[Reply]:
    """Captured answers, with the addresses of their pages turned to the test's server."""
    pages = []
    for answer in answers:
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        link = headers.get("link", "")
        for url in [part.split(">")[0] for part in link.split("<")[1:]]:
            link = link.replace(url.split("?")[0], tool.server.url + PATH)
        body = json.dumps(answer["body"]).encode()
        pages.append(Reply(answer["status"], body, {"link": link} if link else {}))
    return pages


def code_of_refusal(tool: ATool, *pages: Reply, **options: Any) -> tuple[str, bool]:
    with pytest.raises(PlatformError) as raised:
        read(tool, *pages, **options)
    return raised.value.code, raised.value.retryable


def test_the_roster_of_a_real_moodle_is_read_with_its_short_role_names(tool):
    [page] = replayed(tool, MOODLE["context memberships (v2 Accept)"]["response"])

    members = read(tool, page)

    assert [(one.user_id, one.roles) for one in members] == [
        ("6", STUDENT),
        ("5", STUDENT),
        ("3", INSTRUCTOR),
        ("4", STUDENT),
    ]
    assert (members[3].name, members[3].email) == ("Sam Öztürk", "student1@example.test")


def test_the_pages_of_a_real_moodle_together_are_everybody(tool):
    labels = ("limit=2 page 1", "limit=2 from=2")

    members = read(tool, *replayed(tool, *(MOODLE[label]["response"] for label in labels)))

    assert {one.user_id for one in members} == {"3", "4", "5", "6"}


def test_a_moodle_that_keeps_names_to_itself_still_says_who_is_there(tool):
    answer = captured("moodle/nrps-privacy-off.json")["response"]

    members = read(tool, *replayed(tool, answer))

    assert len(members) == 4
    assert {(one.name, one.email) for one in members} == {(None, None)}


@pytest.mark.parametrize(
    "label",
    sorted(label for label, call in MOODLE.items() if call["response"]["status"] != 200),
)
def test_each_refusal_of_a_real_moodle_reads_nobody(tool, label):
    answer = MOODLE[label]["response"]

    code, retryable = code_of_refusal(tool, *replayed(tool, answer))

    assert code.startswith("platform.")
    assert not retryable


def test_a_list_of_an_older_kind_is_not_taken_for_an_empty_course(tool):
    answer = MOODLE["Accept v1 lis media type"]["response"]

    assert code_of_refusal(tool, *replayed(tool, answer)) == ("roster.unreadable", True)


def test_what_moodle_is_asked_has_its_media_type_and_neither_role_nor_limit(tool):
    read(tool, a_page(a_member()))

    [asked] = tool.server.asked_at(PATH)
    assert asked.path == PATH
    assert asked.headers["accept"] == roster.ROSTER_MEDIA


def test_both_pages_of_canvas_are_read_with_full_role_names(tool):
    pages = [captured(f"canvas/nrps_page{number}.json")["response"] for number in (1, 2)]
    context_id = pages[0]["body"]["context"]["id"]

    members = read(tool, *replayed(tool, *pages), context_id=context_id)

    assert [one.roles for one in members] == [
        INSTRUCTOR,
        {CourseRole.TEACHING_ASSISTANT},
        STUDENT,
        STUDENT,
        STUDENT,
        {CourseRole.OBSERVER},
    ]
    assert members[0].legacy_user_id == "fe2becf38cdf7c814c4f688f1952d98371391d94"


def test_canvas_members_with_messages_are_read_like_any_others(tool):
    answer = captured("canvas/nrps_rlid.json")["response"]
    context_id = answer["body"]["context"]["id"]

    members = read(tool, *replayed(tool, answer), context_id=context_id)

    assert [one.name for one in members] == ["Ruth Abara", "Tomás Rey", "Amara Okafor"]


@pytest.mark.parametrize("error", captured("canvas/nrps_rlid.json")["errors"], ids=str)
def test_what_canvas_answers_to_other_questions_is_never_half_read(tool, error):
    page = Reply(error["status"], json.dumps(error["body"]).encode())
    if error["status"] == 200:
        context_id = error["body"]["context"]["id"]
        assert read(tool, page, context_id=context_id) == ()
        return

    assert code_of_refusal(tool, page) == ("platform.refused", False)


def test_a_page_that_fails_leaves_nothing_read(tool):
    link = {"Link": f'<{tool.server.url}{PATH}?page=2>; rel="next"'}
    first = a_page(a_member("4"))

    code = code_of_refusal(tool, Reply(200, first.body, link), Reply(503))

    assert code == ("platform.busy", True)


@pytest.mark.parametrize("status", ["Inactive", "Deleted", "inactive", "Suspended"])
def test_who_is_not_active_is_left_out(tool, status):
    members = read(tool, a_page(a_member("4"), a_member("5", status=status)))

    assert [one.user_id for one in members] == ["4"]


@pytest.mark.parametrize("status", ["Active", "active", "", None])
def test_who_is_active_or_not_said_not_to_be_is_there(tool, status):
    assert len(read(tool, a_page(a_member(status=status)))) == 1


def test_an_id_sent_as_a_number_is_the_one_that_launches_send_as_text(tool):
    [member] = read(tool, a_page(a_member(4), context={"id": 2}))

    assert member.user_id == "4"


def test_somebody_listed_twice_is_one_person_with_both_roles(tool):
    [member] = read(
        tool,
        a_page(
            a_member(roles=[f"{MEMBERSHIP}#Learner"]),
            a_member(roles=[f"{MEMBERSHIP}#Mentor"], name="Sam Öztürk"),
        ),
    )

    assert member.roles == {CourseRole.STUDENT, CourseRole.OBSERVER}
    assert member.name == "Sam Öztürk"


def test_somebody_inactive_in_one_role_and_active_in_another_is_there(tool):
    [member] = read(tool, a_page(a_member(status="Inactive", roles=["Mentor"]), a_member()))

    assert member.roles == STUDENT


def test_institution_roles_make_nobody_a_teacher(tool):
    elsewhere = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"

    [member] = read(tool, a_page(a_member(roles=[elsewhere])))

    assert member.roles == frozenset()


@pytest.mark.parametrize(
    "page",
    [
        a_page(members="everybody"),
        a_page(members=None),
        a_page("somebody"),
        a_page({"status": "Active", "roles": ["Learner"]}),
        a_page(a_member("")),
        a_page(a_member(True)),
        a_page(a_member("4" * 256)),
        a_page(a_member("4\x00")),
        a_page(a_member("$User.id")),
        a_page(a_member(), context={"id": ["2"]}),
        Reply(body=b"[]"),
    ],
    ids=[
        "members that are no list",
        "no members",
        "a member that is no object",
        "no id",
        "an empty id",
        "an id that is neither text nor number",
        "an id longer than ids are",
        "an id with a control character",
        "an id that was not filled in",
        "a context id that is no text",
        "a list instead of an object",
    ],
)
def test_a_roster_with_anything_unreadable_reads_nobody(tool, page):
    assert code_of_refusal(tool, page) == ("roster.unreadable", True)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"members": [', b"9" * 5000])
def test_what_is_no_json_reads_nobody(tool, body):
    code, _ = code_of_refusal(tool, Reply(body=body))

    assert code in ("platform.answer-unreadable", "roster.unreadable")


def test_the_roster_of_another_course_is_never_used(tool):
    page = a_page(a_member(), context={"id": "3"})

    assert code_of_refusal(tool, page) == ("roster.other-course", False)


def test_a_platform_that_does_not_repeat_the_course_is_believed(tool):
    assert len(read(tool, a_page(a_member(), context={}))) == 1


def test_a_roster_without_end_reads_nobody(tool, monkeypatch):
    monkeypatch.setattr(roster, "MOST_MEMBERS", 2)

    page = a_page(*(a_member(str(number)) for number in range(3)))

    assert code_of_refusal(tool, page) == ("roster.too-long", False)


def test_a_roster_as_long_as_is_read_is_read(tool, monkeypatch):
    monkeypatch.setattr(roster, "MOST_MEMBERS", 3)

    assert len(read(tool, a_page(*(a_member(str(number)) for number in range(3))))) == 3
