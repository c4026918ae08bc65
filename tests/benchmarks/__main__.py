"""Measure speed and memory, print a table and write bench.json: `python -m tests.benchmarks`."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from lti_tool.cli.trying.processes import stopped_by_sigterm
from lti_tool.logs import configure_logs
from lti_tool.store.database import Database
from lti_tool.store.upgrading import upgrade
from tests.benchmarks import badges, deliveries, launches, memory, serving
from tests.benchmarks.measures import Measure
from tests.benchmarks.report import as_json, as_table
from tests.benchmarks.served.site import a_site
from tests.benchmarks.sizes import FULL, QUICK, Sizes
from tests.support.databases import postgresql_database, postgresql_server, sqlite_url

BENCH = Path(__file__).resolve().parents[2] / "bench.json"


def main() -> None:
    """Measure everything; `--quick` does a little of each, within a minute."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a little of each, within a minute")
    sizes = QUICK if parser.parse_args().quick else FULL
    began = time.monotonic()
    configure_logs("error")
    with (
        stopped_by_sigterm(),
        TemporaryDirectory(prefix="testamur-bench-") as folder,
        postgresql_server() as server,
    ):
        measures = list(_told(measure(Path(folder), sizes, postgresql=server)))
    BENCH.write_text(as_json(measures, machine=_machine()))
    took = f"{time.monotonic() - began:.0f} s on {_machine()}. Written to {BENCH.name}."
    sys.stdout.write(f"{as_table(measures)}\n\n{took}\n")


def measure(folder: Path, sizes: Sizes, *, postgresql: str) -> Iterator[Measure]:
    """Every measure, one group after the other; `postgresql` is the address of a server."""
    with ExitStack() as stack:
        databases = _databases(folder, postgresql, stack)
        yield from launches.measure(databases, folder, sizes=sizes)
        yield from deliveries.measure(databases, folder, sizes=sizes)
    yield from badges.measure(folder, sizes)
    with a_site(folder / "site") as site:
        yield from serving.measure(site, folder, sizes=sizes)
        yield from memory.measure(site, sizes)


def _told(measures: Iterable[Measure]) -> Iterator[Measure]:
    """Each measure as it is found: the whole run takes minutes."""
    for one in measures:
        sys.stderr.write(f"{one.name}: {one.ours:.1f} {one.unit}\n")
        yield one


def _databases(folder: Path, postgresql: str, stack: ExitStack) -> Mapping[str, Database]:
    """An empty database of each kind, closed and gone with the stack."""
    urls = {
        "SQLite": sqlite_url(folder / "bench.db"),
        "PostgreSQL": stack.enter_context(postgresql_database(postgresql)),
    }
    for url in urls.values():
        upgrade(url)
    return {name: stack.enter_context(closing(Database(url))) for name, url in urls.items()}


def _machine() -> str:
    return f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
