"""The bot over HTTP, kept alive, on a unix socket or loopback (docs/turn.md)."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from backend.services.ports import BotUnavailable, StateRejected, TurnFailed, TurnResult

TURN_PATH = "/turn"
ANSWER_LIMIT = 1 << 20  # bytes; a turn's answer is a few hundred
_AWAY = (OSError, http.client.HTTPException)


class BotClient:
    """Takes turns; one connection a thread.

    Arguments: `address`, `unix:/path/to/socket` or `http://host:port`; `timeout` in seconds.
    Raises ValueError for another address.
    """

    def __init__(self, address: str, timeout: float = 10.0) -> None:
        self._address, self._timeout = address, timeout
        self._local = threading.local()
        connect(address, timeout)  # a wrong address is told at once; nothing is opened yet

    def turn(self, request: Mapping[str, Any], timeout: float | None = None) -> TurnResult:
        """One turn; raises BotUnavailable, StateRejected or TurnFailed."""
        body = json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()
        seconds = self._timeout if timeout is None else min(timeout, self._timeout)
        status, answer = self._exchange("POST", body, seconds)
        if status == 200:
            return read_result(answer)
        raise failure(status, answer)

    def healthy(self, timeout: float = 1.0) -> bool:
        """Whether the bot answers."""
        connection = connect(self._address, timeout)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except _AWAY:
            return False
        finally:
            connection.close()

    def close(self) -> None:
        """Give this thread's connection back."""
        if getattr(self._local, "connection", None) is not None:
            self._forget()

    def _exchange(self, method: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        """A turn changes nothing in the bot, so one on a connection that went stale meanwhile is sent again at once."""
        used = getattr(self._local, "connection", None)
        if used is not None:
            try:
                return self._send(used, method, body, seconds)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._forget()
        self._local.connection = connect(self._address, seconds)
        try:
            return self._send(self._local.connection, method, body, seconds)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
            raise BotUnavailable(type(error).__name__) from None

    def _send(
        self, connection: http.client.HTTPConnection, method: str, body: bytes, seconds: float
    ) -> tuple[int, bytes]:
        try:
            connection.timeout = seconds
            if connection.sock is not None:
                connection.sock.settimeout(seconds)
            connection.request(method, TURN_PATH, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read(ANSWER_LIMIT)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            raise
        except _AWAY as error:
            self._forget()
            raise BotUnavailable(type(error).__name__) from None

    def _forget(self) -> None:
        self._local.connection.close()
        self._local.connection = None


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class LoopbackConnection(http.client.HTTPConnection):
    """HTTP over TCP without waiting to fill a packet."""

    def connect(self) -> None:
        """Open the socket."""
        super().connect()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def connect(address: str, timeout: float) -> http.client.HTTPConnection:
    """An unopened connection to an address; raises ValueError for one that cannot be read."""
    if address.startswith("unix:"):
        return UnixConnection(address.removeprefix("unix:"), timeout)
    parts = urlsplit(address)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("the bot's address must be unix:/path or http://host:port")
    return LoopbackConnection(parts.hostname, parts.port or 80, timeout=timeout)


def failure(status: int, answer: bytes) -> Exception:
    """What a status other than 200 means."""
    if status == 503:
        return BotUnavailable("deadline")
    code = error_code(answer) or f"http_{status}"
    return StateRejected(code) if status == 422 else TurnFailed(code)


def error_code(answer: bytes) -> str | None:
    """The code in an error answer; its other content is never used, it could hold what the person said."""
    try:
        code = json.loads(answer)["error"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 64 else None


def read_result(answer: bytes) -> TurnResult:
    """The answer of a turn; raises TurnFailed when it is not one."""
    try:
        found = json.loads(answer)
        return TurnResult(
            found["state"], found["replies"], found["commands"], found["queries"], found["understood"], found["open"])
    except (ValueError, KeyError, TypeError):
        raise TurnFailed("answer_unreadable") from None
