"""The moment of something that is over: "hom qua 8h", "sang nay", "8h30", found in a message or being all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.time import read_day

_MINUTE = r"(?:\s*(?P<minute>[0-5]\d(?!\d)|\d(?=\s*(?:p|phut)\b))(?:\s*(?:p|phut)\b)?|\s*(?P<half>ruoi)\b)?"
_CLOCK = re.compile(
    rf"(?<![\d/.\-])(?:luc\s+|at\s+)?(?P<hour>\d{{1,2}})\s*(?:(?:h|gio|g)(?![a-qs-z]){_MINUTE}|:(?P<minutes>[0-5]\d)(?!\d)"
    r"|(?=\s*[ap]m\b))"  # "8am": the letters say that it is an hour
    r"(?:\s*(?P<part>(?:sang|trua|chieu|toi|dem|khuya)(?=\s+(?:nay|qua|hom|ngay|thu|kia|\d)|\s*$|\s*[,.;])|[ap]m\b))?",
    re.ASCII,
)
_PARTS = {"sang": time(8), "trua": time(12), "chieu": time(15), "toi": time(19), "dem": time(22), "khuya": time(23)}
_AFTERNOON = frozenset(("chieu", "toi", "dem", "khuya", "pm"))
_LATE = frozenset(("dem", "khuya"))
_NOON = time(12)  # where neither hour nor part of the day was said
_MOST_WORDS = 5
_THIS_DAY = re.compile(r"\bhoi (sang|trua|chieu)\b(?! (?:qua|hom))")
_LUNAR = re.compile(r"\b(?:tet|am lich|ram)\b")  # days of the other calendar
_ALONE = frozenset(("hqua", "yesterday", "today"))  # one word that can only be a day


def read_moment(text: str, now: datetime) -> datetime | None:
    """The moment a whole text means, seen from `now` (local, without zone), to the minute; None when it names none.

    A clock alone is of today, a day alone at noon; a part of the day stands for its usual hour.  What is still to come
    is for the caller to refuse, but "sang nay" said at seven is now.
    """
    folded = _THIS_DAY.sub(r"\1 nay", fold_lower(tidy(text)).strip(" .,;!"))
    if _LUNAR.search(folded):
        return None
    clock = _CLOCK.search(folded)
    rest = _without(folded, clock)
    day = read_day(rest, now.date()) if rest else None
    if rest and (day is None or rest.isdigit()):
        return None
    return _moment(clock, rest, day, now)


def find_moment(text: str, now: datetime) -> datetime | None:
    """The moment told somewhere in a sentence; None when there is none."""
    folded = _THIS_DAY.sub(r"\1 nay", fold_lower(tidy(text)))
    if _LUNAR.search(folded):
        return None
    clock = _CLOCK.search(folded)
    said, day = next(_days_in(_without(folded, clock), now.date()), ("", None))
    return _moment(clock, said, day, now)


def says_hour(text: str) -> bool:
    """Whether a clock is told in a text, right or not."""
    return _CLOCK.search(fold_lower(tidy(text))) is not None


def _without(folded: str, clock: re.Match[str] | None) -> str:
    if clock is None:
        return folded
    return " ".join((folded[: clock.start()] + " " + folded[clock.end() :]).split()).strip(" .,;")


def _days_in(folded: str, today: date) -> Iterator[tuple[str, date]]:
    """Days in words, the longest run of words first; a number alone, or one short word, is no day."""
    words = folded.replace(",", " ").split()
    for start in range(len(words)):
        for end in range(min(len(words), start + _MOST_WORDS), start, -1):
            said = " ".join(words[start:end])
            certain = end - start > 1 or "/" in said or said in _ALONE
            day = read_day(said, today) if certain and any(sign.isalpha() or sign == "/" for sign in said) else None
            if day is not None:
                yield said, day


def _moment(clock: re.Match[str] | None, said: str, day: date | None, now: datetime) -> datetime | None:
    if clock is None and day is None:
        return None
    part = (clock["part"] if clock else None) or next((word for word in said.split() if word in _PARTS), None)
    if clock is None:
        at = datetime.combine(day or now.date(), _PARTS[part] if part else _NOON)
        return min(at, now) if at.date() == now.date() else at
    hour = _hour(int(clock["hour"]), part)
    minute = 30 if clock["half"] else int(clock["minute"] or clock["minutes"] or 0)
    return datetime.combine(day or now.date(), time(hour, minute)) if hour < 24 else None


def _hour(said: int, part: str | None) -> int:
    if said == 12 and part in (*_LATE, "am"):
        return 0
    return said + 12 if said < 12 and part in _AFTERNOON and not (part in _LATE and said < 5) else said
