"""What a phone says and is asked: MAP components of unstructured supplementary services (3GPP TS 24.080, 24.090).

Lengths are written as one octet, also above 127: so does osmo-hlr, and it refuses the long form of X.690 §8.1.3.5
("Unable to parse SS request").  Both are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from channels.contract import Malformed
from channels.text import SCREEN_OCTETS, decode, is_gsm7, pack, unpack

DIAL, ASK = 0x3B, 0x3C  # operations: processUnstructuredSS-Request, unstructuredSS-Request
SYSTEM_FAILURE = 34  # TS 29.002 §17.6
_INTEGER, _OCTETS, _SEQUENCE = 0x02, 0x04, 0x30
_GSM7, _UCS2 = 0x0F, 0x48  # data coding schemes (TS 23.038 §5)

Length = Callable[[bytes], tuple[int, int]]
"""The length that begins some octets, and how many octets say it."""


class Kind(IntEnum):
    """The tag of a component."""

    INVOKE = 0xA1
    RESULT = 0xA2
    ERROR = 0xA3
    REJECT = 0xA4


@dataclass(frozen=True)
class Component:
    """One component.  `invoke` pairs a result with what it answers; `operation` and `text` are those of USSD."""

    kind: Kind
    invoke: int
    operation: int = 0
    text: str = ""


def read(raw: bytes) -> Component:
    """Raises Malformed with a code when it is none, or is written in an alphabet no phone of ours writes."""
    if not raw:
        raise Malformed("component_missing")
    for length in (_length, _one_octet):
        try:
            return _component(raw, length)
        except _Unreadable:
            continue
    raise Malformed("component_unreadable")


def ask(invoke: int, text: str) -> bytes:
    """A screen that waits for an answer."""
    return _tlv(Kind.INVOKE, _integer(invoke) + _integer(ASK) + _string(text))


def tell(invoke: int, text: str) -> bytes:
    """The last screen, which answers the dial."""
    return _tlv(Kind.RESULT, _integer(invoke) + _tlv(_SEQUENCE, _integer(DIAL) + _string(text)))


def refuse(invoke: int) -> bytes:
    """The dial cannot be served: the phone shows its own words for that."""
    return _tlv(Kind.ERROR, _integer(invoke) + _integer(SYSTEM_FAILURE))


class _Unreadable(Exception):
    """Not in this way of writing lengths."""


def _component(raw: bytes, length: Length) -> Component:
    tag, content = _only(raw, length)
    if tag not in set(Kind):
        raise _Unreadable
    invoke, rest = _take(content, _INTEGER, length)
    if len(invoke) != 1:
        raise _Unreadable
    kind = Kind(tag)
    if kind in (Kind.ERROR, Kind.REJECT) or not rest:
        return Component(kind, invoke[0])
    if kind is Kind.RESULT:
        rest = _whole(rest, _SEQUENCE, length)
    operation, rest = _take(rest, _INTEGER, length)
    scheme, rest = _take(_whole(rest, _SEQUENCE, length), _OCTETS, length)
    string, _ = _take(rest, _OCTETS, length)  # a dial may go on with the number it is for
    if len(operation) != 1 or len(scheme) != 1:
        raise _Unreadable
    return Component(kind, invoke[0], operation[0], _text(scheme[0], string))


def _text(scheme: int, string: bytes) -> str:
    """A USSD string in its data coding scheme (TS 23.038 §5); in 0x10 and 0x11 its language comes first."""
    if len(string) > SCREEN_OCTETS:
        raise Malformed("text_too_long")
    if scheme == 0x11:
        return decode(string[2:], "UTF-16BE")
    if scheme == 0x10:
        return unpack(string)[3:]
    alphabet = _alphabet(scheme)
    if alphabet == 0:
        return unpack(string)
    return decode(string, "UTF-16BE" if alphabet == 2 else "UTF-8")


def _alphabet(scheme: int) -> int:
    """0 = GSM 7-bit, 1 = octets, 2 = UCS-2; raises Malformed for compressed texts and groups that are reserved."""
    group = scheme >> 4
    if group in (0, 2, 3):
        return 0
    if group in (4, 5) and scheme & 0x0C != 0x0C:
        return scheme >> 2 & 3
    if group == 0xF:
        return scheme >> 2 & 1
    raise Malformed("alphabet_unknown")


def _only(raw: bytes, length: Length) -> tuple[int, bytes]:
    """The tag and the content of what has to be all there is."""
    if not raw:
        raise _Unreadable
    size, said_in = length(raw[1:])
    content = raw[1 + said_in :]
    if len(content) != size:
        raise _Unreadable
    return raw[0], content


def _whole(raw: bytes, tag: int, length: Length) -> bytes:
    found, content = _only(raw, length)
    if found != tag:
        raise _Unreadable
    return content


def _take(raw: bytes, tag: int, length: Length) -> tuple[bytes, bytes]:
    """The content of the first element, and what follows it."""
    if not raw or raw[0] != tag:
        raise _Unreadable
    size, said_in = length(raw[1:])
    begin = 1 + said_in
    if len(raw) < begin + size:
        raise _Unreadable
    return raw[begin : begin + size], raw[begin + size :]


def _length(raw: bytes) -> tuple[int, int]:
    """X.690: one octet up to 127, else 0x81 and one octet."""
    if raw[:1] == b"\x81" and len(raw) > 1 and raw[1] > 127:
        return raw[1], 2
    if not raw or raw[0] > 127:
        raise _Unreadable
    return raw[0], 1


def _one_octet(raw: bytes) -> tuple[int, int]:
    if not raw:
        raise _Unreadable
    return raw[0], 1


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value


def _integer(value: int) -> bytes:
    return _tlv(_INTEGER, bytes([value]))


def _string(text: str) -> bytes:
    seven = is_gsm7(text)
    string = pack(text) if seven else text.encode("utf-16-be")
    scheme = bytes([_GSM7 if seven else _UCS2])
    return _tlv(_SEQUENCE, _tlv(_OCTETS, scheme) + _tlv(_OCTETS, string))
