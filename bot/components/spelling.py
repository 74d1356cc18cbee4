"""Keystroke residues and short spellings as the words they stand for, in folded text."""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower
from bot.components.syllables import from_keystrokes
from bot.components.teencode import TEENCODE

_WORD = re.compile(r"[\w']+")


def written_out(folded: str) -> str:
    """ "khos thowr nawngj", "hk tho dc": folded text with every word as it was meant."""
    return _WORD.sub(lambda word: _word(word.group()), folded)


def _word(word: str) -> str:
    known = TEENCODE.get(word)
    if known or not word.isalnum():
        return known or word
    decoded = from_keystrokes(word)
    return fold_lower(decoded.rstrip("12345")) if decoded else word
