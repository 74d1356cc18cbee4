"""Waking a worker on the same machine: a datagram on a local socket says which rows are ready."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

DATAGRAM = 8192  # bytes; a hint that is longer only says that there is something
INBOX, OUTBOX = "inbox", "outbox"


class SocketHints:
    """ports.outside.Hints for one machine.  Never blocks and never fails: the worker also looks by itself."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._socket: socket.socket | None = None
        self._process = 0

    def inbox(self, ids: Sequence[int]) -> None:
        """These inbox rows are ready."""
        self._send(INBOX, ids)

    def outbox(self, ids: Sequence[int]) -> None:
        """These outbox rows are ready."""
        self._send(OUTBOX, ids)

    def close(self) -> None:
        """Give the socket back."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, what: str, ids: Sequence[int]) -> None:
        if not ids:
            return
        with suppress(OSError):
            self._open().sendto(json.dumps([what, list(ids)]).encode()[:DATAGRAM], self._path)

    def _open(self) -> socket.socket:
        if self._socket is None or self._process != os.getpid():  # a forked process makes its own
            self._socket, self._process = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM), os.getpid()
            self._socket.setblocking(False)
        return self._socket


class HintListener:
    """The worker's end of the socket."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        path.chmod(0o600)

    def wait(self, seconds: float) -> set[str]:
        """What kinds of rows became ready, after at most so long; empty when nobody said anything."""
        self._socket.settimeout(seconds)
        kinds: set[str] = set()
        with suppress(OSError):
            kinds.add(_kind(self._socket.recv(DATAGRAM)))
            self._socket.setblocking(False)
            while True:
                kinds.add(_kind(self._socket.recv(DATAGRAM)))
        return kinds

    def close(self) -> None:
        """Take the socket away."""
        self._socket.close()
        self._path.unlink(missing_ok=True)


def _kind(datagram: bytes) -> str:
    return OUTBOX if datagram.startswith(b'["outbox"') else INBOX
