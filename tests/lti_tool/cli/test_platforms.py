"""LMSs by command: registered with what others script on, listed, approved."""

import json

import pytest
from sqlalchemy import select

from lti_tool.store.tables.platforms import Invitation

LMS = "https://lms.example.edu"
ADD = (
    *("platforms", "add", "--institution", "New School", "--issuer", LMS),
    *("--client-id", "client-1", "--auth-url", f"{LMS}/auth", "--token-url", f"{LMS}/token"),
    *("--jwks-url", f"{LMS}/jwks"),
)
AT_NEW_SCHOOL = ("--institution", "New School")


def test_registering_prints_the_addresses_that_the_lms_asks_for(installed):
    result = installed(*ADD, "--deployment", "1", "--deployment", "2")
    printed = json.loads(result.stdout)
    lti = f"http://localhost:9000/lti/{printed['id']}"
    assert result.exit_code == 0
    assert printed == {
        "id": printed["id"],
        "institution": "New School",
        "name": None,
        "kind": None,
        "issuer": LMS,
        "client_id": "client-1",
        "login_url": f"{lti}/login",
        "launch_url": f"{lti}/launch",
        "jwks_url": f"{lti}/jwks",
        "canvas_url": f"{lti}/canvas.json",
        "deployments": {"1": "active", "2": "active"},
    }


def test_an_lms_belongs_to_the_institution_whose_short_name_is_given(installed):
    installed("signing-keys", "new", "--institution", "New School")
    result = installed(*[part.replace("New School", "new-school") for part in ADD])
    assert result.stderr == ""
    assert json.loads(result.stdout)["institution"] == "New School"


def test_a_new_institution_gets_one_tool_key(installed):
    installed(*ADD)
    installed(*[part.replace("client-1", "client-2") for part in ADD])
    listed = installed("tool-keys", "list", *AT_NEW_SCHOOL).output
    assert [line.split("  ")[1] for line in listed.splitlines()] == ["signs now"]


def test_the_same_lms_is_not_registered_twice(installed):
    installed(*ADD)
    result = installed(*ADD)
    assert result.exit_code == 1
    assert "registered already" in result.stderr
    assert len(json.loads(installed("platforms", "list", *AT_NEW_SCHOOL).output)) == 1


def test_an_address_that_is_none_is_named_and_no_institution_is_made(installed):
    result = installed(*ADD[:-1], "jwks")
    assert result.exit_code == 1
    assert "  jwks_url: Write a whole address" in result.stderr
    assert "Known: -." in installed("platforms", "list", *AT_NEW_SCHOOL).stderr


def test_a_deployment_is_approved(installed):
    registration = json.loads(installed(*ADD).stdout)["id"]
    result = installed("platforms", "approve", registration, "7")
    (listed,) = json.loads(installed("platforms", "list", *AT_NEW_SCHOOL).output)
    assert result.exit_code == 0
    assert listed["deployments"] == {"7": "active"}


def test_approving_at_an_unknown_registration_is_said(installed):
    result = installed("platforms", "approve", "3f0a4c1e-0000-4000-8000-000000000000", "7")
    assert result.exit_code == 1
    assert "No learning platform is registered" in result.stderr


UNKNOWN = "3f0a4c1e-0000-4000-8000-000000000000"


def listed(installed):
    (only,) = json.loads(installed("platforms", "list", *AT_NEW_SCHOOL).output)
    return only


def test_an_invitation_prints_nothing_but_its_address_on_stdout(installed):
    result = installed("platforms", "invite", *AT_NEW_SCHOOL)
    assert result.exit_code == 0
    (address,) = result.stdout.split()
    assert address.startswith("http://localhost:9000/lti/register/")
    assert "works once" in result.stderr
    keys = installed("tool-keys", "list", *AT_NEW_SCHOOL).output
    assert "signs now" in keys


def test_a_known_lms_is_invited_to_register_anew(installed, wired):
    registration = json.loads(installed(*ADD).stdout)["id"]
    result = installed("platforms", "invite", "--for", registration)
    assert result.exit_code == 0
    with wired.db.read() as session:
        (row,) = session.scalars(select(Invitation))
    assert str(row.registration_id) == registration


def test_an_invitation_for_nobody_is_not_made(installed):
    result = installed("platforms", "invite")
    assert result.exit_code == 1
    assert "Say for whom" in result.stderr


def test_an_lms_is_changed_where_something_is_told(installed):
    registration = json.loads(installed(*ADD, "--name", "Old", "--kind", "moodle").stdout)["id"]
    result = installed("platforms", "update", registration, "--name", "Ours", "--client-id", "2")
    assert result.exit_code == 0
    changed = listed(installed)
    assert (changed["name"], changed["client_id"], changed["kind"]) == ("Ours", "2", "moodle")
    assert changed["issuer"] == LMS


def test_a_name_is_taken_away_by_an_empty_one(installed):
    registration = json.loads(installed(*ADD, "--name", "Old").stdout)["id"]
    installed("platforms", "update", registration, "--name", "")
    assert listed(installed)["name"] is None


def test_an_lms_nobody_came_from_is_removed(installed):
    registration = json.loads(installed(*ADD).stdout)["id"]
    result = installed("platforms", "remove", registration)
    assert result.exit_code == 0
    assert LMS in result.stdout
    assert json.loads(installed("platforms", "list", *AT_NEW_SCHOOL).output) == []


def test_a_deployment_is_kept_out(installed):
    registration = json.loads(installed(*ADD, "--deployment", "7").stdout)["id"]
    result = installed("platforms", "refuse", registration, "7")
    assert result.exit_code == 0
    assert listed(installed)["deployments"] == {"7": "refused"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("remove", UNKNOWN),
        ("update", UNKNOWN, "--name", "Ours"),
        ("refuse", UNKNOWN, "7"),
        ("invite", "--for", UNKNOWN),
    ],
)
def test_an_lms_that_is_not_registered_is_said(installed, arguments):
    result = installed("platforms", *arguments)
    assert result.exit_code == 1
    assert "No learning platform is registered" in result.stderr
