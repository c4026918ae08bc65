"""The tool beside an LMS: one for each test, or one that is shared by whatever is refused."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from lti_tool.store.database import Database
from lti_tool.store.tables.people import Person, Visit
from lti_tool.store.tables.platforms import Course, Deployment
from tests.support import databases
from tests.support.launching import Lms, Tool, a_tool, an_lms
from tests.support.scene import Scene, a_scene
from tests.support.world import World, a_world

NOON = datetime.fromisoformat("2026-11-23T12:00:00Z")


@pytest.fixture
def tool(db: Database, tmp_path: Path, now: datetime) -> Tool:
    """The application, once on each kind of database."""
    return a_tool(db, tmp_path, now)


@pytest.fixture
def world(db: Database, tmp_path: Path, now: datetime) -> World:
    """The taster is published; there are a student and an instructor."""
    return a_world(db, tmp_path, now)


@pytest.fixture
def lms(tool: Tool) -> Lms:
    """An LMS connected to it."""
    return an_lms(tool)


@pytest.fixture(scope="module")
def shared_tool(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tool]:
    """One application for everything that is refused: it leaves nothing behind for the next."""
    folder = tmp_path_factory.mktemp("refused")
    url = databases.copy_template(sqlite_template, folder / "testamur.db")
    with closing(Database(url)) as db:
        yield a_tool(db, folder, NOON)


@pytest.fixture
def small_tool(shared_tool: Tool) -> Iterator[Tool]:
    """The shared application; a test that leaves anybody or anything in it fails."""
    before = written(shared_tool)
    yield shared_tool
    assert written(shared_tool) == before


@pytest.fixture(scope="module")
def shared_lms(shared_tool: Tool) -> Lms:
    """An LMS connected to the shared application."""
    return an_lms(shared_tool)


@pytest.fixture
def small_lms(shared_lms: Lms, small_tool: Tool) -> Lms:
    """The LMS of the shared application, in a browser of this test's own."""
    return shared_lms.in_another_browser()


def written(tool: Tool) -> list[int]:
    """How many visits were opened, and people and places recorded."""
    return [len(tool.rows(table)) for table in (Visit, Person, Course, Deployment)]


@pytest.fixture
def sqlite_lms(sqlite_db: Database, tmp_path: Path, now: datetime) -> Lms:
    """An LMS connected to an application on SQLite."""
    return an_lms(a_tool(sqlite_db, tmp_path, now))


@pytest.fixture
def heard(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged or printed since the test began."""

    def read() -> str:
        printed = capfd.readouterr()
        lines = printed.out + printed.err + caplog.text
        assert "request.refused" in lines, "the refusal itself must be in the log"
        return lines

    return read


@pytest.fixture
def scene(db: Database, tmp_path: Path, now: datetime) -> Scene:
    """One of everything; the test runs once on each kind of database."""
    return a_scene(db, tmp_path, now)


@pytest.fixture
def small_scene(sqlite_db: Database, tmp_path: Path, now: datetime) -> Scene:
    """One of everything, on SQLite."""
    return a_scene(sqlite_db, tmp_path, now)


@pytest.fixture(scope="module")
def shared_scene(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """One of everything, for tests that only read or are refused."""
    folder = tmp_path_factory.mktemp("scene")
    url = databases.copy_template(sqlite_template, folder / "testamur.db")
    with closing(Database(url)) as db:
        yield a_scene(db, folder, NOON)
