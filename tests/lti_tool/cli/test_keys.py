"""Signing keys and tool keys by command."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from lti_tool import outbox
from lti_tool.store.tables.audit import AuditEvent
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import institutions

AT_SCHOOL = ("--institution", "School")
DID = "did:web:localhost%3A9000:i:school"


def listed(school, noun):
    lines = school(noun, "list", *AT_SCHOOL).output.splitlines()
    return [tuple(line.split("  ")) for line in lines]


def actions(wired):
    with wired.db.begin() as session:
        return [event.action for event in session.scalars(select(AuditEvent))]


def test_a_signing_key_belongs_to_the_institutions_own_identifier(school):
    ((key, state),) = listed(school, "signing-keys")
    assert key.startswith(f"{DID}#z6Mk")
    assert state.startswith("signs now, made on ")


def test_a_new_institution_is_said_aside_and_a_known_one_is_not(installed):
    first = installed("signing-keys", "new", "--institution", "Acme School")
    again = installed("signing-keys", "new", "--institution", "acme-school")
    assert "“Acme School” is new here" in first.stderr
    assert "“acme-school”" in first.stderr
    assert again.stderr == ""


def test_a_new_signing_key_signs_and_the_earlier_one_is_kept(school):
    school("signing-keys", "new", *AT_SCHOOL)
    states = [state.split(",")[0] for _, state in listed(school, "signing-keys")]
    assert states == ["kept", "signs now"]


def test_rotating_retires_every_earlier_signing_key(school, wired):
    result = school("signing-keys", "rotate", *AT_SCHOOL)
    (_, old), (new_key, _) = listed(school, "signing-keys")
    assert old.startswith("retired on ")
    assert f"signed with {new_key} from now on" in result.output
    assert "signing-key.rotated" in actions(wired)


def test_a_retired_signing_key_stays_listed(school, wired):
    school("signing-keys", "new", *AT_SCHOOL)
    (key, _), _ = listed(school, "signing-keys")
    assert school("signing-keys", "retire", key, *AT_SCHOOL).exit_code == 0
    (_, state), _ = listed(school, "signing-keys")
    assert state.startswith("retired on ")
    assert "signing-key.retired" in actions(wired)


def test_the_only_key_that_signs_is_replaced_and_not_retired(school, wired):
    ((key, _),) = listed(school, "signing-keys")
    result = school("signing-keys", "retire", key, *AT_SCHOOL)
    assert result.exit_code == 1
    assert "testamur signing-keys rotate" in result.stderr
    assert listed(school, "signing-keys")[0][1].startswith("signs now")
    assert "signing-key.retired" not in actions(wired)


def test_another_institutions_signing_key_is_not_retired(school):
    ((key, _),) = listed(school, "signing-keys")
    school("signing-keys", "new", "--institution", "Other")
    result = school("signing-keys", "retire", key, "--institution", "Other")
    assert result.exit_code == 1
    assert "has no signing key" in result.stderr
    assert listed(school, "signing-keys")[0][1].startswith("signs now")


def test_a_signing_key_file_under_another_master_key_is_said(school, tmp_path):
    (tmp_path / "keys" / "master.key").unlink()
    school("db", "new-master-key")
    result = school("signing-keys", "list", *AT_SCHOOL)
    assert result.exit_code == 1
    assert "does not open with this sealing key" in result.stderr


@pytest.mark.parametrize("how", ["new", "rotate"])
def test_a_new_signing_key_makes_the_badges_that_waited_for_it(school, wired, how):
    with wired.db.begin() as session:
        school_id = institutions.named(session, "School").id
        waiting = OutboxMessage(
            institution_id=school_id,
            id=uuid4(),
            kind="issue_badge",
            key="award",
            payload={},
            due_at=wired.now() + timedelta(hours=8),
            attempts=5,
        )
        session.add(waiting)
    result = school("signing-keys", how, *AT_SCHOOL)
    assert "One badge that could not be made before" in result.output
    with wired.db.begin() as session:
        assert outbox.due(session, now=wired.now()) == [waiting.id]
    assert "before" not in school("signing-keys", how, *AT_SCHOOL).output


def test_a_rotated_tool_key_is_published_before_it_signs(school, wired):
    first = school("tool-keys", "rotate", *AT_SCHOOL)
    second = school("tool-keys", "rotate", *AT_SCHOOL)
    (waiting_key, waiting), (signing_key, signing) = listed(school, "tool-keys")
    assert waiting.startswith("signs from ")
    assert signing == "signs now"
    assert f"{signing_key} signs from now on" in first.output
    assert f"{waiting_key} is published" in second.output
    assert actions(wired).count("tool-key.made") == 2


def test_in_an_emergency_a_tool_key_signs_at_once_and_the_other_is_destroyed(school, wired):
    school("tool-keys", "rotate", *AT_SCHOOL)
    ((lost, _),) = listed(school, "tool-keys")
    school("tool-keys", "rotate", "--now", *AT_SCHOOL)
    assert [state.split(" ")[0] for _, state in listed(school, "tool-keys")] == [
        "signs",
        "published",
    ]
    assert "destroyed" in school("tool-keys", "retire", lost, *AT_SCHOOL).output
    assert listed(school, "tool-keys")[1][1].startswith("retired on ")
    assert "tool-key.retired" in actions(wired)


def test_the_tool_key_that_signs_is_not_retired(school):
    school("tool-keys", "rotate", *AT_SCHOOL)
    ((key, _),) = listed(school, "tool-keys")
    result = school("tool-keys", "retire", key, *AT_SCHOOL)
    assert result.exit_code == 1
    assert "rotate --now" in result.stderr
