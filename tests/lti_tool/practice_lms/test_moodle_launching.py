"""A launch from the practice Moodle is what the captured Moodle sent (points 11 to 26 and 31)."""

import json
from dataclasses import replace

import pytest

from lti_tool.practice_lms.claims import AGS, DEEP_LINKING, LTI, NRPS
from lti_tool.practice_lms.course import Role
from lti_tool.practice_lms.growing import copy_course, duplicate_link
from lti_tool.practice_lms.profiles import Privacy
from tests.lti_tool.practice_lms.launches import (
    captured,
    claims_at,
    claims_of,
    login_at,
    put_link,
    put_tool,
    read,
    with_person,
)
from tests.support.practice import INSTRUCTOR, READING, REFLECTION, STUDENT

VARIANTS = [one for one in captured("moodle/oidc-authorization-variants.json") if "changed" in one]
NOT_OF_THE_REQUEST = ("replay of a used lti_message_hint", "another user's browser session")
PICK = f"/as/{INSTRUCTOR}/courses/2/pick"


def _captured_claims(name):
    return captured(f"moodle/{name}.json")["id_token_claims"]


def test_a_student_s_claims_are_the_captured_ones_by_name(moodle):
    ours, theirs = (
        claims_of(moodle, STUDENT, REFLECTION),
        _captured_claims("launch-resource-link-student"),
    )
    assert set(ours) == set(theirs)
    for part in (AGS, NRPS, LTI + "context", LTI + "tool_platform", LTI + "resource_link"):
        assert set(ours[part]) == set(theirs[part])
    assert ours[LTI + "context"]["type"] == ["CourseSection"]
    assert ours["exp"] - ours["iat"] == 60
    assert ours[LTI + "tool_platform"]["product_family_code"] == "moodle"


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.STUDENT, "launch-resource-link-student"),
        (Role.INSTRUCTOR, "launch-resource-link-instructor"),
        (Role.ASSISTANT, "launch-resource-link-nonediting-teacher"),
        (Role.ADMINISTRATOR, "launch-resource-link-site-admin"),
    ],
)
def test_a_role_is_told_as_captured(moodle, role, name):
    with_person(moodle, "60", role)
    ours, theirs = claims_of(moodle, "60", REFLECTION), _captured_claims(name)
    assert ours[LTI + "roles"] == theirs[LTI + "roles"]


def test_an_ungraded_link_has_an_empty_line_item_and_no_basic_outcome(moodle):
    ours = claims_of(moodle, STUDENT, READING)
    theirs = _captured_claims("launch-resource-link-student-ungraded")
    assert set(ours) == set(theirs)
    assert ours[AGS]["lineitem"] == theirs[AGS]["lineitem"] == ""


def test_with_names_and_e_mail_off_their_claims_vanish(moodle):
    put_tool(moodle, privacy=Privacy.ANONYMOUS)
    ours = claims_of(moodle, STUDENT, REFLECTION)
    theirs = _captured_claims("launch-privacy-no-name-no-email")
    assert set(ours) == set(theirs)
    assert set(ours[LTI + "ext"]) == set(theirs[LTI + "ext"])


def test_the_tool_s_own_parameter_wins_over_the_link_s(moodle):
    put_tool(moodle, custom={"with_equals": "a=b=c"})
    put_link(moodle, READING, custom={"with_equals": "x=y", "module": "1"})
    custom = claims_of(moodle, STUDENT, READING)[LTI + "custom"]
    assert (custom["with_equals"], custom["module"]) == ("a=b=c", "1")


def test_link_parameters_are_doubled_and_cut_as_captured(moodle):
    sent = captured("moodle/deep-linking-response-sent.json")["claims"]
    (item, _) = sent[DEEP_LINKING + "content_items"]
    put_link(moodle, READING, custom=item["custom"])
    ours = claims_of(moodle, STUDENT, READING)[LTI + "custom"]
    theirs = _captured_claims("launch-resource-link-student")[LTI + "custom"]
    names = ("module", "module_id", "due", "camelcase", "CamelCase", "quote", "multi")
    assert {name: ours[name] for name in names} == {name: theirs[name] for name in names}


