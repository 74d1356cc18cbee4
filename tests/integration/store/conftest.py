"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.store.migrate import migrate
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import OPENED, units_on


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'khaibao.db'}"


@pytest.fixture
def units(database_url: str) -> SqlUnits:
    """Units of work on a migrated database."""
    made = units_on(database_url)
    migrate(made.engine)
    return made


@pytest.fixture(autouse=True)
def _close_engines() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().dispose()
