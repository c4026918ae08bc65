"""Web, worker and practice LMS as processes of their own: start, watch, stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import requests

from lti_tool.cli.trying.site import Site
from lti_tool.errors import ToolError
from lti_tool.sentence import Sentence, say
from lti_tool.settings import PREFIX

READY_SECONDS = 60
STOP_SECONDS = 15
TAIL_LINES = 20


class TroubleError(ToolError):
    """Something that was started does not do what it should; `log` holds its last lines."""

    def __init__(self, code: str, sentence: Sentence, *, log: str) -> None:
        super().__init__(code, sentence)
        self.log = log


class Processes:
    """The processes of one site, each with a log file of its own in `<folder>/logs`."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = site.folder / "logs"

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `python ARGUMENTS` with the site's settings and with no others."""
        self.logs.mkdir(exist_ok=True)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
        with self._log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, *arguments],
                env=inherited | dict(self._site.environment) | {"PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches us alone: the order in which things stop is ours to choose.
                start_new_session=True,
            )

    def check(self) -> None:
        """Raise TroubleError when one of them has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise TroubleError(
                    "demo.process-ended",
                    say(
                        "demo.process-ended",
                        "The process “%(name)s” ended by itself with code %(code)s.",
                        name=name,
                        code=process.returncode,
                    ),
                    log=self.tail(name),
                )

    def wait_for(self, is_ready: Callable[[], bool], what: Sentence, *, seconds: float) -> None:
        """Wait until it is so; raises TroubleError after `seconds`, or when a process ends."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise TroubleError(
                    "demo.too-slow",
                    say(
                        "demo.too-slow",
                        "%(what)s This did not happen within %(seconds)s seconds.",
                        what=what,
                        seconds=int(seconds),
                    ),
                    log=self.tails(),
                )
            time.sleep(0.1)

    def tail(self, name: str) -> str:
        """The last lines that a process wrote."""
        text = self._log(name).read_text("utf-8", errors="replace")
        lines = text.rstrip().splitlines()[-TAIL_LINES:]
        return "\n".join([f"--- {self._log(name)}", *lines])

    def tails(self) -> str:
        """The last lines of every process."""
        return "\n".join(self.tail(name) for name in self._running)

    def stop(self) -> None:
        """Ask each to stop, the last started first; end those that don't."""
        for process in reversed(self._running.values()):
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


@contextmanager
def running(site: Site, *, port: int, lms_port: int) -> Iterator[Processes]:
    """Web, worker and practice LMS, started and ready; stopped when the block ends."""
    processes = Processes(site)
    try:
        settings = str(site.practice_settings)
        practice = ["-m", "lti_tool.practice_lms", "--config", settings, "--port", str(lms_port)]
        processes.start("practice-lms", practice)
        processes.start("web", ["-m", "lti_tool.cli", "web", "--port", str(port)])
        processes.start("worker", ["-m", "lti_tool.cli", "worker"])
        processes.wait_for(
            lambda: _answers(f"{site.tool_url}/readyz") and _answers(f"{site.lms_url}/"),
            say("demo.getting-ready", "The tool and the practice LMS answer."),
            seconds=READY_SECONDS,
        )
        yield processes
    finally:
        processes.stop()


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """Stop on SIGTERM as on Ctrl-C, so that no process is left behind."""

    def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False
