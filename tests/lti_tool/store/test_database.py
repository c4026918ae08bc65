"""Transactions: commit or nothing, writers queue, wrong addresses are explained."""

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from lti_tool.errors import SettingsError
from lti_tool.store import database
from lti_tool.store.database import Database
from lti_tool.store.tables.people import EntryLink, Institution, Person

MESSAGE = UUID(int=7)


def an_institution(now, *, number=1):
    return Institution(
        id=UUID(int=number),
        slug=f"u{number}",
        name=f"University {number}",
        support=[{"name": "Desk", "hours": ["9", "17"]}],
        time_zone="UTC",
        created_at=now,
    )


def add_an_unused_entry_link(session, now):
    institution, person = UUID(int=1), UUID(int=2)
    session.add(an_institution(now))
    session.flush()
    session.add(Person(institution_id=institution, id=person, created_at=now))
    session.flush()
    session.add(
        EntryLink(
            institution_id=institution,
            id=UUID(int=3),
            person_id=person,
            secret_hash=b"h",
            expires_at=now,
            used_at=None,
        )
    )


def count_institutions(db):
    with db.begin() as session:
        return session.scalar(select(func.count()).select_from(Institution))


def refusal_of(url):
    with pytest.raises(SettingsError) as refused, closing(Database(url)) as opened:
        opened.ping()
    return refused.value


# --- transactions ---------------------------------------------------------------------------------


def test_a_block_that_ends_is_committed(db, now):
    with db.begin() as session:
        session.add(an_institution(now))
    assert count_institutions(db) == 1


def test_a_block_that_raises_leaves_nothing(db, now):
    with pytest.raises(LookupError), db.begin() as session:
        session.add(an_institution(now))
        session.flush()
        raise LookupError
    assert count_institutions(db) == 0


def test_rows_can_be_read_after_the_transaction(db, now):
    with db.begin() as session:
        session.add(row := an_institution(now))
    assert row.name == "University 1"


def test_a_row_that_points_at_nothing_is_refused(db, now):
    with pytest.raises(IntegrityError), db.begin() as session:
        session.add(Person(institution_id=UUID(int=1), id=UUID(int=2), created_at=now))


def test_what_is_stored_never_stands_in_an_error(db, now):
    with pytest.raises(IntegrityError) as refused, db.begin() as session:
        session.add(Person(institution_id=UUID(int=1), id=UUID(int=2), name="Ada", created_at=now))
    assert "Ada" not in str(refused.value)


def test_a_look_sees_what_is_committed(db, now):
    with db.begin() as session:
        session.add(an_institution(now))
    with db.read() as session:
        assert session.scalars(select(Institution.slug)).all() == ["u1"]


def test_a_look_that_writes_is_refused_and_leaves_nothing(db, now):
    with pytest.raises(DBAPIError), db.read() as session:
        session.add(an_institution(now))
    assert count_institutions(db) == 0


def test_after_a_look_the_same_connection_writes_again(db, now):
    with db.read() as session:
        session.execute(text("SELECT 1"))
    with db.begin() as session:
        session.add(an_institution(now))
    assert count_institutions(db) == 1


def test_a_look_waits_for_no_writer(db, now):
    with db.begin() as writing:
        writing.add(an_institution(now))
        writing.flush()
        started = time.monotonic()
        with db.read() as session:
            assert session.scalars(select(Institution.slug)).all() == []
    assert time.monotonic() - started < database.BUSY_SECONDS / 3


# --- waking the worker ----------------------------------------------------------------------------


def test_the_worker_is_woken_after_the_commit(db, database_url, now):
    seen: list[object] = []
    with closing(Database(database_url, wake=lambda ids: seen.append(list(ids)))) as waking:
        with waking.begin() as session:
            session.add(an_institution(now))
            session.info["outbox"] = [MESSAGE]
            assert seen == []
        assert seen == [[MESSAGE]]
        assert count_institutions(db) == 1


def test_the_worker_is_not_woken_after_a_rollback(db):
    seen: list[object] = []
    db.wake = seen.append
    with pytest.raises(LookupError), db.begin() as session:
        session.info["outbox"] = [MESSAGE]
        raise LookupError
    assert seen == []


def test_the_worker_is_not_woken_for_nothing(db):
    seen: list[object] = []
    db.wake = seen.append
    with db.begin():
        pass
    assert seen == []


def test_without_anybody_to_wake_the_commit_stands(db, now):
    with db.begin() as session:
        session.add(an_institution(now))
        session.info["outbox"] = [MESSAGE]
    assert count_institutions(db) == 1


# --- what the columns keep ------------------------------------------------------------------------


def test_a_moment_comes_back_in_utc(db, now):
    in_india = now.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with db.begin() as session:
        session.add(an_institution(in_india))
    with db.begin() as session:
        read = session.scalar(select(Institution.created_at))
    assert (read, read.tzinfo) == (now, UTC)


def test_a_moment_without_a_time_zone_is_refused(db):
    with pytest.raises(StatementError, match="a moment needs a time zone"), db.begin() as session:
        session.add(an_institution(datetime(2026, 11, 23)))  # noqa: DTZ001 - what is refused


