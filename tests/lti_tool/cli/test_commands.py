"""The commands as a whole: help, what is loaded, and how expected faults end."""

import subprocess
import sys

import pytest

from lti_tool.cli import commands as cli
from lti_tool.cli.commands import SECTIONS

NAMES = [name for commands in SECTIONS.values() for name in commands]


def test_help_shows_every_command_in_its_section(command):
    shown = command("--help").output
    for section, commands in SECTIONS.items():
        assert f"{section}:" in shown
        assert all(f"\n  {name} " in shown for name in commands)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(command, name):
    result = command(name, "--help")
    assert result.exit_code == 0
    assert "Usage: testamur" in result.output


def test_a_misspelt_command_is_a_usage_fault(command):
    result = command("verfy")
    assert result.exit_code == 2
    assert "verfy" in result.stderr


def test_a_name_in_the_table_that_is_no_command_is_not_offered(command, monkeypatch):
    wrong = SECTIONS["Run"] | {"web": type(SECTIONS["Run"]["web"])("work:MEMORY_FOLDER", "")}
    monkeypatch.setitem(SECTIONS, "Run", wrong)
    assert cli.testamur.get_command(None, "web") is None


@pytest.mark.parametrize("arguments", [["verify", "--help"], ["programmes", "check", "-h"]])
def test_checking_files_loads_neither_database_nor_web(arguments):
    script = (
        "import sys; from lti_tool.cli.commands import testamur; "
        f"testamur({arguments!r}, standalone_mode=False); "
        "print([name for name in ('sqlalchemy', 'flask', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_module_runs_like_the_installed_command(process):
    done = process("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("testamur ")


def test_a_wrong_setting_is_said_without_a_traceback(process):
    done = process("db", "upgrade", TESTAMUR_BASE_URL="nowhere")
    assert done.returncode == 2
    assert "TESTAMUR_BASE_URL: write a whole address" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written_is_said(installed, monkeypatch):
    monkeypatch.setenv("TESTAMUR_SIGNING_KEYS_FILE", "/dev/null/signing.keys")
    result = installed("signing-keys", "new", "--institution", "School")
    assert result.exit_code == 1
    assert "/dev/null can't be used (" in result.stderr


def test_a_pipe_that_nobody_reads_is_left_to_click(command, monkeypatch):
    def broken(*_):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("lti_tool.cli.verify.verify_file", broken)
    result = command("verify", "badge.json")
    assert result.exit_code == 1
    assert result.stderr == ""
