"""Symptoms told in a text: the kernel's phrases say which and whether denied, the CRF settles what letters alone cannot.

Without accents `ho` is a cough, a family name and "they"; the words around it decide.  A phrase of several words, or one
in a text with accents, needs no second opinion; nor does a longer word ("cough", "fever").  One that only came out when a
slip was mended does ("crash" is no rash).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from backend.forms.kinds import find_symptoms
from bot.components.text_stage import Reading, as_typed, shown

CLEAR_ENOUGH = ("sot", "met")  # where health is told of, these are nothing else ("sót", "mét")
AMBIGUOUS_MOST = 3  # letters of the single Vietnamese words for symptoms (ho, sot); the longer ones are English


class Told(NamedTuple):
    """A symptom said to be there or denied; offsets into the text as sent."""

    value: str
    start: int
    end: int
    denied: bool


def told_symptoms(
    reading: Reading, spans: Sequence[tuple[str, int, int]], telling: bool = True, declaring: bool = False
) -> list[dict[str, Any]]:
    """Entities of the symptoms that are said to be there.

    Args:
        telling: the text may tell of symptoms at all; else words that could be others are those others.
        declaring: the text surely tells how somebody is.
    """
    return [
        {"entity": "symptom", "value": one.value, "start": one.start, "end": one.end}
        for one in symptoms_in(reading, spans, telling, declaring)
        if not one.denied
    ]


def symptoms_in(
    reading: Reading, spans: Sequence[tuple[str, int, int]], telling: bool = True, declaring: bool = False
) -> list[Told]:
    """Every symptom of a text that was meant as one, told and denied."""
    text, origins = spelt_out(reading)
    accented = any(not word.raw.isascii() for word in reading.words)
    told = []
    for mention in find_symptoms(text):
        first, last = origins[mention.start], origins[mention.end - 1]
        words = reading.words[first : last + 1]
        label = _label(spans, words[0].start, words[-1].end)
        plain = as_typed(words[0].raw, words[0])
        english = last == first and plain and len(words[0].raw) > AMBIGUOUS_MOST
        certain = last > first or english or (accented and plain) or bool(words[0].marked)
        if certain or (telling and label) or (declaring and words[0].normal in CLEAR_ENOUGH):
            denied = mention.denied or (english and _denied_as_sent(mention.value, reading))
            told.append(Told(mention.value, words[0].start, words[-1].end, denied))
    return told


def _label(spans: Sequence[tuple[str, int, int]], start: int, end: int) -> str | None:
    """What the CRF says of the piece: "symptom", "denied", or None."""
    return next((label for label, s, e in spans if label in ("symptom", "denied") and s < end and e > start), None)


def _denied_as_sent(value: str, reading: Reading) -> bool:
    """Whether the words as typed deny it: spelling out may turn an English "gone" or "never" into something else."""
    as_sent = " ".join(word.normal if "'" in word.raw[1:] else word.raw for word in reading.words)
    return any(one.denied and one.value == value for one in find_symptoms(as_sent))


def spelt_out(reading: Reading) -> tuple[str, list[int]]:
    """The text with short spellings and slips written out, and for every character the number of its word."""
    pieces, origins = [], []
    for number, word in enumerate(reading.words):
        piece = shown(word) + " "
        pieces.append(piece)
        origins.extend([number] * len(piece))
    return "".join(pieces), origins
