"""Crossing a border: papers, vehicle, seat, gate, days of the journey, countries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend.forms.border_gates import says_type
from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.choice import Option, is_none, means
from backend.forms.kinds.identity import common_year
from backend.forms.kinds.place import MOST_OPTIONS, Nationality
from backend.forms.kinds.time import day_by_word, in_our_order, read_day
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_BETWEEN_SIGNS = re.compile(r"[\s.\-/_]+")
_DOCUMENT_LABEL = re.compile(
    r"^(?:so\s+)?(?:ho chieu|hc|passport|pp|giay thong hanh|travel document)\s*(?:so|no|number)?\s*[:.]?\s*"
)
_DOCUMENT = re.compile(r"^(?=(?:[A-Z]*\d){4})[A-Z0-9]{5,15}$", re.ASCII)
_USUAL_PASSPORT = re.compile(r"^[A-Z]{1,2}\d{6,8}$", re.ASCII)


@dataclass(frozen=True)
class TravelDocument:
    """The number of a passport or another travel document: 5 to 15 letters and digits, at least four of them digits."""

    name: str = "passport"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        signs = _compact(_without(_DOCUMENT_LABEL, text))
        return Accepted(signs) if _DOCUMENT.match(signs) else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """One or two letters and six digits or more, or anything that is said to be a passport."""
        labelled = _DOCUMENT_LABEL.match(fold_lower(tidy(text))) is not None
        parsed = self.parse(text, context)
        return isinstance(parsed, Accepted) and (labelled or _USUAL_PASSPORT.match(parsed.value) is not None)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "pattern": "^[A-Z0-9]{5,15}$"}

    def display(self, value: Any) -> Any:
        return value


FLIGHT = r"(?:[A-Z]{2,3}|[A-Z]\d|\d[A-Z])[1-9]\d{0,3}[A-Z]?"  # an airline's designator and a number without zeros
_FLIGHT = re.compile(FLIGHT, re.ASCII)
_USUAL_FLIGHT = re.compile(r"(?:[A-Za-z]{2}|[A-Za-z]\d|\d[A-Za-z])[ -]?\d{2,4}", re.ASCII)
_FLIGHT_PARTS = re.compile(r"^([A-Z]{2,3}|[A-Z]\d|\d[A-Z])0*([1-9]\d{0,3}[A-Z]?)$", re.ASCII)
_SHORT_FLIGHT = re.compile(r"^(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])0*[1-9]\d{0,3}$", re.ASCII)
_VEHICLE_LABEL = re.compile(
    r"^(?:so hieu\s+)?(?:chuyen bay|chuyen|bay|flight|xe|tau|bien so|bks|vessel|ship)\s*(?:so|no|number)?\s*[:.]?\s+"
)


@dataclass(frozen=True)
class VehicleNumber:
    """A flight ("vn 0417" is VN417), the plate of a vehicle ("51B-123.45" is 51B12345) or the name of a ship."""

    longest: int = 30
    name: str = "vehicle_number"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        unlabelled = _SHORT_FLIGHT.match(_compact(text))  # "XE 417" is a flight, although "xe" is a vehicle
        rest = text if unlabelled else _without(_VEHICLE_LABEL, text)
        signs = _compact(rest)
        flight = _FLIGHT_PARTS.match(signs)
        if flight:
            return Accepted(flight[1] + flight[2])
        written = signs if any(sign.isdigit() for sign in signs) else tidy(rest).upper()
        whole = len(signs) >= 3 and len(written) <= self.longest and all(sign.isalnum() for sign in signs)
        return Accepted(written) if whole else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """A flight, with at least two digits unless it is said to be one."""
        labelled = _VEHICLE_LABEL.match(fold_lower(tidy(text))) is not None
        parsed = self.parse(text, context)
        if not isinstance(parsed, Accepted) or not _FLIGHT.fullmatch(parsed.value):
            return False
        return labelled or _USUAL_FLIGHT.fullmatch(tidy(text)) is not None

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "minLength": 3, "maxLength": self.longest}

    def display(self, value: Any) -> Any:
        return value


NO_SEAT = "none"
_NO_SEAT = Option(Choice("0", NO_SEAT, "choice_no_seat"), ())
SEAT_IN_ROW = r"[1-9]\d?[A-HJ-L]|none"  # no seat has the letter I, which looks like a 1
_SEAT_LABEL = re.compile(r"^(?:so\s+)?(?:ghe ngoi|ghe|seat|giuong)\s*(?:so|no|number)?\s*[:.]?\s*")
_SEAT = re.compile(r"^(?:0*([1-9]\d?)([A-HJ-L])?|([A-HJ-L])0*([1-9]\d?))$", re.ASCII)


@dataclass(frozen=True)
class Seat:
    """Row and letter of a seat ("12a", "A12" are 12A), or the number alone as in a coach; "none" before check-in.

    Rows 1 to 99, letters A to L without I.
    """

    name: str = "seat"
    choices: Sequence[Choice] = (_NO_SEAT.choice,)

    def parse(self, text: str, context: Context) -> Parsed:
        rest = _without(_SEAT_LABEL, text)
        if rest == "0" or fold_lower(rest) == "no seat" or means(rest, _NO_SEAT, context) or is_none(rest, context):
            return Accepted(NO_SEAT)
        found = _SEAT.match(_compact(rest))
        if not found:
            return Rejected(self.name)
        row, letter = (found[1], found[2] or "") if found[1] else (found[4], found[3])
        return Accepted(row + letter)

    def recognise(self, text: str, context: Context) -> bool:
        """A row followed by its letter, or anything said to be a seat."""
        labelled = _SEAT_LABEL.match(fold_lower(tidy(text))) is not None
        written = re.fullmatch(r"\d{1,2}\s?-?[A-HJ-La-hj-l]", tidy(text), re.ASCII) is not None
        return (labelled or written) and isinstance(self.parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "pattern": "^([1-9][0-9]?[A-HJ-L]?|none)$"}

    def display(self, value: Any) -> Any:
        return {"$key": "choice_no_seat"} if value == NO_SEAT else value


@dataclass(frozen=True)
class BorderGate:
    """An international border gate, stored as {"code", "name", "type"}; type is air, land, rail or sea.

    Rejections: `border_gate`; `border_gate_ambiguous` (args options: the gates it may be, in the stored form; names:
    how each is shown).
    """

    name: str = "border_gate"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        found = list(context.places.gates(tidy(text)))[:MOST_OPTIONS]
        if len(found) > 1:
            options = [dict(gate) for gate in found]
            return Rejected("border_gate_ambiguous", {"options": options, "names": [self.display(o) for o in options]})
        return Accepted(dict(found[0])) if found else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """The name of one gate; that of a province only with what the gate is ("san bay Da Nang")."""
        province = any(place["commune"] is None for place in context.places.resolve(tidy(text)))
        return isinstance(self.parse(text, context), Accepted) and (says_type(text) or not province)

    def schema(self) -> Mapping[str, Any]:
        return {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "name": {"type": "string"},
                "type": {"enum": ["air", "land", "rail", "sea"]},
            },
            "required": ["code", "name", "type"],
            "additionalProperties": False,
        }  # fmt: skip

    def display(self, value: Any) -> Any:
        return {"$text": {"key": f"gate_{value['type']}", "args": {"name": value["name"]}}}


_FROM = re.compile(r"^(?:di\s+tu|bay\s+tu|den\s+tu|khoi hanh\s+tu|from|tu|ve\s+tu)\s+")


@dataclass(frozen=True)
class Country(Nationality):
    """A country one comes from, stored as its ISO 3166 two-letter code."""

    def parse(self, text: str, context: Context) -> Parsed:
        return super().parse(_without(_FROM, text), context)

    def recognise(self, text: str, context: Context) -> bool:
        """A country by name that is not said to be the nationality."""
        return context.places.country(_without(_FROM, text)) is not None


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
        folded = fold_lower(tidy(text)).strip(" .,;!")
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


_EMAIL = re.compile(r"^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$")


@dataclass(frozen=True)
class Email:
    """An e-mail address of at most `longest` characters."""

    longest: int = 120
    name: str = "email"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        address = tidy(text).removeprefix("mailto:")
        return Accepted(address) if len(address) <= self.longest and _EMAIL.match(address) else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        return isinstance(self.parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "maxLength": self.longest, "pattern": "@"}

    def display(self, value: Any) -> Any:
        return value


@dataclass(frozen=True)
class Count:
    """A whole number from 0 to `most`; a no is 0."""

    most: int = 20
    name: str = "count"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        said = fold_lower(tidy(text)).strip(" .,;!")
        number = re.match(r"^(\d{1,3})(?:\s*(?:mui|lieu|doses?|shots?))?$", said, re.ASCII)
        if said == "no seat" or is_none(said, context):
            return Accepted(0)
        if not number or int(number[1]) > self.most:
            return Rejected(self.name, {"most": self.most})
        return Accepted(int(number[1]))

    def recognise(self, text: str, context: Context) -> bool:
        """Never: a number alone could be anything."""
        return False

    def schema(self) -> Mapping[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": self.most}

    def display(self, value: Any) -> Any:
        return str(value)


def _compact(text: str) -> str:
    return _BETWEEN_SIGNS.sub("", tidy(text)).upper()


def _without(label: re.Pattern[str], text: str) -> str:
    """The text without a label at its start, as written."""
    clean = tidy(text).strip(" .,;:!")
    folded = fold_lower(clean)
    found = label.match(folded) if len(folded) == len(clean) else None
    return clean[found.end() :] if found else clean
