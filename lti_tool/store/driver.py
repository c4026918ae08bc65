"""A transaction on the database driver itself, without SQLAlchemy's layers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Direct:
    """A transaction for prepared statements only; see `Database.direct` and `Database.look`."""

    connection: PoolProxiedConnection
    dialect: Dialect


Transaction = Session | Direct
"""What prepared statements run in."""


def direct_of(transaction: Transaction) -> Direct:
    """The same transaction on the driver. What a session holds back is written first."""
    if isinstance(transaction, Direct):
        return transaction
    transaction.flush()
    connection = transaction.connection()
    return Direct(connection.connection, connection.dialect)


def known_error(error: Exception, dialect: Dialect, statement: str) -> BaseException:
    """The driver's error as SQLAlchemy raises it, without what was to be stored."""
    kind: Any = dialect.loaded_dbapi.Error
    return DBAPIError.instance(statement, None, error, kind, hide_parameters=True, dialect=dialect)


@contextmanager
def known_errors(dialect: Dialect, statement: str) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy raises them."""
    try:
        yield
    except dialect.loaded_dbapi.Error as error:
        raise known_error(error, dialect, statement) from error
