"""Makes the database engine: one place for everything that differs between SQLite and PostgreSQL.

Every unit of work on SQLite starts with BEGIN IMMEDIATE, so it can never fail half way for want of the
write lock.  Every failure that may pass by itself leaves here as ports.StoreUnavailable.
"""

from __future__ import annotations

import os
import sqlite3
import weakref
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from backend.services.ports.unit import StoreUnavailable
from backend.store.tables import ONE_SENDING_PER_CONVERSATION, ONE_TURN_PER_SENDER

BUSY_SECONDS = 10.0
POOL_SECONDS = 10.0
CONNECT_SECONDS = 5
STATEMENT_MILLISECONDS = 60_000
# What is worked on is in memory.  With the server's default of 4 a statement that is first planned while its table is
# young reads the whole table, and a prepared one goes on doing so when the table has grown.
RANDOM_PAGE_COST = 1.1
_PASSING_SQLITE = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_IOERR: "disk_error",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_READONLY: "read_only",
}
_READ_ONLY_TRANSACTION = "25006"  # PostgreSQL: connected to a standby during a fail-over
_CONTENDED = (ONE_TURN_PER_SENDER, ONE_SENDING_PER_CONVERSATION)


def make_engine(url: str, pool_size: int = 10) -> Engine:
    """An engine for `sqlite:///path` or `postgresql://…`.

    Arguments: `pool_size`, connections per process on PostgreSQL; SQLite has one writer at a time, so
    each process keeps one connection and its threads queue for it instead of polling the file lock.
    Raises ValueError for other databases.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = _sqlite_engine(address)
    elif address.get_backend_name() == "postgresql":
        engine = _postgresql_engine(address, pool_size)
    else:
        raise ValueError("KHAIBAO_DATABASE_URL must start with sqlite:/// or postgresql://")
    event.listen(engine, "handle_error", _translate)
    _forget_connections_after_fork(engine)
    return engine


def _sqlite_engine(address: URL) -> Engine:
    if not address.database or address.database == ":memory:":
        raise ValueError("KHAIBAO_DATABASE_URL must name a file")
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _postgresql_engine(address: URL, pool_size: int) -> Engine:
    options = f"-c timezone=UTC -c statement_timeout={STATEMENT_MILLISECONDS} -c random_page_cost={RANDOM_PAGE_COST}"
    return create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_SECONDS,
        connect_args={"connect_timeout": CONNECT_SECONDS, "options": options},
    )


def open_pool(engine: Engine, size: int) -> None:
    """Open up to `size` connections of the pool, so that the first people after a start need not wait for them.

    A database that is away is no reason not to start.
    """
    with ExitStack() as opened, suppress(StoreUnavailable, PoolTimeout):
        for _ in range(1 if engine.dialect.name == "sqlite" else size):
            opened.enter_context(engine.connect())


def for_units(engine: Engine) -> Engine:
    """The same engine for units of work: on PostgreSQL their transaction begins with the first change.

    What is read before sees what is committed, as in a transaction (READ COMMITTED), without the way there and back
    for BEGIN and COMMIT.
    """
    if engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def begin_changes(connection: Connection) -> None:
    """What follows on a connection of `for_units` is one transaction."""
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        driver.autocommit = False  # it sends BEGIN with the next statement


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _translate(context: ExceptionContext) -> None:
    code = passing_failure(context.original_exception, context.is_disconnect)
    if code:
        raise StoreUnavailable(code) from None


def passing_failure(error: BaseException, disconnected: bool) -> str | None:
    """The code of a failure that may pass if the work is tried again, or None for a real error."""
    if isinstance(error, sqlite3.Error):
        return _PASSING_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    if disconnected:
        return "connection_lost"
    return _passing_postgresql(error)


def _passing_postgresql(error: Any) -> str | None:
    import psycopg

    if isinstance(error, psycopg.OperationalError):
        return f"postgresql_{error.sqlstate or 'connect'}"
    if isinstance(error, psycopg.errors.UniqueViolation) and error.diag.constraint_name in _CONTENDED:
        return "contention"
    return "read_only" if getattr(error, "sqlstate", None) == _READ_ONLY_TRANSACTION else None


def _forget_connections_after_fork(engine: Engine) -> None:
    """A forked web worker must not talk on its parent's connections."""
    reference = weakref.ref(engine)

    def forget() -> None:
        living = reference()
        if living is not None:
            living.dispose(close=False)

    os.register_at_fork(after_in_child=forget)
