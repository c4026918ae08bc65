"""The main job from end to end over real HTTP: launch, writing, marks, certificate, verified."""

from pathlib import Path

from lti_tool.cli.saying import tell
from lti_tool.cli.trying import certificate as results
from lti_tool.cli.trying.browser import Browser, visit_of
from lti_tool.cli.trying.coursework import mark_and_release, study
from lti_tool.cli.trying.institution import TASTER
from lti_tool.cli.trying.processes import Processes
from lti_tool.cli.trying.site import Site
from lti_tool.cli.trying.story import Story
from lti_tool.programme.shipped import shipped
from lti_tool.sentence import say

FILES = ("certificate.json", "certificate.png", "did.json", "status-list*.json", "report.json")


def walk(site: Site, processes: Processes, out: Path) -> None:
    """Walk through it once, say each step, leave FILES in `out`.

    Raises TroubleError at the first step that goes wrong; then `out` has no report.
    """
    _clear(out)
    story = Story(processes)
    programme = shipped(TASTER)
    with Browser() as student, Browser() as instructor:
        visit = visit_of(study(student, site, programme, story))
        mark_and_release(instructor, site, programme, story)
        with story.step(say("walkthrough.waits-badge", "The worker signs Amara's certificate.")):
            badge = results.wait_for_badge(student, visit, processes)
        with story.step(
            say("walkthrough.waits-grade", "The worker posts the grades; the gradebook has them.")
        ):
            results.wait_for_grades(site, processes)
        with story.step(
            say("walkthrough.downloads", "Amara downloads it, as data and as a picture.")
        ):
            certificate = results.download(student, badge, out)
    with story.step(
        say("walkthrough.fetches", "The issuer's keys and status lists are public: fetched.")
    ):
        results.fetch_issuer(site, certificate, out)
    with story.step(
        say("walkthrough.employer", "An employer uploads the picture at the public page: genuine.")
    ):
        results.ask_public_page(site, out)
    with story.step(
        say("walkthrough.command", "“testamur verify” checks it apart from the tool: verified.")
    ):
        results.ask_command(site, out)
    tell(say("walkthrough.done", "Done. The files are in %(folder)s.", folder=out))


def _clear(out: Path) -> None:
    """What an earlier run left must not pass for this one's."""
    out.mkdir(parents=True, exist_ok=True)
    for pattern in FILES:
        for left in out.glob(pattern):
            left.unlink()
