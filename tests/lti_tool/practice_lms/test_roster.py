"""The roster lists the members, all or by role, whole or in pages."""

import pytest

from tests.lti_tool.practice_lms.service_calls import MEMBERS, ROSTER_MEDIA, fetch


def _names(answer):
    return [member["given_name"] for member in answer.json["members"]]


def test_everybody_is_listed_with_short_role_names(platform):
    answer = fetch(platform, MEMBERS, ROSTER_MEDIA)
    assert answer.content_type == ROSTER_MEDIA
    assert _names(answer) == ["Ines", "Amara", "Jonas", "Mei"]
    assert [member["roles"] for member in answer.json["members"]][:2] == [
        ["Instructor"],
        ["Learner"],
    ]
    assert answer.json["context"]["id"] == "2"


@pytest.mark.parametrize(
    "role", ["Learner", "http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%23Learner"]
)
def test_a_role_may_be_asked_for_in_either_form(platform, role):
    assert len(_names(fetch(platform, f"{MEMBERS}?role={role}", ROSTER_MEDIA))) == 3


def test_pages_lead_to_everybody(platform):
    names, url = [], MEMBERS + "?limit=3"
    while url:
        answer = fetch(platform, url, ROSTER_MEDIA)
        names += _names(answer)
        link = answer.headers.get("Link", "")
        url = link.removeprefix("<").removesuffix('>; rel="next"')
    assert names == ["Ines", "Amara", "Jonas", "Mei"]


@pytest.mark.parametrize("accept", ["application/json", ""])
def test_another_media_type_is_refused(platform, accept):
    assert fetch(platform, MEMBERS, accept).status_code == 400


def test_any_media_type_will_do_when_the_caller_says_so(platform):
    assert fetch(platform, MEMBERS, "*/*").status_code == 200


def test_another_course_has_no_roster_here(platform):
    assert fetch(platform, "/services/7/memberships", ROSTER_MEDIA).status_code == 404