def test_a_moment_that_has_not_come_stays_absent(db, now):
    with db.begin() as session:
        add_an_unused_entry_link(session, now)
    with db.begin() as session:
        assert session.scalars(select(EntryLink.used_at)).one() is None


def test_lists_and_mappings_come_back_as_they_were(db, now):
    with db.begin() as session:
        session.add(an_institution(now))
    with db.begin() as session:
        assert session.scalar(select(Institution.support)) == [
            {"name": "Desk", "hours": ["9", "17"]}
        ]


# --- SQLite ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 15_000), ("synchronous", 1)],
)
def test_every_sqlite_connection_is_prepared(sqlite_db, pragma, value):
    with sqlite_db.engine.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value


def test_writers_that_read_first_queue_and_none_fails(db, now):
    with db.begin() as session:
        session.add(an_institution(now, number=1))
    problems = []

    def count_up():
        try:
            for _ in range(10):
                with db.begin() as session:
                    row = session.get(Institution, UUID(int=1), with_for_update=True)
                    seen = int(row.description or 0)
                    time.sleep(0.001)
                    row.description = str(seen + 1)
        except Exception as error:  # noqa: BLE001 - a thread's errors are judged below
            problems.append(error)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with db.begin() as session:
        assert session.get(Institution, UUID(int=1)).description == "40"


def test_a_writer_that_waited_in_vain_is_told_and_may_try_again(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    file = tmp_path / "busy.db"
    with (
        closing(Database(f"sqlite:///{file}")) as opened,
        closing(sqlite3.connect(file, isolation_level=None)) as other,
    ):
        opened.ping()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), opened.begin() as session:
            session.execute(text("SELECT 1"))
        other.execute("COMMIT")
        with opened.begin() as session:
            assert session.scalar(text("SELECT 1")) == 1


def test_what_no_waiting_mends_is_told_at_once(sqlite_db):
    with sqlite_db.engine.connect() as connection:
        connection.connection.driver_connection.execute("BEGIN")
        started = time.monotonic()
        with pytest.raises(OperationalError, match="within a transaction"):
            connection.execute(text("SELECT 1"))
    assert time.monotonic() - started < database.BUSY_SECONDS / 3


def test_asking_whether_the_database_answers_does_not_wait_for_writers(sqlite_db):
    with sqlite_db.begin() as session:
        session.execute(text("SELECT 1"))
        started = time.monotonic()
        sqlite_db.ping()
    assert time.monotonic() - started < database.BUSY_SECONDS / 3


def test_opening_a_new_file_waits_for_whoever_is_making_it(tmp_path):
    file = tmp_path / "new.db"
    maker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    maker.execute("CREATE TABLE t (n)")  # in SQLite's first journal mode, not yet in WAL
    maker.execute("BEGIN IMMEDIATE")
    finish = threading.Timer(0.3, maker.execute, ["COMMIT"])
    finish.start()
    with closing(Database(f"sqlite:///{file}")) as opened:
        opened.ping()
    finish.join()
    maker.close()


def test_opening_a_new_file_gives_up_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    file = tmp_path / "new.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as maker:
        maker.execute("BEGIN EXCLUSIVE")
        assert refusal_of(f"sqlite:///{file}").code == "settings.database-unreachable"


def test_a_database_in_memory_needs_no_folder():
    with closing(Database("sqlite://")) as opened:
        opened.ping()


# --- wrong addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["mysql://u:p@host/name", "postgresql+psycopg2://u:p@host/name", "nosuch://u@h/n", "data"],
)
def test_an_unknown_kind_of_database_is_refused_with_what_to_write(url):
    refused = refusal_of(url)
    assert refused.code == "settings.database-unknown"
    assert url.split(":")[0] in str(refused.sentence)
    assert "Write sqlite:///FILE or postgresql://" in str(refused.sentence)


def test_an_address_with_a_port_that_is_no_number_is_refused():
    refused = refusal_of("postgresql://u:secret@host:abc/name")
    assert refused.code == "settings.database-unreadable"
    assert "a number" in str(refused.sentence)


def test_a_missing_folder_is_named(tmp_path):
    refused = refusal_of(f"sqlite:///{tmp_path}/nowhere/testamur.db")
    assert refused.code == "settings.database-unreachable"
    assert f"{tmp_path}/nowhere/testamur.db" in str(refused.sentence)


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear all, " * 100)
    refused = refusal_of(f"sqlite:///{tmp_path}/letter.txt")
    assert refused.code == "settings.database-unreachable"
    assert "letter.txt" in str(refused.sentence)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_server_that_refuses_is_named_without_the_password(scheme):
    # Port 1 of this machine: nobody listens there.
    refused = refusal_of(f"{scheme}://u:secret@127.0.0.1:1/badges")
    assert refused.code == "settings.database-unreachable"
    assert "127.0.0.1/badges can't be reached" in str(refused.sentence)
    assert "secret" not in str(refused)


def test_a_server_behind_a_socket_is_named_by_its_database(tmp_path):
    refused = refusal_of(f"postgresql://u@/badges?host={tmp_path}")
    assert "The database at badges can't be reached" in str(refused.sentence)


def test_a_server_without_a_database_name_is_still_a_sentence(tmp_path):
    refused = refusal_of(f"postgresql://?host={tmp_path}")
    assert "The database at ? can't be reached" in str(refused.sentence)
