"""Launches of a real Moodle and a real Canvas, and those of 1EdTech's certification, end to end."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lti_tool.lti.roles import CourseRole
from lti_tool.practice_lms.claims import LTI
from lti_tool.store.database import Database
from lti_tool.store.tables.people import Person, Visit
from lti_tool.store.tables.platforms import ResourceLink
from lti_tool.store.tables.programmes import Enrolment
from tests.support.builders import REFLECTION
from tests.support.captured import VECTORS, capture_cases, claims_from_capture
from tests.support.elements import Element, Page
from tests.support.launching import Lms, Tool, a_tool, an_lms, code_of, visit_of
from tests.support.practice import REFLECTION as REFLECTION_LINK
from tests.support.practice import REMOVED

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
RAW = "launch-raw-id-token-with-platform-jwks.json"
RAW_TIME, RAW_NONCE = 1795330433, "aCoRMU3tbp4fNzv396p4vw"
QUIRKS = VECTORS / "canvas" / "id_token_quirks.json"
WRITING = "writing/first-reflection"

# What each person of a capture sees when the link names a reflection of ours.
WRITES, MARKS, TEACHES, LOOKS_ON = "writes", "marks", "teaches", "looks on"

MOODLE = {
    "https-cross-site-launch-student.json": WRITES,
    "launch-admin-logged-in-as-student.json": WRITES,
    "launch-copied-activity.json": MARKS,
    "launch-copied-course.json": MARKS,
    "launch-mobile-user-agent.json": WRITES,
    "launch-privacy-no-name-no-email.json": WRITES,
    "launch-resource-link-instructor.json": MARKS,
    # Moodle sends a non-editing teacher as an instructor, and says no more about it.
    "launch-resource-link-nonediting-teacher.json": MARKS,
    "launch-resource-link-site-admin.json": MARKS,
    "launch-resource-link-student.json": WRITES,
    "launch-resource-link-student-no-idnumber.json": WRITES,
    "launch-resource-link-student-ungraded.json": WRITES,
    "launch-resource-link-student-ungraded-after-tool-line-item.json": WRITES,
    # A teacher who switched to a student's role is one for as long as that lasts.
    "launch-role-switched-teacher.json": WRITES,
}
REVIEW = "launch-submission-review.json"
CANVAS = {"id_token_student.json": WRITES, "id_token_instructor.json": MARKS}
# Replayed in tests/lti_tool/web/test_captured_placing.py.
ASKS_TO_PLACE = "id_token_deep_linking.json"
VARIANTS = {
    "account_admin_no_membership": LOOKS_ON,
    "concluded_enrolment": LOOKS_ON,
    "extra_claims": WRITES,
    "learner_who_teaches_elsewhere": WRITES,
    "lti11_migration": WRITES,
    "no_services": WRITES,
    "observer": LOOKS_ON,
    "privacy_anonymous": WRITES,
    "privacy_email_only": WRITES,
    "privacy_name_only": WRITES,
    "self_hosted_http_lineitems": WRITES,
    "student_context_card": MARKS,
    "student_view_test_user": WRITES,
    "teaching_assistant": TEACHES,
    "unresolved_variables_in_claims": WRITES,
}
ANONYMOUS = "public_course_anonymous"
CAPTURES = [
    *(
        pytest.param(VECTORS / "moodle" / name, None, sees, id=name)
        for name, sees in MOODLE.items()
    ),
    *(
        pytest.param(VECTORS / "canvas" / name, None, sees, id=name)
        for name, sees in CANVAS.items()
    ),
    *(pytest.param(QUIRKS, case, sees, id=case) for case, sees in VARIANTS.items()),
]


@pytest.fixture
def tool(sqlite_db: Database, tmp_path: Path, now: datetime) -> Tool:
    """The application on SQLite: what these launches write, test_launches.py tests on both."""
    return a_tool(sqlite_db, tmp_path, now)


def connected(tool: Tool, path: Path, case: str | None = None) -> Lms:
    """An LMS whose deployment is the captured one."""
    claims = captured(path, case, target=None, activity=None)
    return an_lms(tool, deployments=(claims[f"{LTI}deployment_id"],))


def captured(path: Path, case: str | None, **changes: Any) -> dict[str, Any]:
    given = {"issuer": "", "client_id": "", "nonce": "", **changes}
    return claims_from_capture(path, case=case, **given)


def replay(lms: Lms, path: Path, case: str | None = None, **ours: str | None) -> TestResponse:
    """Launch with the captured claims, signed anew; `ours` are target and activity, or neither."""
    login = lms.login()
    wanted = {"target": None, "activity": None, **ours}
    claims = captured(
        path,
        case,
        issuer=lms.platform.configuration.base_url,
        client_id=lms.platform.configuration.client_id,
        nonce=login.nonce,
        issued_at=int(lms.tool.clock().timestamp()),
        **wanted,
    )
    return lms.post(lms.signed(login, claims))


def ours(lms: Lms) -> dict[str, str]:
    """Our own target and activity."""
    return {"target": lms.platform.configuration.tool.launch_url, "activity": REFLECTION}


def main_of(page: TestResponse) -> Element:
    assert page.status_code == 200
    return Page(page.text).root.one("main")


def looks_like(page: TestResponse) -> str:
    """Which of the four pages this is, told by what one can do there."""
    main = main_of(page)
    if main.all("textarea", name="text"):
        return WRITES
    if "Work to mark" in main.text:
        return MARKS
    if "What students see" in main.text:
        return TEACHES
    return LOOKS_ON if main.one("h1").text == "Nothing to do here" else main.text


def test_every_capture_is_replayed_here():
    moodle = {path.name for path in (VECTORS / "moodle").glob("*launch-*.json")}
    canvas = {path.name for path in (VECTORS / "canvas").glob("id_token_*.json")}

    assert moodle == {*MOODLE, REVIEW, RAW}
    assert canvas - {ASKS_TO_PLACE} == {*CANVAS, QUIRKS.name}
    assert set(capture_cases(QUIRKS)) == {*VARIANTS, ANONYMOUS}


@pytest.mark.parametrize(("path", "case", "sees"), CAPTURES)
def test_a_captured_launch_with_our_activity_lands_on_the_page_of_its_role(tool, path, case, sees):
    lms = connected(tool, path, case)

    answer = replay(lms, path, case, **ours(lms))

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/v/{visit_of(answer)}/"
    page = lms.landing(answer)
    assert looks_like(page) == sees
    assert page.request.path.endswith(WRITING) is (sees == WRITES)
    assert len(tool.rows(Enrolment)) == (sees == WRITES)


# The one from another site was for another address than the rest.
@pytest.mark.parametrize("name", [name for name in MOODLE if name.startswith("launch-")])
def test_a_moodle_launch_as_captured_names_no_activity_of_ours(sqlite_db, tmp_path, now, name):
    tool = a_tool(sqlite_db, tmp_path, now, base_url="http://localhost:9001")
    path = VECTORS / "moodle" / name
    lms = connected(tool, path)

    main = main_of(lms.landing(replay(lms, path)))

    teaches = MOODLE[name] != WRITES
    asks = "Which activity does this link open?"
    assert main.one("h1").text == (asks if teaches else "Not set up yet")
    assert (main.all("input", value=REFLECTION) != []) is teaches
    assert tool.rows(Enrolment) == []


@pytest.mark.parametrize(
    "name",
    [*(f"moodle/{name}" for name in (*MOODLE, REVIEW)), *(f"canvas/{name}" for name in CANVAS)],
)
def test_a_captured_launch_for_another_host_is_refused(tool, name):
    path = VECTORS / name
    answer = replay(connected(tool, path), path)

    assert (answer.status_code, code_of(answer)) == (401, "launch.target-foreign")
    assert tool.rows(Person) == []


@pytest.mark.parametrize(
    ("activity", "says"),
    [(None, "belongs to no activity"), (REFLECTION, "has not opened this activity yet")],
)
def test_reviewing_a_submission_that_is_not_there_says_why(tool, activity, says):
    path = VECTORS / "moodle" / REVIEW
    lms = connected(tool, path)

    main = main_of(lms.landing(replay(lms, path, **{**ours(lms), "activity": activity})))

    assert main.one("h1").text == "Nothing to read"
    assert says in main.text


def test_a_visitor_of_a_public_canvas_course_is_told_to_sign_in(tool):
    lms = connected(tool, QUIRKS, ANONYMOUS)

    answer = replay(lms, QUIRKS, ANONYMOUS, **ours(lms))

    assert (answer.status_code, code_of(answer)) == (401, "launch.anonymous")


def test_a_teacher_who_looks_as_a_student_earns_nothing(tool):
    lms = connected(tool, QUIRKS, "student_view_test_user")

    page = lms.landing(replay(lms, QUIRKS, "student_view_test_user", **ours(lms)))

    [enrolment] = tool.rows(Enrolment)
    assert enrolment.is_test
    assert "earns" in main_of(page).text or "earned" in main_of(page).text


def test_the_roles_of_a_visit_are_those_of_the_course(tool):
    path = VECTORS / "moodle" / "launch-resource-link-site-admin.json"
    lms = connected(tool, path)

    replay(lms, path, **ours(lms))

    [visit] = tool.rows(Visit)
    assert visit.course_roles == [CourseRole.INSTRUCTOR]


def test_a_copied_course_keeps_its_activity_and_is_a_link_of_its_own(tool):
    for name in ("launch-resource-link-instructor.json", "launch-copied-course.json"):
        path = VECTORS / "moodle" / name
        lms = an_lms(tool, client_id=name)
        replay(lms, path, **ours(lms))

    links = tool.rows(ResourceLink)
    assert {link.activity for link in links} == {REFLECTION}
    assert len(links) == 2


def raw_launch(db: Database, tmp_path: Path, *, at: int) -> tuple[Lms, TestResponse]:
    """The untouched token of a real Moodle, posted at this time."""
    capture = json.loads((VECTORS / "moodle" / RAW).read_text(encoding="utf-8"))
    tool = a_tool(
        db,
        tmp_path,
        datetime.fromtimestamp(at, UTC),
        base_url="http://localhost:9001",
        first_secrets=(capture["state"], RAW_NONCE),
    )
    lms = an_lms(tool, lms_url="http://localhost:8800", client_id="rF37hsFMkEu9jSn")
    tool.key_pages["http://localhost:8800/jwks"] = lambda: capture["jwks"]
    parts = (capture["id_token"][part] for part in ("protected", "payload", "signature"))
    return lms, lms.post({"state": lms.login().state, "id_token": ".".join(parts)})


def test_a_whole_token_of_a_real_moodle_opens_with_its_own_signature(db, tmp_path):
    lms, answer = raw_launch(db, tmp_path, at=RAW_TIME)

    assert main_of(lms.landing(answer)).one("h1").text == "Not set up yet"
    assert [person.name for person in lms.tool.rows(Person)] == ["Sam Öztürk"]


def test_the_same_token_two_minutes_later_has_ended(sqlite_db, tmp_path):
    _, answer = raw_launch(sqlite_db, tmp_path, at=RAW_TIME + 121)

    assert (answer.status_code, code_of(answer)) == (401, "launch.expired")


@pytest.mark.parametrize(
    ("roles", "sees"),
    [
        ([f"{MEMBERSHIP}#Instructor"], MARKS),
        (["Instructor"], MARKS),
        ([f"{MEMBERSHIP}#Instructor", "urn:example:unknown#Role"], MARKS),
        ([f"{MEMBERSHIP}#Learner"], WRITES),
        (["Learner"], WRITES),
        ([], LOOKS_ON),
        (["urn:example:unknown#Role"], LOOKS_ON),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"], LOOKS_ON),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], LOOKS_ON),
        ([f"{MEMBERSHIP}#Mentor"], LOOKS_ON),
    ],
)
def test_the_roles_of_the_1edtech_certification_lead_where_they_may(tool, roles, sees):
    lms = an_lms(tool)

    assert looks_like(lms.landing(lms.launch(link_id=REFLECTION_LINK, roles=roles))) == sees


@pytest.mark.parametrize(
    "changes",
    [
        {"name": REMOVED},
        {"email": REMOVED},
        {"name": REMOVED, "given_name": REMOVED, "family_name": REMOVED, "email": REMOVED},
        {"lis": REMOVED, "launch_presentation": REMOVED, "tool_platform": REMOVED},
        {"endpoint": REMOVED, "namesroleservice": REMOVED},
        {"https://example.edu/claim/unknown": {"any": ["thing"]}},
    ],
)
def test_what_a_platform_may_leave_out_or_add_changes_nothing(tool, changes):
    lms = an_lms(tool)

    assert looks_like(lms.landing(lms.launch(link_id=REFLECTION_LINK, **changes))) == WRITES
