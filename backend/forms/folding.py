"""The one place that folds accents: people on basic phones write Vietnamese without them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile("[\u0300-\u036f]+")
# Vowels and tones of Thai, Lao and Khmer beside their letters: parts of words, but no letters to `re`.
MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u17b4-\u17d3\u17dd"
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # grave, acute, tilde, hook above, dot below
_STROKE = {ord("đ"): "d", ord("Đ"): "D"}
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")


def nfc(text: str) -> str:
    """Composed form, the only one stored and compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Text without Vietnamese accents, đ as d, case kept.

    Composed input keeps its length, so offsets into the folded text are offsets into `nfc(text)`.
    """
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).translate(_STROKE)


def fold_lower(text: str) -> str:
    """Folded and lower case: what look-ups compare."""
    return fold(text.lower())


def tidy(text: str) -> str:
    """Composed, without invisible characters, single spaces, nothing at the ends."""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", nfc(text))).split())


def agrees(typed: str, word: str) -> bool:
    """Whether `typed` may mean the accented `word`: same letters, and no accent that the word lacks.

    "sot", "sôt" and "sốt" agree with "sốt", "sót" does not; either placement of a tone mark does ("hoà", "hòa").
    """
    if _folded(typed) != _folded(word):
        return False
    if typed.isascii():
        return True
    syllables = zip(typed.lower().split(), word.lower().split(), strict=True)
    return all(_syllable_agrees(one, other) for one, other in syllables)


def _syllable_agrees(typed: str, word: str) -> bool:
    tone, letters = _tone_and_letters(typed)
    word_tone, word_letters = _tone_and_letters(word)
    if tone:  # who types tones types the letters too: "sót" is not "sốt"; the stroke of đ is left out more often
        return tone == word_tone and letters.replace("đ", "d") == word_letters.replace("đ", "d")
    return all(one in (other, fold(other)) for one, other in zip(letters, word_letters, strict=False))


@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    return fold_lower(word)


@lru_cache(maxsize=4096)
def _tone_and_letters(syllable: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", syllable)
    tone = "".join(sign for sign in parts if sign in _TONES)
    return tone, unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in _TONES))
