"""Rosters over HTTP from the practice LMS, as Moodle and as Canvas keep them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from lti_tool.errors import PlatformError
from lti_tool.lti.connector import Connector
from lti_tool.lti.roles import CourseRole
from lti_tool.lti.roster import RosterMember, read_whole_roster
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.practice_lms.canvas import addresses as canvas
from lti_tool.practice_lms.canvas.identifiers import context_id, subject
from lti_tool.practice_lms.moodle import addresses as moodle
from lti_tool.practice_lms.state.failures import Failure
from tests.lti_tool.lti.a_platform import a_registration
from tests.lti_tool.lti.a_server import Reply
from tests.lti_tool.lti.a_tool import SEALING, store_key
from tests.support.practice import INSTRUCTOR, PracticePlatform

STUDENTS = 120
TEACHER = {"id": INSTRUCTOR, "name": "Ines Halvorsen", "given_name": "Ines"}
USERS = [
    {**TEACHER, "family_name": "Halvorsen", "email": "ines@lms.example", "role": "instructor"},
    *(
        {
            "id": str(number),
            "name": f"Student {number}",
            "given_name": "Student",
            "family_name": f"{number:03}",
            "email": f"s{number}@lms.example",
            "role": "student",
        }
        for number in range(100, 100 + STUDENTS)
    ),
]


class Meeting:
    """A practice LMS with a large course, and our connector to it."""

    def __init__(self, db, server, http, lms: PracticePlatform, *, roster_url: Any, context: str):
        self.lms, self.context, self.roster_url = lms, context, roster_url
        self.registration = a_registration(
            db,
            platform_issuer=lms.configuration.base_url,
            client_id="practice-client",
            auth_url=lms.endpoints.auth,
            token_url=lms.endpoints.token,
            jwks_url=lms.endpoints.jwks,
        )
        now = datetime.now(UTC)
        store_key(db, self.registration.institution_id, now)
        with db.begin() as session:
            jwks = json.dumps(public_jwks(session, self.registration.institution_id)).encode()
        server.will_answer("/lti/jwks", Reply(200, jwks, {"Content-Type": "application/json"}))
        self.connector = Connector(db, SEALING, http, now=lambda: datetime.now(UTC), new_id=uuid4)

    def read(self, query: str = "") -> tuple[RosterMember, ...]:
        """The whole roster of the course."""
        configuration = self.lms.configuration
        url = self.roster_url(configuration, configuration.courses[0].id)
        return read_whole_roster(
            self.connector, self.registration, url + query, context_id=self.context
        )

    def fail(self, **how: Any) -> None:
        """Let the next call of the roster fail."""
        self.lms.practice.failures.ask("nrps", Failure(**how))


@pytest.fixture
def meet(sqlite_db, server, http) -> Callable[..., Any]:
    @contextmanager
    def met(profile: str) -> Iterator[Meeting]:
        make = getattr(PracticePlatform, profile)
        lms = make(None, tool_url=server.url, users=USERS)
        room, context = (canvas, context_id("2")) if profile == "canvas" else (moodle, "2")
        with lms.serve():
            yield Meeting(sqlite_db, server, http, lms, roster_url=room.roster_url, context=context)

    return met


def test_moodle_sends_everybody_at_once(meet):
    with meet("moodle") as meeting:
        members = meeting.read()

    assert len(members) == STUDENTS + 1
    teachers = [one for one in members if CourseRole.INSTRUCTOR in one.roles]
    assert [one.user_id for one in teachers] == [INSTRUCTOR]


def test_a_moodle_that_is_asked_for_pages_leads_through_all_of_them(meet):
    with meet("moodle") as meeting:
        assert len(meeting.read("?limit=50")) == STUDENTS + 1


def test_canvas_leads_through_its_pages_of_fifty(meet):
    with meet("canvas") as meeting:
        members = meeting.read()

    assert len({one.user_id for one in members}) == len(members) == STUDENTS + 1
    assert subject(INSTRUCTOR) in [one.user_id for one in members]
    assert all(one.legacy_user_id for one in members)


@pytest.mark.parametrize("profile", ["moodle", "canvas"])
@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_roster_that_fails_reads_nobody_and_the_next_one_everybody(meet, profile, status):
    with meet(profile) as meeting:
        meeting.fail(status=status)

        with pytest.raises(PlatformError):
            meeting.read()

        assert len(meeting.read()) == STUDENTS + 1


def test_the_students_of_a_canvas_course_that_is_not_published_are_not_there(meet):
    with meet("canvas") as meeting:
        configuration = meeting.lms.configuration
        course = replace(configuration.course, is_published=False)
        meeting.lms.practice.configuration = replace(configuration, course=course)

        assert [one.roles for one in meeting.read()] == [{CourseRole.INSTRUCTOR}]
