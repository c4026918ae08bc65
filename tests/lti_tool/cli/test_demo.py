"""The demo: where to click, folders kept and emptied, taken ports, nothing left running."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from lti_tool.cli import demo as cli_demo
from lti_tool.cli.trying import site as sites
from lti_tool.cli.trying.ports import free_ports
from lti_tool.cli.trying.processes import Processes, TroubleError
from lti_tool.cli.trying.site import Site, prepare
from lti_tool.cli.trying.story import Story, UnexpectedError
from lti_tool.errors import ConflictError
from lti_tool.sentence import say


@pytest.fixture
def a_site(tmp_path):
    """A site whose processes are whatever a test starts."""
    return Site(
        folder=tmp_path,
        tool_url="http://localhost:1",
        lms_url="http://127.0.0.1:2",
        environment={"TESTAMUR_BASE_URL": "http://localhost:1"},
        practice_settings=tmp_path / "practice-lms.json",
        entry_url="http://localhost:1/enter/once",
        links={},
    )


@pytest.fixture
def processes(a_site):
    """The processes of that site, stopped at the end."""
    processes = Processes(a_site)
    yield processes
    processes.stop()


def python(script):
    return ["-c", script]


def test_a_site_is_prepared_once_and_kept(command, tmp_path):
    folder = tmp_path / "demo"
    first = prepare(folder, port=8000, lms_port=8001)
    key = (folder / "master.key").read_bytes()
    again = prepare(folder, port=8000, lms_port=8001)
    settings = json.loads(again.practice_settings.read_text("utf-8"))
    assert (folder / "master.key").read_bytes() == key
    assert first.entry_url != again.entry_url
    assert settings["tool"]["name"] == "Testamur"
    assert [link["custom"]["activity"] for link in settings["links"]] == [
        f"foundations-taster/{activity}" for activity in again.links
    ]


def test_another_port_is_another_issuer_with_a_key_of_its_own(command, tmp_path, monkeypatch):
    site = prepare(tmp_path / "demo", port=8000, lms_port=8001)
    moved = prepare(tmp_path / "demo", port=8100, lms_port=8101)
    for name, value in moved.environment.items():
        monkeypatch.setenv(name, value)
    listed = command("signing-keys", "list", "--institution", "Example School of Medicine")
    assert listed.output.startswith("did:web:localhost%3A8100:i:example-school-of-medicine#")
    assert site.tool_url == "http://localhost:8000"


def test_settings_of_this_shell_are_left_as_they_were(command, tmp_path, monkeypatch):
    monkeypatch.setenv("TESTAMUR_LOG_LEVEL", "no level at all")
    prepare(tmp_path / "demo", port=8000, lms_port=8001)
    assert os.environ["TESTAMUR_LOG_LEVEL"] == "no level at all"
    assert os.environ["TESTAMUR_BASE_URL"] == "http://localhost:9000"


def test_a_folder_with_something_else_in_it_is_neither_used_nor_emptied(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    for touch in (sites.claim, sites.empty):
        with pytest.raises(ConflictError, match="nothing was changed"):
            touch(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_demos_folder_is_emptied(tmp_path):
    folder = tmp_path / "demo"
    sites.empty(folder)
    sites.claim(folder)
    (folder / "testamur.db").touch()
    sites.empty(folder)
    assert not folder.exists()


@pytest.mark.parametrize("option", ["--port", "--lms-port"])
def test_a_taken_port_is_said_with_the_option_that_chooses_another(command, option):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = dict(zip(("--port", "--lms-port"), free_ports(), strict=True))
        ports[option] = taken.getsockname()[1]
        result = command("demo", *[part for pair in ports.items() for part in pair])
    assert result.exit_code == 1
    assert f"choose another port with {option}" in result.stderr
    assert not Path("demo-data").exists()


def test_a_process_that_ends_is_noticed_with_its_last_lines(processes):
    processes.start("short", python("import sys; print('the last word'); sys.exit(7)"))
    with pytest.raises(TroubleError, match="“short” ended by itself with code 7") as trouble:
        processes.wait_for(lambda: False, say("test.never", "It answers."), seconds=30)
    assert trouble.value.log.endswith("short.log\nthe last word")


def test_waiting_ends_with_what_did_not_happen(processes):
    processes.start("slow", python("import time; time.sleep(60)"))
    with pytest.raises(TroubleError, match=r"It answers\. This did not happen within 0 seconds"):
        processes.wait_for(lambda: False, say("test.never", "It answers."), seconds=0)


def test_a_process_that_does_not_stop_when_asked_is_ended(processes, monkeypatch, tmp_path):
    monkeypatch.setattr("lti_tool.cli.trying.processes.STOP_SECONDS", 0.5)
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"
    processes.start("deaf", python(script))
    is_up = lambda: "up" in processes.tail("deaf")  # noqa: E731
    processes.wait_for(is_up, say("test.up", "It is up."), seconds=30)
    processes.stop()
    with pytest.raises(TroubleError, match="code -9"):
        processes.check()


def test_the_demo_says_where_to_click_and_leaves_nothing_running(tmp_path):
    port, lms_port = map(str, free_ports())
    command = [sys.executable, "-m", "lti_tool.cli", "demo", "--fresh"]
    demo = subprocess.Popen(
        [*command, "--port", port, "--lms-port", lms_port],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = until(demo.stdout, "Ctrl-C stops everything.")
        addresses = re.findall(r"(http://\S+)", said)
        assert [requests.get(url, timeout=30).status_code for url in addresses] == [200] * 5
    finally:
        demo.send_signal(signal.SIGTERM)
        rest, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0
    assert rest == "Stopped. Everything is kept in demo-data.\n"
    for url in addresses:
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)


@pytest.fixture
def without_processes(monkeypatch, a_site):
    """The demo with a site that is there already and nothing to start."""

    @contextmanager
    def nothing(site, *, port, lms_port):
        yield Processes(site)

    monkeypatch.setattr(sites, "prepare", lambda *_, **__: a_site)
    monkeypatch.setattr(cli_demo, "running", nothing)


def test_a_walkthrough_that_goes_wrong_ends_with_the_step_after_the_logs(
    command, without_processes, monkeypatch
):
    def walk(site, processes, out):
        with Story(processes).step(say("test.step", "Amara opens the page.")):
            raise UnexpectedError(say("test.empty", "It is empty."))

    monkeypatch.setattr(cli_demo, "walk", walk)
    monkeypatch.setattr(Processes, "tails", lambda _: "--- web.log")
    result = command("demo", "--walkthrough")
    assert result.exit_code == 1
    assert result.stdout == "  1. Amara opens the page.\n"
    assert result.stderr.splitlines() == [
        "--- web.log",
        "Step 1 went wrong: Amara opens the page. It is empty.",
    ]


def test_a_page_that_does_not_answer_ends_its_step(processes):
    with (
        pytest.raises(TroubleError, match="Step 1 went wrong: She waits"),
        Story(processes).step(say("test.waits", "She waits.")),
    ):
        requests.get(f"http://127.0.0.1:{free_ports()[0]}/", timeout=5)


def test_ctrl_c_ends_the_demo_kindly(command, without_processes, monkeypatch):
    def interrupted(_):
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Processes, "check", interrupted)
    port, lms_port = free_ports()
    result = command("demo", "--port", port, "--lms-port", lms_port)
    assert result.exit_code == 0
    assert "http://localhost:1/enter/once" in result.output
    assert result.output.endswith("Stopped. Everything is kept in demo-data.\n")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def until(stream, words):
    said = ""
    deadline = time.monotonic() + 90
    while words not in said and time.monotonic() < deadline:
        said += stream.readline()
    return said
