"""Brings a database to a revision of the schema, in one transaction, on SQLite and PostgreSQL.

A new revision: change tables*.py, add a file under migrations/versions, and the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from backend.store import (  # noqa: F401  they hang on the metadata
    tables_accounts,
    tables_broadcasts,
    tables_facilities,
    tables_health,
    tables_review,
    tables_staff,
    tables_tracing,
    tables_visits,
)
from backend.store.tables import metadata

METADATA = metadata  # of all tables*.py
ADVISORY_LOCK = 8_402_001  # any number, the same in every process that migrates


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to `revision`; several processes may call it at once, one does the work.  Keeps all data."""
    with _exclusive(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` ("base" removes every table and its data)."""
    with _exclusive(engine) as connection:
        command.downgrade(_config(connection), revision)


def current_revision(engine: Engine) -> str | None:
    """The database's revision; None for an empty database."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """The revision this code is written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def is_current(engine: Engine) -> bool:
    """Whether the database has the schema of this code; for /readyz."""
    return current_revision(engine) == head_revision()


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        yield connection


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
