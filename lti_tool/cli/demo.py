"""The demo and the walkthrough."""

import os
import tempfile
import time
from pathlib import Path

import click

from lti_tool.cli.saying import FAILED, tell, tell_aside, words
from lti_tool.cli.trying import site as sites
from lti_tool.cli.trying.ports import free_ports, refuse_taken
from lti_tool.cli.trying.processes import Processes, TroubleError, running, stopped_by_sigterm
from lti_tool.cli.trying.site import Site
from lti_tool.cli.trying.walkthrough import walk
from lti_tool.sentence import Sentence, say


@click.command()
@click.option("--port", default=8000, show_default=True, help="The tool's port.")
@click.option("--lms-port", default=8001, show_default=True, help="The practice LMS's port.")
@click.option(
    "--data",
    "folder",
    default=Path("demo-data"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder in which everything is kept.",
)
@click.option("--fresh", is_flag=True, help="Empty that folder first.")
@click.option("--walkthrough", is_flag=True, help="Run the main job once, headless, and stop.")
@click.option(
    "--out",
    default=Path("walkthrough"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the walkthrough leaves its files.",
)
def demo(
    *, port: int, lms_port: int, folder: Path, fresh: bool, walkthrough: bool, out: Path
) -> None:
    """Start the tool, its worker and a practice LMS on this machine.

    It prints where to click as a student, an instructor, an employer and the office, and stops
    with Ctrl-C. Only this machine can reach it; use no real data, it speaks plain http.

    With --walkthrough nobody needs to click: a student, an instructor and an employer do the
    whole job over HTTP, from the launch to the verified certificate, on free ports and with an
    empty folder (or with the database TESTAMUR_DATABASE_URL names). Ends with 0 only when every
    check of the certificate passed.
    """
    try:
        with stopped_by_sigterm():
            if walkthrough:
                _walk_through(out)
            else:
                _show(folder, port=port, lms_port=lms_port, fresh=fresh)
    except TroubleError as trouble:
        # First what was said last, then what the processes wrote: the reader starts at the end.
        click.echo(trouble.log, err=True)
        tell_aside(trouble.sentence)
        raise click.exceptions.Exit(FAILED) from trouble


def _show(folder: Path, *, port: int, lms_port: int, fresh: bool) -> None:
    refuse_taken(port, option="--port")
    refuse_taken(lms_port, option="--lms-port")
    if fresh:
        sites.empty(folder)
    tell(say("demo.preparing", "Getting ready …"))
    site = sites.prepare(folder, port=port, lms_port=lms_port)
    try:
        with running(site, port=port, lms_port=lms_port) as processes:
            _say_where(site, processes)
            while True:
                processes.check()
                time.sleep(0.5)
    except KeyboardInterrupt:
        tell(say("demo.stopped", "Stopped. Everything is kept in %(folder)s.", folder=folder))


def _walk_through(out: Path) -> None:
    port, lms_port = free_ports()
    database_url = os.environ.get("TESTAMUR_DATABASE_URL")
    with tempfile.TemporaryDirectory(prefix="testamur-walkthrough-") as folder:
        site = sites.prepare(Path(folder), port=port, lms_port=lms_port, database_url=database_url)
        with running(site, port=port, lms_port=lms_port) as processes:
            walk(site, processes, out)


def _say_where(site: Site, processes: Processes) -> None:
    doors: list[tuple[Sentence, str]] = [
        (say("demo.everyone", "Everyone, to choose from"), f"{site.lms_url}/"),
        (say("demo.student", "Student (Amara Lindqvist)"), f"{site.lms_url}/as/4/course"),
        (say("demo.instructor", "Instructor (Ines Halvorsen)"), f"{site.lms_url}/as/3/course"),
        (say("demo.employer", "Employer"), site.verify_url),
        (say("demo.office", "Office (this link works once)"), site.entry_url),
    ]
    tell(say("demo.ready", "Ready. Open one of these in a browser on this machine:"))
    for who, address in doors:
        click.echo(f"  {words(who):<30} {address}")
    tell(say("demo.logs", "What each process writes is in %(folder)s.", folder=processes.logs))
    tell(say("demo.stop", "Ctrl-C stops everything."))
