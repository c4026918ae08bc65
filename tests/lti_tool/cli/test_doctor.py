"""The doctor by command: numbered checks for people, JSON for programs, an exit code for both."""

import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import update

from lti_tool.lti.tool_keys import public_jwks
from lti_tool.store.tables.platforms import Registration
from lti_tool.usecases import institutions
from tests.lti_tool.lti.a_platform import a_jwks
from tests.lti_tool.lti.a_server import AServer, Reply, a_server
from tests.lti_tool.lti.a_tool import a_token_reply


@pytest.fixture
def lms() -> Iterator[AServer]:
    with a_server() as running:
        yield running


@pytest.fixture
def registration(installed, lms, monkeypatch) -> str:
    """A registered LMS that answers well; its server answers at our own address too."""
    monkeypatch.setenv("TESTAMUR_BASE_URL", lms.url)
    monkeypatch.setenv("TESTAMUR_PRIVATE_LMS_HOSTS", lms.url.removeprefix("http://"))
    lms.will_answer("/healthz", Reply(body=b'{"alive": true}'))
    lms.will_answer("/auth", Reply(400))
    lms.will_answer("/jwks", Reply(body=json.dumps(a_jwks()).encode()))
    lms.will_answer("POST /token", a_token_reply())
    addresses = [f"--{name}-url={lms.url}/{name}" for name in ("auth", "token", "jwks")]
    added = installed(
        *("platforms", "add", "--institution", "School", "--issuer", "https://lms.example.edu"),
        *("--client-id", "client-1", *addresses),
    )
    return str(json.loads(added.stdout)["id"])


@pytest.fixture
def with_our_keys(installed, lms, registration, wired) -> None:
    """Our own key page, served as it is in life."""
    with wired.db.read() as session:
        here = institutions.named(session, "School")
        keys = public_jwks(session, here.id)
    lms.will_answer(f"/lti/{registration}/jwks", Reply(body=json.dumps(keys).encode()))


def test_a_sound_connection_ends_with_0_and_numbered_checks(installed, registration, with_our_keys):
    result = installed("doctor", registration)

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "https://lms.example.edu"
    assert lines[2] == "  1  passed: This tool's own address"
    numbers = [found.group(1) for line in lines if (found := re.match(r" +(\d+)  ", line))]
    assert numbers == [str(number) for number in range(1, 17)]
    assert lines[-1] == "Nothing is wrong as far as this can be seen."


def test_what_is_to_be_mended_is_said_with_the_remedy_and_ends_with_1(installed, registration):
    result = installed("doctor", registration)

    assert result.exit_code == 1
    assert "  2  FAILED: This tool's public keys" in result.output
    assert "     → Open the address in a browser." in result.output
    assert result.output.endswith("One thing is to be mended.\n")


def test_programs_read_the_report_as_json(installed, registration, lms):
    lms.will_answer("/jwks", Reply(200, b"<html>"))

    result = installed("doctor", registration, "--json")

    report = json.loads(result.stdout)
    assert (result.exit_code, report["failed"]) == (1, 2)
    assert report["platform"] == "https://lms.example.edu"
    [keys] = [check for check in report["checks"] if check["id"] == "platform-keys"]
    assert keys == {
        "number": 6,
        "id": "platform-keys",
        "title": "The LMS's public keys",
        "outcome": "failed",
        "finding": "The learning platform's answer can't be read. Its administrator should check "
        "the addresses of the registration.",
        "remedy": None,
    }


def test_a_name_from_the_lms_can_not_steer_the_terminal(installed, registration, wired):
    with wired.db.begin() as session:
        session.execute(update(Registration).values(name="Moo\x1b[2Jdle"))

    assert "\x1b" not in installed("doctor", registration).output


def test_an_lms_that_is_not_registered_is_said(installed):
    result = installed("doctor", UUID(int=1))

    assert result.exit_code == 1
    assert "testamur platforms list" in result.stderr
