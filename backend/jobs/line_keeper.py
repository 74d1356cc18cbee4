"""Keeps the connection of a channel that we connect to: made again when it is lost, its requests answered."""

from __future__ import annotations

import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from backend.services.house import House
from backend.services.ports.unit import StoreUnavailable
from channels.contract import ChannelError, Connected, Malformed, Request, Response, Unavailable

PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before the next try: after a line that broke, a refusal, another one …
CONNECT_TIMEOUT = 5.0  # seconds
SILENCE = 10.0  # seconds until a ping is sent; after as long again without a word the line is broken
READ = 65_536  # octets at once

_log = logging.getLogger(__name__)


class Writer:
    """The writing half of a connection, for all threads that answer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._lock = connection, threading.Lock()

    def write(self, data: str | bytes) -> None:
        """All of it, or an OSError."""
        with self._lock:
            self._connection.sendall(data.encode() if isinstance(data, str) else data)


class LineKeeper:
    """One channel's connection."""

    def __init__(self, adapter: Connected, house: House, threads: int, silence: float = SILENCE) -> None:
        """`threads`: sessions answered at once; `silence` in seconds."""
        self._adapter, self._house, self._silence = adapter, house, silence
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=adapter.name)
        self._stopped = threading.Event()
        self._connection: socket.socket | None = None

    def run(self) -> None:
        """Until `stop`; what has come by then is still answered."""
        refused = 0
        while not self._stopped.is_set():
            connection = self._connect()
            if connection is None:
                refused += 1
            else:
                refused = 0
                with connection:
                    self._keep(connection)
            self._stopped.wait(PAUSES[min(refused, len(PAUSES) - 1)])
        self._pool.shutdown()

    def stop(self) -> None:
        """Read no more; a signal handler may call it."""
        self._stopped.set()
        if (connection := self._connection) is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RD)

    def _connect(self) -> socket.socket | None:
        try:
            return socket.create_connection(self._adapter.address or ("", 0), CONNECT_TIMEOUT)
        except OSError as error:
            _log.warning("line_refused channel=%s error=%s", self._adapter.name, type(error).__name__)
            return None

    def _keep(self, connection: socket.socket) -> None:
        """A connection from its beginning to its end."""
        self._connection = connection
        try:
            _log.info("line_open channel=%s", self._adapter.name)
            if not self._stopped.is_set():
                self._listen(connection)
            _log.info("line_closed channel=%s", self._adapter.name)
        except (OSError, Malformed) as error:
            _log.warning("line_lost channel=%s error=%s", self._adapter.name, type(error).__name__)
        self._connection = None
        if self._stopped.is_set():
            self._pool.shutdown()  # the last answers still need the connection

    def _listen(self, connection: socket.socket) -> None:
        """Until the other end closes; raises TimeoutError when it says nothing even when asked."""
        line, writer, asked = self._adapter.connect(), Writer(connection), False
        connection.settimeout(self._silence)
        while True:
            try:
                data = connection.recv(READ)
            except TimeoutError:
                if asked:
                    raise
                writer.write(line.ping())
                asked = True
                continue
            if not data:
                return
            asked = False
            requests, answer = line.received(data)
            writer.write(answer)
            for request in requests:
                self._pool.submit(self._answer, request, writer)

    def _answer(self, request: Request, writer: Writer) -> None:
        response = self._take(request)
        try:
            writer.write(response.body)
        except OSError as error:
            _log.warning("answer_lost channel=%s error=%s", self._adapter.name, type(error).__name__)

    def _take(self, request: Request) -> Response:
        """Nobody is left without an answer, whatever went wrong."""
        name, sorry = self._adapter.name, self._house.ussd.sorry
        try:
            return self._house.reception.take(self._adapter, request).response
        except (Unavailable, StoreUnavailable, OSError) as error:
            _log.error("line_unsafe channel=%s error=%s", name, type(error).__name__)
        except ChannelError as error:
            _log.warning("line_request_refused channel=%s code=%s", name, error.code)
            return self._adapter.acknowledge(None, request)
        except Exception as error:  # noqa: BLE001 - a bug in one session; the error's own text may hold an answer
            _log.error("line_crashed channel=%s error=%s", name, type(error).__name__)
        return self._adapter.acknowledge(sorry(self._adapter.medium), request)
