"""Processes that die where a test says: kill -9 before or after a named function.

`python -m tests.support.killed` takes one job a line (JSON) and does each in a process of its
own, forked after everything is imported; with a job as its argument it does that one itself.
"""

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from sqlalchemy import func, select

from lti_tool import outbox, worker
from lti_tool.logs import configure_logs
from lti_tool.lti.roles import CourseRole
from lti_tool.settings import read_settings
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.usecases import release
from lti_tool.usecases.people import Actor
from lti_tool.wiring import Wiring, build

KILLED = -signal.SIGKILL
SOON = timedelta(seconds=0.2)
DRAIN_SECONDS = 30
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Job:
    """What a process does (`sweep`, `drain`, `work` or `release`) and where it dies, if it does.

    `point` is `module:function:before` or `module:function:after`; the process kills itself at
    the first call. `settings` are the TESTAMUR_* variables.
    """

    work: str
    settings: Mapping[str, str]
    point: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Processes(AbstractContextManager["Processes"]):
    """Does jobs in processes of their own, one after the other."""

    def __enter__(self) -> Self:
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._nursery.communicate()

    def run(self, job: Job) -> int:
        """How the process ended: 0, or KILLED."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(asdict(job)) + "\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())


def start(job: Job) -> subprocess.Popen[bytes]:
    """Start a job in a process and don't wait for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.killed", json.dumps(asdict(job))], cwd=PROJECT
    )


def main() -> None:
    """Do the job of the command line, or every job of the standard input."""
    if len(sys.argv) > 1:
        sys.exit(_do(Job(**json.loads(sys.argv[1]))))
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # logs must not look like answers
            os._exit(_do(Job(**json.loads(line))))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _do(job: Job) -> int:
    os.environ.update(job.settings)
    configure_logs("error")
    # Nobody wants to wait a minute for what a dead process had leased, or was told to try later.
    outbox.LEASE = outbox._FIRST_WAIT = SOON
    try:
        if job.point is not None:
            _make_deadly(job.point)
        return WORK[job.work](build(read_settings()), job.details)
    except Exception:  # noqa: BLE001 - the exit code says it
        traceback.print_exc()
        return 1


def _make_deadly(point: str) -> None:
    module, path, moment = point.split(":")
    owner: Any = import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    setattr(owner, name, _deadly(getattr(owner, name), moment))


def _deadly(real: Callable[..., Any], moment: str) -> Callable[..., Any]:
    def dies(*args: Any, **options: Any) -> None:
        if moment == "after":
            real(*args, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    return dies


def _sweep(wiring: Wiring, _details: Mapping[str, str]) -> int:
    worker.sweep(wiring)
    return 0


def _drain(wiring: Wiring, _details: Mapping[str, str]) -> int:
    """Sweep until nothing is left to deliver; 1 when that takes too long."""
    deadline = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < deadline:
        worker.sweep(wiring)
        if not _undone(wiring):
            return 0
        time.sleep(0.05)
    return 1


def _undone(wiring: Wiring) -> int:
    with wiring.db.begin() as session:
        return session.scalar(select(func.count()).where(OutboxMessage.done_at.is_(None))) or 0


def _work(wiring: Wiring, _details: Mapping[str, str]) -> int:
    worker.run(wiring)
    return 0


def _release(wiring: Wiring, details: Mapping[str, str]) -> int:
    instructor = Actor(
        institution_id=UUID(details["institution_id"]),
        person_id=UUID(details["person_id"]),
        course_id=UUID(details["course_id"]),
        resource_link_id=None,
        course_roles=frozenset({CourseRole.INSTRUCTOR}),
        office_roles=frozenset(),
    )
    with wiring.db.begin() as session:
        release.release(session, instructor, [UUID(details["submission_id"])], now=wiring.now())
    return 0


WORK: Mapping[str, Callable[[Wiring, Mapping[str, str]], int]] = {
    "sweep": _sweep,
    "drain": _drain,
    "work": _work,
    "release": _release,
}

if __name__ == "__main__":
    main()
