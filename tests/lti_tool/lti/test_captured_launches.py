"""Launches captured from a real Moodle and a real Canvas, as they came and re-signed."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from lti_tool.errors import LaunchRejectedError
from lti_tool.lti.launch import Launch
from lti_tool.lti.roles import CourseRole
from lti_tool.store.database import Database
from tests.lti_tool.lti.a_platform import LTI, REMOVED, VECTORS, APlatform, captured

Claims = dict[str, Any]
MOODLE = sorted(
    path.name
    for path in (VECTORS / "moodle").glob("*launch-*.json")
    if "raw-id-token" not in path.name
)
TEACHERS = {
    "launch-copied-activity.json",
    "launch-copied-course.json",
    "launch-resource-link-instructor.json",
    "launch-resource-link-nonediting-teacher.json",
    "launch-submission-review.json",
}
ADMINISTRATOR = "launch-resource-link-site-admin.json"


def moodle_claims(name: str) -> Claims:
    return dict(captured(f"moodle/{name}")["id_token_claims"])


def canvas_claims(name: str) -> Claims:
    return dict(captured(f"canvas/{name}")["payload"])


def canvas_variant(name: str) -> Claims:
    cases = captured("canvas/id_token_quirks.json")["cases"]
    return dict(next(case["payload"] for case in cases if case["name"] == name))


def launch_of(claims: Claims, db: Database, *, base_url: str) -> Launch:
    """The launch as captured: its own issuer, client, times and target; new signature."""
    at = datetime.fromtimestamp(claims["iat"], UTC)
    platform = APlatform(
        db, at, base_url=base_url, platform_issuer=claims["iss"], client_id=claims["aud"]
    )
    login = platform.login()
    return platform.post(login, token_of(platform, login, claims))


def token_of(platform: APlatform, login, claims: Claims) -> str:
    ours = platform.claims(login)
    captured_claims = {name: claims.get(name, REMOVED) for name in {*ours, *claims}}
    return platform.token(login, captured_claims | {"nonce": ours["nonce"]})


def base_of(claims: Claims) -> str:
    parts = urlsplit(claims[f"{LTI}target_link_uri"])
    return f"{parts.scheme}://{parts.netloc}"


@pytest.mark.parametrize("name", MOODLE)
def test_every_launch_of_a_real_moodle_is_read(sqlite_db, name):
    claims = moodle_claims(name)

    launch = launch_of(claims, sqlite_db, base_url=base_of(claims))

    teaches = name in TEACHERS or name == ADMINISTRATOR
    assert (CourseRole.INSTRUCTOR in launch.course_roles) is teaches
    assert (CourseRole.STUDENT in launch.course_roles) is not teaches
    assert launch.product_family == "moodle"
    assert launch.sub == claims["sub"]
    assert launch.activity is None


@pytest.mark.parametrize("name", MOODLE)
def test_a_moodle_launch_with_our_activity_and_target_finds_it(sqlite_db, name):
    claims = moodle_claims(name)
    claims[f"{LTI}custom"]["activity"] = "taster/reflection"
    claims[f"{LTI}target_link_uri"] = "https://tool.example.org/lti/launch"

    launch = launch_of(claims, sqlite_db, base_url="https://tool.example.org")

    assert launch.activity == "taster/reflection"


@pytest.mark.parametrize("name", MOODLE)
def test_a_moodle_launch_for_another_tool_is_refused(sqlite_db, name):
    with pytest.raises(LaunchRejectedError) as refused:
        launch_of(moodle_claims(name), sqlite_db, base_url="https://tool.example.org:8443")

    assert refused.value.code == "launch.target-foreign"


def test_a_signed_token_of_a_real_moodle_verifies_with_its_own_signature(sqlite_db):
    capture = captured("moodle/launch-raw-id-token-with-platform-jwks.json")
    token = ".".join(capture["id_token"][part] for part in ("protected", "payload", "signature"))
    secrets = iter([capture["state"], "aCoRMU3tbp4fNzv396p4vw", "browser"])
    platform = APlatform(
        sqlite_db,
        datetime.fromtimestamp(1795330433, UTC),
        base_url="http://localhost:9001",
        platform_issuer="http://localhost:8800",
        client_id="rF37hsFMkEu9jSn",
    )
    platform.new_secret = lambda: next(secrets)
    platform.page.answer = capture["jwks"]

    launch = platform.post(platform.login(), token)

    assert (launch.sub, launch.name, launch.context_title) == (
        "4",
        "Sam Öztürk",
        "Acceptance Course 101",
    )
    assert launch.line_item_url == (
        "http://localhost:8800/mod/lti/services.php/2/lineitems/2/lineitem?type_id=1"
    )


def test_moodle_leaves_out_names_where_privacy_asks_for_it(sqlite_db):
    claims = moodle_claims("launch-privacy-no-name-no-email.json")

    launch = launch_of(claims, sqlite_db, base_url=base_of(claims))

    assert (launch.name, launch.email) == (None, None)


def test_moodle_names_no_line_item_for_an_ungraded_activity(sqlite_db):
    claims = moodle_claims("launch-resource-link-student-ungraded.json")

    launch = launch_of(claims, sqlite_db, base_url=base_of(claims))

    assert launch.line_item_url is None
    assert launch.line_items_url is not None


def test_moodle_says_whose_submission_is_reviewed(sqlite_db):
    claims = moodle_claims("launch-submission-review.json")

    assert launch_of(claims, sqlite_db, base_url=base_of(claims)).for_user == "4"


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("id_token_student.json", CourseRole.STUDENT),
        ("id_token_instructor.json", CourseRole.INSTRUCTOR),
    ],
)
def test_a_canvas_launch_is_read(sqlite_db, name, role):
    claims = canvas_claims(name)

    launch = launch_of(claims, sqlite_db, base_url="https://tool.example.org")

    assert launch.course_roles == {role}
    assert launch.product_family == "canvas"
    assert launch.platform_origins[-1] == "https://canvas.example.edu"


STUDENT, TEST = CourseRole.STUDENT, CourseRole.TEST_STUDENT
VARIANTS = {
    "self_hosted_http_lineitems": {STUDENT},
    "unresolved_variables_in_claims": {STUDENT},
    "privacy_anonymous": {STUDENT},
    "privacy_name_only": {STUDENT},
    "privacy_email_only": {STUDENT},
    "student_view_test_user": {STUDENT, TEST},
    "observer": {CourseRole.OBSERVER},
    "account_admin_no_membership": set(),
    "learner_who_teaches_elsewhere": {STUDENT},
    "teaching_assistant": {CourseRole.TEACHING_ASSISTANT},
    "concluded_enrolment": set(),
    "public_course_anonymous": "launch.anonymous",
    "lti11_migration": {STUDENT},
    "extra_claims": {STUDENT},
    "no_services": {STUDENT},
    "student_context_card": {CourseRole.INSTRUCTOR},
}
"""Who each of Canvas' strange launches is for, by the roles in the course; or why it is refused."""