def test_the_tool_s_parameters_are_substituted_as_captured(moodle):
    asked = captured("moodle/dynamic-registration.json")["registration"]["request"]["body"]
    put_tool(
        moodle,
        custom=asked["https://purl.imsglobal.org/spec/lti-tool-configuration"]["custom_parameters"],
    )
    ours = claims_of(moodle, STUDENT, REFLECTION)[LTI + "custom"]
    theirs = _captured_claims("launch-resource-link-student")[LTI + "custom"]
    literal = {name for name, value in theirs.items() if value.startswith("$")}
    assert {name for name, value in ours.items() if value.startswith("$")} == literal - {"due"}
    assert set(theirs) - set(ours) == {"module", "module_id", "due", "quote", "multi"} | {
        "camelcase",
        "CamelCase",
    }
    assert ours["context_history"] == theirs["context_history"] == ""
    assert ours["start"].isdigit()


def test_the_username_is_told_even_where_names_are_off(moodle):
    put_tool(moodle, privacy=Privacy.ANONYMOUS, custom={"who": "$User.username"})
    assert claims_of(moodle, STUDENT, READING)[LTI + "custom"]["who"] == "amara"


def test_a_phone_gets_the_whole_window(moodle):
    agent = "Mozilla/5.0 (Linux; Android 14; Pixel 8)"
    path = f"/as/{STUDENT}/launch/{READING}"
    fields = moodle.authenticate(login_at(moodle, path, STUDENT, **{"User-Agent": agent}))
    target = read(moodle, fields)[LTI + "launch_presentation"]["document_target"]
    theirs = _captured_claims("launch-mobile-user-agent")[LTI + "launch_presentation"]
    assert target == theirs["document_target"] == "frame"


def test_a_copied_course_has_new_ids_and_names_the_old_one(moodle):
    put_tool(moodle, custom={"context_history": "$Context.id.history"})
    made = copy_course(moodle.practice, moodle.configuration.course)
    ours = claims_of(moodle, INSTRUCTOR, made.links[1].id)
    assert ours[LTI + "custom"]["context_history"] == "2"
    assert ours[LTI + "context"]["id"] == made.id != "2"
    assert ours[LTI + "resource_link"]["id"] not in (READING, REFLECTION)
    assert ours[LTI + "custom"]["activity"] == "taster/reflection"
    assert ours[AGS]["lineitem"].endswith(f"/{made.id}/lineitems/3/lineitem?type_id=1")
    assert made.user(STUDENT) is None


def test_a_duplicated_activity_has_only_a_new_id(moodle):
    course = moodle.configuration.course
    made = duplicate_link(moodle.practice, course, course.links[1])
    ours = claims_of(moodle, STUDENT, made.id)
    assert ours[LTI + "custom"]["activity"] == "taster/reflection"
    assert ours[LTI + "resource_link"]["id"] == made.id


def test_a_submission_review_names_the_student_and_nothing_else(moodle):
    link = put_link(
        moodle,
        REFLECTION,
        review_url="http://localhost/lti/launch?review=1",
        review_custom={"review": "yes"},
    )
    ours = claims_at(moodle, f"/as/{INSTRUCTOR}/review/2/{STUDENT}", INSTRUCTOR)
    theirs = _captured_claims("launch-submission-review")
    assert set(ours) == set(theirs)
    assert ours[LTI + "for_user"] == {"user_id": STUDENT}
    assert ours[LTI + "message_type"] == "LtiSubmissionReviewRequest"
    assert ours[LTI + "target_link_uri"] == link.review_url
    assert ours[LTI + "custom"]["review"] == "yes"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/as/{STUDENT}/review/2/{STUDENT}", 404),
        (f"/as/{STUDENT}/review/2/5", 403),
        (f"/as/{INSTRUCTOR}/review/99/{STUDENT}", 404),
    ],
)
def test_what_can_t_be_reviewed_gets_a_page(moodle, path, status):
    assert moodle.answer("GET", path).status_code == status


