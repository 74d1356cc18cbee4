from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from backend.services.ports.unit import StoreUnavailable
from backend.store import engine as engine_module
from backend.store.engine import make_engine, open_pool, passing_failure
from backend.store.migrate import migrate
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import NOW, receive, sms, units_on


def test_a_locked_sqlite_database_may_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.05)
    units = units_on(f"sqlite:///{tmp_path / 'k.db'}")
    migrate(units.engine)
    other = sqlite3.connect(tmp_path / "k.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable) as caught, units():
        pass
    assert caught.value.code == "busy"
    other.rollback()
    other.close()
    receive(units, sms("1"))
    units.engine.dispose()


def test_no_free_connection_is_not_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "POOL_SECONDS", 0.05)
    units = units_on(f"sqlite:///{tmp_path / 'k.db'}")
    with units():
        with pytest.raises(StoreUnavailable) as caught, units():
            pass
        assert caught.value.code == "no_connection_free"
    units.engine.dispose()


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "k.db").mkdir()
    units = units_on(f"sqlite:///{tmp_path / 'k.db'}")
    with pytest.raises(StoreUnavailable) as caught, units():
        pass
    assert caught.value.code == "cannot_open"


def test_postgresql_that_is_not_there_may_be_tried_again() -> None:
    units = units_on("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable) as caught, units():
        pass
    assert caught.value.code.startswith(("postgresql_", "connection_lost"))


def test_a_pool_is_opened_before_it_is_asked_for(units: SqlUnits) -> None:
    open_pool(units.engine, 3)
    assert units.engine.pool.checkedin() == (1 if units.engine.dialect.name == "sqlite" else 3)


def test_a_service_starts_while_its_database_is_away() -> None:
    away = make_engine("postgresql://nobody@127.0.0.1:1/none")
    open_pool(away, 3)
    assert away.pool.checkedin() == 0


def end_other_connections(url: str) -> None:
    """As a fail-over or an administrator does."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_connection_lost_in_a_unit_of_work_may_be_tried_again(postgres_url: str) -> None:
    units = units_on(postgres_url)
    migrate(units.engine)
    receive(units, sms("1"))
    with units() as unit:
        unit.inbox.add(sms("2"), NOW)
        end_other_connections(postgres_url)
        with pytest.raises(StoreUnavailable):
            unit.commit()
    receive(units, sms("2"))
    units.engine.dispose()


def test_a_real_error_stays_one(units) -> None:
    with units() as unit, pytest.raises(Exception, match="no_such_table") as caught:
        unit.access.run(text("SELECT * FROM no_such_table"))
    assert not isinstance(caught.value, StoreUnavailable)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.SerializationFailure(), "postgresql_40001"),
        (psycopg.errors.DeadlockDetected(), "postgresql_40P01"),
        (psycopg.errors.DiskFull(), "postgresql_53100"),
        (psycopg.errors.AdminShutdown(), "postgresql_57P01"),
        (psycopg.errors.ReadOnlySqlTransaction(), "read_only"),
        (psycopg.errors.UniqueViolation(), None),
        (psycopg.errors.SyntaxError(), None),
        (sqlite3.IntegrityError(), None),
    ],
)
def test_which_failures_pass(error: Exception, code: str | None) -> None:
    assert passing_failure(error, disconnected=False) == code


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="KHAIBAO_DATABASE_URL"):
        make_engine(url)