def test_every_strange_launch_of_canvas_is_decided():
    cases = captured("canvas/id_token_quirks.json")["cases"]

    assert [case["name"] for case in cases] == list(VARIANTS)


@pytest.mark.parametrize(("variant", "decision"), VARIANTS.items(), ids=VARIANTS)
def test_canvas_roles_are_those_of_the_course(sqlite_db, variant, decision):
    try:
        launch = launch_of(canvas_variant(variant), sqlite_db, base_url="https://tool.example.org")
    except LaunchRejectedError as refused:
        assert refused.code == decision
    else:
        assert launch.course_roles == decision


@pytest.mark.parametrize(
    ("variant", "has_name", "has_email"),
    [
        ("privacy_anonymous", False, False),
        ("privacy_name_only", True, False),
        ("privacy_email_only", False, True),
    ],
)
def test_canvas_sends_what_its_privacy_level_allows(sqlite_db, variant, has_name, has_email):
    launch = launch_of(canvas_variant(variant), sqlite_db, base_url="https://tool.example.org")

    assert (launch.name is not None, launch.email is not None) == (has_name, has_email)


def test_variables_that_canvas_did_not_fill_in_are_absent(sqlite_db):
    claims = canvas_variant("unresolved_variables_in_claims")
    claims[f"{LTI}custom"] = {"activity": "$Activity", "context_id_history": "$Context.id.history"}

    launch = launch_of(claims, sqlite_db, base_url="https://tool.example.org")

    assert (launch.activity, launch.context_history) == (None, ())


def test_canvas_line_items_named_by_http_are_called_by_https(sqlite_db):
    launch = launch_of(
        canvas_variant("self_hosted_http_lineitems"),
        sqlite_db,
        base_url="https://tool.example.org",
    )

    assert launch.line_items_url == "https://canvas.example.edu/api/lti/courses/101/line_items"


def test_canvas_without_services_has_none(sqlite_db):
    launch = launch_of(
        canvas_variant("no_services"), sqlite_db, base_url="https://tool.example.org"
    )

    assert (launch.line_item_url, launch.memberships_url) == (None, None)


def test_canvas_tells_the_older_id_that_outlasts_a_merging(sqlite_db):
    claims = canvas_claims("id_token_student.json")

    launch = launch_of(claims, sqlite_db, base_url=base_of(claims))

    assert launch.legacy_user_id == claims[f"{LTI}lti1p1"]["user_id"]


@pytest.mark.parametrize(
    "legacy", [{}, {"user_id": ""}, {"user_id": True}, {"user_id": "a\x00"}, 7]
)
def test_an_older_id_that_can_not_be_used_keeps_nobody_out(sqlite_db, legacy):
    claims = canvas_claims("id_token_student.json") | {f"{LTI}lti1p1": legacy}

    assert launch_of(claims, sqlite_db, base_url=base_of(claims)).legacy_user_id is None


@pytest.mark.parametrize("notice", captured("canvas/notices.json")["payloads"])
def test_a_notice_of_canvas_is_no_launch(sqlite_db, notice):
    claims = captured("canvas/notices.json")["payloads"][notice]

    with pytest.raises(LaunchRejectedError) as refused:
        launch_of(claims, sqlite_db, base_url="https://tool.example.org")

    assert refused.value.code == "launch.message-unknown"
