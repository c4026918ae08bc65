"""Statements run on the driver itself: the same values, the same transaction, the same errors."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from lti_tool.store.prepared import Prepared
from lti_tool.store.tables.people import Institution

ADD = Prepared(
    insert(Institution), columns=("id", "slug", "name", "support", "time_zone", "created_at")
)
FIND = Prepared(
    select(Institution.id, Institution.support, Institution.created_at, Institution.logo).where(
        Institution.slug == bindparam("slug"), Institution.time_zone == "UTC"
    )
)
RENAME = Prepared(
    update(Institution).where(Institution.slug == bindparam("of")).values(name=bindparam("called"))
)
SUPPORT = [{"name": "Desk", "hours": ["9", "17"]}]


def values(now, **changes):
    given = {"id": UUID(int=1), "slug": "u1", "name": "University 1", "support": SUPPORT}
    return {**given, "time_zone": "UTC", "created_at": now, **changes}


def add(db, now, **changes):
    with db.direct() as transaction:
        assert ADD.change(transaction, values(now, **changes)) == 1


def names(db):
    with db.read() as session:
        return session.scalars(select(Institution.name)).all()


def test_values_come_back_as_they_were(db, now):
    add(db, now)
    with db.look() as looking:
        found = FIND.rows(looking, {"slug": "u1"})
    kept = {"id": UUID(int=1), "support": SUPPORT, "created_at": now, "logo": None}
    assert found == [kept]
    assert found[0]["created_at"].tzinfo is UTC


def test_what_is_not_there_is_no_row(db):
    with db.look() as looking:
        assert FIND.rows(looking, {"slug": "u1"}) == []


def test_a_change_says_how_many_rows_it_changed(db, now):
    add(db, now)
    with db.direct() as transaction:
        assert RENAME.change(transaction, {"of": "u1", "called": "New"}) == 1
        assert RENAME.change(transaction, {"of": "u2", "called": "New"}) == 0
    assert names(db) == ["New"]


def test_a_session_sees_what_it_holds_back_and_takes_part(db, now):
    with db.begin() as session:
        session.add(Institution(**values(now)))
        assert len(FIND.rows(session, {"slug": "u1"})) == 1
        RENAME.change(session, {"of": "u1", "called": "New"})
    assert names(db) == ["New"]


def test_a_block_that_raises_leaves_nothing(db, now):
    with pytest.raises(LookupError), db.direct() as transaction:
        ADD.change(transaction, values(now))
        raise LookupError
    assert names(db) == []


def test_a_session_that_is_rolled_back_takes_prepared_changes_along(db, now):
    with pytest.raises(LookupError), db.begin() as session:
        ADD.change(session, values(now))
        raise LookupError
    assert names(db) == []


def test_errors_are_those_of_sqlalchemy_without_the_values(db, now):
    add(db, now)
    with pytest.raises(IntegrityError) as refused, db.direct() as transaction:
        ADD.change(transaction, values(now, id=UUID(int=2)))
    assert "hours" not in str(refused.value)
    assert names(db) == ["University 1"]


def test_after_a_look_that_raised_the_same_connection_has_transactions_again(db, now):
    add(db, now)
    with pytest.raises(LookupError), db.look():
        raise LookupError
    with pytest.raises(LookupError), db.direct() as transaction:
        RENAME.change(transaction, {"of": "u1", "called": "New"})
        raise LookupError
    assert names(db) == ["University 1"]


def test_a_look_whose_connection_was_lost_says_so_and_the_next_one_works(db, now):
    add(db, now)
    with pytest.raises(DBAPIError), db.look() as looking:
        looking.connection.driver_connection.close()
        FIND.rows(looking, {"slug": "u1"})
    with db.look() as looking:
        assert len(FIND.rows(looking, {"slug": "u1"})) == 1


def test_a_moment_without_a_time_zone_is_refused(db):
    with pytest.raises(ValueError, match="a moment needs a time zone"), db.direct() as transaction:
        ADD.change(transaction, values(datetime(2026, 11, 23)))  # noqa: DTZ001 - what is refused


def test_a_look_on_sqlite_can_not_write(sqlite_db, now):
    with pytest.raises(DBAPIError), sqlite_db.look() as looking:
        ADD.change(looking, values(now))
    assert names(sqlite_db) == []
