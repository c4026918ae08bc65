"""An installation as the demo makes it, served by gunicorn on loopback, and an LMS beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from lti_tool.cli.trying import site as demo
from lti_tool.cli.trying.ports import free_ports
from lti_tool.cli.work import server_arguments
from lti_tool.practice_lms.app import make_practice_server
from lti_tool.practice_lms.settings_file import read_configuration
from tests.benchmarks.platform import Platform
from tests.benchmarks.served.processes import running
from tests.support.practice import PracticePlatform

THREADS = 8
LINK = "1"


@dataclass(frozen=True)
class Site:
    """The installation, and the LMS whose launches it accepts; the LMS answers for its keys."""

    demo: demo.Site
    platform: Platform

    @property
    def host(self) -> str:
        """Where the tool is served: HOST:PORT."""
        return urlsplit(self.demo.tool_url).netloc

    @contextmanager
    def served(self, *, workers: int) -> Iterator[int]:
        """The tool under gunicorn; gives the process id of gunicorn itself."""
        arguments = server_arguments(self.host, workers=workers, threads=THREADS)
        with running(arguments, self.demo.environment, log=self.demo.folder / "web.log") as process:
            process.wait_for(lambda: answers(self.host, "/readyz"))
            yield process.pid


@contextmanager
def a_site(folder: Path, *, database_url: str | None = None) -> Iterator[Site]:
    """Set up an installation in `folder`, with an LMS that runs while the block does."""
    port, lms_port = free_ports()
    made = demo.prepare(folder, port=port, lms_port=lms_port, database_url=database_url)
    configuration = read_configuration(made.practice_settings.read_text("utf-8"))
    lms = PracticePlatform(None, configuration)
    server = make_practice_server(lms.app, host="127.0.0.1", port=lms_port)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Site(made, Platform(lms.practice, LINK))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answers(host: str, path: str) -> bool:
    """Whether a server answers, and not to say that it can't."""
    connection = HTTPConnection(host, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
