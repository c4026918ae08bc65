"""Migrations make exactly the tables, on both kinds of database, in one line of history."""

import threading
from contextlib import closing
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Column,
    Index,
    String,
    Table,
    UniqueConstraint,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.schema import ColumnCollectionConstraint

from lti_tool.errors import ConflictError, SettingsError
from lti_tool.store import upgrading
from lti_tool.store.database import Database
from lti_tool.store.tables import Base
from lti_tool.store.tables.people import Institution, Person

INSTITUTION = UUID(int=1)
TABLES = Base.metadata.sorted_tables


@pytest.fixture
def own(unmigrated_url):
    """A migrated database of the test's own, whose tables it may spoil."""
    upgrading.upgrade(unmigrated_url)
    with closing(Database(unmigrated_url)) as database:
        yield database


def add_a_person(database, now):
    with database.begin() as session:
        session.add(
            Institution(
                id=INSTITUTION, slug="u", name="U", support=[], time_zone="UTC", created_at=now
            )
        )
        session.flush()
        session.add(Person(institution_id=INSTITUTION, id=UUID(int=2), created_at=now))


def count_persons(database):
    with database.begin() as session:
        return session.scalar(select(func.count()).select_from(Person))


def forget_history(database):
    with database.begin() as session:
        session.execute(text("DELETE FROM alembic_version"))


def keys_of(table: Table) -> dict[str, set[str]]:
    """Every primary key, foreign key and unique rule of a table: its name and its columns."""
    rules: list[ColumnCollectionConstraint | Index] = [table.primary_key]
    rules += table.foreign_key_constraints
    rules += [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index for index in table.indexes if index.unique]
    return {str(rule.name): {column.name for column in rule.columns} for rule in rules}


def test_history_is_one_line():
    scripts = ScriptDirectory.from_config(upgrading.configured())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


@pytest.mark.parametrize("table", [t for t in TABLES if t.name != "institutions"], ids=str)
def test_no_key_of_a_table_leaves_its_institution(table):
    for name, columns in keys_of(table).items():
        assert "institution_id" in columns, name


def test_an_upgrade_from_nothing_makes_exactly_the_tables(own):
    with own.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_partial_indexes_are_partial_in_the_database_too(db, table):
    # Comparing the tables misses the condition, and one of these is the promise that nobody is
    # awarded the same badge twice.
    kind = db.engine.dialect.name
    wanted = {i.name for i in table.indexes if i.dialect_options[kind]["where"] is not None}
    with db.engine.connect() as connection:
        indexes = inspect(connection).get_indexes(table.name)
    assert wanted == {i["name"] for i in indexes if f"{kind}_where" in i["dialect_options"]}


def test_upgrading_again_keeps_what_is_there(db, database_url, now):
    add_a_person(db, now)
    upgrading.upgrade(database_url)
    assert count_persons(db) == 1


def test_a_database_is_current_only_after_the_upgrade(unmigrated_url):
    with closing(Database(unmigrated_url)) as database:
        assert not upgrading.is_current(database.engine)
        upgrading.upgrade(unmigrated_url)
        assert upgrading.is_current(database.engine)


def test_a_database_that_a_newer_version_upgraded_is_left_alone(own):
    with own.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SettingsError, match="A newer version of this tool") as refused:
        upgrading.upgrade(own.url)
    assert refused.value.code == "database.newer"
    assert not upgrading.is_current(own.engine)


def test_an_upgrade_of_an_unreachable_database_says_where_it_looked(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere/testamur\.db can't be reached"):
        upgrading.upgrade(f"sqlite:///{tmp_path}/nowhere/testamur.db")


def test_two_upgrades_at_once_queue_and_both_succeed(unmigrated_url):
    problems = []

    def run():
        try:
            upgrading.upgrade(unmigrated_url)
        except Exception as error:  # noqa: BLE001 - a thread's errors are judged below
            problems.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_an_upgrade_gives_way_to_whoever_uses_the_database(own):
    with own.begin() as session:
        if own.engine.dialect.name == "postgresql":
            session.execute(text("LOCK TABLE alembic_version"))
        else:
            session.execute(text("SELECT 1"))  # on SQLite any open transaction is in the way
        with pytest.raises(ConflictError, match="Nothing was changed") as refused:
            upgrading.upgrade(own.url, lock_seconds=1)
    assert refused.value.code == "database.busy"


def test_a_migration_that_fails_half_way_changes_nothing(own):
    # Without its history, the first migration makes one table and then meets the others.
    forget_history(own)
    with own.begin() as session:
        session.execute(text("DROP TABLE audit_events"))
    with pytest.raises(Exception, match="already exists"):
        upgrading.upgrade(own.url)
    with own.engine.connect() as connection:
        assert "audit_events" not in inspect(connection).get_table_names()


def test_rewriting_a_table_keeps_the_rows_that_point_at_it(own, now):
    add_a_person(own, now)
    with upgrading.migrating(own.url) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("institutions", recreate="auto") as batch:
            batch.add_column(Column("motto", String()))
            batch.alter_column("url", existing_type=String(), new_column_name="site")
    assert count_persons(own) == 1


def test_a_migration_may_not_leave_rows_that_point_at_nothing(own, now):
    add_a_person(own, now)
    with (
        pytest.raises(Exception, match="persons"),
        upgrading.migrating(own.url) as connection,
    ):
        connection.execute(text("DELETE FROM institutions"))
    assert count_persons(own) == 1
