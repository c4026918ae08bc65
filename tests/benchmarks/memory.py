"""Resident memory of the web server and of the worker, before work and after more of it."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from lti_tool.cli.trying.institution import NAME
from lti_tool.queue import Queue, queue_beside
from lti_tool.store.database import Database
from tests.benchmarks.deliveries import decide_awards, undelivered
from tests.benchmarks.load import launch_all
from tests.benchmarks.measures import Measure
from tests.benchmarks.processes import (
    can_read_memory,
    children,
    patiently,
    resident_megabytes,
    running,
)
from tests.benchmarks.serving import target
from tests.benchmarks.site import Site, a_site
from tests.benchmarks.sizes import Sizes

UNIT = "MB (goal: under 150)"
START_SECONDS = 30
MOST_SECONDS_EACH = 2


def measure(folder: Path, sizes: Sizes) -> Iterator[Measure]:
    """Megabytes of one gunicorn worker and of the worker process; nothing where no /proc is."""
    if not can_read_memory():
        return
    with a_site(folder / "memory") as site:
        yield from _web(site, sizes)
        yield from _worker(site, sizes.memory_awards)


def _web(site: Site, sizes: Sizes) -> Iterator[Measure]:
    with site.served(workers=1) as server:
        (pid,) = children(server)
        yield Measure("web memory, before", resident_megabytes(pid), UNIT)
        for more, total in _steps(sizes.memory_launches):
            launch_all(target(site), launches=more, browsers=sizes.browsers)
            yield Measure(f"web memory, {total} launches", resident_megabytes(pid), UNIT)


def _worker(site: Site, points: Sequence[int]) -> Iterator[Measure]:
    url = site.demo.environment["TESTAMUR_DATABASE_URL"]
    arguments = ["-m", "lti_tool.cli", "worker"]
    log = site.demo.folder / "worker.log"
    with (
        closing(Database(url)) as db,
        closing(queue_beside(url, queue_file=None)) as queue,
        running(arguments, site.demo.environment, log=log) as process,
    ):
        _deliver(db, queue, count=1, seconds=START_SECONDS)
        yield Measure("worker memory, 1 badge", resident_megabytes(process.pid), UNIT)
        for more, total in _steps(points):
            _deliver(db, queue, count=more, seconds=START_SECONDS + more * MOST_SECONDS_EACH)
            yield Measure(f"worker memory, {total} badges", resident_megabytes(process.pid), UNIT)


def _deliver(db: Database, queue: Queue, *, count: int, seconds: float) -> None:
    queue.wake(decide_awards(db, count=count, institution=NAME))
    patiently(lambda: undelivered(db) == 0, seconds=seconds, what="the worker delivers")


def _steps(points: Sequence[int]) -> Iterator[tuple[int, int]]:
    """How much more to do to reach each point, and the point."""
    before = 0
    for point in points:
        yield point - before, point
        before = point
