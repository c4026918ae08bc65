"""Web and worker as processes: they serve until SIGTERM, and say at once what stops them."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from uuid import uuid4

import pytest
import requests

from lti_tool.cli import work
from lti_tool.cli.trying.ports import free_ports


@pytest.fixture
def started():
    """Start a command with the settings of this test; killed if the test leaves it running."""
    running = []

    def start(*arguments):
        command = [sys.executable, "-m", "lti_tool.cli", *arguments]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_web_serves_until_it_is_told_to_stop(school, started):
    port = free_ports()[0]
    process = started("web", "--port", str(port), "--workers", "1")
    until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_a_worker_stops_when_it_is_told_to(school, wired, started, tmp_path):
    process = started("worker")
    # Only a worker that is past its start, and hears signals, takes what it is woken for.
    wired.queue.wake([uuid4()])
    with closing(sqlite3.connect(tmp_path / "testamur.db-queue")) as queue:
        until(lambda: queue.execute("SELECT count(*) FROM task").fetchone() == (0,))
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_is_missing_is_said_before_anything_is_served(command, name):
    result = command(name)
    assert result.exit_code == 2
    assert "testamur db new-master-key" in result.stderr


def test_the_server_takes_the_place_of_the_command(school, monkeypatch):
    taken = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: taken.append((path, arguments)))
    assert school("web", "--host", "0.0.0.0", "--port", "8080").exit_code == 0  # noqa: S104
    ((path, arguments),) = taken
    assert path == sys.executable
    assert arguments[1:5] == ["-m", "gunicorn", "--bind", "0.0.0.0:8080"]
    assert arguments[-2:] == ["--no-control-socket", "lti_tool.wsgi:app"]


def test_without_a_folder_in_memory_gunicorn_chooses_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr(work, "MEMORY_FOLDER", tmp_path / "none")
    arguments = work.server_arguments("127.0.0.1:8000", workers=2, threads=8)
    assert "--worker-tmp-dir" not in arguments


def answers(url):
    try:
        return requests.get(url, timeout=30).ok
    except requests.RequestException:
        return False


def until(is_so):
    deadline = time.monotonic() + 90
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
