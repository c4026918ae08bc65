"""Engine and transactions: db.begin(), and db.read() for looking only."""

import select
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DisconnectionError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from lti_tool.errors import SettingsError
from lti_tool.sentence import say
from lti_tool.store.driver import Direct, known_errors

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

    @contextmanager
    def direct(self) -> Iterator[Direct]:
        """As `begin`, for prepared statements only: the ORM's own work is most of a launch."""
        with closing(self.engine.raw_connection()) as connection:
            dialect = self.engine.dialect
            with known_errors(dialect, "BEGIN"):
                if dialect.name == "sqlite":
                    _queue_to_write(connection.driver_connection)
            yield Direct(connection, dialect)
            # When the block raises, closing rolls back.
            with known_errors(dialect, "COMMIT"):
                connection.commit()

    @contextmanager
    def look(self) -> Iterator[Direct]:
        """As `read`, for one prepared statement: several may each see another moment."""
        dialect = self.engine.dialect
        with (
            closing(self._reading.raw_connection()) as connection,
            _one_by_one(connection.driver_connection, dialect),
        ):
            yield Direct(connection, dialect)

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
        engine = create_engine(parsed, pool_size=10, max_overflow=10, hide_parameters=True)
        event.listen(engine, "checkout", _refuse_ended)
        return engine
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise _unknown(url) from error
    except ValueError as error:
        raise _unreadable() from error


def _refuse_ended(connection: Any, _record: object, _proxy: object) -> None:
    """Replace a waiting connection that its server has ended; asking each time costs a round trip.

    A server that ends a connection, or dies, makes it readable; one that waits in peace says
    nothing.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    if (database := engine.url.database) and database != ":memory:":
        folder = Path(database).absolute().parent
        if not folder.is_dir():
            raise _unreachable(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


@contextmanager
def _one_by_one(driver: Any, dialect: Dialect) -> Iterator[None]:
    """No transaction: otherwise PostgreSQL is told that one begins, and that it ends."""
    if dialect.name == "sqlite":  # where none begins by itself
        yield
        return
    driver.autocommit = True
    try:
        yield
    finally:
        if not driver.closed:
            driver.autocommit = False


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
        with known_errors(connection.dialect, "BEGIN IMMEDIATE"):
            _queue_to_write(connection.connection.driver_connection)


def _queue_to_write(driver: Any) -> None:
    # SQLite looks again after ever longer sleeps of up to a tenth of a second, and whoever comes
    # fresh is served first: under a class's launches the unlucky wait for a second and more.
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
        driver.execute("BEGIN IMMEDIATE")
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
