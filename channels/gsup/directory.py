"""Whose number an IMSI is: osmo-hlr does not say it with a session, its control interface does when asked."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from channels.contract import Unavailable
from channels.gsup.ipa import EXT_CTRL, OSMO, Frame, Frames, frame

PATIENCE = 1.0  # seconds
_ASKED = "1"  # the number of our only question on a connection


class Directory:
    """The control interface of one register, asked on a connection of its own each time."""

    def __init__(self, host: str, port: int) -> None:
        """`port` 0: there is none, the register sends numbers itself."""
        self._address = (host, port) if host and port else None

    def number(self, imsi: str) -> str:
        """The subscriber's number as the register has it, empty if it knows none.  Raises Unavailable."""
        if self._address is None:
            return ""
        try:
            with socket.create_connection(self._address, PATIENCE) as line:
                line.sendall(_control(f"GET {_ASKED} subscriber.by-imsi-{imsi}.msisdn"))
                return next((_value(each) for each in _replies(line)), "")
        except OSError:
            raise Unavailable("directory_unavailable") from None


def _control(command: str) -> bytes:
    return frame(OSMO, bytes([EXT_CTRL]) + command.encode())


def _replies(line: socket.socket) -> Iterator[list[str]]:
    """The answers to our question, as words; raises OSError when the register hangs up first."""
    frames = Frames()
    while True:
        data = line.recv(4096)
        if not data:
            raise ConnectionResetError
        yield from (words for words in map(_words, frames.add(data)) if words[1:2] == [_ASKED])


def _words(found: Frame) -> list[str]:
    return found.payload[1:].decode("ascii", "replace").split()


def _value(words: list[str]) -> str:
    """GET_REPLY, number, variable, value; ERROR, number, reason."""
    return words[3] if words[0] == "GET_REPLY" and len(words) == 4 else ""
