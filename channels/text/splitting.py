"""SMS: folding, counting segments, and cutting long texts where a reader would."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from backend.forms.folding import fold
from channels.contract import Limits
from channels.text.cleaning import clean
from channels.text.gsm7 import is_gsm7, septet_count


class Encoding(StrEnum):
    """How an SMS travels."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


class Segments(NamedTuple):
    """What a text costs: its encoding and the number of SMS it is charged as."""

    encoding: Encoding
    number: int


# Units in a lone SMS and in one of several: 140 octets, less 6 for the joining header (3GPP TS 23.040 §9.2.3.24.1).
_CAPACITY = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


def encoding(text: str) -> Encoding:
    """GSM-7 when every character allows it, else UCS-2."""
    return Encoding.GSM7 if is_gsm7(text) else Encoding.UCS2


def units(text: str) -> int:
    """Length in what the text's encoding counts: septets or UTF-16 code units."""
    return septet_count(text) if is_gsm7(text) else ucs2_units(text)


def ucs2_units(text: str) -> int:
    """Length in UTF-16 code units; a character outside the basic plane is a surrogate pair and costs two."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def fold_for_sms(text: str, letters: bool = False) -> str:
    """The text without accents when that makes it GSM-7, else the text unchanged: nothing is ever replaced by "?".

    Mixed text (a name in another script, an emoji) keeps its accents: it travels as UCS-2 anyway.
    With `letters`, an accented letter that GSM-7 has stays ("é" in French), and only the others lose their accents.
    """
    plain = clean(text)
    folded = "".join(map(_nearest_letter, plain)) if letters else fold(plain)
    return folded if is_gsm7(folded) else plain


_LIGATURES = {"œ": "oe", "Œ": "OE", "«": '"', "»": '"'}


def _nearest_letter(letter: str) -> str:
    return letter if is_gsm7(letter) else _LIGATURES.get(letter) or fold(letter)


def segments(text: str) -> Segments:
    """Encoding and number of segments as gateways cut: at the limit, but never inside an escape or surrogate pair."""
    chosen = encoding(text)
    alone, joined = _CAPACITY[chosen]
    measure = septet_count if chosen is Encoding.GSM7 else ucs2_units
    if measure(text) <= alone:
        return Segments(chosen, 1)
    number, room = 1, joined
    for letter in text:
        size = measure(letter)
        if size > room:
            number, room = number + 1, joined
        room -= size
    return Segments(chosen, number)


def split(text: str, limits: Limits) -> list[str]:
    """The messages a text needs on a channel with these limits; joined they give the text.

    Cuts after a space or line end where there is one in the second half, else between characters.
    """

    def fits(part: str) -> bool:
        if limits.characters is not None and len(part) > limits.characters:
            return False
        return limits.segments is None or segments(part).number <= limits.segments

    return list(cut(text, fits))


def cut(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Pieces of a text, each fitting, none empty (an empty text is one empty piece)."""
    while not fits(text):
        piece = longest_piece(text, fits)
        yield piece
        text = text[len(piece) :]
    if text:
        yield text


def longest_piece(text: str, fits: Callable[[str], bool]) -> str:
    """The longest fitting beginning that ends well: after a space, else at a character, at least one code point."""
    ends = _boundaries(text)
    low, high = 0, len(ends)  # ends[:low] fit
    while low < high:
        middle = (low + high) // 2
        if fits(text[: ends[middle]]):
            low = middle + 1
        else:
            high = middle
    longest = ends[low - 1] if low else 1
    return text[: _after_space(text, longest)]


def _after_space(text: str, end: int) -> int:
    """The last position up to `end` that follows white space, if that keeps at least half; a line end is best."""
    if end == len(text):
        return end
    ends = (text.rfind("\n", 0, end) + 1, text.rfind(" ", 0, end) + 1)
    return next((after for after in ends if after > end // 2), end)


def _boundaries(text: str) -> list[int]:
    """Where a text may be cut: not before a combining mark, a joiner or a variation selector."""
    ends = [i for i in range(1, len(text)) if not _joins(text[i]) and text[i - 1] != "\u200d"]
    return [*ends, len(text)]


def _joins(letter: str) -> bool:
    return letter == "\u200d" or unicodedata.category(letter) in ("Mn", "Mc", "Me")
