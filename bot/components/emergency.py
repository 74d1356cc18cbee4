"""Texts that must get the emergency answer at once, in any form, whatever else they could be.

Sure signs are looked for in the folded text, with keystroke residues and short spellings written out.  A false alarm costs a line of text, a missed one may cost a life; what is denied or over is none.
"""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy
from bot.components.emergency_signs import HINTS, NOT, NOT_ENGLISH, SIGNS
from bot.components.spelling import written_out

_LOOKED_AT = 500  # characters
SIGN_WORDS = (
    "tho kho nang qua lam du doi nguc tinh ngat xiu dau tuc that tim cuu cap me man moi lim giat khong noi duoc"
).split()  # what a slip may have hidden
_DENIED = re.compile(
    rf"\b(?:{NOT}|(?<!nong )(?<!\d )do|bot|giam|no|not|never|without|don'?t have|doesn'?t have|do not have|"
    r"does not have|haven't|hasn't)"
    r"(?:\s+(?:bi|co|he|con|thay|bao gio|tung|den muc|phai|dau|tuc|any|a|an|have|had|feel|been|having|severe|yet))*\s*$"
)
_TIME = (
    r"(?:hom qua|hom kia|hom truoc|hom bua|bua truoc|bua qua|tuan truoc|luc nay|hoi (?:sang|trua|chieu|toi)|dem qua|toi qua|"
    r"sang nay|truoc|xong|nhe|hoi|chut|xiu|it|thoi|mot|lan|roi|lai|nhung|ma|va|thi|da|la|cung|co|bi|sau do|\d+|phut|tieng|"
    r"may|vai|gio|nay|bay gio|hien|hien tai|den nay|con|em|toi|me|bo|chau|be|ong|ba|anh|chi)"
)
_UNBEARABLE = r"(?!\s+(?:chiu|noi|hoi|suc|thuoc|tho|duong|cach|oxy)\b)"  # "gio het chiu noi"
_BACK = rf"(?:tinh(?: lai)?|het|khoi|do|on|khoe|binh thuong){_UNBEARABLE}"  # awake again, over, well
_AFTER = re.compile(
    r"^\s*(?:thi\s+)?(?:(?:khong|ko|k)(?: co| bi)?\s*(?:[.,;]|$)|het roi|da het|do roi|khoi roi)"
    rf"|^(?:[\s,]+\w+){{0,5}}?[\s,]+(?:gio|nay|bay gio|hien)\s+(?:da\s+|thi\s+)?"
    rf"(?:het|khoi|do|on|khoe|binh thuong)\b{_UNBEARABLE}"
    rf"|^(?:[\s,.]+{_TIME})*?[\s,.]+{_BACK}\s+(?:han\s+|luon\s+|nhieu\s+|lai\s+)?roi\b"
    rf"|^(?:[\s,.]+{_TIME})*?[\s,.]+(?:tinh lai|(?:gio|nay|da)\s+{_BACK})\b"
)
_STILL = re.compile(
    r"\b(?:van|con|nhung|lai)\s+(?:van\s+|con\s+|thay\s+|bi\s+)?(?:kho|met|dau|tuc|lo mo|chua|yeu|tho)\b"
)
_UNLESS = re.compile(r"\bneu (?:khong|ko|k)(?: duoc)?\s*$")
_LONG_AGO = re.compile(r"\b(?:tung (?:bi )?|tien su (?:bi )?|(?:nam ngoai|hoi nho|hoi tre|ngay xua) (?:\w+ ){0,3}?)$")
_LONG_AGO_AFTER = re.compile(
    r"^\s*(?:hoi\s+|tu\s+|vao\s+)?(?:nam ngoai|nam (?:19|20)\d\d|hoi nho|hoi tre|may nam truoc)\b"
)
_OVER_AT_END = re.compile(rf"\b(?:tinh lai|{_BACK} roi|(?:gio|nay|da|nhung)\s+(?:da\s+)?{_BACK})\b\W*(?:roi\W*)?$")
_IF = re.compile(  # asks what to do then
    r"^(?:neu|lo nhu|lo ma|gia su|truong hop)\b.*\b(?:ai|sao|gi|nao|dau|may)\b"
    r"|^(?:khi nao|luc nao)\s+(?:thi|can|nen|moi|phai|goi)\b"
)
_MILD = re.compile(r"\bhoi (?:bi )?(?:kho tho|hut hoi|met|dau)\b|\b(?:kho tho|hut hoi) (?:nhe|chut|it|ti|xiu|so so)\b")
_ANOTHER = re.compile(  # what else the word means: cut off, a name, hurry
    r"\bngat (?:dien|mang|ket noi|nuoc|song|may)\b|\bten (?:la )?(?:ngat|lim)\b|^\W*mau (?:len|mau|di)(?: (?:len|di|nhe|nao|a))?\W*$"
)
_NEGATIVE_ITSELF = re.compile(
    rf"^(?:{NOT}|{NOT_ENGLISH}|tho|hit|goi|keu|lay|danh thuc|stopped|barely|hardly|no longer)\b"
)  # "khong tho duoc": the "khong" denies nothing


def is_emergency(text: str) -> bool:
    """Whether the text tells of severe breathing difficulty, loss of consciousness, chest pain or calls for help."""
    folded, written = _readings(text)
    if not HINTS.search(folded) and not HINTS.search(written):
        return False
    if SIGNS.search(written):
        return has_sign(written)  # a short "hog" after a sign denies it
    return written != folded and has_sign(folded)


def hinted(text: str) -> bool:
    """Whether a text has a word that signs are made of ("lim", "chet", "cuu"): statistics may be right then."""
    return any(HINTS.search(reading) for reading in _readings(text))


def withdrawn(text: str) -> bool:
    """Whether a text names a sign, but only to say that it is not there, is over, or mild: statistics are not believed."""
    _, folded = _readings(text)
    over = _OVER_AT_END.search(folded) and not _STILL.search(folded)
    signs = list(SIGNS.finditer(folded))
    if any(_meant(folded, found) for found in signs):
        return False
    return bool(signs or over or _MILD.search(folded) or _ANOTHER.search(folded) or _IF.search(folded))


def _readings(text: str) -> tuple[str, str]:
    """The text folded, and the same with every word written out."""
    folded = fold_lower(tidy(text[:_LOOKED_AT]))
    return folded, written_out(folded)


def has_sign(folded: str) -> bool:
    """Whether a folded text holds a sure sign that is neither denied nor over."""
    return any(_meant(folded, found) for found in SIGNS.finditer(folded))


def _meant(folded: str, found: re.Match[str]) -> bool:
    """False for "khong kho tho nang", "dau nguc thi khong", "kho tho nang hom qua, nay het roi"."""
    ahead, behind = folded[: found.start()], folded[found.end() :]
    if (_AFTER.match(behind) and not _STILL.search(behind)) or _IF.match(folded):
        return False
    if _LONG_AGO.search(ahead) or _LONG_AGO_AFTER.match(behind):
        return False
    if _UNLESS.search(ahead):
        return True  # "neu khong cap cuu kip": nothing is denied
    return bool(_NEGATIVE_ITSELF.match(found.group())) or not _DENIED.search(ahead)
