"""Statements of the way of a message: compiled once for each dialect, then given to the driver as they are.

SQLAlchemy still writes the SQL and converts the values by the types of the columns; what is left out is its
work for each execution (key of the statement's cache, context, result), which costs more than the driver's.
"""

from __future__ import annotations

import threading
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn, cast

from sqlalchemy import BindParameter, Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement, Executable
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from backend.services.ports.unit import StoreUnavailable
from backend.store.engine import passing_failure

Process = Callable[[Any], Any]
_MAKING = threading.RLock()  # a plan takes milliseconds of CPU, and a thread that waits for it takes none
_CURSOR = "khaibao_cursor"


class Outcome:
    """What a statement did: its rows, and how many it touched."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: Sequence[Any], rowcount: int) -> None:
        self._rows, self.rowcount = rows, rowcount

    def all(self) -> Sequence[Any]:
        """All rows; columns by name or position."""
        return self._rows

    def first(self) -> Any:
        """The first row or None."""
        return self._rows[0] if self._rows else None

    def scalar(self) -> Any:
        """The first column of the first row, or None."""
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        """The one value of the one row; raises ValueError for more or fewer rows."""
        ((value, *_),) = self._rows
        return value


@dataclass(frozen=True, slots=True)
class Plan:
    """SQL with the way of its values in and of its rows out."""

    sql: str
    order: Sequence[str] | None  # of positional parameters
    constants: Mapping[str, Any]
    binds: Sequence[tuple[str, Process]]
    lists: Sequence[tuple[str, Sequence[str], Process | None]]  # a list and the parameters of its items
    record: Callable[[Sequence[Any]], Any] | None
    results: Sequence[tuple[int, Process]]

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """What the driver takes."""
        given = {**self.constants, **values}
        for name, process in self.binds:
            given[name] = process(given[name])
        for name, parts, each in self.lists:
            items = given.pop(name)
            given.update(zip(parts, map(each, items) if each else items, strict=True))
        return given if self.order is None else [given[name] for name in self.order]

    def rows(self, found: Sequence[Any]) -> Sequence[Any]:
        """The driver's rows as records."""
        if self.record is None:
            return ()
        converted = map(self._converted, found) if self.results else found
        return [self.record(row) for row in converted]

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for position, process in self.results:
            values[position] = process(values[position])
        return values


class Prepared:
    """One statement; plans are kept for each dialect, set of value names and length of lists."""

    __slots__ = ("_lists", "_plans", "changes", "statement")

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self.changes = not statement.is_select or getattr(statement, "_for_update_arg", None) is not None
        self._lists = _names_of_lists(statement)
        self._plans: dict[tuple[Any, ...], Plan] = {}

    def execute_each(self, connection: Connection, values: Sequence[Mapping[str, Any]]) -> Sequence[Outcome]:
        """Run it in the connection's transaction for one or more sets of values of the same names, in order.

        Several sets go to PostgreSQL all at once.  Raises as Connection.execute does.
        """
        plan = self.plan(connection.dialect, values[0])
        parameters = [plan.parameters(each) for each in values]
        cursor = _cursor(connection)
        try:
            if len(parameters) > 1 and connection.dialect.name == "postgresql":
                return _pipelined(cursor, plan, parameters)
            return [_executed(cursor, plan, each) for each in parameters]
        except connection.dialect.loaded_dbapi.Error as error:
            _fail(connection, cursor, plan.sql, error)

    def plan(self, dialect: Dialect, values: Mapping[str, Any]) -> Plan:
        """What the driver is given for values of these names."""
        key = (dialect.name, *values, *(len(values[name]) for name in self._lists if name in values))
        return self._plans.get(key) or _once(self._plans, key, lambda: _plan(self.statement, dialect, values))


def execute_together(
    connection: Connection, statements: Sequence[tuple[Prepared, Mapping[str, Any]]]
) -> Sequence[Outcome]:
    """Run different statements in the connection's transaction, in order; PostgreSQL gets all of them at once.

    Raises as Connection.execute does, for the first that fails.
    """
    if connection.dialect.name != "postgresql" or len(statements) == 1:
        return [statement.execute_each(connection, [values])[0] for statement, values in statements]
    dialect = connection.dialect
    return _together(connection, [(statement.plan(dialect, values), values) for statement, values in statements])


