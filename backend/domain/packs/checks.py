"""What must hold in a pack file; every problem is found at once and named by its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from backend.domain.packs import entry
from backend.domain.triage import LEVELS
from backend.domain.venues import KINDS
from backend.domain.visits import OTHER
from backend.forms.catalogue import FORMS
from backend.forms.model import Field, Form
from backend.forms.questions import question_fields

_KEYS = (
    "name", "valid_from", "valid_to", "sources", "legal_basis", "window_days", "forms", "triage", "retention_days",
    "exposure", "visits", "notices", "entry",
)  # fmt: skip
_RETENTION = ("declarations", "visits", "contacts")
_EXPOSURE = ("infectious_days_before_onset", "infectious_days_before_sample", "least_minutes", "follow_up_days")
_VISITS = ("duplicate_hours", "cap_hours", "dwell_minutes")
_NOTICES = ("fewest_visitors", "window_hours")
_LONGEST_DAYS = 3_650
_DAY_HOURS = 24
_LONGEST_DWELL = 23 * 60 + 45  # minutes, as in the national systems
_MOST_POINTS = 1_000
_WHOLE_BLOCKS = (1, 2, 3, 4, 6, 8, 12, 24)  # hours that divide a day
ALL = "all"  # instead of a list of questions
LEGAL_BASES = ("law", "consent")  # each is told once by the text `kept_<basis>`


def problems(content: Any) -> list[str]:
    """Every problem of a pack file's content, as "field: reason"; empty when it can be used."""
    found = list(_keys(content, _KEYS, ""))
    if found:
        return found
    return [*_head(content), *_forms(content["forms"]), *_triage(content), *_numbers(content), *_places(content),
            *_entry(content["entry"])]  # fmt: skip


def asked_of(form: str, asked: Any) -> Any:
    """The questions a pack names; those of the whole form, in its order, where it says `all`."""
    return [field.name for field in question_fields(FORMS[form])] if asked == ALL and form in FORMS else asked


def _keys(content: Any, expected: Sequence[str], where: str) -> Iterator[str]:
    if not isinstance(content, Mapping):
        yield f"{where or 'file'}: must be a mapping"
        return
    yield from (f"{where}{name}: missing" for name in expected if name not in content)
    yield from (f"{where}{name}: unknown" for name in content if name not in expected)


def _entry(content: Any) -> Iterator[str]:
    wrong = list(_keys(content, entry.KEYS, "entry."))
    yield from wrong or entry.problems(content)