def test_a_picker_is_asked_for_as_captured(moodle):
    ours = claims_at(moodle, PICK, INSTRUCTOR)
    theirs = _captured_claims("deep-linking-request")
    assert set(ours) == set(theirs)
    settings = DEEP_LINKING + "deep_linking_settings"
    differing = ("deep_link_return_url", "title")
    for name in theirs[settings]:
        assert name in differing or ours[settings][name] == theirs[settings][name]
    assert "sesskey=" in ours[settings]["deep_link_return_url"]


def test_a_student_may_not_pick(moodle):
    assert moodle.answer("GET", f"/as/{STUDENT}/courses/2/pick").status_code == 403


def test_the_login_is_the_captured_one_by_name(moodle):
    begun = moodle.answer("GET", f"/as/{STUDENT}/launch/{READING}").text
    theirs = captured("moodle/oidc-authorization-variants.json")[0]["fields"]
    for name in theirs:
        assert f'name="{name}"' in begun
    assert "lti_storage_target" not in begun
    hint = json.loads(moodle.login(STUDENT, READING).parameters["lti_message_hint"])
    assert set(hint) == set(json.loads(theirs["lti_message_hint"]))


@pytest.mark.parametrize(
    "variant",
    [one for one in VARIANTS if one["label"] not in NOT_OF_THE_REQUEST],
    ids=lambda one: one["label"],
)
def test_a_changed_authentication_request_is_answered_as_captured(moodle, variant):
    login = moodle.login(STUDENT, READING)
    changed = dict(variant["changed"])
    if "redirect_uri" in changed:
        changed["redirect_uri"] = changed["redirect_uri"].replace("localhost:9001", "localhost/lti")
    parameters = {k: v for k, v in {**login.parameters, **changed}.items() if v is not None}
    answer = moodle.answer("GET", "/mod/lti/auth.php", query_string=parameters)
    if variant["form_post_to"] is None:
        assert (answer.status_code, "<form" in answer.text) == (404, False)
        return
    assert answer.status_code == variant["status"]
    for name, value in variant["fields"].items():
        assert f'name="{name}"' in answer.text
        kept = name in ("error", "error_description")
        assert not kept or f'value="{value}"' in answer.text


def test_a_message_hint_is_good_once(moodle):
    login = moodle.login(STUDENT, READING)
    moodle.authenticate(login)
    again = moodle.answer("GET", "/mod/lti/auth.php", query_string=dict(login.parameters))
    assert again.status_code == 404


def test_a_tool_that_is_still_pending_is_not_launched(moodle):
    put_tool(moodle, is_on=False)
    begun = moodle.answer("GET", f"/as/{STUDENT}/launch/{READING}")
    assert begun.status_code == 403
    assert "not switched on yet" in begun.text


def test_the_course_menu_opens_no_tool(moodle):
    assert moodle.answer("GET", f"/as/{STUDENT}/courses/2/launch").status_code == 404


def test_without_scopes_there_are_no_services(moodle):
    put_tool(moodle, scopes=())
    ours = claims_of(moodle, STUDENT, REFLECTION)
    assert AGS not in ours
    assert NRPS not in ours


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.STUDENT, "Learner"),
        (Role.INSTRUCTOR, "Instructor"),
        (
            Role.ADMINISTRATOR,
            "Instructor,urn:lti:sysrole:ims/lis/Administrator,"
            "urn:lti:instrole:ims/lis/Administrator",
        ),
    ],
)
def test_a_role_as_a_variable_is_told_in_the_older_words(moodle, role, words):
    with_person(moodle, "60", role)
    put_tool(moodle, custom={"roles": "$Membership.role"})
    assert claims_of(moodle, "60", READING)[LTI + "custom"]["roles"] == words


def test_a_course_that_is_gone_is_launched_no_more(moodle):
    login = moodle.login(STUDENT, READING)
    course = replace(moodle.configuration.course, users=())
    moodle.practice.configuration = replace(moodle.configuration, course=course)
    answer = moodle.answer("GET", "/mod/lti/auth.php", query_string=dict(login.parameters))
    assert answer.status_code == 404
