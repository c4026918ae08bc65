"""Resident memory of the web server and of the worker, before work and after more of it."""

from collections.abc import Iterator, Sequence
from contextlib import closing

from lti_tool.cli.trying.institution import NAME
from lti_tool.queue import Queue, queue_beside
from lti_tool.store.database import Database
from tests.benchmarks.deliveries import decide_awards, undelivered
from tests.benchmarks.measures import Measure
from tests.benchmarks.served.load import launch_all
from tests.benchmarks.served.processes import (
    START_SECONDS,
    Running,
    can_read_memory,
    children,
    resident_megabytes,
    running,
)
from tests.benchmarks.served.site import Site
from tests.benchmarks.serving import target
from tests.benchmarks.sizes import Sizes

UNIT = "MB (goal: under 150)"
MOST_SECONDS_EACH = 2


def measure(site: Site, sizes: Sizes) -> Iterator[Measure]:
    """Megabytes of one gunicorn worker and of the worker process; nothing where no /proc is."""
    if can_read_memory():
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
        # Of a process that only just started there is no telling when it is ready, but by its work.
        yield _delivered(process, db, queue=queue, more=1, when="first badge")
        for more, total in _steps(points):
            yield _delivered(process, db, queue=queue, more=more, when=f"{total} badges")


def _delivered(process: Running, db: Database, *, queue: Queue, more: int, when: str) -> Measure:
    queue.wake(decide_awards(db, count=more, institution=NAME))
    seconds = START_SECONDS + more * MOST_SECONDS_EACH
    process.wait_for(lambda: undelivered(db) == 0, seconds=seconds)
    return Measure(f"worker memory, {when}", resident_megabytes(process.pid), UNIT)


def _steps(points: Sequence[int]) -> Iterator[tuple[int, int]]:
    """How much more to do to reach each point, and the point."""
    before = 0
    for point in points:
        yield point - before, point
        before = point
