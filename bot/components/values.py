"""What the marked spans mean: the last step from words to entity values, with the forms kernel's own parsers.

A span whose text does not read as its entity is dropped, never guessed at: a telephone number that is none, a birth
year in the future.  Values are strings: ids, codes and ISO dates where the kernel has them, else the text as sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from backend.forms import venue_code
from backend.forms.folding import fold_lower, tidy
from backend.forms.health import GENDER
from backend.forms.kinds import BirthYear, IdNumber, Phone, Since
from backend.forms.model import Accepted, Context, Kind
from backend.forms.moments import read_moment, says_hour
from bot.components.days import since_of
from bot.components.entities import SPANS
from bot.components.grammar import DECIDED
from bot.components.step import Step
from bot.components.symptoms import told_symptoms
from bot.components.text_stage import READING, Reading, spelt_out
from bot.forms import gazetteer

VIET_NAM = timezone(timedelta(hours=7))
_Reader = Callable[[str, Context], "str | None"]

_LANGUAGES = {
    "viet": "vi", "vietnamese": "vi", "anh": "en", "english": "en", "trung": "zh", "hoa": "zh", "chinese": "zh", "han": "ko", "korean": "ko",
    "nhat": "ja", "japanese": "ja", "khmer": "km", "khome": "km", "campuchia": "km", "lao": "lo", "nga": "ru", "russian": "ru", "phap": "fr",
    "french": "fr", "thai": "th",
}  # fmt: skip
_COUNT_WORDS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
}
TELLING = frozenset(("declare_health", "declare_entry", "declare_contact", "correct_answer", "emergency"))
SURE = 0.8  # confidence from which an intent speaks for what a short word means
_TEMPERATURE = re.compile(r"(?<!\d)(3[4-9]|4[0-3])(?:(?:\s*(?:do|o|°|c|[.,])+\s*|\s)(ruoi|\d(?=\d?(?!\d)))|(?!\d))")
_FULL_DATE = re.compile(r"(\d{1,2})\s*(?:[/.\-]|thang)\s*(\d{1,2})(?:\s*(?:[/.\-]|nam)?\s*(\d{4}|\d{2}))")


def _by_kind(kind: Kind) -> _Reader:
    def read(text: str, context: Context) -> str | None:
        parsed = kind.parse(text, context)
        return str(parsed.value) if isinstance(parsed, Accepted) else None

    return read


def _as_sent(text: str, context: Context) -> str | None:
    return tidy(text) or None


def _country(text: str, context: Context) -> str | None:
    return context.places.country(text) or tidy(text)


def _birth_date(text: str, context: Context) -> str | None:
    found = _FULL_DATE.search(fold_lower(text))
    if not found:
        return tidy(text)
    year = int(found[3]) + (0 if len(found[3]) == 4 else 1900 if int(found[3]) > context.today.year % 100 else 2000)
    try:
        return date(year, int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return None


def _since(text: str, context: Context) -> str | None:
    parsed = Since().parse(text, context)
    return str(parsed.value) if isinstance(parsed, Accepted) else tidy(text)


def temperature(text: str, context: Context) -> str | None:
    """Degrees Celsius with one decimal from "38 do 5", "38do5", "38,5", "39 do ruoi"; None outside 34–43."""
    found = _TEMPERATURE.search(fold_lower(text))
    if not found:
        return None
    tenth = "5" if found[2] == "ruoi" else found[2] or "0"
    return f"{found[1]}.{tenth}"


def _venue_code(text: str, context: Context) -> str | None:
    code = venue_code.normalise(text)
    return code if re.fullmatch(r"\d{6,10}", code, re.ASCII) else None


def _count(text: str, context: Context) -> str | None:
    folded = fold_lower(tidy(text)).strip("+ ")
    number = int(folded) if re.fullmatch(r"\d{1,2}", folded, re.ASCII) else _COUNT_WORDS.get(folded)
    return str(number) if number else None


def visit_time(text: str, context: Context) -> str | None:
    """When a past visit was: an ISO day, with the hour where one was said ("hom qua 8h" -> 2026-11-21T08:00)."""
    at = read_moment(text, datetime.combine(context.today, time.max))
    if says_hour(text):
        return at.isoformat(timespec="minutes") if at else None
    return at.date().isoformat() if at else tidy(text)


def _compact(text: str, context: Context) -> str | None:
    return re.sub(r"[\s.\-]+", "", tidy(text)).upper() or None


def _language(text: str, context: Context) -> str | None:
    return next((_LANGUAGES[word] for word in reversed(fold_lower(text).split()) if word in _LANGUAGES), None)


def _bits(text: str, context: Context) -> str | None:
    bits = re.sub(r"\D", "", text)
    return bits if bits and set(bits) <= {"0", "1"} else None


READERS: Mapping[str, _Reader] = {
    "full_name": _as_sent, "address": _as_sent, "border_gate": _as_sent, "birth_year": _by_kind(BirthYear()), "birth_date": _birth_date,
    "gender": _by_kind(GENDER), "phone": _by_kind(Phone()), "id_number": _by_kind(IdNumber()), "passport": _by_kind(IdNumber()),
    "nationality": _country, "country": _country, "since": _since, "temperature": temperature, "venue_code": _venue_code,
    "companions": _count, "time": visit_time, "flight": _compact, "seat": _compact, "language": _language, "checklist_bits": _bits,
}  # fmt: skip


SPELT_OUT = frozenset(
    ("since", "companions", "language", "gender", "nationality", "country", "time")
)  # read after mending


def read_spans(
    text: str, spans: Sequence[tuple[str, int, int]], context: Context, reading: Reading | None = None
) -> list[dict[str, Any]]:
    """Entities of the spans that can be read on their own, and of the places among them.

    With a `reading`, days, counts and the like are read with short spellings and residues written out.
    """
    entities = []
    for label, start, end in _without_answer_string(text, spans):
        reader = READERS.get(label)
        written = spelt_out(reading, start, end) if reading and label in SPELT_OUT else text[start:end]
        value = reader(written, context) if reader else None
        if value is not None:
            entities.append({"entity": label, "value": value, "start": start, "end": end})
    return entities + _places(text, spans, context)


_CODE = re.compile(r"(?<!\d)(?:\d[\s.\-]?){7}\d(?![\d])")
_COMPANIONS = re.compile(r"\+\s*(\d{1,2})(?!\d)")
_CHECKS = re.compile(r"(?<!\d)[01](?:[\s.,\-]?[01]){4,19}(?!\d)")
_BETWEEN_SIGNS = r"(?:(?<=[;,#/|.:+\-])|(?<=[;,#/|.:+\-] )|(?<=\d{{4}} ))({})\s*(?=[;,#/|.+\-]|$)"
_GENDER_ALONE = re.compile(_BETWEEN_SIGNS.format("nam|nữ|nu"), re.IGNORECASE)
_YEAR_ALONE = re.compile(_BETWEEN_SIGNS.format(r"19\d\d|20\d\d"), re.ASCII)
_PHONE_ALONE = re.compile(r"(?<![\d.\-])((?:\+84|84|0)(?:[ .\-]?\d){9})(?![ .\-]?\d)", re.ASCII)
_NUMBER = re.compile(r"\+?\d[\d\s.\-]{7,14}\d")


def read_keyword(text: str, intent: str) -> list[dict[str, Any]]:
    """Entities that the syntax of a keyword message gives away: the code after DD, DI, BC and PA, the telephone after TX,
    gender, birth year and telephone between the signs after KB."""
    if intent == "declare_contact":
        return _patterns(text, 0, (("phone", _NUMBER),))
    if intent == "declare_health":
        alone = (("gender", _GENDER_ALONE), ("birth_year", _YEAR_ALONE), ("phone", _PHONE_ALONE))
        return _patterns(text, 0, alone)
    code = _CODE.search(text)
    if intent not in ("check_in", "check_out", "report_facility", "send_feedback") or code is None:
        return []
    after = {"check_in": ("companions", _COMPANIONS), "report_facility": ("checklist_bits", _CHECKS)}.get(intent)
    return [*_patterns(text, 0, (("venue_code", _CODE),)), *_patterns(text, code.end(), (after,) if after else ())]


def _patterns(text: str, at: int, patterns: Sequence[tuple[str, re.Pattern[str]]]) -> list[dict[str, Any]]:
    context = _context({})
    entities = []
    for label, pattern in patterns:
        found = pattern.search(text, at)
        value = READERS[label](found.group(found.lastindex or 0), context) if found else None
        if found and value is not None:
            start, end = found.span(found.lastindex or 0)
            entities.append({"entity": label, "value": value, "start": start, "end": end})
    return entities


def _without_answer_string(text: str, spans: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """A checklist belongs to a facility: without its code, digits are the answers of a declaration."""
    coded = any(label == "venue_code" for label, _, _ in spans)
    return [span for span in spans if span[0] != "checklist_bits" or coded or span[2] - span[1] > 8]


def _places(text: str, spans: Sequence[tuple[str, int, int]], context: Context) -> list[dict[str, Any]]:
    """Provinces and communes with their codes; a commune is read together with the district and province after it."""
    units = [span for span in spans if span[0] in ("commune", "district", "province")]
    entities = []
    for position, (label, start, end) in enumerate(units):
        if label == "district":
            continue
        value = _commune(text, units[position:], context) if label == "commune" else _province(text[start:end], context)
        entities.append({"entity": label, "value": value or tidy(text[start:end]), "start": start, "end": end})
    return entities


def _province(text: str, context: Context) -> str | None:
    found = {place["province"] for place in context.places.resolve(tidy(text))}
    return found.pop() if len(found) == 1 else None


def _commune(text: str, units: Sequence[tuple[str, int, int]], context: Context) -> str | None:
    """The code of the commune that starts `units`; None where the name alone could be several."""
    stop = next((number for number, unit in enumerate(units) if number and unit[0] == "commune"), len(units))
    written = ", ".join(tidy(text[start:end]) for _, start, end in units[:stop])
    found = {place["commune"] for place in context.places.resolve(written) if place["commune"]}
    return found.pop() if len(found) == 1 else None


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ValueExtractor(Step):
    """Turns spans and told symptoms into the entities of the contract."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        gazetteer().resolve("Bến Nghé, TP HCM")  # the look-ups are read now, not at the first message

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of every message that has a reading; those the grammar found stay."""
        for message in messages:
            reading = message.get(READING)
            if reading:
                context = _context(message.get("metadata") or {})
                spans = message.get(SPANS) or []
                text = message.get(TEXT)
                certain = [
                    *(message.get(ENTITIES) or []),
                    *(read_keyword(text, message.get(INTENT)["name"]) if message.get(DECIDED) else []),
                ]
                told = told_symptoms(reading, spans, *_telling(message))
                read = read_spans(text, spans, context, reading)
                dated = any(one["entity"] in ("since", "time") for one in read)
                day = None if dated or not told else since_of(reading, told, context)
                entities = [*certain, *read, *told, *([day] if day else [])]
                message.set(ENTITIES, _in_order(entities), add_to_output=True)
        return messages


def _telling(message: Message) -> tuple[bool, bool]:
    """Whether symptoms may be told in a text of this intent, and whether they surely are."""
    intent = message.get(INTENT) or {"name": None, "confidence": 0.0}
    return intent["name"] in TELLING, intent["name"] == "declare_health" and intent["confidence"] >= SURE


def _context(metadata: Mapping[str, Any]) -> Context:
    today = (metadata.get("facts") or {}).get("today")
    day = date.fromisoformat(today) if today else datetime.now(VIET_NAM).date()
    return Context(day, gazetteer())


def _in_order(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By position; of two that overlap, the one found first."""
    kept: list[dict[str, Any]] = []
    for entity in entities:
        if all(entity["end"] <= other["start"] or entity["start"] >= other["end"] for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda entity: entity["start"])
