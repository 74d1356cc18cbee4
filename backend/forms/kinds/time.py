"""Days: written out, counted back from today, or named by the week."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend.forms.folding import fold_lower, tidy
from backend.forms.languages import Language
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_NUMBER_WORDS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
    "a ": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10,
}  # fmt: skip
_WEEKDAYS = {
    "2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "5": 3, "nam": 3, "6": 4, "sau": 4, "7": 5, "bay": 5,
    "mon": 0, "tues": 1, "wednes": 2, "thurs": 3, "fri": 4, "satur": 5, "sun": 6,
}  # fmt: skip
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(_NUMBER_WORDS)})"
_DAY_PART = r"(?:sang|trua|chieu|toi|dem|khuya)?\s*"
_PART_OF_DAY = "(?:morning|noon|afternoon|evening|night)"
_LEAD = re.compile(
    r"^(?:bi\s+)?(?:(?:bat dau|ke)\s+)?(?:nay\s+(?=\S+\s*(?:ngay|hom|bua|tuan)\b|(?:la|duoc)\b))?"
    r"(?:(?:tu|hoi|vao|cach day|duoc|la|cung|chac|khoang|since|from|for|on)\s+)*"
    r"(?:(?:ngay|hom|bua)\s+(?=thu\b|t[2-7]\b|chu nhat|cn\b|hom\b))?"
)
_HOM = re.compile(r"\bhum\b")  # as it is said
_TAIL = re.compile(r"(?<=[a-z])(?:\s+(?:a|ah|nha|nhe|nghen|thoi))+$")
_Reading = Callable[["re.Match[str]", date], date]


def _days_ago(found: re.Match[str], today: date) -> date:
    number = found["number"]
    unit = found["unit"] if "unit" in found.re.groupindex else "ngay"
    days = 7 if unit in ("tuan", "week", "weeks") else 30 if unit in ("thang", "month", "months") else 1
    return today - timedelta(days=days * (_NUMBER_WORDS.get(number) or int(number)))


def _weekday(found: re.Match[str], today: date) -> date:
    wanted = _WEEKDAYS.get(found["weekday"] or "", 6)
    back = (today.weekday() - wanted) % 7
    last_week = found["last_week"] and back <= today.weekday()
    return today - timedelta(days=back + (7 if last_week else 0))


def _day_and_month(found: re.Match[str], today: date) -> date:
    day, month = int(found["day"]), int(found["month"])
    year = found["year"]
    if year:
        return date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    this_year = date(today.year, month, day)
    turned = today.month == 1 and month == 12  # early in January, December means last month
    return date(today.year - 1, month, day) if turned else this_year


def _day_of_month(found: re.Match[str], today: date) -> date:
    month = today.replace(day=1)
    for _ in range(3):
        try:
            day = month.replace(day=int(found["day"]))
        except ValueError:
            day = date.max
        if day <= today:
            return day
        month = (month - timedelta(days=1)).replace(day=1)
    raise ValueError(found["day"])


def _fixed(days: int) -> _Reading:
    return lambda _, today: today - timedelta(days=days)


_READINGS: tuple[tuple[re.Pattern[str], _Reading], ...] = tuple(
    (re.compile(pattern, re.ASCII), reading)
    for pattern, reading in (
        (rf"(?:{_DAY_PART}(?:hom nay|nay)|(?:moi|vua)(?: moi)?(?: bi| day| xong)?|luc nay|today|bua nay"
         rf"|this {_PART_OF_DAY}|tonight)", _fixed(0)),
        (rf"{_DAY_PART}(?:hom qua|qua|hqua|bua qua|hom wa)|yesterday(?: {_PART_OF_DAY})?|last night", _fixed(1)),
        (rf"{_DAY_PART}(?:hom kia|bua kia|hom truoc)|(?:the )?day before yesterday", _fixed(2)),
        (r"tuan (?:truoc|roi|qua)|last week", _fixed(7)),
        (rf"{_NUMBER}\s*(?P<unit>ngay|hom|bua|tuan|thang|days?|weeks?|months?|d)(?:\s*(?:nay|truoc|roi|qua|ago|le))*",
         _days_ago),
        (rf"\d{{1,2}}\s*-\s*{_NUMBER}\s*(?P<unit>ngay|hom|bua|tuan|thang)(?:\s*(?:nay|truoc|roi|qua))*", _days_ago),
        (r"(?:last )?(?P<last_week>)(?P<weekday>mon|tues|wednes|thurs|fri|satur|sun)day", _weekday),
        (r"nua thang(?: nay| truoc| roi)?", _fixed(15)),
        (rf"{_DAY_PART}(?:thu|t)\s*(?P<weekday>[2-7]|hai|ba|tu|nam|sau|bay)"
         r"(?:(?P<last_week>\s+tuan (?:truoc|roi))|\s+tuan nay)?", _weekday),
        (rf"{_DAY_PART}(?P<weekday>)(?:chu nhat|cn)(?P<last_week>\s+tuan (?:truoc|roi))?", _weekday),
        (r"(?:(?:ngay|mung|mong)\s*)*(?P<day>\d{1,2})\s*(?:[/.\-]|thang|\s)\s*(?P<month>\d{1,2})"
         r"(?:\s*(?:[/.\-]|nam|\s)\s*(?P<year>\d{4}|\d{2}))?", _day_and_month),
        (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", _day_and_month),
        (r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4}|\d{2})?", _day_and_month),
        (r"(?:ngay|mung|mong)\s*(?P<day>\d{1,2})", _day_of_month),
        (r"(?P<number>\d{1,2})", _days_ago),
    )
)  # fmt: skip


def read_day(text: str, today: date) -> date | None:
    """The day a text means, seen from `today`; None when it names none.  A bare number counts days back."""
    folded = _HOM.sub("hom", fold_lower(tidy(text)).strip(" .,;!"))
    folded = _LEAD.sub("", _TAIL.sub("", folded), count=1)
    for pattern, reading in _READINGS:
        found = pattern.fullmatch(folded)
        if found:
            return _valid(reading, found, today)
    return None


def day_by_word(folded: str, context: Context) -> date | None:
    """The day that a word of the person's language names ("어제", "вчера"); None for other words."""
    words = context.spoken.words
    days = next((days for key, days in _NAMED.items() if folded in map(fold_lower, words.get(key, ()))), None)
    return None if days is None else context.today + timedelta(days=days)


