from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from backend.store.engine import make_engine
from backend.store.migrate import METADATA, current_revision, downgrade, head_revision, is_current, migrate
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import PHONE, claim, conversation, receive, sms, units_on


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("empty_postgres_url"))
    return f"sqlite:///{tmp_path / 'khaibao.db'}"


def schema(engine: Engine) -> dict[str, Any]:
    """Tables, columns, indexes and triggers as the database itself describes them."""
    looked = inspect(engine)
    found: dict[str, Any] = {}
    for table in METADATA.tables:
        columns = [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in looked.get_columns(table)]
        indexes = sorted((i["name"], i["column_names"], i["unique"]) for i in looked.get_indexes(table))
        uniques = sorted((u["name"], u["column_names"]) for u in looked.get_unique_constraints(table))
        keys = [(k["constrained_columns"], k["referred_table"]) for k in looked.get_foreign_keys(table)]
        found[table] = (columns, indexes, uniques, keys)
    with engine.connect() as connection:
        found["more"] = sorted(" ".join(row[0].split()) for row in connection.execute(text(definitions(engine))))
    return found


def definitions(engine: Engine) -> str:
    """Conditions of partial indexes and triggers, which the inspector does not show."""
    if engine.dialect.name == "sqlite":
        return "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    return (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version' UNION ALL "
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )


def test_the_head_revision_is_what_the_tables_say(database_url: str) -> None:
    engine = make_engine(database_url)
    METADATA.create_all(engine)
    wanted = schema(engine)
    METADATA.drop_all(engine)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP FUNCTION audit_refuse()"))
    migrate(engine)
    assert schema(engine) == wanted
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), METADATA) == []
    engine.dispose()


def test_up_twice_and_down_to_nothing(database_url: str) -> None:
    engine = make_engine(database_url)
    assert current_revision(engine) is None
    assert not is_current(engine)
    migrate(engine)
    migrate(engine)
    assert current_revision(engine) == head_revision()
    assert is_current(engine)
    downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version", "sqlite_sequence"}
    migrate(engine)
    engine.dispose()


def test_data_outlives_a_downgrade_and_an_upgrade(database_url: str) -> None:
    units = units_on(database_url)
    migrate(units.engine)
    receive(units, sms("1", text="KB"))
    conversation(units, state={"a": 1})
    downgrade(units.engine, "0001")
    migrate(units.engine)
    assert_kept(units)
    assert [row.event.text for row in claim(units)] == ["KB"]
    units.engine.dispose()


def assert_kept(units: SqlUnits) -> None:
    with units() as unit:
        found = unit.conversations.find(units.blind_index.address(PHONE))
    assert found is not None
    assert found.state == {"a": 1}


def test_a_failing_migration_leaves_nothing_half_done(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE receipts (id INTEGER)"))  # in the way of the fourth table
    with pytest.raises(Exception, match="receipts"):
        migrate(engine)
    assert inspect(engine).get_table_names() == ["receipts"]
    engine.dispose()
