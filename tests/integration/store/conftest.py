"""Every test of the store runs on SQLite and on PostgreSQL.

One marked `in_memory` is about what a port promises: it runs on the store of the unit tests too, which stands in for
both and must keep the same promises.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import OPENED, units_on
from tests.unit.services.fakes_store import FakeUnits


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        also = metafunc.definition.get_closest_marker("in_memory")
        metafunc.parametrize("kind", ("sqlite", "postgresql", *(("memory",) if also and also.args != (False,) else ())))


@pytest.fixture
def database_url(kind: str, request: pytest.FixtureRequest) -> str:
    """URL of a database with all tables and no rows."""
    return str(request.getfixturevalue("postgres_url" if kind == "postgresql" else "sqlite_url"))


@pytest.fixture
def units(kind: str, request: pytest.FixtureRequest) -> SqlUnits | FakeUnits:
    """Units of work on it, or in memory."""
    return FakeUnits() if kind == "memory" else units_on(request.getfixturevalue("database_url"))


@pytest.fixture(autouse=True)
def _close_engines() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().dispose()
