"""Engine and transactions: db.begin(), and db.read() for looking only."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Engine, Executable, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from lti_tool.errors import SettingsError
from lti_tool.sentence import say

BUSY_SECONDS = 15
"""How long SQLite waits for another writer before it gives up."""

LOOK_AGAIN_SECONDS = 0.002
"""How often a writer that waits for SQLite looks whether it is its turn."""

ONLY_READS = {"only_reads": True, "postgresql_readonly": True}
"""Execution options of a connection that writes nothing: it waits for no writer."""


AfterCommit = Callable[[Sequence[UUID]], None]


def _no_wake(message_ids: Sequence[UUID]) -> None:
    """Nobody to wake: the worker's sweep finds the messages."""


class Database:
    """One engine. `begin()` opens a transaction: commit or nothing. `read()` opens one to look in.

    `wake` is called after a commit with the ids of the outbox messages it contains; it is a hint,
    and never raises: what is committed must not look as if it had failed.
    """

    def __init__(self, url: str, *, wake: AfterCommit = _no_wake) -> None:
        self.url = url
        self.engine = _engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = _reading_engine(self.engine)
        looking = self._reading.execution_options(**ONLY_READS)
        self._readers = sessionmaker(looking, expire_on_commit=False)
        self.wake = wake

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        with self._sessions.begin() as session:
            yield session
        woken: list[UUID] = session.info.pop("outbox", [])
        if woken:
            self.wake(woken)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction to look in: it waits for no writer and keeps none waiting.

        On SQLite everything is seen as it was at one moment; on PostgreSQL each statement sees
        what is committed by then. The database refuses to write: DBAPIError.
        """
        with self._readers.begin() as session:
            yield session

    def ping(self) -> None:
        """Raise SettingsError unless the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execution_options(**ONLY_READS).execute(text("SELECT 1"))
        except DatabaseError as error:
            raise _unreachable(self.url) from error

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
        self._reading.dispose()


def run(session: Session, statement: Executable, values: Mapping[str, object]) -> CursorResult[Any]:
    """Run a statement on columns without the ORM's work, in the session's transaction.

    For what is asked with every launch: building a statement costs ten times what SQLite takes to
    answer it, so those are built once, with places for `values`. What the session holds back is
    written first; objects it has read before are not refreshed.
    """
    session.flush()
    return session.connection().execute(statement, values)


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgres":
            parsed = parsed.set(drivername="postgresql")
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed.render_as_string(hide_password=False))
        if parsed.get_backend_name() != "postgresql":
            raise _unknown(url)
        return create_engine(
            parsed, pool_pre_ping=True, pool_size=10, max_overflow=10, hide_parameters=True
        )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise _unknown(url) from error
    except ValueError as error:
        raise _unreadable() from error


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    if (database := engine.url.database) and database != ":memory:":
        folder = Path(database).absolute().parent
        if not folder.is_dir():
            raise _unreachable(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _reading_engine(engine: Engine) -> Engine:
    """Connections that SQLite lets read only; elsewhere, and in memory, there are no others.

    Of their own, because telling a connection whether it may write makes SQLite forget every
    statement it has prepared.
    """
    if engine.dialect.name != "sqlite" or not isinstance(engine.pool, QueuePool):
        return engine
    reading = _sqlite_engine(engine.url.render_as_string(hide_password=False))
    event.listen(reading, "connect", _only_read)
    return reading


def _only_read(connection: Any, _record: object) -> None:
    # A reader that wrote would take the write lock late (see _begin_immediate): refused.
    connection.execute("PRAGMA query_only=1")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy opens transactions itself (see _begin_immediate); the driver must not.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in (
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    # For this one step SQLite waits for nobody, so that of two processes opening the same new
    # file one would fail.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_immediate(connection: Any) -> None:
    # A transaction that first reads and then writes would fail with "database is locked" when
    # another writer came between, without ever waiting. Taking the write lock first queues it.
    if connection.get_execution_options().get("only_reads", False):
        connection.connection.driver_connection.execute("BEGIN")
    else:
        _queue_to_write(connection)


def _queue_to_write(connection: Any) -> None:
    # SQLite looks again after ever longer sleeps of up to a tenth of a second, and whoever comes
    # fresh is served first: under a class's launches the unlucky wait for a second and more.
    driver = connection.connection.driver_connection
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + patience / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < deadline:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(LOOK_AGAIN_SECONDS)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what SQLAlchemy makes of the error
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")


def _unknown(url: str) -> SettingsError:
    scheme = url.split(":", 1)[0]
    return SettingsError(
        "settings.database-unknown",
        say(
            "settings.database-unknown",
            "TESTAMUR_DATABASE_URL begins with “%(scheme)s”, which this tool can't use. "
            "Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
            scheme=scheme[:40],
        ),
    )


def _unreadable() -> SettingsError:
    # Without the address: whatever can't be taken apart may have the password anywhere.
    return SettingsError(
        "settings.database-unreadable",
        say(
            "settings.database-unreadable",
            "TESTAMUR_DATABASE_URL can't be read. Write sqlite:///FILE or "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME, where PORT is a number.",
        ),
    )


def _unreachable(url: str) -> SettingsError:
    parsed = make_url(url)
    place = f"{parsed.host or ''}/{parsed.database or ''}" if parsed.host else parsed.database
    return SettingsError(
        "settings.database-unreachable",
        say(
            "settings.database-unreachable",
            "The database at %(place)s can't be reached. Check TESTAMUR_DATABASE_URL, and that "
            "the database is running and its folder exists.",
            place=place or "?",
        ),
    )
