"""The school of the journeys: tool, worker and practice LMS running, a student for each test."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import requests

from lti_tool.cli.trying import institution
from lti_tool.cli.trying import site as sites
from lti_tool.cli.trying.ports import free_ports
from lti_tool.cli.trying.processes import Processes, TroubleError, running
from lti_tool.cli.trying.site import Site
from lti_tool.practice_lms.claims import LTI
from lti_tool.programme.shipped import shipped
from lti_tool.sentence import say

PROGRAMME = shipped(institution.TASTER)
READING, SAFE_WRITING, CONDUCT, REFLECTION = (one.title for one in PROGRAMME.activities)
INSTRUCTOR_ID, INSTRUCTOR = "3", "Ines Halvorsen"
PATIENCE_SECONDS = 60.0

_GIVEN = ("Ada", "Bruno", "Chidi", "Dalia", "Emre", "Freya", "Goran", "Hana")
_FAMILY = ("Abara", "Bergmann", "Castellanos")


@dataclass(frozen=True)
class Student:
    """Somebody who studies at the practice LMS; `id` is their number there."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class School:
    """Everything that runs, and the students whom no test has had yet."""

    site: Site
    processes: Processes
    newcomers: Iterator[Student]

    def new_student(self) -> Student:
        """A student who has done nothing so far."""
        return next(self.newcomers)

    def launch_url(self, person_id: str, title: str) -> str:
        """Where a person opens an activity of the course without its frame."""
        return f"{self.site.lms_url}/as/{person_id}/launch/{self._link(title)}"

    def frame_url(self, person_id: str, title: str) -> str:
        """The page of the LMS that frames an activity."""
        return f"{self.site.lms_url}/as/{person_id}/links/{self._link(title)}"

    def next_launch_from_course(self, course_id: str, title: str) -> None:
        """Let the next launch come from another course of the same LMS."""
        course = {"id": course_id, "title": title, "label": course_id}
        self.change_next_claims({LTI + "context": course})

    def change_next_claims(self, claims: Mapping[str, object]) -> None:
        """Put these claims into the next id_token."""
        address = f"{self.site.lms_url}/controls/claims"
        requests.post(address, json=claims, timeout=10).raise_for_status()

    def fail_next(self, service: str, status: int) -> None:
        """Let the next call of one of the LMS's services be answered with this status."""
        failure = {"service": service, "status": status}
        requests.post(f"{self.site.lms_url}/controls", json=failure, timeout=10).raise_for_status()

    def grades_of(self, student: Student) -> dict[str, Any]:
        """What stands in the gradebook for a student, by title of the activity."""
        gradebook = requests.get(f"{self.site.lms_url}/gradebook.json", timeout=10).json()
        links = self.site.links
        return {one.title: gradebook[links[one.id]][student.id] for one in PROGRAMME.activities}

    def wait_for(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until it is so; fails with what the processes wrote when it never is."""
        with _telling():
            sentence = say("journeys.waited", "%(what)s", what=what)
            self.processes.wait_for(is_so, sentence, seconds=PATIENCE_SECONDS)

    def entry_link(self, person: str, role: str) -> str:
        """The one-time link that `testamur people grant` prints."""
        command = [sys.executable, "-m", "lti_tool.cli", "people", "grant", person, role]
        done = subprocess.run(
            [*command, "--institution", institution.NAME, "--link"],
            env=dict(self.site.environment),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()[-1]

    def _link(self, title: str) -> str:
        (activity,) = (one for one in PROGRAMME.activities if one.title == title)
        return self.site.links[activity.id]


@contextmanager
def open_school(folder: Path) -> Iterator[School]:
    """Start tool, worker and practice LMS as the demo does, in an empty folder."""
    port, lms_port = free_ports()
    site = sites.prepare(folder, port=port, lms_port=lms_port)
    newcomers = _enrol(site.practice_settings)
    with _telling(), running(site, port=port, lms_port=lms_port) as processes:
        yield School(site, processes, iter(newcomers))


@contextmanager
def _telling() -> Iterator[None]:
    """Show what the processes wrote when one of them is in trouble."""
    try:
        yield
    except TroubleError as trouble:
        trouble.add_note(trouble.log)
        raise


def _enrol(practice_settings: Path) -> list[Student]:
    settings = json.loads(practice_settings.read_text("utf-8"))
    users = [
        {
            "id": str(number),
            "name": f"{given} {family}",
            "given_name": given,
            "family_name": family,
            "email": f"{given}.{family}@lms.example".lower(),
            "role": "student",
        }
        for number, (family, given) in enumerate(product(_FAMILY, _GIVEN), start=100)
    ]
    settings["users"] += users
    settings["controls"] = True
    practice_settings.write_text(json.dumps(settings), "utf-8")
    return [Student(one["id"], one["name"], one["email"]) for one in users]
