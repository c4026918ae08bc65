"""The database is upgraded, the master key is made once, and what can't be done is said."""

import stat

import pytest

from lti_tool.settings import read_master_key


def test_the_database_is_made_and_upgraded_as_often_as_one_likes(command, tmp_path):
    for _ in range(2):
        result = command("db", "upgrade")
        assert (result.exit_code, result.output) == (0, "The database is up to date.\n")
    assert (tmp_path / "new.db").exists()


def test_the_master_key_is_readable_by_its_owner_alone(command, tmp_path):
    result = command("db", "new-master-key")
    path = tmp_path / "keys" / "master.key"
    assert result.exit_code == 0
    assert "apart from the backups" in result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read_master_key(path)) == 32


def test_a_master_key_is_never_overwritten(command, tmp_path):
    command("db", "new-master-key")
    before = (tmp_path / "keys" / "master.key").read_bytes()
    result = command("db", "new-master-key")
    assert result.exit_code == 1
    assert "nothing was changed" in result.stderr
    assert (tmp_path / "keys" / "master.key").read_bytes() == before


def test_a_master_key_that_cannot_be_written_is_a_wrong_setting(command, tmp_path):
    (tmp_path / "keys").write_text("a file where the folder should be")
    result = command("db", "new-master-key")
    assert result.exit_code == 2
    assert "TESTAMUR_MASTER_KEY_FILE" in result.stderr


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://x:secret@y/z", "begins with “mysql”"),
        ("sqlite:////nowhere/at/all.db", "can't be reached"),
        ("postgresql://x:secret@localhost:1/z", "can't be reached"),
    ],
)
def test_a_wrong_database_address_is_one_sentence_without_its_password(
    command, monkeypatch, url, words
):
    monkeypatch.setenv("TESTAMUR_DATABASE_URL", url)
    result = command("db", "upgrade")
    assert result.exit_code == 2
    assert words in result.stderr
    assert "secret" not in result.stderr


def test_a_missing_master_key_names_the_command_that_makes_one(command):
    result = command("people", "list", "--institution", "School")
    assert result.exit_code == 2
    assert "testamur db new-master-key" in result.stderr


def test_a_database_without_tables_names_the_command_that_makes_them(command):
    command("db", "new-master-key")
    result = command("people", "list", "--institution", "School")
    assert result.exit_code == 2
    assert "testamur db upgrade" in result.stderr
