"""GSUP messages: a type and information elements of tag, length, value (libosmocore's `gsup.h`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from channels.contract import Malformed

# Process Supplementary Service: a request, what went wrong with it, its result.
SS_REQUEST, SS_ERROR, SS_RESULT = 0x20, 0x21, 0x22
_IMSI, _MSISDN, _SESSION, _STATE, _COMPONENT = 0x01, 0x08, 0x30, 0x31, 0x35


class State(IntEnum):
    """Where a session stands once the message has been read."""

    BEGIN = 1
    CONTINUE = 2
    END = 3


@dataclass(frozen=True)
class Message:
    """One step of a USSD session between a phone and us.

    `imsi` and `number` are digits, the latter empty where the register does not send it; `session` is the number
    the phone's exchange gave the session; `component` is a MAP component (channels/gsup/component.py) or empty.
    """

    type: int
    imsi: str
    session: int
    state: State
    component: bytes = b""
    number: str = ""


def decode(raw: bytes) -> Message:
    """Read a message; raises Malformed when something a session needs is missing or cannot be read."""
    if not raw or raw[0] not in (SS_REQUEST, SS_ERROR, SS_RESULT):
        raise Malformed("type_unknown")
    elements = dict(reversed(list(_elements(raw[1:]))))
    imsi, session, state = (elements.get(tag, b"") for tag in (_IMSI, _SESSION, _STATE))
    if not _digits(imsi):
        raise Malformed("subscriber_missing")
    if len(session) != 4:
        raise Malformed("session_missing")
    if len(state) != 1 or state[0] not in set(State):
        raise Malformed("state_missing")
    number = _number(elements.get(_MSISDN, b""))
    return Message(
        raw[0], _digits(imsi), int.from_bytes(session), State(state[0]), elements.get(_COMPONENT, b""), number
    )


def encode(message: Message) -> bytes:
    """Write a message."""
    elements = [
        (_IMSI, _bcd(message.imsi)), (_SESSION, message.session.to_bytes(4)), (_STATE, bytes([message.state])),
        (_MSISDN, _lv(_bcd(message.number))), (_COMPONENT, message.component),
    ]  # fmt: skip
    optional = {_MSISDN: message.number, _COMPONENT: message.component}
    written = [bytes([tag]) + _lv(value) for tag, value in elements if optional.get(tag, True)]
    return bytes([message.type]) + b"".join(written)


def _lv(value: bytes) -> bytes:
    return bytes([len(value)]) + value


def _elements(raw: bytes) -> Iterator[tuple[int, bytes]]:
    while raw:
        if len(raw) < 2 or len(raw) < 2 + raw[1]:
            raise Malformed("element_cut_off")
        yield raw[0], raw[2 : 2 + raw[1]]
        raw = raw[2 + raw[1] :]


def _digits(bcd: bytes) -> str:
    """Digits from two in each octet, low one first, up to the filler; empty where something else stands."""
    nibbles = "".join(f"{octet & 0xF:x}{octet >> 4:x}" for octet in bcd).rstrip("f")
    return nibbles if nibbles.isdecimal() else ""


def _bcd(digits: str) -> bytes:
    even = digits + "f" * (len(digits) % 2)
    return bytes.fromhex("".join(high + low for low, high in zip(even[::2], even[1::2], strict=True)))


def _number(value: bytes) -> str:
    """Digits after a length octet, as the register writes them, or after the type of number of TS 23.003."""
    return _digits(value[1:]) if value and (value[0] == len(value) - 1 or value[0] & 0x80) else ""
