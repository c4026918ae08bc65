"""Statements compiled once and run on the database driver itself: what every launch asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.type_api import TypeEngine

from lti_tool.store.driver import Transaction, direct_of, known_error

Row = dict[str, Any]
_Process = Callable[[Any], Any]


class Prepared:
    """A statement with places for values, built and typed as any other.

    It runs past SQLAlchemy, which takes a tenth of a millisecond even for a statement it has
    compiled before, many times what the database needs to answer. An INSERT names its `columns`.
    """

    def __init__(
        self, statement: Select[*tuple[Any, ...]] | Insert | Update, *, columns: Sequence[str] = ()
    ) -> None:
        self._statement = statement
        self._columns = list(columns) or None
        self._ready: dict[str, _Ready] = {}

    def rows(self, transaction: Transaction, values: Mapping[str, object]) -> list[Row]:
        """The rows found, by the names of their columns.

        What a session holds back is written first; objects it has read are not refreshed.
        Raises the errors that SQLAlchemy raises.
        """
        ready, cursor = self._run(transaction, values)
        return [ready.read(row) for row in cursor.fetchall()]

    def change(self, transaction: Transaction, values: Mapping[str, object]) -> int:
        """Change rows; how many. Otherwise as `rows`."""
        _, cursor = self._run(transaction, values)
        return int(cursor.rowcount)

    def _run(self, transaction: Transaction, values: Mapping[str, object]) -> "tuple[_Ready, Any]":
        direct = direct_of(transaction)
        ready = self._ready.get(direct.dialect.name) or self._prepare(direct.dialect)
        bound = ready.bound(values)
        try:
            cursor = direct.connection.cursor()
            cursor.execute(ready.sql, bound)
        except direct.dialect.loaded_dbapi.Error as error:
            raise known_error(error, direct.dialect, ready.sql) from error
        return ready, cursor

    def _prepare(self, dialect: Dialect) -> "_Ready":
        compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
        found = self._statement.selected_columns if isinstance(self._statement, Select) else ()
        ready = _Ready(compiled, {str(column.key): column.type for column in found}, dialect)
        self._ready[dialect.name] = ready
        return ready


class _Ready:
    """A statement for one kind of database: its text, and how values go in and come out."""

    def __init__(
        self, compiled: SQLCompiler, found: Mapping[str, TypeEngine[Any]], dialect: Dialect
    ) -> None:
        self.sql = str(compiled)
        self._given = dict(compiled.params)
        self._order = compiled.positiontup
        self._into = [
            (name, process)
            for name in self._given
            if (process := compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        ]
        self._names = tuple(found)
        self._out_of = [
            (place, process)
            for place, type_ in enumerate(found.values())
            if (process := type_.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def bound(self, values: Mapping[str, object]) -> Any:
        """The values as the driver takes them: in their places, or by name."""
        bound: Row = {**self._given, **values}
        for name, process in self._into:
            bound[name] = process(bound[name])
        return bound if self._order is None else [bound[name] for name in self._order]

    def read(self, row: Sequence[Any]) -> Row:
        """A row of the driver's as Python's values, by name."""
        values = list(row)
        for place, process in self._out_of:
            values[place] = process(values[place])
        return dict(zip(self._names, values, strict=True))
