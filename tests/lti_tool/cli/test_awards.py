"""A certificate is revoked by the id of its award or of its credential."""

import pytest

from lti_tool.store.tables.awards import Award, Credential, StatusEntryRow
from tests.support.world import a_world


@pytest.fixture
def world(installed, sqlite_db, tmp_path, now):
    """A world in the database that the commands use; its keys are its own."""
    folder = tmp_path / "world"
    folder.mkdir()
    return a_world(sqlite_db, folder, now)


@pytest.mark.parametrize("by", ["award", "credential"])
def test_a_certificate_is_revoked_with_its_reason(installed, world, by):
    award_id = world.issued()
    (credential,) = world.rows(Credential)
    name = award_id if by == "award" else credential.credential_id
    result = installed("revoke", name, "--reason", "Issued to the wrong person")
    (award,) = world.rows(Award)
    (entry,) = world.rows(StatusEntryRow)
    assert result.exit_code == 0
    assert (award.state, award.revoked_reason) == ("revoked", "Issued to the wrong person")
    assert entry.is_set


def test_revoking_twice_is_said(installed, world):
    award_id = world.issued()
    installed("revoke", award_id, "--reason", "A mistake")
    result = installed("revoke", award_id, "--reason", "A mistake")
    assert result.exit_code == 1
    assert "revoked already" in result.stderr


@pytest.mark.parametrize("name", ["urn:uuid:nobody's", "3f0a4c1e-0000-4000-8000-000000000000"])
def test_an_unknown_id_is_said(installed, name):
    result = installed("revoke", name, "--reason", "A mistake")
    assert result.exit_code == 1
    assert "has the id" in result.stderr


def test_a_reason_is_needed(installed, world):
    award_id = world.issued()
    assert installed("revoke", award_id).exit_code == 2
    result = installed("revoke", award_id, "--reason", " ")
    assert result.exit_code == 1
    assert "Say why" in result.stderr
