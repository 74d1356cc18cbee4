"""Phones of a core network and the exchange (MSC/VLR) they hang on, as a register sees them.

Written apart from channels/gsup, so that neither shares the other's mistakes.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import Self

from tests.e2e.gsup.register import GSUP_PORT

PATIENCE = 30.0  # seconds
REQUEST, ERROR, RESULT = 0x20, 0x21, 0x22
BEGIN, CONTINUE, END = b"\x01", b"\x02", b"\x03"
GSM7, UCS2 = b"\x0f", b"\x48"


def element(tag: int, value: bytes) -> bytes:
    """Tag, length in one octet, value: GSUP, and MAP as libosmocore writes it."""
    return bytes([tag, len(value)]) + value


def pack7(text: str) -> bytes:
    """ASCII letters as septets, the last octet filled up with a carriage return where seven bits are spare."""
    bits = "".join(f"{ord(letter):07b}"[::-1] for letter in text)
    if len(bits) % 8 == 1:
        bits += f"{0x0D:07b}"[::-1]
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))


def unpack7(octets: bytes) -> str:
    """What a phone shows; it drops a carriage return at the end."""
    bits = "".join(f"{octet:08b}"[::-1] for octet in octets)
    letters = [int(bits[at : at + 7][::-1], 2) for at in range(0, len(bits) - 6, 7)]
    return "".join(map(chr, letters)).rstrip("\r\0")


def string(text: str, scheme: bytes) -> bytes:
    octets = pack7(text) if scheme == GSM7 else text.encode("utf-16-be")
    return element(0x30, element(4, scheme) + element(4, octets))


def invoke(number: int, operation: int, text: str, scheme: bytes = GSM7) -> bytes:
    """A dial (0x3b), or a question (0x3c)."""
    content = element(2, bytes([number])) + element(2, bytes([operation])) + string(text, scheme)
    return element(0xA1, content)


def result(number: int, text: str, scheme: bytes = GSM7) -> bytes:
    """The answer to a question."""
    content = element(2, bytes([number])) + element(0x30, element(2, b"\x3c") + string(text, scheme))
    return element(0xA2, content)


def shown(component: bytes) -> str:
    """The text in a component: the last octet string, after the one that says its alphabet."""
    at = component.rfind(b"\x04\x01")
    scheme, octets = component[at + 2 : at + 3], component[at + 5 :]
    assert component[at + 4] == len(octets), "the string is not all that is left"
    assert len(octets) <= 160
    return unpack7(octets) if scheme == GSM7 else octets.decode("utf-16-be")


class Exchange:
    """One connection to the register; messages go to the phone whose session they are."""

    def __init__(self, address: str, name: str = "VLRSIM-00-00-00-00-00-00") -> None:
        self._name = name.encode() + b"\0"
        self._socket = socket.create_connection((address, GSUP_PORT), timeout=10)
        self._socket.settimeout(None)
        self.sessions: dict[int, queue.Queue[tuple[int, dict[int, bytes]]]] = {}
        self._known, self._lock = threading.Event(), threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._known.wait(10), "the register does not take the exchange in"

    def say(self, kind: int, imsi: str, session: int, state: bytes, component: bytes = b"") -> None:
        """One message of a session."""
        digits = imsi + "f" * (len(imsi) % 2)
        bcd = bytes.fromhex("".join(digits[at + 1] + digits[at] for at in range(0, len(digits), 2)))
        body = bytes([kind]) + element(1, bcd) + element(0x30, struct.pack(">I", session)) + element(0x31, state)
        self._write(0xEE, b"\x05" + body + (element(0x35, component) if component else b""))

    def close(self) -> None:
        """Unplug it."""
        with contextlib.suppress(OSError):  # the core network may have gone first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._reader.join(10)

    def _write(self, protocol: int, payload: bytes) -> None:
        with self._lock:
            self._socket.sendall(struct.pack(">HB", len(payload), protocol) + payload)

    def _read(self) -> None:
        try:
            with self._socket.makefile("rb") as stream:
                while header := stream.read(3):
                    length, protocol = struct.unpack(">HB", header)
                    self._take(protocol, stream.read(length))
        except OSError:
            return

    def _take(self, protocol: int, payload: bytes) -> None:
        if protocol == 0xEE:
            kind, elements = payload[1], dict(self._elements(payload[2:]))
            self.sessions[int.from_bytes(elements[0x30])].put((kind, elements))
        elif payload[0] == 0x04:
            tags = ((0x00, self._name), (0x01, self._name), (0x08, b"0/0/0\0"))
            named = b"".join(struct.pack(">HB", len(value) + 1, tag) + value for tag, value in tags)
            self._write(0xFE, b"\x05" + named)
            self._write(0xFE, b"\x06")
        elif payload[0] == 0x06:
            self._known.set()
        elif payload[0] == 0x00:
            self._write(0xFE, b"\x01")

    @staticmethod
    def _elements(raw: bytes):
        at = 0
        while at < len(raw):
            yield raw[at], raw[at + 2 : at + 2 + raw[at + 1]]
            at += 2 + raw[at + 1]


_sessions = itertools.count(0x1001)


@dataclass
class Handset:
    """A phone with a card; `screen` is what it shows, `open` whether a session waits for it."""

    exchange: Exchange
    imsi: str
    screen: str = ""
    open: bool = False
    refused: bool = False
    session: int = 0
    _asked: int = 0
    _dials: itertools.count = field(default_factory=lambda: itertools.count(1))

    def dials(self, code: str, session: int | None = None) -> Self:
        """Dial, and read what comes."""
        self.session = session or next(_sessions)
        self.exchange.sessions[self.session] = queue.Queue()
        self.exchange.say(REQUEST, self.imsi, self.session, BEGIN, invoke(next(self._dials), 0x3B, code))
        return self.waits()

    def types(self, text: str, scheme: bytes = GSM7) -> Self:
        """Answer the question on the screen."""
        self.answers(text, scheme)
        return self.waits()

    def answers(self, text: str, scheme: bytes = GSM7) -> None:
        """The same without looking at what comes."""
        assert self.open, f"nothing is asked: {self.screen}"
        self.exchange.say(REQUEST, self.imsi, self.session, CONTINUE, result(self._asked, text, scheme))

    def hangs_up(self) -> Self:
        """End the session; no register tells the service of it."""
        self.exchange.say(REQUEST, self.imsi, self.session, END)
        self.open = False
        return self

    def cancels(self) -> None:
        """Answer the question with an error."""
        component = element(0xA3, element(2, bytes([self._asked])) + element(2, b"\x48"))
        self.exchange.say(REQUEST, self.imsi, self.session, CONTINUE, component)

    def waits(self, seconds: float = PATIENCE) -> Self:
        """The next screen; raises queue.Empty when none comes."""
        kind, elements = self.exchange.sessions[self.session].get(timeout=seconds)
        component = elements.get(0x35, b"")
        self.open = elements[0x31] == CONTINUE
        self.refused = kind == ERROR or component[:1] == b"\xa3"
        self.screen = "" if self.refused else shown(component)
        self._asked = component[4] if self.open else 0
        return self

    def reads(self, *wanted: str) -> Self:
        for words in wanted:
            assert words in self.screen, f"{words!r} is not in {self.screen!r}"
        return self
