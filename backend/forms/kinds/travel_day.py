"""Days of a journey, as people of many countries write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.identity import common_year
from backend.forms.kinds.time import day_by_word, in_our_order, read_day
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*"
_SEPARATOR = r"\s*(?:[/.\-*,]|thang|\s)\s*"
_SHAPES = tuple(
    re.compile(shape, re.ASCII)
    for shape in (
        rf"(?P<day>\d{{1,2}}){_SEPARATOR}(?P<month>\d{{1,2}})(?:{_SEPARATOR}(?:nam\s*)?(?P<year>\d{{4}}|\d{{2}}))?",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*[/.\-]?\s*{_MONTH_NAME}(?:\s*[/.\-,]?\s*(?P<year>\d{{4}}|\d{{2}}))?",
        rf"{_MONTH_NAME}\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,?\s*(?P<year>\d{{4}}))?",
        r"(?P<year>\d{4})[/.\-](?P<month>\d{1,2})[/.\-](?P<day>\d{1,2})",
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4}|\d{2})?",
    )
)
_TOMORROW = re.compile(r"^(?:(?:sang|trua|chieu|toi)\s+)?(?:ngay mai|mai|tomorrow|hom sau)$")
_DAYS_AHEAD = re.compile(r"(?:in\s+)(\d{1,2})\s+days?|(\d{1,2})\s*(?:ngay|hom|bua)\s*(?:nua|toi)", re.ASCII)
_AFTER_TOMORROW = re.compile(r"^(?:ngay kia|mot|ngay mot|the day after tomorrow)$")
_HAVING = re.compile(r"^(?:(?:toi|em|con)\s+)?(?:da|vua|moi|vua moi|se)\s+|\s+(?:den noi|toi noi|den|toi)$")
_JUST_NOW = re.compile(r"^(?:(?:toi|em|con)\s+)?(?:vua|moi)\b")
_WIDEST = 60  # days from today within which a date alone is taken for one of a journey


@dataclass(frozen=True)
class TravelDay:
    """A day of a journey, past or to come, stored as an ISO date; without a year, the nearest one.

    `words` are the folded words that, written before a date, say that it is this one ("den 22/11").
    What lies too far away is for the form's checks to say.
    """

    words: tuple[str, ...] = ()
    name: str = "travel_day"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        day = _journey_day(self._without_words(text), context)
        return Accepted(day.isoformat()) if day else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """A date with day and month near today, or a day in words; digits alone could be anything."""
        rest = self._without_words(text)
        day = _journey_day(rest, context)
        plain = re.fullmatch(r"\d+\s?[a-z]?", rest) is None  # "2d" is rather a seat than two days ago
        return day is not None and plain and abs(day - context.today) <= timedelta(days=_WIDEST)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}

    def display(self, value: Any) -> Any:
        return {"$date": value}

    def _without_words(self, text: str) -> str:
        folded = _HAVING.sub("", fold_lower(tidy(text)).strip(" .,;!"))
        if folded in self.words:
            return "hom nay" if _JUST_NOW.match(fold_lower(tidy(text))) else folded
        word = next((word for word in self.words if folded.startswith(word + " ")), "")
        return folded[len(word) :].strip(" :").removeprefix("ngay ").strip() if word else folded


def _journey_day(folded: str, context: Context) -> date | None:
    today, spoken = context.today, context.spoken
    named = day_by_word(folded, context)
    if named is not None:
        return named
    folded = in_our_order(folded, spoken)
    if _TOMORROW.match(folded):
        return today + timedelta(days=1)
    if _AFTER_TOMORROW.match(folded):
        return today + timedelta(days=2)
    ahead = _DAYS_AHEAD.fullmatch(folded)
    if ahead:
        return today + timedelta(days=int(ahead[1] or ahead[2]))
    if re.fullmatch(r"\d{1,2}", folded, re.ASCII):
        return _nearest([_in_month(today, months, int(folded)) for months in (-1, 0, 1)], today)
    dated = next((found for shape in _SHAPES if (found := shape.fullmatch(folded.removeprefix("ngay ")))), None)
    return _dated(dated, context) if dated else read_day(folded, today)


def _dated(found: re.Match[str], context: Context) -> date | None:
    today = context.today
    parts = found.groupdict()
    month = _MONTHS.index(parts["name"]) + 1 if parts.get("name") else int(parts["month"])
    year = parts["year"]
    if year:
        whole = common_year(int(year), context) if len(year) == 4 else 2000 + int(year)
        return _valid(whole, month, int(parts["day"]))
    return _nearest([_valid(today.year + years, month, int(parts["day"])) for years in (-1, 0, 1)], today)


def _in_month(today: date, months: int, day: int) -> date | None:
    number = today.year * 12 + today.month - 1 + months
    return _valid(number // 12, number % 12 + 1, day)


def _nearest(days: Sequence[date | None], today: date) -> date | None:
    return min((day for day in days if day), key=lambda day: abs(day - today), default=None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
