"""The API over the real services and a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.bootstrap import Bootstrap
from backend.config import load
from tests.integration.api.client import Api
from tests.unit.services.fakes import FakeClock


def serve(url: str, folder: Path, **settings: str) -> Iterator[Api]:
    environment = {
        "KHAIBAO_DEMO": "1",
        "KHAIBAO_DATABASE_URL": url,
        "KHAIBAO_SPOOL_PATH": f"{folder}/spool",
        "KHAIBAO_HINT_SOCKET": f"{folder}/hints.sock",
        "KHAIBAO_PUBLIC_URL": "http://localhost",
        **settings,
    }
    clock = FakeClock()
    parts = Bootstrap(load(environment, folder), clock=clock)
    yield Api(parts, clock)
    parts.close()


@pytest.fixture
def api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    """On SQLite."""
    yield from serve(sqlite_url, tmp_path)


@pytest.fixture(params=["0", "1"])
def api_by_proxies(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> Iterator[tuple[int, Api]]:
    """Behind no reverse proxy, and behind one."""
    for api in serve(sqlite_url, tmp_path, KHAIBAO_PROXIES=request.param):
        yield int(request.param), api


@pytest.fixture(params=["sqlite", "postgresql"])
def api_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    """On SQLite and on PostgreSQL."""
    url = request.getfixturevalue("postgres_url" if request.param == "postgresql" else "sqlite_url")
    yield from serve(str(url), tmp_path)
