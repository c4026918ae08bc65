"""LMSs by command: registered with what others script on, listed, approved."""

import json

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
        "issuer": LMS,
        "client_id": "client-1",
        "login_url": f"{lti}/login",
        "launch_url": f"{lti}/launch",
        "jwks_url": f"{lti}/jwks",
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
