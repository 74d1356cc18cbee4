"""Texts that must get the emergency answer at once, in any form, whatever else they could be.

Sure signs are looked for in the folded text, with keystroke residues and short spellings written out.  A false alarm costs a line of text, a missed one may cost a life; what is denied or over is none.
"""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy
from bot.components.syllables import from_keystrokes
from bot.components.teencode import TEENCODE

_LOOKED_AT = 500  # characters
_BADLY = (
    r"(?:nang|qua|lam|du|du doi|nhieu|khong chiu|ko chiu|k chiu|gap|tang|tram trong|kinh khung|khung khiep|don dap|"
    r"ghe gom|tim|muon chet|khong noi)"
)
_NOT = r"(?:khong|ko|k|kg|khg|hok|hong|hem|chua|het|khoi|chang|cha)"
_ABLE = r"(?:duoc|dc|noi|ra hoi|ra)"
_BREATH = r"(?:kho tho|hut hoi|ngat tho|ngop tho|nghet tho|tho doc|tho gap|met tho|tho ngop|ngop|tho rit|tho khong kip)"
_IN_CALM = r"(?!tu |hom |ngay |toi |sang |nhe |chut |it )"  # "kho tho tu hom qua" is no sure sign
_SIGNS = re.compile(
    rf"\b{_BREATH}\s+(?:{_IN_CALM}\w+ ){{0,2}}?{_BADLY}\b"
    rf"|\b(?:nang|du doi|tram trong|rat|cuc ky|khan cap(?: \w+)?,?(?: \w+){{1,3}})\s+kho tho\b"
    rf"|\b(?:{_NOT}|cannot|can't|can not)\s+(?:the\s+|sao\s+|con\s+)?(?:tho|breathe)(?:\s+{_ABLE})?\b(?!\s+(?:gap|doc|kho|dai))"
    rf"|\btho\s+(?:{_NOT}|chang)\s+{_ABLE}\b"
    rf"|\b(?:{_NOT})\s+(?:con\s+)?(?:tinh tao|tinh lai|tinh day|nhuc nhich|cu dong|phan ung)\b"
    rf"|\b(?:goi|lay)(?:\s+\w+){{0,2}}\s+{_NOT}\s+(?:thay\s+)?(?:day|tinh|tra loi|thua|nghe(?! may)|phan ung)\b"
    r"|\b(?:bat tinh|ngat xiu|ngat liem|ngat roi|bi ngat|hon me|me man|li bi|lo mo|mat y thuc|mat tri giac|"
    r"nguoi ngat|nguoi xiu|xiu roi|xiu xuong|te xiu|lan ra xiu|xiu mat|lim di|lim dan|nga guc|guc xuong|lan dung|"
    r"ho ra mau|non ra mau|oi ra mau|ngung tho|ngung tim|ngung hoi|tat tho|tho thoi thop|thoi thop|hap hoi|"
    r"tim tai|tim moi|moi tim|tim nguoi|co giat|sui bot mep|dot quy|nhoi mau|bi tai bien|tai bien mach|"
    r"nguy kich|nguy cap|dien giat|chet duoi|duoi nuoc|soc phan ve|ngap tho)\b(?! (?:dien|mang|ket noi|nuoc|song|may)\b)"
    r"|\b(?:dau|tuc|that|nang|nhoi|buot|dau that|dau nhoi|bop nghet)\s+(?:o\s+|long\s+|ben\s+)?(?:nguc|tim)\b"
    r"|\bnguc\s+(?:\w+\s+){0,2}?(?:dau|tuc|that|nhoi|buot|bi de)\b"
    r"|\btim\s+(?:\w+\s+){0,2}?(?:dau that|that lai|nhoi|buot)\b"
    r"|\b(?:cap cuu|cuu thuong|cuu (?:toi|voi|mang|em|con|nguoi|gap|tui|me|bo|ba|ong|chau)|sos)\b"
    r"|\b(?:spo2|oxy)\D{0,25}[5-8]\d\b"
    r"|\bgoi\s+(?:so\s+)?115\b|^115$|\b(?:gan|sap) chet\b.{0,20}\b(?:goi|cuu|giup|xe)\b|\btinh nhan su\b"
    r"|(?<!nghien )\bcuu\s+(?!tro\b|ho\b)(?:\w+\s+){1,3}?(?:voi|gap|mau)\b"
    r"|\bsevere (?:breathing difficult(?:y|ies)|difficulty breathing|shortness of breath)\b"
    r"|\b(?:unconscious|chest pain|pain in (?:my|his|her) chest|not breathing|stopped breathing|ambulance|emergency|"
    r"collapsed|passed out|fainted|heart attack|seizure|stroke)\b"
)
SIGN_WORDS = (
    "tho kho nang qua lam du doi nguc tinh ngat xiu dau tuc that tim cuu cap me man moi lim giat khong noi duoc"
).split()  # what a slip may have hidden
_DENIED = re.compile(
    rf"\b(?:{_NOT}|do|bot|giam|no|not|never|without)(?:\s+(?:bi|co|he|con|thay|den muc|phai|dau|tuc|any|a))*\s*$"
)
_AFTER = re.compile(
    r"^\s*(?:thi\s+)?(?:(?:khong|ko|k)(?: co| bi)?\s*(?:[.,;]|$)|het roi|da het|do roi|khoi roi)"
    r"|^(?:[\s,]+\w+){0,5}?[\s,]+(?:gio|nay|bay gio|hien)\s+(?:da\s+|thi\s+)?(?:het|khoi|do|on|khoe|binh thuong)\b"
)
_NEGATIVE_ITSELF = re.compile(
    rf"^(?:{_NOT}|cannot|can't|can not|tho|goi|lay|not|stopped)\b"
)  # "khong tho duoc": the "khong" denies nothing


def is_emergency(text: str) -> bool:
    """Whether the text tells of severe breathing difficulty, loss of consciousness, chest pain or calls for help."""
    folded = fold_lower(tidy(text[:_LOOKED_AT]))
    written = _written_out(folded)
    if _SIGNS.search(written):
        return has_sign(written)  # a short "hog" after a sign denies it
    return written != folded and has_sign(folded)


def has_sign(folded: str) -> bool:
    """Whether a folded text holds a sure sign that is neither denied nor over."""
    return any(_meant(folded, found) for found in _SIGNS.finditer(folded))


def _written_out(folded: str) -> str:
    """ "khos thowr nawngj", "hk tho dc": residues and short spellings as the words they stand for."""
    return " ".join(_word(word) for word in folded.split())


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
