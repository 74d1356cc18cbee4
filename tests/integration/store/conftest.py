"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import OPENED, units_on


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a database with all tables and no rows."""
    return str(request.getfixturevalue("postgres_url" if request.param == "postgresql" else "sqlite_url"))


@pytest.fixture
def units(database_url: str) -> SqlUnits:
    """Units of work on it."""
    return units_on(database_url)


@pytest.fixture(autouse=True)
def _close_engines() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().dispose()
