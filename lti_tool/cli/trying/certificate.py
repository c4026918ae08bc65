"""What the walkthrough gets out of it: badge and grade, the files, two independent checks."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from credentials.resolving import did_web_url
from lti_tool.cli.trying.browser import Browser, address
from lti_tool.cli.trying.coursework import STUDENT
from lti_tool.cli.trying.processes import Processes
from lti_tool.cli.trying.site import Site
from lti_tool.cli.trying.story import UnexpectedError
from lti_tool.practice_lms.default_course import USERS
from lti_tool.practice_lms.visitor import Page
from lti_tool.sentence import say
from lti_tool.settings import PREFIX

WAIT_SECONDS = 60


def wait_for_badge(browser: Browser, visit: str, processes: Processes) -> Page:
    """The certificate's page, once it is signed."""
    pages: list[Page] = []

    def is_signed() -> bool:
        mine = browser.open(f"{visit}/badges")
        pages.append(browser.follow(mine, "/badges/[0-9a-f-]{36}"))
        return any(url.endswith("/credential.json") for url, _ in pages[-1].links)

    what = say("walkthrough.badge-signed", "The certificate is signed.")
    processes.wait_for(is_signed, what, seconds=WAIT_SECONDS)
    return pages[-1]


def wait_for_grades(site: Site, processes: Processes) -> None:
    """Wait until the gradebook has 1 of 1, posted once, for every activity of the student."""

    def has_all() -> bool:
        gradebook = requests.get(f"{site.lms_url}/gradebook.json", timeout=10).json()
        rows = [gradebook[link][STUDENT] for link in site.links.values()]
        return all((row["score"], row["maximum"]) == (1, 1) for row in rows)

    what = say("walkthrough.grades-posted", "The gradebook has 1 of 1 for every activity.")
    processes.wait_for(has_all, what, seconds=WAIT_SECONDS)


def download(browser: Browser, page: Page, out: Path) -> Mapping[str, Any]:
    """Save certificate.json and certificate.png; returns the certificate."""
    data = browser.open(address(page, "/credential.json")).response.content
    (out / "certificate.json").write_bytes(data)
    picture = browser.open(address(page, "/badge.png")).response.content
    (out / "certificate.png").write_bytes(picture)
    certificate: Mapping[str, Any] = json.loads(data)
    return certificate


def fetch_issuer(site: Site, certificate: Mapping[str, Any], out: Path) -> None:
    """Save did.json, and each status list that the certificate names."""
    host = site.tool_url.removeprefix("http://")
    key_document = did_web_url(certificate["issuer"]["id"], plain_http_hosts=[host])
    _save(key_document, out / "did.json")
    statuses = certificate["credentialStatus"]
    entries = statuses if isinstance(statuses, list) else [statuses]
    urls = dict.fromkeys(entry["statusListCredential"] for entry in entries)
    for number, url in enumerate(urls, start=1):
        _save(url, out / ("status-list.json" if number == 1 else f"status-list-{number}.json"))


def ask_public_page(site: Site, out: Path) -> None:
    """Upload the picture as a stranger would; raises UnexpectedError unless it is genuine."""
    picture = (out / "certificate.png").read_bytes()
    with Browser() as stranger:
        form = stranger.open(site.verify_url)
        verdict = stranger.send(
            form,
            "/verify",
            values={"recipient": _email()},
            files={"badge": ("certificate.png", picture)},
        )
    if "verdict-passed" not in verdict.text:
        raise UnexpectedError(
            say("walkthrough.page-doubts", "The public page does not call it genuine.")
        )


def ask_command(site: Site, out: Path) -> None:
    """Verify with the command, in a process without settings; leaves report.json."""
    command = [sys.executable, "-m", "lti_tool.cli", "verify", str(out / "certificate.png")]
    host = site.tool_url.removeprefix("http://")
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "--json", "--recipient", _email(), "--plain-http", host],
        env={key: value for key, value in os.environ.items() if not key.startswith(PREFIX)},
        capture_output=True,
        check=False,
    )
    (out / "report.json").write_bytes(done.stdout)
    if done.returncode != 0:
        raise UnexpectedError(
            say(
                "walkthrough.command-doubts",
                "“testamur verify” ended with %(code)s: %(report)s",
                code=done.returncode,
                report=(done.stdout + done.stderr).decode(errors="replace").strip(),
            )
        )


def _save(url: str, path: Path) -> None:
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    path.write_bytes(answer.content)


def _email() -> str:
    return next(user["email"] for user in USERS if user["id"] == STUDENT)
