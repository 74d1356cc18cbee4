"""The moment of something that is over: "hom qua 8h", "sang nay", "8h30", found in a message or being all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.time import read_day

_MINUTE = (
    r"(?:\s*(?P<minute>[0-5]\d(?!\d|\s*/)|\d(?=\s*(?:p|phut)\b))(?:\s*(?:p|phut)\b)?|\s*(?P<half>ruoi)\b"
    r"|\s*kem\s+(?P<short>[0-5]?\d)(?!\d)(?:\s*(?:p|phut)\b)?)?"  # "8h kem 15" is a quarter to eight
)
_CLOCK = re.compile(
    rf"(?<![\d/.\-])(?:luc\s+|at\s+)?(?P<hour>\d{{1,2}})\s*(?:(?:h|gio|g)(?![a-qs-z]){_MINUTE}|:(?P<minutes>[0-5]\d)(?!\d)"
    r"|(?=\s*[ap]m\b))"  # "8am": the letters say that it is an hour
    r"(?:\s*(?P<part>(?:sang|trua|chieu|toi|dem|khuya)(?=\s+(?:nay|qua|hom|ngay|thu|kia|\d)|\s*$|\s*[,.;])|[ap]m\b))?",
    re.ASCII,
)
_UNTIL = re.compile(
    r"\s*(?:-+>?|–|—|~|→|\b(?:toi|den|cho toi|cho den|ve|to|till|until)\b)\s*(?:(?:khoang|luc|gan|tam)\s+)*(?=\d)"
)
_BARE_START = re.compile(r"(?<![\d/.\-+])(?P<hour>\d{1,2})$", re.ASCII)  # "8-10h": the first hour is told by the second
_PARTS = {"sang": time(8), "trua": time(12), "chieu": time(15), "toi": time(19), "dem": time(22), "khuya": time(23)}
_AFTERNOON = frozenset(("chieu", "toi", "dem", "khuya", "pm"))
_LATE = frozenset(("dem", "khuya"))
_LONGEST_GUESS = timedelta(hours=10)  # "8h-5h" is a working day, "10h-9h" a mistake
_EVENING, _DAWN = 18, 5  # hours
_NOON = time(12)  # where neither hour nor part of the day was said
_MOST_WORDS = 5
_THIS_DAY = re.compile(r"\bhoi (sang|trua|chieu)\b(?! (?:qua|hom))")
_TOMORROW = re.compile(r"\b(?:(?:ngay|sang|trua|chieu|toi) mai|tomorrow)\b")  # still to come, which is said
_DAY_WORDS = re.compile(r"\b(?:hom|ngay|bua|thu|tuan|thang|qua|mai|kia|mot|truoc|nay)\b")
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
    if day is None and _TOMORROW.fullmatch(rest):
        day = now.date() + timedelta(days=1)
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


def read_span(text: str) -> tuple[str, tuple[str, str] | None]:
    """A text in which two hours are told, from and until ("8h-10h", "tu 8h den 10h ruoi"), without its end.

    Returns:
        (text without the end, (what was the start's clock, what was the end's)); the text as it is, and None, where
        there are not two.
    """
    folded = fold_lower(tidy(text))
    for until in _UNTIL.finditer(folded):
        ahead, behind = folded[: until.start()], folded[until.end() :]
        end = _CLOCK.match(behind)
        if end is None:
            continue
        start = next((one for one in _CLOCK.finditer(ahead) if one.end() == len(ahead)), None)
        bare = None if start else _BARE_START.search(ahead)
        if start or bare:
            clock = start.group() if start else f"{bare['hour']}h" if bare else ""
            lead = re.sub(r"\btu\s*$", "", ahead[: (start or bare).start()])  # type: ignore[union-attr]
            return f"{lead}{clock}{_day_after(end, behind)}", (clock, end.group())
    return text, None


def _day_after(end: re.Match[str], behind: str) -> str:
    """What follows the end's clock; the day that its part of the day told half of ("4h chieu qua") as one."""
    rest = behind[end.end() :]
    return f" hom{rest}" if end["part"] and re.match(r"\s+(?:qua|nay|kia)\b", rest) else rest


def stay(at: datetime, clocks: tuple[str, str]) -> tuple[datetime, datetime | None]:
    """When a stay that began `at` began and ended, by the clocks of `read_span`; no end where it cannot be after that.

    A part of the day said once is of both ("2h den 4h chieu"); an hour up to eleven that would lie before the start is
    one of the afternoon ("8h den 1h"), and what began in the evening may end after midnight.
    """
    first, last = (_CLOCK.search(clock) for clock in clocks)
    end = _moment(last, "", at.date(), at)
    if first is None or last is None or end is None:
        return at, None
    if first["part"] is None and last["part"] in _AFTERNOON and at.hour < 12 and int(first["hour"]) < int(last["hour"]):
        at += timedelta(hours=12)
    later = end + timedelta(hours=12)
    if last["part"] is None and end <= at and end.hour < 12 and at < later <= at + _LONGEST_GUESS:
        end = later
    if end <= at and at.hour >= _EVENING and end.hour < _DAWN:
        end += timedelta(days=1)
    return at, end if end > at else None


def names_other_day(text: str) -> bool:
    """Whether words that tell a day are left in a text of which no day was understood."""
    return _DAY_WORDS.search(fold_lower(tidy(text))) is not None


def says_hour(text: str) -> bool:
    """Whether a clock is told in a text, right or not."""
    return _CLOCK.search(fold_lower(tidy(text))) is not None


def _without(folded: str, clock: re.Match[str] | None) -> str:
    if clock is None:
        return folded
    return " ".join((folded[: clock.start()] + " " + folded[clock.end() :]).split()).strip(" .,;")


def _days_in(folded: str, today: date) -> Iterator[tuple[str, date]]:
    """Days in words, the longest run of words first; a number alone, or one short word, is no day."""
    ahead = _TOMORROW.search(folded)
    if ahead:
        yield ahead.group(), today + timedelta(days=1)
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
    if hour >= 24:
        return None
    at = datetime.combine(day or now.date(), time(hour, minute)) - timedelta(minutes=int(clock["short"] or 0))
    after_midnight = part in _LATE and hour < _DAWN and "qua" in said.split() and at.date() < now.date()
    return at + timedelta(days=1) if after_midnight else at  # "1h dem qua" was this morning


def _hour(said: int, part: str | None) -> int:
    if said == 12 and part in (*_LATE, "am"):
        return 0
    return said + 12 if said < 12 and part in _AFTERNOON and not (part in _LATE and said < 5) else said
