"""Whole launches (login and launch) in one process, beside pylti1p3's own Flask adapter."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from lti_tool.app import create_app
from lti_tool.store.database import Database
from lti_tool.wiring import utc_now
from tests.benchmarks.beside import pylti1p3_tool as peers
from tests.benchmarks.measures import Measure, Round, Seconds, medians
from tests.benchmarks.platform import Platform, students
from tests.benchmarks.sizes import Sizes
from tests.support.launching import Lms, a_tool, an_lms
from tests.support.wired import Clock

SITE = "http://localhost:9000"
UNIT = "launches/CPU s"


@dataclass(frozen=True)
class Launcher:
    """One tool, launched as a browser would; only the tool's own work is timed."""

    app: Flask
    login_path: str
    launch_path: str
    platform: Platform
    students: Iterator[int]

    def round(self, *, launches: int, clock: Seconds) -> Round:
        """A round of so many launches."""

        def do() -> float:
            return launches / sum(self._launch(clock) for _ in range(launches))

        return do

    def _launch(self, clock: Seconds) -> float:
        browser = self.app.test_client()
        fields = self.platform.login_fields()
        began = clock()
        answer = browser.post(self.login_path, data=fields, base_url=SITE)
        login = clock() - began
        fields = self.platform.launch_fields(answer.headers["Location"], next(self.students))
        began = clock()
        answer = browser.post(self.launch_path, data=fields, base_url=SITE)
        launch = clock() - began
        assert answer.status_code == 303, answer.text
        return login + launch


def measure(databases: Mapping[str, Database], folder: Path, *, sizes: Sizes) -> Iterator[Measure]:
    """Launches per CPU second (and per second) on each database, and the two peers'."""
    tools = {name: _ours(db, folder / name) for name, db in databases.items()}
    with _peers(next(iter(tools.values())), folder) as beside:
        launchers = {name: tool.launcher for name, tool in tools.items()} | beside
        cpu = _rates(launchers, sizes, clock=time.process_time)
        wall = _rates(launchers, sizes, clock=time.perf_counter)
    for name in databases:
        for peer in beside:
            yield Measure(f"launch, {name}, beside {peer}", cpu[name], UNIT, cpu[peer], peer)
        # What PostgreSQL does for a launch is another process's work: only waiting shows it.
        yield Measure(
            f"launch, {name}, waited", wall[name], "launches/s", wall[peers.SQL], peers.SQL
        )


def _rates(launchers: Mapping[str, Launcher], sizes: Sizes, *, clock: Seconds) -> dict[str, float]:
    rounds = {
        name: launcher.round(launches=sizes.launches, clock=clock)
        for name, launcher in launchers.items()
    }
    return medians(rounds, rounds=sizes.rounds)


class RunningClock(Clock):
    """A test's clock that does not stand still."""

    def __call__(self) -> datetime:
        return utc_now()


@dataclass(frozen=True)
class _Ours:
    lms: Lms
    launcher: Launcher


def _ours(db: Database, folder: Path) -> _Ours:
    folder.mkdir()
    tool = a_tool(db, folder, utc_now(), base_url=SITE)
    # The peer looks at the real clock, and so must everybody.
    tool.wired, tool.clock = replace(tool.wired, now=utc_now), RunningClock(utc_now())
    tool.app = create_app(tool.wired)
    lms = an_lms(tool)
    urls = lms.platform.configuration.tool
    launcher = Launcher(
        tool.app,
        urlsplit(urls.login_url).path,
        urlsplit(urls.launch_url).path,
        Platform(lms.platform.practice),
        students(),
    )
    return _Ours(lms, launcher)


@contextmanager
def _peers(ours: _Ours, folder: Path) -> Iterator[dict[str, Launcher]]:
    with closing(peers.TableCache(f"sqlite:///{folder / 'peer.db'}")) as table:
        yield {
            peers.MEMORY: _peer(peers.MemoryCache(), ours.launcher.platform),
            peers.SQL: _peer(table, ours.launcher.platform),
        }


def _peer(cache: peers.Cache, platform: Platform) -> Launcher:
    app = peers.create_like(cache, platform.practice.configuration)
    return Launcher(app, "/lti/login", "/lti/launch", platform, students())
