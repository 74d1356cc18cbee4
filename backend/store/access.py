"""What every repository works with: the open connection and the two kinds of keys.

Statements on the way of a message are built once by `@prepared` functions with bound parameters (named
`the_…` where a column has the plain name): building one anew costs many times its execution.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

from sqlalchemy import (
    ARRAY,
    CTE,
    Column,
    Connection,
    CursorResult,
    Row,
    String,
    Table,
    any_,
    bindparam,
    column,
    func,
    literal_column,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ColumnElement, Executable

from backend.store.blind_index import BlindIndex
from backend.store.encryption import FieldCipher
from backend.store.engine import begin_changes
from backend.store.prepared import Outcome, Prepared, execute_together

Check = Callable[[Outcome], object]


@dataclass(slots=True)
class Access:
    """One unit of work's way to the database.

    `single`: its one change is committed by itself; `begun`: whether the transaction of its changes has; `written`:
    whether anything but plain SELECTs went there; `waiting`: what goes with the next statement or the commit.
    """

    connection: Connection
    cipher: FieldCipher
    index: BlindIndex
    single: bool = False
    begun: bool = False
    written: bool = False
    waiting: list[tuple[Prepared, Mapping[str, Any], Check]] = field(default_factory=list)

    @overload
    def run(self, statement: Prepared, values: Mapping[str, Any] | None = None) -> Outcome: ...
    @overload
    def run(self, statement: Executable, values: Any = None) -> CursorResult[Any]: ...

    def run(self, statement: Executable | Prepared, values: Any = None) -> CursorResult[Any] | Outcome:
        """Execute one statement."""
        if isinstance(statement, Prepared):
            return self._run_prepared(statement, (values or {},))[0]
        self.flush()
        self._begin()  # it may be a cursor, which needs a transaction
        self.written = self.written or not statement.is_select
        return self.connection.execute(statement, values)

    def run_each(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> Sequence[Outcome]:
        """Execute one statement for each set of values, in order; all sets have the same names."""
        return self._run_prepared(statement, values) if values else ()

    def write(self, statement: Prepared, values: Sequence[Mapping[str, Any]], check: Check = bool) -> None:
        """As `run_each` where nobody waits for an answer: `check` is shown each outcome and may raise.

        A single set goes together with the others that wait, before the next statement or at the commit: one way to
        the database for all of them.
        """
        if len(values) == 1 and not self.single:
            self.waiting.append((statement, values[0], check))
            return
        for outcome in self.run_each(statement, values):
            check(outcome)

    def flush(self) -> None:
        """Execute what waits."""
        if not self.waiting:
            return
        waiting, self.waiting = self.waiting, []
        self._ready_for(changes=True)
        outcomes = execute_together(self.connection, [(statement, values) for statement, values, _ in waiting])
        for outcome, (_, _, check) in zip(outcomes, waiting, strict=True):
            check(outcome)

    def run_together(
        self, build: Callable[..., Prepared], common: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
    ) -> Sequence[Row[Any]]:
        """Write several rows that nobody else writes now, in no order: one statement on PostgreSQL.

        Arguments: `build(many=…)`, a statement with the values of `given`; `common`, its other values.  Returns what
        it returns for each row that was written.
        """
        if not rows:
            return ()
        if self.dialect == "postgresql":
            arrays = {name: [row[name] for row in rows] for name in rows[0]}
            return self.all(build(many=True), {**common, **arrays})
        outcomes = self.run_each(build(many=False), [{**common, **row} for row in rows])
        return [found for outcome in outcomes for found in outcome.all()]

    def all(self, statement: Executable | Prepared, values: Any = None) -> Sequence[Row[Any]]:
        """All rows."""
        return self.run(statement, values).all()

    def first(self, statement: Executable | Prepared, values: Any = None) -> Row[Any] | None:
        """The first row or None."""
        return self.run(statement, values).first()

    def _run_prepared(self, statement: Prepared, values: Sequence[Mapping[str, Any]]) -> Sequence[Outcome]:
        self.flush()
        self._ready_for(statement.changes)
        return statement.execute_each(self.connection, values)

    def _ready_for(self, changes: bool) -> None:
        if changes:
            self._begin()
            self.written = True
        if not self.connection.in_transaction():
            self.connection.begin()

    def _begin(self) -> None:
        if not self.begun and not self.single:
            begin_changes(self.connection)
            self.begun = True

    @property
    def dialect(self) -> str:
        """The name of the connection's dialect: sqlite or postgresql."""
        return self.connection.dialect.name


def insert_for(dialect: str, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT in this dialect."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def one_of(dialect: str, column: Column[Any], name: str) -> ColumnElement[bool]:
    """Whether the column has one of the values of the list `name`: one statement for lists of every length.

    SQLite has no arrays and gets a parameter for each value.
    """
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(column.type)))
    return column.in_(bindparam(name, expanding=True))


def given(table: Table, names: Sequence[str], *, many: bool) -> Mapping[str, ColumnElement[Any]]:
    """By name of a column the value `the_<name>` of one row, or of each of many rows from PostgreSQL's arrays."""
    if not many:
        return {name: bindparam(f"the_{name}", type_=table.c[name].type) for name in names}
    arrays = [bindparam(f"the_{name}", type_=ARRAY(table.c[name].type)) for name in names]
    columns = [column(name, table.c[name].type) for name in names]
    rows = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    return {name: rows.c[name] for name in names}


def once(found: Any, name: str) -> CTE:
    """Rows that are worked out once, however many columns refer to them: PostgreSQL would for each of them."""
    cte: CTE = found.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")
    return cte


def grouped[K, V](found: Iterable[V], key: Callable[[V], K]) -> Mapping[K, Sequence[V]]:
    """What was found under each key, in its order."""
    groups: dict[K, list[V]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return groups


def fixed(value: str) -> ColumnElement[str]:
    """A constant written into the statement: a prepared plan knows it and uses indexes on a part of the rows."""
    return literal_column(f"'{value}'", String)
