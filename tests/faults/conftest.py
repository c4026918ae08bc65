"""A site to break: the tool's database, a practice LMS on a port, and processes that die."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from credentials.errors import FetchError
from credentials.resolving import DidResolver
from credentials.sentence import say
from credentials.verifying import verify
from lti_tool.lti.tool_keys import public_jwks
from lti_tool.practice_lms.plain.addresses import line_item_url
from lti_tool.practice_lms.state.gradebook import Grade
from lti_tool.store.database import Database
from lti_tool.store.tables.awards import Award, Credential, StatusEntryRow
from lti_tool.store.tables.outbox import OutboxMessage
from lti_tool.store.tables.people import Account
from lti_tool.store.tables.platforms import Registration, ResourceLink
from lti_tool.usecases.lms import platforms
from lti_tool.usecases.own_pages import OwnPages
from lti_tool.wiring import utc_now
from tests.support.killed import KILLED, Job, Processes
from tests.support.practice import STUDENT, PracticePlatform, a_configuration
from tests.support.wired import THIS_MACHINE
from tests.support.world import World, a_world


class NoOtherPages:
    """A way to the network on which there is nothing."""

    plain_http_hosts = ()

    def get_json(self, url: str) -> dict[str, object]:
        """Nothing is ever found."""
        raise FetchError(say("test.nothing", "There is nothing at %(url)s.", url=url))


@dataclass
class Site:
    """A world whose LMS answers, and the processes that work on it."""

    world: World
    platform: PracticePlatform
    processes: Processes

    def run(self, work: str, *, dies: str | None = None, **details: object) -> None:
        """Do some work in a process; with `dies` it must be killed at that point."""
        ended = self.processes.run(self.job(work, dies=dies, **details))
        assert ended == (KILLED if dies else 0)

    def job(self, work: str, *, dies: str | None = None, **details: object) -> Job:
        """The job as a process takes it."""
        settings = self.world.wired.settings
        return Job(
            work=work,
            point=dies,
            details={name: str(value) for name, value in details.items()},
            settings={
                "TESTAMUR_BASE_URL": settings.base_url,
                "TESTAMUR_DATABASE_URL": settings.database_url,
                "TESTAMUR_MASTER_KEY_FILE": str(settings.master_key_file),
                "TESTAMUR_SIGNING_KEYS_FILE": str(settings.signing_keys_file),
                "TESTAMUR_PRIVATE_LMS_HOSTS": ",".join(THIS_MACHINE),
            },
        )

    def release(self, submission_id: UUID, *, dies: str | None = None) -> None:
        """Release a result in a process of its own."""
        by = self.world.instructor
        self.run(
            "release",
            dies=dies,
            submission_id=submission_id,
            institution_id=by.institution_id,
            person_id=by.person_id,
            course_id=by.course_id,
        )

    def credential(self) -> Credential | None:
        """The only credential there is, as it is stored now."""
        found = self.world.rows(Credential)
        assert len(found) <= 1
        return found[0] if found else None

    def grades(self) -> list[Grade]:
        """The student's grade in each line item of the LMS."""
        book = self.platform.practice.gradebook
        return [book.grade(item, STUDENT) for item in book.line_items()]

    def assert_all_happened_once(self) -> Credential:
        """One award, one valid credential, one score, one audit event of each; nothing waits."""
        (award,) = self.world.rows(Award)
        assert award.state == "issued"
        credential = self.credential()
        assert credential is not None
        assert len(self.world.rows(StatusEntryRow)) == 1
        assert self.verdict(credential) == "verified"
        assert [(grade.score, grade.posts) for grade in self.grades()] == [(1.0, 1)]
        actions = self.world.actions()
        for once in (
            "result.released",
            "award.decided",
            "credential.reserved",
            "credential.issued",
            "score.posted",
        ):
            assert (once, actions[once]) == (once, 1)
        for message in self.world.rows(OutboxMessage):
            assert message.done_at is not None
            assert message.set_aside_at is None
        return credential

    def verdict(self, credential: Credential) -> str:
        """What a verifier says that reads our public pages."""
        assert credential.signed is not None
        wired = self.world.wired
        pages = OwnPages(wired.db, wired.signing_keys, wired.settings.base_url, NoOtherPages())
        report = verify(
            credential.signed.encode(), resolver=DidResolver(pages), fetcher=pages, now=utc_now()
        )
        return report.outcome


@contextmanager
def a_site(database_url: str, tmp_path: Path, processes: Processes) -> Iterator[Site]:
    """A site on this database; its only line item is the reflection's."""
    platform = PracticePlatform(None, a_configuration())
    with closing(Database(database_url)) as db, platform.serve() as lms:
        world = a_world(db, tmp_path, datetime.now(utc_now().tzinfo))
        _connect(world, platform, lms)
        yield Site(world, platform, processes)


def _connect(world: World, platform: PracticePlatform, lms: str) -> None:
    (item,) = platform.practice.gradebook.line_items()
    student = world.student
    with world.wired.db.begin() as session:
        session.execute(
            update(Registration).values(token_url=f"{lms}/token", client_id="practice-client")
        )
        session.execute(
            update(Account).where(Account.person_id == student.person_id).values(sub=STUDENT)
        )
        session.execute(update(ResourceLink).values(line_item_url=None))
        session.execute(
            update(ResourceLink)
            .where(ResourceLink.id == student.resource_link_id)
            .values(line_item_url=line_item_url(platform.configuration, item))
        )
        platforms.ensure_tool_key(
            session,
            world.institution_id,
            master=world.wired.master,
            now=world.clock(),
            new_id=uuid4,
        )
        keys = public_jwks(session, world.institution_id)
    platform.practice.surroundings = replace(
        platform.practice.surroundings, fetch_key_set=lambda _url: keys
    )
    # Pages are not graded here: they are read from a place the LMS has no grade for.
    world.student = replace(student, resource_link_id=None)
    world.read_pages()
    world.student = student


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    """What forks the processes that die; it imports everything once."""
    with Processes() as processes:
        yield processes


@pytest.fixture
def site(database_url: str, tmp_path: Path, processes: Processes) -> Iterator[Site]:
    """A site whose student has read everything; the test runs once on each kind of database."""
    with a_site(database_url, tmp_path, processes) as site:
        yield site
