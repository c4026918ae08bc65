"""Fixtures every test may ask for: a fixed clock and databases, made only when asked for.

Imports of the database stand inside the fixtures, so that the tests of pure rooms start at once.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lti_tool.store.database import Database
    from tests.support.databases import Emptier
    from tests.support.postgresql import PostgresqlServer


@pytest.fixture
def now() -> datetime:
    """The moment at which tests happen."""
    return datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database without rows; the test runs once on each kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def db(database_url: str) -> "Iterator[Database]":
    """A migrated database without rows, open; the test runs once on each kind."""
    from lti_tool.store.database import Database

    with closing(Database(database_url)) as database:
        yield database


@pytest.fixture
def sqlite_db(sqlite_url: str) -> "Iterator[Database]":
    """A migrated SQLite database without rows, open."""
    from lti_tool.store.database import Database

    with closing(Database(sqlite_url)) as database:
        yield database


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database without rows."""
    from tests.support import databases

    return databases.copy_template(sqlite_template, tmp_path / "testamur.db")


@pytest.fixture
def postgresql_url(postgresql_emptier: "tuple[str, Emptier]") -> str:
    """The address of a migrated PostgreSQL database without rows."""
    url, emptier = postgresql_emptier
    emptier.empty()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables; the test runs once on each kind."""
    from tests.support import databases

    if request.param == "sqlite":
        yield databases.sqlite_url(tmp_path / "unmigrated.db")
        return
    with databases.postgresql_database(request.getfixturevalue("postgresql_server_url")) as url:
        yield url


@pytest.fixture
def durable_postgresql() -> "Iterator[PostgresqlServer]":
    """A PostgreSQL server of the test's own, with fsync on, to kill and start again."""
    from tests.support.postgresql import PostgresqlServer

    with PostgresqlServer(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to copy from."""
    from tests.support import databases

    return databases.make_template(tmp_path_factory.mktemp("template") / "template.db")


@pytest.fixture(scope="session")
def postgresql_server_url() -> Iterator[str]:
    """The address of this worker's PostgreSQL server (or of the one in TEST_DATABASE_URL)."""
    from tests.support import databases

    with databases.postgresql_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_emptier(postgresql_server_url: str) -> "Iterator[tuple[str, Emptier]]":
    """This worker's migrated PostgreSQL database, and what empties it between tests."""
    from tests.support import databases

    with databases.migrated_postgresql(postgresql_server_url) as made:
        yield made
