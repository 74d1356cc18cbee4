"""The GSM 7-bit default alphabet (3GPP TS 23.038 §6.2.1): what fits, what it costs, how it is packed."""

from __future__ import annotations

from collections.abc import Iterator

ESCAPE = 0x1B
RETURN = 0x0D

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = dict(zip("\f^{}\\[~]|€", b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65", strict=True))

_EXTENDED = {code: letter for letter, code in EXTENSION.items()}
_SEPTETS: dict[str, tuple[int, ...]] = {
    **{letter: (code,) for code, letter in enumerate(BASIC) if code != ESCAPE},
    **{letter: (ESCAPE, code) for letter, code in EXTENSION.items()},
}
_ALPHABET = frozenset(_SEPTETS)


def is_gsm7(text: str) -> bool:
    """Whether every character is in the default alphabet or its extension table."""
    return _ALPHABET.issuperset(text)


def septet_count(text: str) -> int:
    """Length in septets; an extension character costs two.  KeyError for text outside the alphabet."""
    return sum(len(_SEPTETS[letter]) for letter in text)


def septets(text: str) -> list[int]:
    """The 7-bit codes of a text.  KeyError for text outside the alphabet."""
    return [code for letter in text for code in _SEPTETS[letter]]


def pack(text: str) -> bytes:
    """The text as octets on a USSD screen (3GPP TS 23.038 §6.1.2.3.1).

    Seven spare bits at the end would read as "@", so they are filled with a carriage return; a text
    that itself ends with one on an octet boundary gets a second, which the phone throws away.
    """
    codes = _padded(septets(text))
    bits = 0
    for position, code in enumerate(codes):
        bits |= code << (7 * position)
    return bits.to_bytes(_octets(len(codes)), "little")


def unpack(packed: bytes) -> str:
    """The text of packed octets; the carriage return that only fills the last octet is no part of it.

    A code that the extension table lacks is read from the basic one (3GPP TS 23.038 §6.2.1.1).
    """
    bits = int.from_bytes(packed, "little")
    codes = [bits >> (7 * position) & 0x7F for position in range(8 * len(packed) // 7)]
    if codes and len(codes) % 8 == 0 and codes[-1] == RETURN:
        codes.pop()
    return "".join(_letters(codes))


def _letters(codes: list[int]) -> Iterator[str]:
    rest = iter(codes)
    for code in rest:
        if code != ESCAPE:
            yield BASIC[code]
        elif (extended := next(rest, ESCAPE)) != ESCAPE:
            yield _EXTENDED.get(extended, BASIC[extended])


def packed_octets(text: str) -> int:
    """How many octets `pack` gives.  KeyError for text outside the alphabet."""
    return _octets(len(_padded(septets(text))))


def _padded(codes: list[int]) -> list[int]:
    ambiguous = len(codes) % 8 == 7 or (codes and len(codes) % 8 == 0 and codes[-1] == RETURN)
    return [*codes, RETURN] if ambiguous else codes


def _octets(septets: int) -> int:
    return (7 * septets + 7) // 8
