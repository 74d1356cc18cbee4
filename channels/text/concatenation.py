"""The header that says which piece of a long text an SMS is."""

from __future__ import annotations

from channels.contract import Malformed


def concatenation_of(header: bytes) -> tuple[str, int, int] | None:
    """(reference, total, part) from a user data header (3GPP TS 23.040 §9.2.3.24.1 and .8), None without one.

    Raises Malformed("bad_header") when the elements do not add up.
    """
    elements = header[1 : 1 + header[0]] if header else b""
    while len(elements) >= 2:
        identifier, length = elements[0], elements[1]
        value, elements = elements[2 : 2 + length], elements[2 + length :]
        if identifier in (0x00, 0x08):
            return _read_concatenation(value)
    return None


def _read_concatenation(value: bytes) -> tuple[str, int, int]:
    if len(value) not in (3, 4):
        raise Malformed("bad_header")
    reference, total, part = int.from_bytes(value[:-2]), value[-2], value[-1]
    if not 1 <= part <= total:
        raise Malformed("bad_header")
    return (str(reference), total, part)
