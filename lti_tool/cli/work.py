"""Serve the pages; run the worker."""

import os
import sys
from pathlib import Path

import click

from lti_tool import worker as deliveries
from lti_tool.cli.opening import opened
from lti_tool.logs import configure_logs

MEMORY_FOLDER = Path("/dev/shm")  # noqa: S108 - gunicorn makes a nameless file of its own in it


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--workers", default=2, show_default=True, help="How many processes.")
@click.option("--threads", default=8, show_default=True, help="Requests at once in each process.")
def web(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages until SIGTERM.

    TLS belongs in a reverse proxy in front; say with TESTAMUR_TRUSTED_PROXIES how many there are.
    """
    # What is wrong with the settings is said here, once, and not by each process on its own.
    with opened():
        pass
    arguments = server_arguments(f"{host}:{port}", workers=workers, threads=threads)
    # Taking this process's place, so that nobody stands between SIGTERM and the server.
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - our own arguments


@click.command()
def worker() -> None:
    """Sign badges and post scores until SIGTERM; what is being delivered is finished."""
    with opened() as wired:
        configure_logs(wired.settings.log_level)
        deliveries.run(wired)


def server_arguments(bind: str, *, workers: int, threads: int) -> list[str]:
    """What Python is started with to serve the pages at `bind` (HOST:PORT)."""
    options = {
        "bind": bind,
        "workers": str(workers),
        "worker-class": "gthread",
        "threads": str(threads),
        "timeout": "60",
        "graceful-timeout": "30",
        "keep-alive": "5",
        # The pages write their own line for each request; gunicorn speaks up about itself.
        "log-level": "warning",
        # Each visit has a cookie of its own, and somebody marking opens many.
        "limit-request-field_size": str(32 * 1024),
    }
    if MEMORY_FOLDER.is_dir():
        # A heartbeat file on a slow disk makes gunicorn kill healthy processes.
        options["worker-tmp-dir"] = str(MEMORY_FOLDER)
    written = [part for name, value in options.items() for part in (f"--{name}", value)]
    # The control socket would be made in the home directory, which a container does not have.
    return ["-m", "gunicorn", *written, "--no-control-socket", "lti_tool.wsgi:app"]
