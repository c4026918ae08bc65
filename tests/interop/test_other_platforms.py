"""The whole tool over real HTTP with two LTI platforms that no one here wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from requests import Session
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from lti_tool.app import create_app
from lti_tool.cli.trying.ports import free_ports
from lti_tool.lti.calling.calls import PlatformHttp
from lti_tool.lti.platform_keys import PlatformKeyStore
from lti_tool.practice_lms.visitor import Page, Visitor
from lti_tool.store.database import Database
from lti_tool.store.encryption import SealingKey
from lti_tool.store.tables.people import Account, Person
from lti_tool.store.tables.platforms import Registration
from lti_tool.usecases.lms import deployments, platforms
from tests.interop.other_platforms import (
    STUDENT,
    Connected,
    OtherPlatform,
    running,
)
from tests.support.builders import FIRST_PAGE, an_institution
from tests.support.launching import Tool, a_tool
from tests.support.practice import serving

PLATFORMS = ("openedx", "lti1p3")


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

    def launch(self, person: str, *, activity: str = "", deep_linking: bool = False) -> Page:
        """Somebody opens the tool in a browser of their own."""
        with Session() as session:
            return self.connected.launch(
                Visitor(session), person, activity=activity, deep_linking=deep_linking
            )

    def person(self, number: str) -> Person | None:
        """Who the tool believes this person of the platform to be."""
        with self.tool.wired.db.read() as session:
            return session.scalar(
                select(Person)
                .join(Account, Account.person_id == Person.id)
                .where(Account.sub == self.connected.people[number])
            )


@pytest.fixture
def meeting(platform: OtherPlatform, sqlite_db: Database, tmp_path: Path) -> Iterator[Meeting]:
    """The tool, served over HTTP and known to the platform."""
    port, _ = free_ports()
    tool = a_tool(sqlite_db, tmp_path, datetime.now(UTC), base_url=f"http://localhost:{port}")
    tool.wired = replace(
        tool.wired, platform_keys=PlatformKeyStore(sqlite_db, PlatformHttp().get_json)
    )
    app = create_app(tool.wired)
    registration_id = uuid4()
    connected = platform.connect(f"http://localhost:{port}/lti/{registration_id}")
    with sqlite_db.begin() as session:
        _register(session, registration_id, connected, master=tool.wired.master)
    with serving(app, port=port):
        yield Meeting(tool, platform, connected, registration_id)


def test_a_student_is_let_in_and_known_by_name(meeting):
    landed = meeting.launch(STUDENT, activity=FIRST_PAGE)

    assert landed.status == 200
    assert "/v/" in landed.url
    assert meeting.person(STUDENT).name == "Amara Lindqvist"


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
    deployments.approve(
        session, institution_id, registration_id, connected.deployment_id, now=now
    )
    platforms.ensure_tool_key(session, institution_id, master=master, now=now, new_id=uuid4)
