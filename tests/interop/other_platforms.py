"""Start LTI platforms that no one here wrote, each in its own process and environment."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import requests

from lti_tool.cli.trying.ports import free_ports
from lti_tool.practice_lms.visitor import Page, Visitor

FOLDER = Path(__file__).resolve().parent
TEACHER, STUDENT, OTHER_STUDENT = "1", "2", "3"


@dataclass(frozen=True)
class Connected:
    """A platform that knows the tool: what the tool has to know of it, and ways to launch."""

    base_url: str
    configuration: str
    issuer: str
    client_id: str
    deployment_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    people: dict[str, str]

    def launch(
        self, visitor: Visitor, person: str, *, activity: str = "", deep_linking: bool = False
    ) -> Page:
        """Open the tool as somebody, through the platform's own pages, to where it leads."""
        asked = {
            "configuration": self.configuration,
            "person": person,
            "deep_linking": "yes" if deep_linking else "no",
            "custom": json.dumps({"activity": activity} if activity else {}),
        }
        begun = _get(f"{self.base_url}/control/launch?{urlencode(asked)}")
        page = visitor.launch(str(begun["url"]))
        return visitor.submit(page, "lti-launch")

    def chosen(self) -> list[dict[str, object]]:
        """The items a deep linking response left behind."""
        asked = urlencode({"configuration": self.configuration})
        items = _get(f"{self.base_url}/control/chosen?{asked}")["items"]
        assert isinstance(items, list)
        return items

    def scores(self) -> list[list[object]]:
        """What is in the platform's gradebook: student, points, of how many."""
        asked = urlencode({"configuration": self.configuration})
        scores = _get(f"{self.base_url}/control/scores?{asked}")["scores"]
        assert isinstance(scores, list)
        return scores


@dataclass(frozen=True)
class OtherPlatform:
    """A running platform."""

    name: str
    base_url: str

    def connect(self, registration_url: str, *, grades: str = "programmatic") -> Connected:
        """Make the tool known there; `grades` is Open edX's word for who makes line items."""
        addresses = {
            "login_url": f"{registration_url}/login",
            "launch_url": f"{registration_url}/launch",
            "jwks_url": f"{registration_url}/jwks",
            "grades": grades,
        }
        answer = requests.post(f"{self.base_url}/control/tool", json=addresses, timeout=30)
        answer.raise_for_status()
        return Connected(base_url=self.base_url, **answer.json())


@contextmanager
def running(name: str, scratch: Path) -> Iterator[OtherPlatform]:
    """The platform of that folder; a missing environment is an error, never a skipped test."""
    python = FOLDER / name / ".venv" / "bin" / "python"
    assert python.exists(), f"{python} is missing: “make test” makes it."
    port, _ = free_ports()
    log = scratch / f"{name}.log"
    command = [python, FOLDER / name / "server.py", str(port), str(scratch / f"{name}.db")]
    with (
        log.open("wb") as stderr,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n", log.read_text()
            yield OtherPlatform(name, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _get(url: str) -> dict[str, object]:
    answer = requests.get(url, timeout=30)
    answer.raise_for_status()
    document = answer.json()
    assert isinstance(document, dict)
    return document
