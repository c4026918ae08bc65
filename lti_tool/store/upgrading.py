"""Bring a database up to the tables of this version; say whether it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from lti_tool.errors import ConflictError, SettingsError
from lti_tool.sentence import say
from lti_tool.store.database import ONLY_READS, Database

LOCK_SECONDS = 10
"""How long a migration waits for a table in use before it gives way."""

# Any number will do, as long as every version of the tool takes the same one.
_ONE_AT_A_TIME = 7_351_204


def upgrade(url: str, *, lock_seconds: int = LOCK_SECONDS) -> None:
    """Run the migrations that the database has not had yet: all of them or none.

    Safe to run from several processes at once: they queue. Raises SettingsError when the
    database can't be reached or a newer version of the tool has upgraded it, ConflictError when
    somebody kept a table busy for more than `lock_seconds`; then nothing was changed.
    """
    try:
        with migrating(url, lock_seconds=lock_seconds) as connection:
            _refuse_newer(connection)
            command.upgrade(configured(connection), "head")
    except OperationalError as error:
        if _is_busy(error):
            raise _busy() from error
        raise


def is_current(engine: Engine) -> bool:
    """Whether the database has had exactly the migrations that this version knows."""
    with engine.connect() as connection:
        return _applied(connection.execution_options(**ONLY_READS)) == _newest()


@contextmanager
def migrating(url: str, *, lock_seconds: int = LOCK_SECONDS) -> Iterator[Connection]:
    """A transaction for changing tables, the only one of its kind at a time.

    Raises SettingsError when the database can't be reached.
    """
    database = Database(url)
    try:
        database.ping()
        with database.engine.connect() as connection:
            _prepare(connection, lock_seconds)
            with connection.begin():
                _take_turn(connection, lock_seconds)
                yield connection
                _refuse_loose_ends(connection)
    finally:
        database.close()


def configured(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here so that an installed wheel needs no file beside it."""
    config = Config()
    config.set_main_option("script_location", "lti_tool.store:migrations")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _prepare(connection: Connection, lock_seconds: int) -> None:
    """What SQLite only takes outside a transaction."""
    if connection.dialect.name != "sqlite":
        return
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={lock_seconds * 1000}")
    # A batch drops the old table after copying it; enforced, that would count as deleting every
    # row that others point at. _refuse_loose_ends looks at the result instead.
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def _take_turn(connection: Connection, lock_seconds: int) -> None:
    """Queue behind another upgrade; after that, wait only so long for anybody else's lock.

    SQLite has queued already: BEGIN IMMEDIATE is one writer at a time.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
    # A waiting ALTER TABLE makes everyone behind it wait too: better to give up and try later.
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_seconds}s'")


def _refuse_loose_ends(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if loose is not None:
        raise RuntimeError(f"the migration left rows of {loose[0]} that point at nothing")


def _refuse_newer(connection: Connection) -> None:
    if _applied(connection) <= _known():
        return
    raise SettingsError(
        "database.newer",
        say(
            "database.newer",
            "A newer version of this tool has upgraded the database. Nothing was changed. "
            "Install that version again, or restore a backup from before the upgrade.",
        ),
    )


def _applied(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


@cache
def _newest() -> frozenset[str]:
    return frozenset(ScriptDirectory.from_config(configured()).get_heads())


@cache
def _known() -> frozenset[str]:
    scripts = ScriptDirectory.from_config(configured())
    return frozenset(script.revision for script in scripts.walk_revisions())


def _is_busy(error: OperationalError) -> bool:
    # lock_not_available of PostgreSQL (Appendix A of its manual), SQLITE_BUSY of SQLite.
    return (
        getattr(error.orig, "sqlstate", None) == "55P03"
        or getattr(error.orig, "sqlite_errorname", None) == "SQLITE_BUSY"
    )


def _busy() -> ConflictError:
    return ConflictError(
        "database.busy",
        say(
            "database.busy",
            "The database was in use for too long, so the upgrade gave way. Nothing was changed. "
            "Stop the web server and the workers, or try again at a quieter time.",
        ),
    )
