"""Texts that must get the emergency answer at once, in any form, whatever else they could be.

Sure signs are looked for in the folded text, with keystroke residues and short spellings written out.  A false alarm costs a line of text, a missed one may cost a life; what is denied or over is none.
"""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy
from bot.components.emergency_signs import HINTS, NOT, NOT_ENGLISH, SIGNS
from bot.components.syllables import from_keystrokes
from bot.components.teencode import TEENCODE

_LOOKED_AT = 500  # characters
_WORD = re.compile(r"[\w']+")
SIGN_WORDS = (
    "tho kho nang qua lam du doi nguc tinh ngat xiu dau tuc that tim cuu cap me man moi lim giat khong noi duoc"
).split()  # what a slip may have hidden
_DENIED = re.compile(
    rf"\b(?:{NOT}|(?<!nong )do|bot|giam|no|not|never|without|don'?t have|doesn'?t have|do not have|"
    r"does not have|haven't|hasn't)"
    r"(?:\s+(?:bi|co|he|con|thay|bao gio|tung|den muc|phai|dau|tuc|any|a|an|have|had|feel|been|having|severe|yet))*\s*$"
)
_AFTER = re.compile(
    r"^\s*(?:thi\s+)?(?:(?:khong|ko|k)(?: co| bi)?\s*(?:[.,;]|$)|het roi|da het|do roi|khoi roi)"
    r"|^(?:[\s,]+\w+){0,5}?[\s,]+(?:gio|nay|bay gio|hien)\s+(?:da\s+|thi\s+)?(?:het|khoi|do|on|khoe|binh thuong)\b"
)
_NEGATIVE_ITSELF = re.compile(
    rf"^(?:{NOT}|{NOT_ENGLISH}|tho|hit|goi|keu|lay|danh thuc|stopped|barely|hardly|no longer)\b"
)  # "khong tho duoc": the "khong" denies nothing


def is_emergency(text: str) -> bool:
    """Whether the text tells of severe breathing difficulty, loss of consciousness, chest pain or calls for help."""
    folded = fold_lower(tidy(text[:_LOOKED_AT]))
    written = _written_out(folded)
    if not HINTS.search(folded) and not HINTS.search(written):
        return False
    if SIGNS.search(written):
        return has_sign(written)  # a short "hog" after a sign denies it
    return written != folded and has_sign(folded)


def has_sign(folded: str) -> bool:
    """Whether a folded text holds a sure sign that is neither denied nor over."""
    return any(_meant(folded, found) for found in SIGNS.finditer(folded))


def _written_out(folded: str) -> str:
    """ "khos thowr nawngj", "hk tho dc": residues and short spellings as the words they stand for."""
    return _WORD.sub(lambda word: _word(word.group()), folded)


def _word(word: str) -> str:
    known = TEENCODE.get(word)
    if known or not word.isalnum():
        return known or word
    decoded = from_keystrokes(word)
    return fold_lower(decoded.rstrip("12345")) if decoded else word


def _meant(folded: str, found: re.Match[str]) -> bool:
    """False for "khong kho tho nang", "dau nguc thi khong", "kho tho nang hom qua, nay het roi"."""
    if _AFTER.match(folded[found.end() :]):
        return False
    return bool(_NEGATIVE_ITSELF.match(found.group())) or not _DENIED.search(folded[: found.start()])
