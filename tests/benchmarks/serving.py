"""Launches over real HTTP: gunicorn on loopback, and the peer's tool served alike."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from lti_tool.cli.trying.ports import free_ports
from lti_tool.cli.work import server_arguments
from tests.benchmarks.beside import pylti1p3_tool as peers
from tests.benchmarks.measures import Measure, medians
from tests.benchmarks.platform import Platform
from tests.benchmarks.served.load import Load, Target, launch_all
from tests.benchmarks.served.processes import running
from tests.benchmarks.served.site import THREADS, Site, answers
from tests.benchmarks.sizes import Sizes


def measure(site: Site, folder: Path, *, sizes: Sizes) -> Iterator[Measure]:
    """Launches per second and the p95 of a launch on SQLite; the load is on the same machine."""
    with (
        site.served(workers=sizes.workers),
        _peer(site.platform, folder, workers=sizes.workers) as peer,
    ):
        ours, theirs = _Loaded(target(site), sizes), _Loaded(peer, sizes)
        rates = medians({"ours": ours.round, "peer": theirs.round}, rounds=sizes.rounds)
    yield Measure("launch over HTTP", rates["ours"], "launches/s", rates["peer"], peers.SQL)
    yield Measure("launch over HTTP, p95", ours.p95, "ms, less is better", theirs.p95, peers.SQL)


def target(site: Site) -> Target:
    """The site as something to launch into."""
    tool = site.platform.practice.configuration.tool
    login_path, launch_path = urlsplit(tool.login_url).path, urlsplit(tool.launch_url).path
    return Target(site.host, login_path, launch_path, site.platform)


class _Loaded:
    """One tool under load, round after round."""

    def __init__(self, target: Target, sizes: Sizes) -> None:
        self._launch: Callable[[], Load] = lambda: launch_all(
            target, launches=sizes.served_launches, browsers=sizes.browsers
        )
        self._p95s: list[float] = []

    def round(self) -> float:
        load = self._launch()
        self._p95s.append(load.p95)
        return load.per_second

    @property
    def p95(self) -> float:
        """Median over the rounds that count, in milliseconds."""
        return median(self._p95s[1:]) * 1000


@contextmanager
def _peer(platform: Platform, folder: Path, *, workers: int) -> Iterator[Target]:
    host = f"localhost:{free_ports()[0]}"
    configuration = platform.practice.configuration
    given = {
        "database_url": f"sqlite:///{folder / 'peer.db'}",
        "issuer": configuration.base_url,
        "client_id": configuration.client_id,
        "deployment_id": configuration.deployment_id,
    }
    called = ", ".join(f"{name}={value!r}" for name, value in given.items())
    *options, _our_app = server_arguments(host, workers=workers, threads=THREADS)
    arguments = [*options, f"tests.benchmarks.beside.pylti1p3_tool:served({called})"]
    with running(arguments, {}, log=folder / "peer.log") as process:
        process.wait_for(lambda: answers(host, "/"))
        yield Target(host, "/lti/login", "/lti/launch", platform)
