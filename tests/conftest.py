"""What every suite shares: real servers where they are found, no network where none is wanted, no silent skip in CI.

Read by both environments, so it imports nothing beyond pytest and the standard library at the top.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Absent, postgres, postgres_database, redis

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors in our environment; Rasa's old pins warn about each other all the time.

    Property tests try new examples at every run; with CI=true always the same ones, so that a run can be repeated.
    """
    if sys.version_info < (3, 12):
        config.addinivalue_line("filterwarnings", "ignore")
    if os.environ.get("CI") == "true":
        from hypothesis import settings

        settings.register_profile("repeatable", derandomize=True, deadline=None)
        settings.load_profile("repeatable")


def _no_skip_in_ci(report: Any) -> None:
    """With CI=true what a machine lacks is a failure of the machine, not a pass."""
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped (CI=true): {report.longrepr}"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A skipped test fails in CI."""
    outcome: Any = yield
    _no_skip_in_ci(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """A skipped module fails in CI."""
    outcome: Any = yield
    _no_skip_in_ci(outcome.get_result())


@pytest.fixture(autouse=True)
def _no_network_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that opens a connection is not one."""
    if Path(request.node.path).is_relative_to(ROOT / "tests" / "unit"):

        def refuse(*_: Any) -> None:
            raise AssertionError("a unit test opened a network connection")

        monkeypatch.setattr(socket.socket, "connect", refuse)


def _or_skip(stack: ExitStack, server: AbstractContextManager[str]) -> str:
    try:
        return stack.enter_context(server)
    except Absent as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real PostgreSQL whose user may create databases, as psycopg takes it."""
    with ExitStack() as stack:
        yield _or_skip(stack, postgres(tmp_path_factory.mktemp("postgres")))


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database, dropped afterwards."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """Name of a database with all tables and no rows, to be copied: migrating each test's own takes far longer."""
    with postgres_database(postgres_server) as url:
        yield str(_migrated(url))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and no rows, to be copied."""
    return Path(str(_migrated(f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'khaibao.db'}")))


def _migrated(url: str) -> str | None:
    from backend.store.engine import make_engine
    from backend.store.migrate import migrate

    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
    return engine.url.database


@pytest.fixture
def postgres_url(postgres_server: str, migrated_postgres: str) -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL database with all tables and no rows, dropped afterwards."""
    with postgres_database(postgres_server, migrated_postgres) as url:
        yield url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """SQLAlchemy URL of a SQLite database with all tables and no rows."""
    copied = shutil.copyfile(migrated_sqlite, tmp_path / "khaibao.db")
    return f"sqlite:///{copied}"


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real Redis without a database number."""
    with ExitStack() as stack:
        yield _or_skip(stack, redis(tmp_path_factory.mktemp("redis")))


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """URL of an empty Redis database (number 9), emptied afterwards too."""
    from redis import Redis

    with Redis.from_url(f"{redis_server}/9") as client:
        client.flushdb()
        yield f"{redis_server}/9"
        client.flushdb()
