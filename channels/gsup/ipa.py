"""IPA, what GSUP and the register's control interface are framed in: length, protocol, payload; and who is there.

Source: libosmocore's `ipa.h`; a register asks for the identity of whoever connects and then takes it at its word.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from channels.contract import Malformed

CCM, OSMO = 0xFE, 0xEE  # connection management; extensions, the first octet of whose payload says which
EXT_CTRL, EXT_GSUP = 0x00, 0x05
PING, PONG, ID_GET, ID_RESP, ID_ACK = 0x00, 0x01, 0x04, 0x05, 0x06
SERIAL, UNIT_NAME, UNIT_ID = 0x00, 0x01, 0x08  # tags of an identity; messages are addressed by the serial number
LONGEST = 4096
"""Octets of one payload; GSUP messages are a few hundred."""

_HEADER = struct.Struct(">HB")


class Frame(NamedTuple):
    """One payload and its protocol."""

    protocol: int
    payload: bytes


def frame(protocol: int, payload: bytes) -> bytes:
    """A payload as it is written."""
    return _HEADER.pack(len(payload), protocol) + payload


def identity(name: str) -> bytes:
    """The frame that says who we are."""
    tags = ((SERIAL, name), (UNIT_NAME, name), (UNIT_ID, "0/0/0"))
    values = [(tag, value.encode() + b"\0") for tag, value in tags]
    return frame(CCM, bytes([ID_RESP]) + b"".join(_HEADER.pack(len(value) + 1, tag) + value for tag, value in values))


class Frames:
    """Cuts a stream into frames, however it is cut itself."""

    def __init__(self) -> None:
        self._held = b""

    def add(self, data: bytes) -> Sequence[Frame]:
        """The frames that are whole now; raises Malformed("frame_too_long") for what was never IPA."""
        self._held += data
        found = []
        while len(self._held) >= _HEADER.size:
            length, protocol = _HEADER.unpack_from(self._held)
            if length > LONGEST:
                raise Malformed("frame_too_long")
            end = _HEADER.size + length
            if len(self._held) < end:
                break
            found.append(Frame(protocol, self._held[_HEADER.size : end]))
            self._held = self._held[end:]
        return found