def in_our_order(folded: str, spoken: Language) -> str:
    """A date of the person's language as day/month: "20 ноября", "11월 20일", and "11/20" where the month is first."""
    if not spoken.words:
        return folded
    for number in range(1, 13):
        for stem in spoken.words.get(f"month_{number}", ()):
            folded = re.sub(rf"\s*\b{stem}\w*\.?\s*", f"/{number}/", folded)
    numbers = _DATE_SIGNS.sub("/", folded).strip(" /")
    swapped = _MONTH_FIRST.fullmatch(numbers) if spoken.month_first else None
    return f"{swapped[2]}/{swapped[1]}" if swapped and int(swapped[2]) <= 31 else numbers


_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DATE_SIGNS = re.compile(r"\s*[年月日号년월일]\s*|(?<=\d)\s*/+\s*")
_MONTH_FIRST = re.compile(r"(1[0-2]|0?[1-9])\s*[/.\-]\s*(\d{1,2})", re.ASCII)


def _valid(reading: _Reading, found: re.Match[str], today: date) -> date | None:
    try:
        return reading(found, today)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Since:
    """The day something began: not in the future, at most `longest` days ago; stored as an ISO date."""

    longest: int = 60
    name: str = "since"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        folded = fold_lower(tidy(text)).strip(" .,;!")
        day = day_by_word(folded, context) or read_day(in_our_order(folded, context.spoken), context.today)
        if day is None:
            return Rejected(self.name)
        if day > context.today:
            return Rejected("since_future")
        if (context.today - day).days > self.longest:
            return Rejected("since_old", {"days": self.longest})
        return Accepted(day.isoformat())

    def recognise(self, text: str, context: Context) -> bool:
        """A day in words ("2 ngay nay", "hom qua"); digits alone could be a birth date."""
        worded = any(sign.isalpha() for sign in text)
        return worded and isinstance(self.parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

    def display(self, value: Any) -> Any:
        return {"$date": value}
