"""An empty folder with settings, and an installation in it, to run commands in."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli.commands import testamur
from lti_tool.cli.database import make_master_key
from lti_tool.settings import PREFIX, read_settings
from lti_tool.wiring import Wiring, build

Command = Callable[..., Result]
BASE_URL = "http://localhost:9000"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in an empty folder, with the settings a new installation begins with."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TESTAMUR_BASE_URL", BASE_URL)
    monkeypatch.setenv("TESTAMUR_MASTER_KEY_FILE", str(tmp_path / "keys" / "master.key"))
    monkeypatch.setenv("TESTAMUR_SIGNING_KEYS_FILE", str(tmp_path / "keys" / "signing.keys"))
    monkeypatch.setenv("TESTAMUR_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(testamur, [str(one) for one in arguments])


@pytest.fixture
def process() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run a command in a process of its own, with these settings and no others."""

    def run(*arguments: object, **settings: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "lti_tool.cli", *(str(one) for one in arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=settings, check=False)

    return run


@pytest.fixture
def installed(
    command: Command, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in an installation: a database without rows, and a master key."""
    monkeypatch.setenv("TESTAMUR_DATABASE_URL", sqlite_url)
    make_master_key(tmp_path / "keys" / "master.key")
    return command


@pytest.fixture
def school(installed: Command) -> Command:
    """Run a command in an installation with an institution called “School”."""
    assert installed("signing-keys", "new", "--institution", "School").exit_code == 0
    return installed


@pytest.fixture
def wired(installed: Command) -> Iterator[Wiring]:
    """What the commands are wired with, to look at what they did."""
    wiring = build(read_settings())
    with closing(wiring.db):
        yield wiring
