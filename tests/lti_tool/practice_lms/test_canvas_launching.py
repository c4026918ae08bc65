"""A launch from the practice Canvas is what its documents and captures describe (section 2)."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from lti_tool.practice_lms.canvas.identifiers import context_id, legacy_user_id, link_uuid, subject
from lti_tool.practice_lms.canvas.picking import PLACEMENTS
from lti_tool.practice_lms.claims import AGS, DEEP_LINKING, LTI, NRPS
from lti_tool.practice_lms.configuration import Hosts
from lti_tool.practice_lms.course import Role
from lti_tool.practice_lms.growing import copy_course
from lti_tool.practice_lms.profiles import Privacy, Storage
from lti_tool.practice_lms.state.gradebook import Attempt
from lti_tool.practice_lms.views.copying import install_in_course
from tests.lti_tool.practice_lms.launches import (
    captured,
    claims_at,
    claims_of,
    put,
    put_link,
    put_tool,
    with_person,
)
from tests.support.practice import INSTRUCTOR, READING, REFLECTION, STUDENT

PLACEMENT = "https://www.instructure.com/placement"
NOT_OURS = {LTI + "platformnotificationservice"}
"""Claims that come with a scope the practice Canvas does not grant."""
LOGIN = captured("canvas/login_request.json")
PICKER = captured("canvas/id_token_deep_linking.json")
QUIRKS = {one["name"]: one["payload"] for one in captured("canvas/id_token_quirks.json")["cases"]}
AUTH = "/api/lti/authorize"


def test_a_student_s_claims_are_the_documented_ones_by_name(canvas):
    put_link(canvas, REFLECTION, text="Write a page.")
    ours = claims_of(canvas, STUDENT, REFLECTION)
    theirs = captured("canvas/id_token_student.json")["payload"]
    assert set(ours) == set(theirs) - NOT_OURS
    for part in (AGS, NRPS, *(LTI + name for name in ("context", "resource_link", "lti1p1"))):
        assert set(ours[part]) == set(theirs[part])
    assert ours[LTI + "context"]["type"] == theirs[LTI + "context"]["type"]
    assert ours[PLACEMENT] is theirs[PLACEMENT] is None
    assert ours["exp"] - ours["iat"] == 3600
    assert ours["azp"] == ours["aud"] == "practice-client"
    assert str(UUID(ours["sub"])) == ours["sub"]


@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.TEST_STUDENT, "student_view_test_user"),
        (Role.OBSERVER, "observer"),
        (Role.ADMINISTRATOR, "account_admin_no_membership"),
        (Role.ASSISTANT, "teaching_assistant"),
    ],
)
def test_a_role_is_told_as_documented(canvas, role, name):
    with_person(canvas, "60", role)
    ours = set(claims_of(canvas, "60", REFLECTION)[LTI + "roles"])
    theirs = set(QUIRKS[name][LTI + "roles"])
    membership = {one for one in theirs if "/membership" in one or one.endswith("#TestUser")}
    assert {one for one in ours if "/membership" in one or one.endswith("#TestUser")} == membership


def test_an_observer_s_students_are_named(canvas):
    with_person(canvas, "60", Role.OBSERVER, observes=(STUDENT,))
    ours = claims_of(canvas, "60", REFLECTION)
    assert ours[LTI + "role_scope_mentor"] == [subject(STUDENT)]


def test_who_teaches_elsewhere_is_an_instructor_of_the_institution(canvas):
    student = canvas.configuration.course.user(STUDENT)
    other = replace(
        canvas.configuration.course,
        id="70",
        links=(),
        users=(replace(student, role=Role.INSTRUCTOR),),
    )
    canvas.practice.put_course(other)
    roles = claims_of(canvas, STUDENT, REFLECTION)[LTI + "roles"]
    assert "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor" in roles
    assert "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor" not in roles


def test_in_a_concluded_course_the_membership_is_gone(canvas):
    put(canvas, is_concluded=True)
    roles = claims_of(canvas, STUDENT, REFLECTION)[LTI + "roles"]
    assert not [one for one in roles if "/membership#" in one]


@pytest.mark.parametrize("privacy", [Privacy.ANONYMOUS, Privacy.NAME_ONLY, Privacy.EMAIL_ONLY])
def test_a_privacy_level_lets_through_what_is_documented(canvas, privacy):
    put_tool(canvas, privacy=privacy)
    personal = {"name", "given_name", "family_name", "email", "picture", LTI + "lis"}
    ours = set(claims_of(canvas, STUDENT, REFLECTION)) & personal
    assert ours == set(QUIRKS[f"privacy_{privacy.value}"]) & personal


def test_what_can_t_be_resolved_arrives_as_it_was_written(canvas):
    asked = captured("canvas/registration_request.json")["request"]["body"]
    tool = asked["https://purl.imsglobal.org/spec/lti-tool-configuration"]
    put_tool(canvas, custom=tool["custom_parameters"])
    custom = claims_of(canvas, STUDENT, READING)[LTI + "custom"]
    assert custom["assignment_id"] == "$Canvas.assignment.id"
    assert custom["canvas_user_id"] == int(STUDENT)
    assert custom["student_view"] is False
    assert custom["context_history"] == ""
    assert claims_of(canvas, STUDENT, REFLECTION)[LTI + "custom"]["assignment_id"] == 12


def test_a_missing_number_of_a_person_is_told_as_its_variable(canvas):
    ours = claims_of(canvas, STUDENT, READING)[LTI + "lis"]["person_sourcedid"]
    theirs = QUIRKS["unresolved_variables_in_claims"][LTI + "lis"]["person_sourcedid"]
    assert ours == theirs == "$Person.sourcedId"


@pytest.mark.parametrize(("number", "told"), [("S4", "S4"), ("", "$Person.sourcedId")])
def test_a_person_s_number_is_told_where_there_is_one(canvas, number, told):
    people = [replace(one, sourced_id=number) for one in canvas.configuration.course.users]
    put(canvas, users=tuple(people))
    put_tool(canvas, custom={"number": "$Person.sourcedId"})
    assert claims_of(canvas, STUDENT, READING)[LTI + "custom"]["number"] == told


def test_the_link_s_parameter_wins_over_the_tool_s(canvas):
    put_tool(canvas, custom={"activity": "tool", "more": "1"})
    custom = claims_of(canvas, STUDENT, READING)[LTI + "custom"]
    assert custom == {"activity": "taster/reading", "more": "1"}


def test_from_the_menu_the_link_is_the_course(canvas):
    ours = claims_at(canvas, f"/as/{STUDENT}/courses/2/launch", STUDENT)
    assert ours[LTI + "resource_link"]["id"] == ours[LTI + "context"]["id"] == context_id("2")
    assert ours[PLACEMENT] == "course_navigation"
    assert "lineitem" not in ours[AGS]


def test_a_copied_course_names_the_old_one(canvas):
    put_tool(canvas, custom={"history": "$Context.id.history"})
    made = copy_course(canvas.practice, canvas.configuration.course)
    ours = claims_of(canvas, INSTRUCTOR, made.links[0].id)
    assert ours[LTI + "custom"]["history"] == context_id("2")
    assert ours[LTI + "context"]["id"] == context_id(made.id)


def test_a_tool_installed_in_one_course_has_a_deployment_of_its_own(canvas):
    course = install_in_course(canvas.practice, canvas.configuration.course)
    ours = claims_of(canvas, STUDENT, READING)[LTI + "deployment_id"]
    assert ours == course.deployment_id
    number, _, opaque = ours.partition(":")
    assert (number.isdigit(), opaque) == (True, context_id("2"))


def test_without_scopes_there_are_no_services(canvas):
    put_tool(canvas, scopes=())
    ours = claims_of(canvas, STUDENT, REFLECTION)
    assert not {AGS, NRPS} & set(ours)
    assert not {AGS, NRPS} & set(QUIRKS["no_services"])


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_a_picker_is_asked_for_as_documented(canvas, placement):
    path = f"/as/{INSTRUCTOR}/courses/2/pick?placement={placement}"
    ours = claims_at(canvas, path, INSTRUCTOR)
    settings = ours[DEEP_LINKING + "deep_linking_settings"]
    theirs = PICKER["per_placement"][placement]
    assert set(ours) == set(PICKER["payload"]) - NOT_OURS
    assert set(settings) == set(PICKER["payload"][DEEP_LINKING + "deep_linking_settings"])
    assert (settings["accept_multiple"], settings["auto_create"]) == (
        theirs["accept_multiple"],
        theirs["auto_create"],
    )
    assert "data" in parse_qs(urlsplit(settings["deep_link_return_url"]).query)
    assert ours[PLACEMENT] == placement


def test_an_unknown_button_is_not_there(canvas):
    path = f"/as/{INSTRUCTOR}/courses/2/pick?placement=nowhere"
    assert canvas.answer("GET", path).status_code == 404


def test_a_submitted_launch_is_opened_again_by_whoever_looks(canvas):
    (item,) = canvas.practice.gradebook.line_items()
    attempt = Attempt(canvas.practice.surroundings.now(), "basic_lti_launch", "http://localhost/x")
    canvas.practice.gradebook.change(item, STUDENT, lambda one: replace(one, attempts=(attempt,)))
    ours = claims_at(canvas, f"/as/{INSTRUCTOR}/review/1/{STUDENT}", INSTRUCTOR)
    assert ours[LTI + "message_type"] == "LtiResourceLinkRequest"
    assert ours[LTI + "target_link_uri"] == "http://localhost/x"
    assert ours[LTI + "resource_link"]["id"] == link_uuid(REFLECTION)
    assert LTI + "for_user" not in ours
    assert claims_at(canvas, f"/as/{STUDENT}/review/1/{STUDENT}", STUDENT)["sub"] == (
        subject(STUDENT)
    )


def test_without_a_submitted_launch_there_is_nothing_to_open(canvas):
    assert canvas.answer("GET", f"/as/{INSTRUCTOR}/review/1/{STUDENT}").status_code == 404


def test_the_login_is_the_documented_one_by_name(canvas):
    begun = canvas.answer("GET", f"/as/{STUDENT}/launch/{READING}").text
    for name in LOGIN["request"]["params"]:
        assert f'name="{name}"' in begun
    assert legacy_user_id(STUDENT) in begun


def test_without_storage_the_login_says_nothing_of_it(canvas):
    canvas.practice.configuration = replace(canvas.configuration, storage=Storage.OFF)
    login = canvas.login(STUDENT, READING)
    assert "lti_storage_target" not in canvas.authenticate(login)


def test_the_answer_has_the_documented_fields(canvas):
    fields = canvas.authenticate(canvas.login(STUDENT, READING))
    assert set(fields) == set(LOGIN["authentication_response_success"]["params"])
    assert fields["lti_storage_target"] == "post_message_forwarding"


def test_the_sign_in_host_passes_on_to_the_school_s(canvas):
    hosts = Hosts(issuer="http://issuer.example", sso="http://sso.example")
    canvas.practice.configuration = replace(canvas.configuration, hosts=hosts)
    login = canvas.login(STUDENT, READING)
    passed = canvas.answer("POST", "/api/lti/authorize_redirect", data=dict(login.parameters))
    assert passed.location.startswith(f"http://127.0.0.1:8001{AUTH}?")
    assert canvas.endpoints.token == "http://sso.example/login/oauth2/token"
    ours = claims_of(canvas, STUDENT, REFLECTION)
    assert ours["iss"] == "http://issuer.example"
    assert ours[AGS]["lineitems"].startswith("http://127.0.0.1:8001/api/lti/")


@pytest.mark.parametrize("missing", LOGIN["authentication_request"]["all_required"])
def test_all_nine_parameters_must_be_there(canvas, missing):
    login = canvas.login(STUDENT, READING)
    parameters = {name: value for name, value in login.parameters.items() if name != missing}
    answer = canvas.answer("GET", AUTH, query_string=parameters)
    if missing == "redirect_uri":
        assert (answer.status_code, "Invalid redirect_uri" in answer.text) == (400, True)
        return
    assert "invalid_request_object" in answer.text
    assert f"The following parameters are missing: {missing}" in answer.text


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("scope", "openid email", "invalid_request_object"),
        ("client_id", "another", "unauthorized_client"),
        ("login_hint", legacy_user_id("5"), "login_required"),
        # Of these Canvas only wants to see that they are there.
        ("response_type", "code", None),
        ("response_mode", "query", None),
        ("prompt", "login", None),
    ],
)
def test_a_wrong_parameter_is_answered_as_documented(canvas, name, value, error):
    login = canvas.login(STUDENT, READING)
    assert canvas.authenticate(login, **{name: value}).get("error") == error


def test_a_launch_is_answered_once(canvas):
    login = canvas.login(STUDENT, READING)
    canvas.authenticate(login)
    assert canvas.authenticate(login)["error"] == "launch_no_longer_valid"


def test_a_request_without_state_is_answered_without(canvas):
    login = canvas.login(STUDENT, READING)
    parameters = {name: value for name, value in login.parameters.items() if name != "state"}
    answer = canvas.answer("GET", AUTH, query_string=parameters)
    assert 'name="id_token"' in answer.text
    assert 'name="state"' not in answer.text


@pytest.mark.parametrize("hint", ["old", "forged"])
def test_an_old_or_forged_hint_is_told_to_the_person_only(canvas, clock, hint):
    login = canvas.login(STUDENT, READING)
    parameters = dict(login.parameters)
    if hint == "old":
        clock.move(minutes=5, seconds=1)
    else:
        parameters["lti_message_hint"] += "x"
    answer = canvas.answer("GET", AUTH, query_string=parameters)
    assert (answer.status_code, "Invalid lti_message_hint" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("http://localhost/lti/launch", True),
        ("http://localhost/lti/launch?more=1", True),
        ("http://localhost/lti/launch/", False),
        ("http://elsewhere.example/lti/launch", False),
    ],
)
def test_an_answer_address_may_only_have_more_in_its_query(canvas, address, fits):
    login = canvas.login(STUDENT, READING)
    parameters = {**login.parameters, "redirect_uri": address}
    answer = canvas.answer("GET", AUTH, query_string=parameters)
    assert (f'action="{address}"' in answer.text) is fits


def test_a_registered_query_must_be_asked_for(canvas):
    put_tool(canvas, redirect_uris=("http://localhost/lti/launch?one=1",))
    login = canvas.login(STUDENT, READING)
    assert canvas.answer("GET", AUTH, query_string=dict(login.parameters)).status_code == 400
    parameters = {**login.parameters, "redirect_uri": "http://localhost/lti/launch?one=1&two=2"}
    assert 'name="id_token"' in canvas.answer("GET", AUTH, query_string=parameters).text


def test_a_key_that_is_off_may_not_be_used(canvas):
    login = canvas.login(STUDENT, READING)
    put_tool(canvas, is_on=False)
    assert canvas.authenticate(login)["error"] == "unauthorized_client"


def test_three_keys_are_published_and_move_on(canvas):
    before = [one["kid"] for one in canvas.answer("GET", "/api/lti/security/jwks").json["keys"]]
    canvas.practice.rotate_keys()
    answer = canvas.answer("GET", "/api/lti/security/jwks")
    after = [one["kid"] for one in answer.json["keys"]]
    assert (len(before), before[1:]) == (3, after[:2])
    assert answer.headers["Cache-Control"] == "max-age=864000"
    assert canvas.practice.platform_key.kid == before[2]
    assert "Hello" in canvas.launch(STUDENT, READING).text