def _together(connection: Connection, planned: Sequence[tuple[Plan, Mapping[str, Any]]]) -> Sequence[Outcome]:
    driver = cast(Any, connection.connection.dbapi_connection)
    parameters = [plan.parameters(values) for plan, values in planned]
    cursors = [driver.cursor() for _ in planned]
    try:
        with driver.pipeline():
            for cursor, (plan, _), given in zip(cursors, planned, parameters, strict=True):
                cursor.execute(plan.sql, given)
        return [_outcome(cursor, plan) for cursor, (plan, _) in zip(cursors, planned, strict=True)]
    except connection.dialect.loaded_dbapi.Error as error:
        _fail(connection, cursors[0], "", error)
    finally:
        for cursor in cursors:
            cursor.close()


def prepared[**P](build: Callable[P, Executable]) -> Callable[P, Prepared]:
    """Decorates a function that builds a statement with bound parameters: built and compiled once."""

    made: dict[tuple[Any, ...], Prepared] = {}

    @wraps(build)
    def built(*args: P.args, **kwargs: P.kwargs) -> Prepared:
        key = (*args, *kwargs.items())
        return made.get(key) or _once(made, key, lambda: Prepared(build(*args, **kwargs)))

    return built


def _once[K, V](kept: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """What is kept under a key, made if it is not: when a process starts, all its threads want the same statements."""
    with _MAKING:
        if key not in kept:
            kept[key] = make()
        return kept[key]


def _names_of_lists(statement: Executable) -> Sequence[str]:
    parts = iterate(cast(Any, statement))
    return [part.key for part in parts if isinstance(part, BindParameter) and part.expanding]


def _plan(statement: Executable, dialect: Dialect, values: Mapping[str, Any]) -> Plan:
    compiled = cast(SQLCompiler, cast(Any, statement).compile(dialect=dialect, column_keys=list(values)))
    state = compiled.construct_expanded_state(dict(values))
    binds = {name: _bind(bind.type, dialect) for bind, name in compiled.bind_names.items()}
    expanded = state.parameter_expansion
    given = {name for name in binds if name in values and name not in expanded}
    lists = [(name, parts, binds[name]) for name, parts in expanded.items() if name in values]
    moving = given.union(*(parts for _, parts, _ in lists))
    whose = {part: name for name, parts in expanded.items() for part in parts}
    constants = {
        name: _processed(binds[whose.get(name, name)], value)
        for name, value in state.parameters.items()
        if name not in moving
    }
    columns: list[ColumnElement[Any]] = list(getattr(statement, "exported_columns", ()))
    return Plan(
        sql=state.statement,
        order=state.positiontup,
        constants=constants,
        binds=[(name, process) for name, process in binds.items() if process and name in given],
        lists=lists,
        record=_record(columns),
        results=[(at, process) for at, column in enumerate(columns) if (process := _result(column.type, dialect))],
    )


def _cursor(connection: Connection) -> Any:
    """One for each of the driver's connections, kept with it: what a driver looks up for a new one costs more."""
    known = connection.info
    cursor = known.get(_CURSOR)
    if cursor is None:
        cursor = known[_CURSOR] = connection.connection.cursor()
    return cursor


def _executed(cursor: Any, plan: Plan, parameters: Any) -> Outcome:
    cursor.execute(plan.sql, parameters)
    return _outcome(cursor, plan)


def _pipelined(cursor: Any, plan: Plan, parameters: Sequence[Any]) -> Sequence[Outcome]:
    """As `_executed` for each, without waiting for the answer to one before the next is sent."""
    cursor.executemany(plan.sql, parameters, returning=True)
    outcomes = [_outcome(cursor, plan)]
    while cursor.nextset():
        outcomes.append(_outcome(cursor, plan))
    return outcomes


def _outcome(cursor: Any, plan: Plan) -> Outcome:
    return Outcome(plan.rows(cursor.fetchall()) if plan.record else (), cursor.rowcount)


def _processed(process: Process | None, value: Any) -> Any:
    return process(value) if process else value


def _bind(type_: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _result(type_: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)


def _record(columns: Sequence[ColumnElement[Any]]) -> Callable[[Sequence[Any]], Any] | None:
    make: Any = namedtuple  # the names are known at run time only
    kind = make("Record", [str(column.key) for column in columns], rename=True)
    return cast(Callable[[Sequence[Any]], Any], kind._make) if columns else None


def _fail(connection: Connection, cursor: Any, sql: str, error: Any) -> NoReturn:
    """The failure as the engine would tell it (see engine.py)."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, cast(Any, connection.connection.dbapi_connection), cursor)
    if lost:
        connection.exec_driver_sql("SELECT 1")  # fails as well, and shows the engine that its connections are gone
    code = passing_failure(error, lost)
    if code:
        raise StoreUnavailable(code) from None
    base = cast(Any, dialect.loaded_dbapi).Error
    failure = DBAPIError.instance(sql, None, error, base, hide_parameters=True, dialect=dialect)
    raise cast(BaseException, failure) from error
