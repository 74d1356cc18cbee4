"""Where somebody lives and has been."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.forms.folding import agrees, fold_lower, tidy
from backend.forms.kinds.choice import NO_WORDS, YES_WORDS, bluntly, is_none, is_request, is_unsure
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

MOST_OPTIONS = 5
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_PLACE_SCHEMA = {"type": ["string", "null"]}


@dataclass(frozen=True)
class Address:
    """Province and commune, stored as {"province": code, "commune": code, "text": as given}.

    Rejections: `address` (no word in it); `address_unknown`; `address_commune` (only the province was given, args
    province); `address_ambiguous` (args options: the places it may be, each in the stored form); `address_near` (the
    same, the places whose names are nearly so).
    """

    longest: int = 160
    name: str = "address"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        given = tidy(text)[: self.longest]
        if not any(sign.isalpha() for sign in given) or _is_yes_or_no(given) or is_unsure(given) or is_request(given):
            return Rejected(self.name)
        found = context.places.resolve(given)
        communes = [place for place in found if place["commune"]]
        near = context.places.near(given) if not communes else ()
        if len(communes) == 1:
            near = context.places.misspelt(given, communes[0]["commune"])
        if near:
            return Rejected("address_near", {"options": [dict(place) for place in (*near, *communes)]})
        if not found:
            return Rejected("address_unknown")
        if not communes:
            return Rejected("address_commune", {"province": context.places.name(found[0]["province"])})
        if len(communes) > 1:
            return Rejected("address_ambiguous", {"options": [dict(place) for place in communes[:MOST_OPTIONS]]})
        return Accepted({**communes[0], "text": given})

    def lenient(self, text: str, context: Context, any_province: bool) -> Parsed:
        """The way out for somebody whose commune is in no list: kept as written, with the province's code.

        A health worker finds a place by its province and a call, but nobody by a few words from anywhere: without a
        province it is `address_province`, unless `any_province` says that it was asked for already.
        """
        given = tidy(text)[: self.longest]
        if not re.search(r"[^\W\d_]{2}", given) or _is_yes_or_no(given) or is_unsure(given) or is_request(given):
            return Rejected(self.name)
        province = context.places.province(given)
        if province is None and not any_province:
            return Rejected("address_province")
        return Accepted({"province": province, "commune": None, "text": given})

    def recognise(self, text: str, context: Context) -> bool:
        """A commune with its province, and no year among the words."""
        return not _YEAR.search(text) and context.places.complete(tidy(text)[: self.longest])

    def schema(self) -> Mapping[str, Any]:
        return {
            "type": "object",
            "properties": {
                "province": _PLACE_SCHEMA,
                "commune": _PLACE_SCHEMA,
                "text": {"type": "string", "maxLength": self.longest},
            },
            "required": ["province", "commune", "text"],
            "additionalProperties": False,
        }

    def display(self, value: Any) -> Any:
        return {"$place": value}


_NATIONALITY = re.compile(r"(?:quoc tich|nationality|nguoi)\s*:?\s*(.+)")
_WITHOUT_PEOPLE = re.compile(  # 中国人, 한국인, คนไทย: a country with the word for its people
    r"^(?:คน|ชาว|สัญชาติ|ຄົນ|ຊາວ|ສັນຊາດ|ជនជាតិ|សញ្ជាតិ)\s*|\s*(?:人|籍|(?<=[国國])[国國]籍|국적|사람|인)$"
)


@dataclass(frozen=True)
class Nationality:
    """A country, stored as its ISO 3166 two-letter code."""

    name: str = "country"
    choices: Sequence[Choice] = ()

    def parse(self, text: str, context: Context) -> Parsed:
        given = tidy(text)
        said = _NATIONALITY.match(fold_lower(given))
        named = said.group(1) if said else given
        places, alone = context.places, _WITHOUT_PEOPLE.sub("", named)
        code = places.nationality(named) or places.country_of_code(named) or places.country(alone)
        return Accepted(code) if code else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """A country said to be the nationality; a country alone may be one travelled to."""
        said = _NATIONALITY.match(fold_lower(tidy(text)))
        return said is not None and isinstance(Nationality().parse(text, context), Accepted)

    def schema(self) -> Mapping[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}$"}

    def display(self, value: Any) -> Any:
        return {"$place": {"country": value, "province": None, "commune": None, "text": value}}


_BETWEEN_PLACES = re.compile(r"\s*(?:[,;/+&\n]|\s(?:va|and|voi|roi|et|и)\s)\s*")
_GOING = r"(?:di|den|toi|ve|o|tu|qua|tai|ra|vao|len|sang|xuong|ghe)"
_BEFORE_PLACES = re.compile(
    rf"^(?:(?:toi|em|minh|con|chau)\s+)?(?:(?:da|co|moi|vua)\s+(?={_GOING}\s))*(?:{_GOING}\s+)*(?:(?:tinh|nuoc)\s+)?"
)  # "da" alone may begin "Da Nang"
LONGEST_NAME = 5  # words
_MOST_WORDS = 20  # of one piece


@dataclass(frozen=True)
class PlaceList:
    """Provinces and countries, stored as a list of {"country": ISO code, "province": code or None, "text"}.

    With `none_key`, the text of that choice, 0 or a no is the empty list.
    """

    most: int = 12
    none_key: str = ""
    name: str = "place_list"

    @property
    def choices(self) -> Sequence[Choice]:
        return (Choice("0", (), self.none_key),) if self.none_key else ()

    def parse(self, text: str, context: Context) -> Parsed:
        clean = tidy(text).strip(" .,;!")
        if self.none_key and (clean == "0" or is_none(clean, context)):
            return Accepted([])
        if _is_yes_or_no(clean):
            return Rejected(self.name)
        found: list[Mapping[str, Any]] = []
        for piece in _joined(_pieces(text), context)[: self.most]:
            places = _read_piece(piece, context)
            if not places:
                return Rejected("place_list_unknown", {"text": piece[:40]}) if found else Rejected(self.name)
            found += [place for place in places if not _known(place, found)]
        return Accepted(found[: self.most]) if found else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """Never: an address names a province too."""
        return False

    def schema(self) -> Mapping[str, Any]:
        place = {
            "type": "object",
            "properties": {"country": {"type": "string"}, "province": _PLACE_SCHEMA, "text": {"type": "string"}},
            "required": ["country", "province", "text"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": place, "minItems": int(not self.none_key), "maxItems": self.most}

    def display(self, value: Any) -> Any:
        if not value:
            return {"$key": self.none_key}
        return {"$list": [{"$place": {"commune": None, **place}} for place in value]}


def _is_yes_or_no(text: str) -> bool:
    """A bare yes or no, some of which are communes when they are put together ("chua": Chư A)."""
    said = bluntly(text)
    return any(agrees(said, word) for word in (*YES_WORDS, *NO_WORDS))


def _pieces(text: str) -> list[str]:
    clean = tidy(text.replace("\n", ";"))
    folded = fold_lower(clean)
    if len(folded) != len(clean):
        clean = folded
    cuts = [0, *(end for found in _BETWEEN_PLACES.finditer(folded) for end in found.span()), len(clean)]
    parts = (clean[start:end].strip(" .") for start, end in zip(cuts[::2], cuts[1::2], strict=True))
    return [_without_lead(part) for part in parts if part]


def _without_lead(piece: str) -> str:
    lead = _BEFORE_PLACES.match(fold_lower(piece))
    return piece[lead.end() :] if lead else piece


def _joined(pieces: Sequence[str], context: Context) -> list[str]:
    """The pieces, a commune and the province after it put together again."""
    joined: list[str] = []
    for piece in pieces:
        if joined and context.places.complete(f"{joined[-1]}, {piece}"):
            joined[-1] = f"{joined[-1]}, {piece}"
        else:
            joined.append(piece)
    return joined


def _read_piece(piece: str, context: Context) -> list[Mapping[str, Any]]:
    """One country, one province, a commune for its province, or several names without anything between."""
    words = piece.split()[:_MOST_WORDS]
    several = _scan(words, context) if len(words) > 1 else []
    if several:
        return several
    country = context.places.country(piece)
    if country:
        return [{"country": country, "province": None, "text": piece}]
    provinces = {place["province"] for place in context.places.resolve(piece)}
    return [{"country": "VN", "province": provinces.pop(), "text": piece}] if len(provinces) == 1 else []


def _scan(words: Sequence[str], context: Context) -> list[Mapping[str, Any]]:
    """Names written one after the other ("Ha Noi Hai Phong Lao"), longest first; [] unless every word is used."""
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        first = _exactly(words[:length], context)
        rest = words[length:]
        if first and not rest:
            return [first]
        others = _scan(rest, context) if first else []
        if first and others:
            return [first, *others]
    return []


def _exactly(words: Sequence[str], context: Context) -> Mapping[str, Any] | None:
    """The country or province that all of the words name."""
    text = " ".join(words)
    country = context.places.country(text)
    if country:
        return {"country": country, "province": None, "text": text}
    found = context.places.resolve(text)
    if len(found) != 1 or found[0]["commune"]:
        return None
    shorter = context.places.resolve(" ".join(words[1:]))
    if shorter and shorter[0]["province"] == found[0]["province"]:
        return None
    return {"country": "VN", "province": found[0]["province"], "text": text}


def _known(place: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    return any((place["country"], place["province"]) == (one["country"], one["province"]) for one in found)
