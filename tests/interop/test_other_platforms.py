"""The whole tool over real HTTP with two LTI platforms that no one here wrote."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from requests import Session
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from lti_tool import worker
from lti_tool.app import create_app
from lti_tool.cli.trying.coursework import COMMENT, REACHED, TEXT
from lti_tool.cli.trying.ports import free_ports
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.practice_lms.visitor import Page, Visitor
from lti_tool.programme.shipped import shipped
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.people import Account, Person
from lti_tool.store.tables.platforms import Course, Registration
from lti_tool.usecases.lms import deployments, platforms
from lti_tool.usecases.lms.rosters import asking
from tests.interop.other_platforms import (
    STUDENT,
    TEACHER,
    Connected,
    OtherPlatform,
    running,
)
from tests.support.builders import FIRST_PAGE, REFLECTION, TASTER, an_institution
from tests.support.launching import Tool, a_tool
from tests.support.practice import serving

PLATFORMS = ("openedx", "lti1p3")
SHEET = re.compile(r"/marking/[0-9a-f-]{36}$")


@pytest.fixture(scope="module", params=PLATFORMS)
def platform(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OtherPlatform]:
    """One of the platforms, running."""
    with running(request.param, tmp_path_factory.mktemp("platform")) as started:
        yield started


@dataclass
class Meeting:
    """A platform and our tool, each knowing the other."""

    tool: Tool
    platform: OtherPlatform
    connected: Connected
    registration_id: UUID

    @contextmanager
    def browser(self) -> Iterator[Visitor]:
        """A browser of somebody's own."""
        with Session() as session:
            yield Visitor(session)

    def person(self, number: str) -> Person | None:
        """Who the tool believes this person of the platform to be."""
        with self.tool.wired.db.read() as session:
            return session.scalar(
                select(Person)
                .join(Account, Account.person_id == Person.id)
                .where(Account.sub == self.connected.people[number])
            )


@pytest.fixture
def meet(
    platform: OtherPlatform, sqlite_db: Database, tmp_path: Path
) -> Iterator[Callable[[str], Meeting]]:
    """Makes tool and platform known to each other, once; the tool is served over HTTP."""
    with ExitStack() as meetings:
        yield lambda grades: meetings.enter_context(_meeting(platform, sqlite_db, tmp_path, grades))


@pytest.fixture
def meeting(meet: Callable[[str], Meeting]) -> Meeting:
    """The tool and a platform in whose gradebook it may make columns."""
    return meet("programmatic")


@contextmanager
def _meeting(
    platform: OtherPlatform, sqlite_db: Database, tmp_path: Path, grades: str
) -> Iterator[Meeting]:
    port, _ = free_ports()
    tool = a_tool(sqlite_db, tmp_path, datetime.now(UTC), base_url=f"http://localhost:{port}")
    tool.wired = replace(
        tool.wired, platform_keys=PlatformKeyStore(sqlite_db, tool.wired.platform_http.get_json)
    )
    app = create_app(tool.wired)
    registration_id = uuid4()
    connected = platform.connect(f"http://localhost:{port}/lti/{registration_id}", grades=grades)
    with sqlite_db.begin() as session:
        _register(session, registration_id, connected, master=tool.wired.master)
    with serving(app, port=port):
        yield Meeting(tool, platform, connected, registration_id)


def test_a_student_is_let_in_and_known_by_name(meeting):
    with meeting.browser() as browser:
        landed = meeting.connected.launch(browser, STUDENT, activity=FIRST_PAGE)

    assert landed.status == 200
    assert "/v/" in landed.url
    assert meeting.person(STUDENT).name == "Amara Lindqvist"


@pytest.mark.parametrize("grades", ["declarative", "programmatic"])
def test_accepted_work_brings_full_marks_once(meet, grades):
    meeting = meet(grades)
    with meeting.browser() as browser:
        box = meeting.connected.launch(browser, STUDENT, activity=REFLECTION)
        browser.submit(box, "/submit", values={"text": TEXT})
    with meeting.browser() as browser:
        mark_and_release(browser, meeting.connected.launch(browser, TEACHER, activity=REFLECTION))

    worker.sweep(meeting.tool.wired)
    worker.sweep(meeting.tool.wired)

    assert meeting.connected.scores() == [[meeting.connected.people[STUDENT], 1.0, 1.0]]


def test_everybody_in_the_course_is_read_over_several_pages(meeting):
    with meeting.browser() as browser:
        meeting.connected.launch(browser, TEACHER, activity=REFLECTION)
    with meeting.tool.wired.db.begin() as session:
        asking.queue(session, session.scalars(select(Course)).one(), due_at=meeting.tool.clock())

    worker.sweep(meeting.tool.wired)

    names = {meeting.person(number).name for number in meeting.connected.people}
    assert names == {"Tove Marker", "Amara Lindqvist", "Ben Okafor", "Chidi Sand", "Dora Weiss"}


def test_activities_a_teacher_chooses_arrive_in_the_course(meeting):
    with meeting.browser() as browser:
        page = meeting.connected.launch(browser, TEACHER, deep_linking=True)
        back = browser.submit(page, values={"activity": [FIRST_PAGE, REFLECTION]}, button="place")
        answered = browser.submit(back)

    assert answered.status == 200
    chosen = [item["custom"]["activity"] for item in meeting.connected.chosen()]
    assert chosen == [FIRST_PAGE, REFLECTION]


def mark_and_release(browser: Visitor, page: Page) -> None:
    """The instructor marks the only work, everything as it is asked for, and releases it."""
    rubric = shipped(TASTER).rubrics[0]
    queue = browser.get(page.link("Work to mark"))
    sheet = browser.get(next(address for address, _ in queue.links if SHEET.search(address)))
    values = {
        f"comment-{one.id}" if one.feedback_only else f"level-{one.id}": COMMENT
        if one.feedback_only
        else REACHED
        for one in rubric.criteria
    }
    browser.submit(sheet, "", values=values, button="finish")
    browser.submit(browser.get(page.link("Results to release")), button="all")


def _register(
    session: DatabaseSession, registration_id: UUID, connected: Connected, *, master: SealingKey
) -> None:
    now = datetime.now(UTC)
    institution_id = an_institution(session).id
    session.add(
        Registration(
            institution_id=institution_id,
            id=registration_id,
            platform_issuer=connected.issuer,
            client_id=connected.client_id,
            auth_url=connected.auth_url,
            token_url=connected.token_url,
            jwks_url=connected.jwks_url,
            created_at=now,
            updated_at=now,
        )
    )
    session.flush()
    deployments.approve(session, institution_id, registration_id, connected.deployment_id, now=now)
    platforms.ensure_tool_key(session, institution_id, master=master, now=now, new_id=uuid4)
