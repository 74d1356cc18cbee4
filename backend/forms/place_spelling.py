"""How people write places: parts between commas, types before names, keys that are the same however a name is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from backend.forms.folding import MARKS, fold_lower, tidy

_COMMUNE_TYPES = {
    "thi tran": "thi tran", "dac khu": "dac khu", "phuong": "phuong", "xa": "xa",
    "tt": "thi tran", "p": "phuong", "f": "phuong", "x": "xa",
}  # fmt: skip
DISTRICT_TYPES = ("thanh pho", "thi xa", "quan", "huyen", "tp", "tx", "q", "h")
_DISTRICT_ABBREVIATIONS = {"tp": "thanh pho", "tx": "thi xa", "q": "quan", "h": "huyen"}
PROVINCE_TYPES = ("thanh pho", "tinh", "tp", "t")
_SPELLED_OUT = re.compile(r"^(phuong|xa|thi tran|dac khu|thanh pho|thi xa|quan|huyen|tinh) ")
_GLUED_NUMBER = re.compile(r"\b([pqf])\.?\s*(\d{1,2})\b")
_ABBREVIATIONS = {"bmt": "buon ma thuot", "tdm": "thu dau mot"}  # of towns that nothing else is called
_ABBREVIATED = re.compile(rf"\b(?:{'|'.join(_ABBREVIATIONS)})\b")
_WORD = re.compile(rf"[^\W_]+(?:[{MARKS}]+[^\W_]*)*")
_SEGMENT = re.compile(r"[,;\n/|]+")
LONGEST = 6  # words in a name
TOO_FAR = 3  # slips
_LONG_NAME = 8  # letters, from which two slips are forgiven
_SHORT_NAME = 4  # letters, below which none is
MOST_SEGMENTS = 8  # parts between commas looked at, from the end

Words = Sequence[str]
Segments = Sequence[Words]


def segments_of(text: str) -> list[list[str]]:
    """The words of each part between commas, the last parts of a long text."""
    written = _ABBREVIATED.sub(lambda found: _ABBREVIATIONS[found.group()], tidy(_SEGMENT.sub(",", text)).lower())
    spaced = _GLUED_NUMBER.sub(r"\1 \2", _in_vietnamese(written))
    return [words for words in map(words_of, spaced.split(",")) if words][-MOST_SEGMENTS:]


def _in_vietnamese(text: str) -> str:
    """A foreigner's address with the types of units as they are written here ("Ben Nghe ward, district 1")."""
    if "ward" not in text and "district" not in text:
        return text
    typed = re.sub(r"\bward (?=\d)", "phuong ", re.sub(r"\bdistrict (?=\d)", "quan ", text))
    return re.sub(r" (?:ward|district)\b", "", typed)


def words_of(text: str) -> list[str]:
    """Small letters, accents kept; apostrophes join ("Ea H'leo"), numbers lose leading zeros."""
    plain = tidy(text).lower().replace("'", "").replace("’", "")
    return [word.lstrip("0") or word for word in _WORD.findall(plain)]


def key_of(words: Words) -> str:
    """Folded, without spaces, y as i: "Bà Rịa" and "baria" are one, and so are "Quy Nhơn" and "Qui Nhon"."""
    return fold_lower("".join(words)).replace("y", "i")


def split_type(full: str) -> tuple[str, str]:
    """The type, folded, and the name of a unit as the data spells it: ("phuong", "Bến Nghé"); "" for no type."""
    said = _SPELLED_OUT.match(fold_lower(full))
    return (said.group(1), full[said.end() :]) if said else ("", full)


@lru_cache(maxsize=2048)
def short_key(full: str) -> str:
    """The key of a unit's name without its type."""
    return key_of(words_of(split_type(full)[1]))


def bare(words: Words, types: Iterable[str]) -> Words:
    """The words without a leading type, unless nothing else is there."""
    folded = fold_lower(" ".join(words))
    size = next((len(kind.split()) for kind in types if folded.startswith(kind + " ")), 0)
    return words[size:]


def leading_type(words: Words) -> tuple[str, Words]:
    """The type of a commune, written out, that opens these words, and the rest; "" for none."""
    folded = fold_lower(" ".join(words))
    for written, kind in _COMMUNE_TYPES.items():
        if folded.startswith(written + " "):
            return kind, words[len(written.split()) :]
    return "", words


def _district_type(words: Words) -> str:
    """The type of a district that ends these words, written out; "" for none."""
    folded = " " + fold_lower(" ".join(words))
    written = next((kind for kind in DISTRICT_TYPES if folded.endswith(" " + kind)), "")
    return _DISTRICT_ABBREVIATIONS.get(written, written)


def ends_with_type(words: Words) -> bool:
    """Whether the type of a commune stands last: what follows is its name."""
    folded = " " + fold_lower(" ".join(words))
    return any(folded.endswith(" " + written) for written in _COMMUNE_TYPES)


def spans(segments: Segments) -> Iterator[tuple[str, Words]]:
    """(type or "", words) that may be a commune's name, the last segment first.

    A name with its type may stand anywhere; without, it is all of a segment or its last two words or more, and
    written as a district ("h. Cu Chi") it has that type.
    """
    for segment in reversed(segments):
        for start in range(len(segment)):
            kind, words = leading_type(segment[start:])
            if kind:
                yield from ((kind, words[:size]) for size in range(min(LONGEST, len(words)), 0, -1))
            if not segment[start].isdigit() and (start == 0 or start <= len(segment) - 2):
                yield _district_type(segment[:start]), segment[start:]


def joined(segments: Segments) -> Iterator[tuple[str, Words]]:
    """(type or "", words) of all segments together: "p. Xuan Huong, Da Lat" is Xuân Hương - Đà Lạt."""
    if len(segments) > 1:
        yield leading_type([word for segment in segments for word in segment])


def near_names(segments: Segments) -> Iterator[Words]:
    """What may have been meant for a commune's name: a segment, or what follows a type."""
    for segment in segments:
        for start in range(len(segment)):
            kind, words = leading_type(segment[start:])
            if words and (kind or start == 0):
                yield words


def slips_between(typed: str, name: str) -> int:
    """How many letters were left out, put in, changed or swapped; TOO_FAR for too many in a name so long."""
    length = min(len(typed), len(name))
    most = 0 if length < _SHORT_NAME else 2 if length >= _LONG_NAME else 1
    if not most or abs(len(typed) - len(name)) > most or not _shares_part(typed, name, most + 1):
        return TOO_FAR
    rows = [list(range(len(name) + 1))]
    for i, sign in enumerate(typed, 1):
        row = [i]
        for j, other in enumerate(name, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (sign != other)))
            if i > 1 and j > 1 and sign == name[j - 2] and typed[i - 2] == other:
                row[j] = min(row[j], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1] if rows[-1][-1] <= most else TOO_FAR


def _shares_part(typed: str, name: str, parts: int) -> bool:
    """Whether one of so many equal parts of a word is in the other: each slip spoils one at most, and this is quick."""
    size = len(typed) // parts
    return any(typed[at * size : (at + 1) * size] in name for at in range(parts))
