"""The bot over HTTP on a unix socket or loopback (docs/turn.md).

Connections are kept alive, and requests are sent ahead of the answers to those before them (HTTP pipelining): a turn
changes nothing in the bot, so one whose answer was lost with its connection can be asked for again.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from backend.services.ports.bot import BotUnavailable, StateRejected, TurnFailed, TurnResult

TURN, HEALTH = "POST /turn", "GET /healthz"
ANSWER_LIMIT = 1 << 20  # bytes; a turn's answer is a few hundred
LINE_LIMIT = 4096  # bytes of a line of an answer's head

Answer = tuple[int, bytes]
"""Status and body."""


class BotClient:
    """Takes turns; every thread has connections of its own.

    Arguments: `address`, `unix:/path/to/socket` or `http://host:port`; `timeout` of one turn in seconds; `processes`
    of the bot, each of which can take turns of a batch.  Raises ValueError for another address.
    """

    def __init__(self, address: str, timeout: float = 10.0, processes: int = 1) -> None:
        self._address, self._timeout, self._processes = address, timeout, processes
        self._local = threading.local()
        read_address(address)  # a wrong one is told at once; nothing is opened yet

    def turns(
        self, requests: Sequence[Mapping[str, Any]], timeout: float | None = None
    ) -> Sequence[TurnResult | BotUnavailable | TurnFailed]:
        """Several turns at once: the answer to each, or why there is none.

        Each may take as long as was said when the client was made, all together `timeout` seconds.
        """
        end = time.monotonic() + timeout if timeout is not None else None
        lines = self._lines()
        bodies = [json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode() for request in requests]
        shares = [bodies[number :: len(lines)] for number in range(len(lines))]
        for line, share in zip(lines, shares, strict=True):
            line.ask(TURN, share)
        answers = [deque(line.answers(end)) for line in lines]
        return [read_result(answers[number % len(lines)].popleft()) for number in range(len(requests))]

    def healthy(self, timeout: float = 1.0) -> bool:
        """Whether the bot answers."""
        line = Line(self._address, timeout)
        line.ask(HEALTH, [b""])
        (answer,) = line.answers(None)
        line.close()
        return not isinstance(answer, BotUnavailable) and answer[0] == 200

    def close(self) -> None:
        """Give this thread's connections back."""
        for line in self._lines():
            line.close()

    def _lines(self) -> Sequence[Line]:
        if not hasattr(self._local, "lines"):
            self._local.lines = [Line(self._address, self._timeout) for _ in range(self._processes)]
        lines: Sequence[Line] = self._local.lines
        return lines


class Line:
    """One connection; what is asked on it is answered in order."""

    def __init__(self, address: str, timeout: float) -> None:
        self._family, self._where = read_address(address)
        self._timeout = timeout
        self._socket: socket.socket | None = None
        self._stream: BinaryIO | None = None
        self._waiting: deque[bytes] = deque()  # requests without an answer
        self._stale = False  # whether the connection was idle, and the bot may have closed it

    def ask(self, what: str, bodies: Sequence[bytes]) -> None:
        """Send requests; that they could not be sent shows in `answers`."""
        self._waiting = deque(_request(what, body) for body in bodies)
        self._stale = self._socket is not None
        with suppress(OSError):
            self._send()

    def answers(self, end: float | None) -> Sequence[Answer | BotUnavailable]:
        """The answer to each, or why there is none by `end` (monotonic time, None: no end).

        The request at which a connection breaks is given up, and those behind it are asked again: it may be what
        broke it.
        """
        answered: list[Answer | BotUnavailable] = []
        while self._waiting:
            try:
                if self._socket is None:
                    self._send()
                answered.append(self._next(end))
            except (ConnectionResetError, BrokenPipeError) as error:
                self.close()
                if self._stale:
                    self._stale = False
                    continue
                answered.append(BotUnavailable(type(error).__name__))
            except (OSError, ValueError) as error:  # away, too slow, or no bot: the others would not fare better
                self.close()
                answered += [BotUnavailable(type(error).__name__)] * len(self._waiting)
                break
            self._waiting.popleft()
        return answered

    def close(self) -> None:
        """Hang up; the next request dials again."""
        for part in (self._stream, self._socket):
            if part is not None:
                part.close()
        self._socket = self._stream = None

    def _send(self) -> None:
        if self._socket is None:
            self._socket = socket.socket(self._family, socket.SOCK_STREAM)
            self._socket.settimeout(self._timeout)
            self._socket.connect(self._where)
            self._stream = self._socket.makefile("rb")
        self._socket.sendall(b"".join(self._waiting))

    def _next(self, end: float | None) -> Answer:
        if self._socket is None or self._stream is None:
            raise ConnectionResetError
        left = self._timeout if end is None else min(self._timeout, end - time.monotonic())
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
        answer = read_answer(self._stream)
        self._stale = False
        return answer


def read_address(address: str) -> tuple[socket.AddressFamily, Any]:
    """Family and address of a socket; raises ValueError for what cannot be read."""
    if address.startswith("unix:"):
        return socket.AF_UNIX, address.removeprefix("unix:")
    parts = urlsplit(address)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError("the bot's address must be unix:/path or http://host:port")
    return socket.AF_INET, (parts.hostname, parts.port or 80)


def _request(what: str, body: bytes) -> bytes:
    head = f"{what} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def read_answer(stream: BinaryIO) -> Answer:
    """The next answer; raises ConnectionResetError at the end of the stream, ValueError for what is no answer."""
    first = stream.readline(LINE_LIMIT)
    if not first:
        raise ConnectionResetError
    _, status, _ = first.split(b" ", 2)
    length = 0
    while (line := stream.readline(LINE_LIMIT)) not in (b"\r\n", b"\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if not 0 <= length <= ANSWER_LIMIT:
        raise ValueError("answer too long")
    body = stream.read(length)
    if len(body) < length:
        raise ConnectionResetError
    return int(status), body


def read_result(answer: Answer | BotUnavailable) -> TurnResult | BotUnavailable | TurnFailed:
    """What an answer means for its turn."""
    if isinstance(answer, BotUnavailable):
        return answer
    status, body = answer
    if status != 200:
        return failure(status, body)
    try:
        found = json.loads(body)
        return TurnResult(
            found["state"], found["replies"], found["commands"], found["queries"], found["understood"], found["open"]
        )
    except (ValueError, KeyError, TypeError):
        return TurnFailed("answer_unreadable")


def failure(status: int, body: bytes) -> BotUnavailable | TurnFailed:
    """What a status other than 200 means."""
    if status == 503:
        return BotUnavailable("deadline")
    code = error_code(body) or f"http_{status}"
    return StateRejected(code) if status == 422 else TurnFailed(code)


def error_code(body: bytes) -> str | None:
    """The code in an error answer; its other content is never used, it could hold what the person said."""
    try:
        code = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return None
    return code if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 64 else None
