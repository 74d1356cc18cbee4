"""Crossing a border: papers, vehicle, seat, gate, countries, doses of a vaccine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.forms.border_gates import says_type
from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds.choice import Option, bluntly, is_none, is_unsure, means
from backend.forms.kinds.place import MOST_OPTIONS, Nationality
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_POLITE_END = re.compile(r"\s+(?:a|ạ|nha|nhe|nhé)$")  # in small letters: a code may end with an A
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
        signs = _compact(_without(_DOCUMENT_LABEL, _POLITE_END.sub("", text)))
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
    r"^(?:(?:vietnam airlines|vietjet(?: air)?|bamboo(?: airways)?|pacific airlines)\s+(?=\S*\d)|so hieu\s+(?=\S*\d))"
    r"|^(?:so hieu\s+)?(?:chuyen bay|chuyen|bay|flight|xe|tau|bien so|bks|vessel|ship)\s*(?:so|no|number)?\s*[:.]?\s+"
)


@dataclass(frozen=True)
class VehicleNumber:
    """A flight ("vn 0417" is VN417), the plate of a vehicle ("51B-123.45" is 51B12345) or the name of a ship."""

    longest: int = 30
    name: str = "vehicle_number"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        unlabelled = _SHORT_FLIGHT.match(_compact(text))  # "XE 417" is a flight, although "xe" is a vehicle
        rest = text if unlabelled else _without(_VEHICLE_LABEL, _POLITE_END.sub("", text))
        signs = _compact(rest)
        flight = _FLIGHT_PARTS.match(signs)
        if flight:
            return Accepted(flight[1] + flight[2])
        written = signs if any(sign.isdigit() for sign in signs) else tidy(rest).upper()
        whole = (
            not is_unsure(text)
            and len(signs) >= 3
            and len(written) <= self.longest
            and all(sign.isalnum() for sign in signs)
        )
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
_SEAT_LABEL = re.compile(r"^(?:so\s+)?(?:ghe ngoi|ghe|seat|giuong)\s*(?:so|no|number)?\s*[:.]?\s*|^so\s+(?=\d)")
_SEAT_NOT_YET = re.compile(r"(?:chua|khong|ko|k)(?: (?:co|biet|ro|duoc xep))?(?: so)? ghe|chua (?:biet|ro|check ?in)")
_SEAT_IN_WORDS = re.compile(r"^hang\s*(\d{1,2})\s*(?:,\s*)?(?:ghe\s*)?([a-hj-l])$", re.ASCII)
_SEAT = re.compile(r"^(?:0*([1-9]\d?)([A-HJ-L])?|([A-HJ-L])0*([1-9]\d?))$", re.ASCII)


@dataclass(frozen=True)
class Seat:
    """Row and letter of a seat ("12a", "A12" are 12A), or the number alone as in a coach; "none" before check-in.

    Rows 1 to 99, letters A to L without I.
    """

    name: str = "seat"
    choices: Sequence[Choice] = (_NO_SEAT.choice,)

    def parse(self, text: str, context: Context) -> Parsed:
        rest = _without(_SEAT_LABEL, _SEAT_IN_WORDS.sub(r"\1\2", fold_lower(tidy(text))))
        if _SEAT_NOT_YET.fullmatch(bluntly(fold_lower(tidy(text)))):
            return Accepted(NO_SEAT)
        if rest == "0" or fold_lower(rest) == "no seat" or means(rest, _NO_SEAT, context) or is_none(rest, context):
            return Accepted(NO_SEAT)
        found = _SEAT.match(_compact(rest)) or _SEAT.match(_compact(bluntly(rest)))
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


_COUNT_WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "one": 1, "two": 2, "three": 3, "four": 4}
_COUNTED = re.compile(
    r"^(?:(?:da|du|moi|duoc|toi|em|con|chau|tiem|chich)\s+)*"
    rf"(\d{{1,3}}|{'|'.join(_COUNT_WORDS)})(?:\s*(?:mui|lieu|lan|doses?|shots?))?(?:\s+(?:roi|thoi|a|nha|nhe))*$",
    re.ASCII,
)
_NONE_GIVEN = re.compile(
    r"(?:toi |em )?(?:chua|khong|ko|k)(?: (?:he|co|duoc))?(?: (?:tiem|chich))?(?: mui)?(?: nao)?(?: ca| het)?"
)


@dataclass(frozen=True)
class Count:
    """A whole number from 0 to `most`; a no is 0."""

    most: int = 20
    name: str = "count"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        said = fold_lower(tidy(text)).strip(" .,;!")
        number = _COUNTED.match(said)
        if said == "no seat" or is_none(said, context) or _NONE_GIVEN.fullmatch(said):
            return Accepted(0)
        counted = _COUNT_WORDS.get(number[1]) or int(number[1]) if number else self.most + 1
        return Accepted(counted) if counted <= self.most else Rejected(self.name, {"most": self.most})

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
