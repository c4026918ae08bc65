"""Servers and workers as processes of their own: started, asked for their memory, always ended."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lti_tool.settings import PREFIX

START_SECONDS = 60
STOP_SECONDS = 15
PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def running(
    arguments: Sequence[str], environment: Mapping[str, str], *, log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
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
        yield process
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


def patiently(is_so: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait until it is so; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: this did not happen within {seconds:.0f} seconds")
        time.sleep(0.05)