def _head(content: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(content["name"], str) or not content["name"]:
        yield "name: must be a word"
    if not isinstance(content["sources"], list) or not content["sources"]:
        yield "sources: say where the rules come from"
    if content["legal_basis"] not in LEGAL_BASES:
        yield f"legal_basis: must be law or consent, not {content['legal_basis']!r}"
    yield from _dates(content["valid_from"], content["valid_to"])


def _dates(start: Any, end: Any) -> Iterator[str]:
    if type(start) is not date:
        yield "valid_from: must be a date"
    if end is not None and type(end) is not date:
        yield "valid_to: must be a date or null"
    elif type(start) is date and end is not None and end < start:
        yield "valid_to: before valid_from"


def _forms(forms: Any) -> Iterator[str]:
    if not isinstance(forms, Mapping) or not forms:
        yield "forms: must name at least one form"
        return
    for name, asked in forms.items():
        if name not in FORMS:
            yield f"forms.{name}: no such form"
        elif not isinstance(asked_of(name, asked), list):
            yield f"forms.{name}: must be all or a list of questions"
        else:
            yield from _questions(FORMS[name], asked_of(name, asked))


def _questions(form: Form, asked: Sequence[Any]) -> Iterator[str]:
    known = {field.name: field for field in question_fields(form)}
    for at, name in enumerate(asked):
        where = f"forms.{form.name}.{name}"
        if name not in known:
            yield f"{where}: the form has no such question"
        elif name in asked[:at]:
            yield f"{where}: asked twice"
        else:
            yield from (f"{where}: {reason}" for reason in _dependents(known, known[name], asked, at))


def _dependents(known: Mapping[str, Field], field: Field, asked: Sequence[Any], at: int) -> Iterator[str]:
    """A condition needs its question before it, and whoever asks a question asks what depends on it."""
    if field.asked_if and field.asked_if.field not in asked[:at]:
        yield f"depends on {field.asked_if.field}, which must be asked before"
    for other in known.values():
        if other.required and other.asked_if and other.asked_if.field == field.name and other.name not in asked:
            yield f"{other.name} depends on it and is not asked"


def _triage(content: Mapping[str, Any]) -> Iterator[str]:
    triage = content["triage"]
    found = list(_keys(triage, ("weights", "thresholds"), "triage."))
    if found:
        yield from found
        return
    yield from _weights(triage["weights"], content["forms"])
    yield from _thresholds(triage["thresholds"])


def _weights(weights: Any, forms: Any) -> Iterator[str]:
    if not isinstance(weights, Mapping):
        yield "triage.weights: must be a mapping"
        return
    listed = forms.items() if isinstance(forms, Mapping) else ()
    asked = {name for form, names in listed for name in asked_of(form, names) or ()}
    fields = {field.name: field for form in FORMS.values() for field in question_fields(form)}
    for name, weight in weights.items():
        where = f"triage.weights.{name}"
        if name not in asked or name not in fields:
            yield f"{where}: the pack does not ask this"
        elif isinstance(weight, Mapping):
            values = {choice.value for choice in fields[name].kind.choices}
            yield from (f"{where}.{value}: no such answer" for value in weight if value not in values)
            yield from _each_number(weight, where, 0, _MOST_POINTS)
        else:
            yield from _each_number({name: weight}, "triage.weights", 0, _MOST_POINTS)


def _thresholds(thresholds: Any) -> Iterator[str]:
    if not isinstance(thresholds, Mapping):
        yield "triage.thresholds: must be a mapping"
        return
    yield from (f"triage.thresholds.{name}: no such level" for name in thresholds if name not in LEVELS[1:])
    wrong = list(_each_number(thresholds, "triage.thresholds", 1, _MOST_POINTS))
    yield from wrong
    rising = [thresholds[name] for name in LEVELS if name in thresholds]
    if not wrong and rising != sorted(set(rising)):
        yield "triage.thresholds: must rise with the level"


def _numbers(content: Mapping[str, Any]) -> Iterator[str]:
    yield from _each_number({"window_days": content["window_days"]}, "", 1, _LONGEST_DAYS)
    for name, keys, least in (("retention_days", _RETENTION, 1), ("exposure", _EXPOSURE, 0)):
        wrong = list(_keys(content[name], keys, f"{name}."))
        yield from wrong or _each_number(content[name], name, least, _LONGEST_DAYS)


def _places(content: Mapping[str, Any]) -> Iterator[str]:
    visits, notices = content["visits"], content["notices"]
    wrong = [*_keys(visits, _VISITS, "visits."), *_keys(notices, _NOTICES, "notices.")]
    if wrong:
        yield from wrong
        return
    hours = {name: visits[name] for name in ("duplicate_hours", "cap_hours")}
    yield from _each_number(hours, "visits", 1, _DAY_HOURS)
    yield from _dwell(visits["dwell_minutes"])
    yield from _each_number({"fewest_visitors": notices["fewest_visitors"]}, "notices", 1, _MOST_POINTS)
    if notices["window_hours"] not in _WHOLE_BLOCKS:
        yield "notices.window_hours: must divide a day"


def _dwell(dwell: Any) -> Iterator[str]:
    if not isinstance(dwell, Mapping):
        yield "visits.dwell_minutes: must be a mapping"
        return
    if OTHER not in dwell:
        yield f"visits.dwell_minutes.{OTHER}: missing"
    yield from (f"visits.dwell_minutes.{kind}: no such kind" for kind in dwell if kind not in KINDS)
    yield from _each_number(dwell, "visits.dwell_minutes", 1, _LONGEST_DWELL)


def _each_number(numbers: Mapping[str, Any], where: str, least: int, most: int) -> Iterator[str]:
    for name, number in numbers.items():
        if type(number) is not int or not least <= number <= most:
            yield f"{where + '.' if where else ''}{name}: must be a whole number from {least} to {most}"
