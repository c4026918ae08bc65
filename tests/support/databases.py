"""Databases for tests: migrated once, copied or emptied for each test; every commit is real."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import delete
from sqlalchemy.engine import make_url

from lti_tool.store.tables import Base
from lti_tool.store.upgrading import upgrade
from tests.support.postgresql import PostgresqlServer


def sqlite_url(file: Path) -> str:
    """The address of an SQLite file, as TESTAMUR_DATABASE_URL takes it."""
    return f"sqlite:///{file}"


def make_template(file: Path) -> Path:
    """A migrated, empty SQLite file to copy from."""
    upgrade(sqlite_url(file))
    return file


def copy_template(template: Path, file: Path) -> str:
    """A fresh SQLite database of one test; returns its address."""
    shutil.copyfile(template, file)
    return sqlite_url(file)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a server: the one TEST_DATABASE_URL names, else one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with PostgresqlServer() as server:
        yield server.url()


@contextmanager
def postgresql_database(server_url: str) -> Iterator[str]:
    """A new database without tables, dropped afterwards; yields its address."""
    name = f"testamur_test_{uuid4().hex}"
    with _connect(server_url) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class Emptier:
    """Empties a migrated PostgreSQL database between tests over one connection that stays open.

    Deleting from tables that hold a few rows takes a few milliseconds; a new database from a
    template takes fifty, TRUNCATE of every table not much less. Rolling back instead would hide
    commits from the threads and processes that tests start.
    """

    def __init__(self, url: str) -> None:
        self._connection = _connect(url)
        deletes = [str(delete(table)) for table in reversed(Base.metadata.sorted_tables)]
        # Whoever an earlier test left connected may hold locks; nobody may stay.
        self._statements = "; ".join(
            [
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()",
                *deletes,
            ]
        )

    def empty(self) -> None:
        """Leave the tables and no row in them."""
        self._connection.execute(self._statements.encode())

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


@contextmanager
def migrated_postgresql(server_url: str) -> Iterator[tuple[str, Emptier]]:
    """A migrated database that lasts for the whole run: its address, and what empties it."""
    with postgresql_database(server_url) as url:
        upgrade(url)
        emptier = Emptier(url)
        yield url, emptier
        emptier.close()


def _connect(url: str) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)
