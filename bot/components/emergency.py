"""Texts that must get the emergency answer at once, in any form, whatever else they could be."""

from __future__ import annotations

import re

from backend.forms.folding import fold_lower, tidy

_BADLY = r"(?:nang|qua|lam|du doi|du|nhieu|khong chiu|ko chiu|k chiu|gap|tang|tram trong|kinh khung)"
_NOT = r"(?:khong|ko|k|kg|khg|hok|hong|hem|chua|het|khoi|chang)"
_SIGNS = re.compile(
    rf"\b(?:kho tho|hut hoi|ngat tho|ngop tho|nghet tho|tho doc|tho gap|met tho)\s+(?:\w+ ){{0,2}}?{_BADLY}\b"
    rf"|\b(?:nang|du doi|tram trong)\s+kho tho\b"
    rf"|\b(?:{_NOT}|cannot|can't|can not)\s+(?:the\s+)?(?:tho|breathe)(?:\s+(?:duoc|dc|noi|ra hoi))?\b(?!\s+(?:gap|doc|kho))"
    rf"|\btho\s+{_NOT}\s+(?:duoc|dc|noi|ra)"
    r"|\b(?:bat tinh|ngat xiu|ngat roi|hon me|ngung tho|ngung tim|tim tai|tim moi|moi tim|co giat|dot quy|nguy kich|nguy cap)\b"
    r"|\b(?:dau|tuc|that|nang|nhoi|buot|dau that|dau nhoi)\s+(?:o\s+)?(?:nguc|tim)\b"
    r"|\b(?:cap cuu|cuu (?:toi|voi|mang|em|con)|sos)\b"
    r"|\bgoi\s+(?:so\s+)?115\b|^115$"
    r"|\b(?:unconscious|chest pain|not breathing|ambulance|emergency|collapsed|passed out|heart attack)\b"
)
_DENIED = re.compile(rf"\b{_NOT}(?:\s+(?:bi|co|he|con|thay|den muc|phai))*\s*$")
_AFTER = re.compile(r"^\s*(?:thi\s+)?(?:khong|ko|k|het roi|da het|do roi)\b")
_CAPABLE = re.compile(rf"^(?:{_NOT}|cannot|can't|can not|tho)\b")


def is_emergency(text: str) -> bool:
    """Whether the text tells of severe breathing difficulty, loss of consciousness, chest pain or calls for help."""
    folded = fold_lower(tidy(text[:500]))
    return any(_meant(folded, found) for found in _SIGNS.finditer(folded))


def _meant(folded: str, found: re.Match[str]) -> bool:
    """False for "khong kho tho nang", "dau nguc thi khong"."""
    if _CAPABLE.match(found.group()):
        return True
    return not _DENIED.search(folded[: found.start()]) and not _AFTER.match(folded[found.end():])
