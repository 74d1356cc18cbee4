"""Texts that must get the emergency answer at once, in any form, whatever else they could be."""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy

_BADLY = r"(?:nang|qua|lam|du doi|du|nhieu|khong chiu|ko chiu|k chiu|gap|tang|tram trong|kinh khung)"
_NOT = r"(?:khong|ko|k|kg|khg|hok|hong|hem|chua|het|khoi|chang)"
_SIGNS = re.compile(
    rf"\b(?:kho tho|hut hoi|ngat tho|ngop tho|nghet tho|tho doc|tho gap|met tho)\s+(?:(?!tu |hom |ngay |toi |sang )\w+ ){{0,2}}?{_BADLY}\b"
    rf"|\b(?:nang|du doi|tram trong|rat|khan cap(?: \w+)?,?(?: \w+){{1,3}})\s+kho tho\b"
    rf"|\b(?:{_NOT}|cannot|can't|can not)\s+(?:the\s+)?(?:tho|breathe)(?:\s+(?:duoc|dc|noi|ra hoi))?\b(?!\s+(?:gap|doc|kho))"
    rf"|\btho\s+{_NOT}\s+(?:duoc|dc|noi|ra)"
    r"|\b(?:bat tinh|ngat xiu|ngat roi|bi ngat|hon me|me man|li bi|lo mo|ngop tho|nghet tho|ngat tho|nguoi ngat|nguoi xiu|xiu roi|xiu xuong|ho ra mau|khong tinh|ko tinh|ngung tho|ngung tim|tim tai|tim moi|moi tim|co giat|dot quy|nguy kich|nguy cap)\b"
    r"|\b(?:dau|tuc|that|nang|nhoi|buot|dau that|dau nhoi)\s+(?:o\s+)?(?:nguc|tim)\b"
    r"|\b(?:cap cuu|cuu (?:toi|voi|mang|em|con|nguoi|gap)|sos)\b"
    rf"|\bgoi\s+{_NOT}\s+(?:day|tinh|tra loi)\b|\b(?:spo2|oxy)\D{{0,15}}[5-8]\d\b"
    r"|\bgoi\s+(?:so\s+)?115\b|^115$"
    r"|\b(?:unconscious|chest pain|not breathing|ambulance|emergency|collapsed|passed out|heart attack)\b"
)
_DENIED = re.compile(rf"\b(?:{_NOT}|do|bot|giam)(?:\s+(?:bi|co|he|con|thay|den muc|phai))*\s*$")
_AFTER = re.compile(r"^\s*(?:thi\s+)?(?:(?:khong|ko|k)(?: co| bi)?\s*(?:[.,;]|$)|het roi|da het|do roi)")
_NEGATIVE_ITSELF = re.compile(
    rf"^(?:{_NOT}|cannot|can't|can not|tho|goi)\b"
)  # "khong tho duoc": the "khong" denies nothing


def is_emergency(text: str) -> bool:
    """Whether the text tells of severe breathing difficulty, loss of consciousness, chest pain or calls for help."""
    folded = fold_lower(tidy(text[:500]))
    return any(_meant(folded, found) for found in _SIGNS.finditer(folded))


def _meant(folded: str, found: re.Match[str]) -> bool:
    """False for "khong kho tho nang", "dau nguc thi khong"."""
    if _NEGATIVE_ITSELF.match(found.group()):
        return True
    return not _DENIED.search(folded[: found.start()]) and not _AFTER.match(folded[found.end() :])
