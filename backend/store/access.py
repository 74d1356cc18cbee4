"""What every repository works with: the open connection and the two kinds of keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import Executable

from backend.store.blind_index import BlindIndex
from backend.store.encryption import FieldCipher


@dataclass(frozen=True, slots=True)
class Access:
    """One unit of work's way to the database."""

    connection: Connection
    cipher: FieldCipher
    index: BlindIndex

    def run(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Execute one statement."""
        return self.connection.execute(statement, values)

    def all(self, statement: Executable, values: Any = None) -> Sequence[Row[Any]]:
        """All rows."""
        return self.connection.execute(statement, values).all()

    def first(self, statement: Executable, values: Any = None) -> Row[Any] | None:
        """The first row or None."""
        return self.connection.execute(statement, values).first()

    def insert(self, table: Table) -> Any:
        """An INSERT that knows ON CONFLICT in the connection's dialect."""
        return postgresql.insert(table) if self.connection.dialect.name == "postgresql" else sqlite.insert(table)
