"""Servers and workers as processes of their own: started, asked for their memory, always ended."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lti_tool.settings import PREFIX

START_SECONDS = 60
STOP_SECONDS = 15
TAIL = 2000
PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Running:
    """A process of ours and the file its words go to."""

    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def wait_for(self, is_so: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
        """Wait until it is so; TimeoutError with its last words when that is too long or never."""
        deadline = time.monotonic() + seconds
        while not is_so():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError(self.log.read_text(errors="replace")[-TAIL:] or "not a word")
            time.sleep(0.05)


@contextmanager
def running(
    arguments: Sequence[str], environment: Mapping[str, str], *, log: Path
) -> Iterator[Running]:
    """`python ARGUMENTS` with these settings and no others, ended when the block ends."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=inherited | dict(environment),
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(process, log)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def children(pid: int) -> list[int]:
    """The processes this one has started, as Linux knows them."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]


def resident_megabytes(pid: int) -> float:
    """Memory a process has in RAM, shared libraries too, in MB of 1,000,000 bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["VmRSS"].removesuffix("kB")) * 1024 / 1e6


def can_read_memory() -> bool:
    """Whether this system tells how much memory a process has."""
    return Path("/proc/self/status").exists()
