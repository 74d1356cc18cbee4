"""The turn endpoint as a process: it answers, refuses what is malformed, replaces dead workers and stops cleanly."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.train import ROOT
from tests.bot.talking import FACTS, FIRST_TIME

READY_WITHIN = 120.0  # seconds; generous, the tests' machine is shared


class Server:
    """A running server on a unix socket."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, log: Path) -> None:
        self.process, self.path, self.log = process, path, log

    def request(self, method: str, target: str, body: bytes | None = None) -> tuple[int, Any]:
        """(status, JSON answer) of one request on a connection of its own."""
        connection = http.client.HTTPConnection("bot", timeout=30)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(30)
        try:
            connection.sock.connect(str(self.path))
            connection.request(method, target, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            content = response.read()
            return response.status, json.loads(content) if content[:1] in b"{[" else content
        finally:
            connection.close()

    def turn(self, **request: Any) -> tuple[int, Any]:
        """One turn."""
        whole = {"state": None, "event": "text", "text": "", "channel": "sms", "facts": dict(FACTS), **request}
        return self.request("POST", "/turn", json.dumps(whole).encode())

    def ready(self) -> dict[str, Any]:
        """Wait until it answers; what /healthz says."""
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return dict(self.request("GET", "/healthz")[1])
            except OSError:
                time.sleep(0.2)
        pytest.fail(f"not ready: {self.log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def server(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two workers."""
    folder = tmp_path_factory.mktemp("bot")
    path, log = folder / "bot.sock", folder / "log"
    command = [sys.executable, "-m", "bot.server", "--socket", str(path), "--workers", "2"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    running = Server(process, path, log)
    running.ready()
    yield running
    process.kill()
    process.wait()


def test_a_declaration_through_the_socket(server: Server) -> None:
    status, answer = server.turn(text=FIRST_TIME)
    assert status == 200
    assert answer["commands"][0]["name"] == "submit_declaration"


def test_its_log_is_free_of_the_warnings_of_libraries(server: Server) -> None:
    assert "Warning" not in server.log.read_text()


def _nested(levels: int) -> bytes:
    return b'{"state": ' + b"[" * levels + b"]" * levels + b', "text": "KB"}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\x00\xff\xfe", 400),
        (b"[]", 400),
        (b'"KB"', 400),
        (b'{"text": 1}', 400),
        (b'{"text": "KB", "event": "party"}', 400),
        (b'{"text": "KB", "channel": "telegraph"}', 400),
        (b'{"text": "KB", "channel": ["sms"]}', 400),
        (b'{"text": "KB", "facts": []}', 200),
        (b'{"text": "KB", "facts": "x"}', 400),
        (b'{"text": "KB", "state": 7}', 422),
        (b'{"text": "KB", "state": {"s": [], "l": null}}', 422),
        (b'{"text": "KB", "state": {"s": {}, "l": "other_form"}}', 422),
        (b'{"text": "KB", "state": {"s": {"requested_slot": {}}, "l": "health_form"}}', 422),
        (b'{"text": "KB", "state": {"s": {"full_name": "' + b"x" * 9000 + b'"}, "l": "health_form"}}', 422),
        (_nested(100), 400),
        (_nested(100_000), 400),
        (b'{"text": "' + b"x" * 10_000 + b'"}', 200),
        (b'{"text": "\\ud800 \\u0000 KB"}', 200),
        (b'{"text": "KB", "pad": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
def test_a_strange_request_gets_a_clear_answer(server: Server, body: bytes, status: int) -> None:
    before = server.request("GET", "/healthz")
    assert server.request("POST", "/turn", body)[0] == status
    assert before[0] == 200
    assert server.turn(text="KB")[0] == 200
    assert "ended with status" not in server.log.read_text()


def test_nothing_a_person_wrote_is_logged(server: Server) -> None:
    server.turn(text="KB Tran Van Bi Mat; 1958; nam; Ben Nghe, TP HCM; 00000")
    server.turn(text="Bi Mat", state={"s": {"asked": 7}, "l": "health_form"})
    assert "Bi Mat" not in server.log.read_text()


def test_a_dead_worker_is_replaced(server: Server) -> None:
    pid = server.ready()["pid"]
    assert pid != server.process.pid
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 30
    while f"worker {pid} ended" not in server.log.read_text() and time.monotonic() < end:
        time.sleep(0.1)
    seen = {server.ready()["pid"] for _ in range(20)}
    assert pid not in seen
    assert server.turn(text="KB")[0] == 200


def test_zz_sigterm_stops_everything(server: Server) -> None:
    pid = server.ready()["pid"]
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0
    assert not server.path.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_only_a_client_that_stays_silent_is_hung_up_on(tmp_path: Path) -> None:
    from bot.http import Connection

    async def talk() -> tuple[bytes, bytes]:
        loop = asyncio.get_running_loop()
        path = str(tmp_path / "http.sock")
        server = await loop.create_unix_server(lambda: Connection(lambda *_: (200, b"{}"), idle=0.05), path)
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n")
        answer = await reader.readuntil(b"{}")
        rest = await reader.read()
        writer.close()
        server.close()
        return answer, rest

    answer, rest = asyncio.run(talk())
    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert rest == b""


def test_a_turn_over_its_deadline_is_given_up() -> None:
    from bot.server import DeadlinePassed, limited

    def stubborn() -> None:
        while True:
            try:
                sum(range(1000))
            except Exception:  # noqa: BLE001 - what the deadline must get through
                continue

    with pytest.raises(DeadlinePassed):
        limited(stubborn, 0.05)


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "bot.server",
        "--port",
        "0",
        "--model",
        str(tmp_path / "none.tar.gz"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "python -m bot.train" in done.stderr
