"""What a message about a visit says: "10234567 +2 hom qua 8h", "toi den 1023-4567 cung 2 nguoi", a visitor's number."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from backend.forms import venue_code
from backend.forms.folding import fold_lower, tidy
from backend.forms.moments import find_moment, names_other_day, read_moment, read_span, stay
from backend.forms.phones import normalise_phone

COMPANIONS_MOST = 99
LONGEST = 300  # characters looked at
_PHONE = re.compile(r"(?<![\d+])(?:\+?84|0)(?:[ .\-]?\d){8,10}(?!\d)", re.ASCII)
_CODE = re.compile(  # eight digits together, or in groups as people write them
    r"(?<![\d+])(?:\d{8}|\d{4}[ .\-/]\d{4}|\d{2}(?:[ .\-/]\d{2}){3}|\d{3}[ .\-/]\d{3}[ .\-/]\d{2})(?!\d)", re.ASCII
)
_ALMOST_CODE = re.compile(r"(?<![\d+])\d(?:[.\-]?\d){4,10}(?!\d)", re.ASCII)
_SAYS_TODAY = re.compile(r"\b(?:nay|today)\b")
_NUMBERS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "one": 1, "two": 2, "three": 3}
_NUMBER = rf"(\d{{1,2}}|{'|'.join(_NUMBERS)})"
_PEOPLE = r"(?:nguoi|ban|dua|chau|con|others?|people|friends?|persons?)"
_COMPANIONS = (
    re.compile(r"\+\s*(\d{1,2})(?!\d)(?:\s*" + _PEOPLE + r"\b)?", re.ASCII),
    re.compile(rf"\b(?:cung|voi|them|kem|with)\s+{_NUMBER}\s*{_PEOPLE}(?:\s+(?:khac|nua))?", re.ASCII),
    re.compile(rf"\b{_NUMBER}\s*{_PEOPLE}\s+(?:di cung|di kem|di theo|with me)", re.ASCII),
    re.compile(r"\b(?:them|cung|kem)\s+(\d{1,2})\s*$", re.ASCII),
)


class VisitMessage(NamedTuple):
    """What was found: `code` is eight digits, right or not; `almost` too few or too many that are meant as one.

    `at` and `until`, when it was told that they left, are local time; `unread` what a message of keyword syntax holds
    beside all that.
    """

    code: str | None = None
    almost: str | None = None
    companions: int = 0
    phone: str | None = None
    at: datetime | None = None
    unread: str = ""
    until: datetime | None = None


def read_visit(text: str, now: datetime, sentence: bool = False) -> VisitMessage:
    """Read what follows a keyword, or a whole `sentence`; `now` is local time without zone."""
    rest = fold_lower(tidy(text))[:LONGEST]
    phone, rest = _phone(rest)
    code, rest = _taken(_CODE, rest)
    almost, rest = _taken(_ALMOST_CODE, rest) if code is None else (None, rest)
    companions, rest = _companions(rest)
    rest = " ".join(rest.split()).strip(" .,;:#*")
    rest, clocks = read_span(rest)
    at = find_moment(rest, now) if sentence else read_moment(rest, now) or _found(rest, now)
    until, unread = None, "" if sentence or at else rest
    if at and clocks:
        at, until = stay(at, clocks)
        unread = "" if until else " ".join(clocks)
    return VisitMessage(
        venue_code.normalise(code) if code else None, almost and venue_code.normalise(almost), companions, phone, at,
        unread, until,
    )  # fmt: skip


def _found(rest: str, now: datetime) -> datetime | None:
    """The moment among other words of a keyword message; none that is of today only because its day was not read."""
    at = find_moment(rest, now)
    return None if at and at.date() == now.date() and names_other_day(rest) and not _SAYS_TODAY.search(rest) else at


def is_code(text: str) -> bool:
    """Whether the whole text is as long as a venue code and has nothing but digits and what is put between them."""
    return _CODE.fullmatch(tidy(text)) is not None


def is_visit(text: str, now: datetime) -> bool:
    """Whether a text is a code, alone or with companions or a time after it ("10234567 +2 hom qua 8h")."""
    if _CODE.match(tidy(text)) is None:
        return False
    found = read_visit(text, now)
    return found.code is not None and found.phone is None and not any(sign.isalnum() for sign in found.unread)


def is_company(text: str) -> bool:
    """Whether a text says only how many came along ("+2")."""
    return _COMPANIONS[0].fullmatch(fold_lower(tidy(text))) is not None


def starts_with_digits(text: str) -> bool:
    """Whether a text starts with so many digits that they are meant as a code."""
    return _CODE.match(text) is not None or _ALMOST_CODE.match(text) is not None


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str | None, str]:
    """What the pattern finds, and the text without it."""
    found = pattern.search(text)
    return (found.group(), f"{text[: found.start()]} {text[found.end() :]}") if found else (None, text)


def _phone(text: str) -> tuple[str | None, str]:
    found, rest = _taken(_PHONE, text)
    phone = normalise_phone(found) if found else None
    return (phone, rest) if phone else (None, text)


def _companions(text: str) -> tuple[int, str]:
    for pattern in _COMPANIONS:
        found = pattern.search(text)
        if found:
            number = _NUMBERS.get(found[1]) or int(found[1])
            return min(number, COMPANIONS_MOST), f"{text[: found.start()]} {text[found.end() :]}"
    return 0, text
