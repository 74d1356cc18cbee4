"""What must hold in a pack file; every problem is found at once and named by its field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from backend.domain.packs import entry, questions
from backend.domain.packs.numbers import LONGEST_DAYS, each_number
from backend.domain.packs.numbers import keys as keys_of
from backend.domain.triage import LEVELS
from backend.domain.venues import KINDS
from backend.domain.visits import OTHER
from backend.forms.catalogue import FORMS
from backend.forms.model import Field, Form
from backend.forms.questions import question_fields, values_of

_RETENTION = ("declarations", "visits", "contacts")
_EXPOSURE = ("infectious_days_before_onset", "infectious_days_before_sample", "least_minutes", "follow_up_days")
_FOLLOW_UP = ("ask_hour", "remind_hour", "latest_hour", "silent_days", "levels")
_VISITS = ("duplicate_hours", "cap_hours", "dwell_minutes")
_NOTICES = ("fewest_visitors", "window_hours")
_DAY_HOURS = 24
_MORNING, _NIGHT = 7, 21  # nobody is written to outside these hours
_MOST_SILENT_DAYS = 14
_LONGEST_FOLLOW_UP = 60  # days
_LONGEST_DWELL = 23 * 60 + 45  # minutes, as in the national systems
_LONGEST_NAME = 64  # characters, as cases and declarations are filed under
_MOST_POINTS = 1_000
_WHOLE_BLOCKS = (1, 2, 3, 4, 6, 8, 12, 24)  # hours that divide a day
ALL = "all"  # instead of a list of questions
LEGAL_BASES = ("law", "consent")  # each is told once by the text `kept_<basis>`


def problems(content: Any, texts: Collection[str] | None = None) -> list[str]:
    """Every problem of a pack file's content, as "field: reason"; empty when it can be used.

    `texts` are the message keys that exist; None: they are not looked up.
    """
    found = list(keys_of(content, tuple(_PARTS), ""))
    if not isinstance(content, Mapping):
        return found
    for name, part in _PARTS.items():
        if name in content:
            found += part(content[name], content)
    return [*found, *_texts(content, texts)]


def asked_of(form: str, asked: Any) -> Any:
    """The questions a pack names; those of the whole form, in its order, where it says `all`."""
    return [field.name for field in question_fields(FORMS[form])] if asked == ALL and form in FORMS else asked


def _name(name: Any, content: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        yield f"name: must be a word of at most {_LONGEST_NAME} characters"


def _sources(sources: Any, content: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(sources, list) or not sources or not all(isinstance(one, str) and one for one in sources):
        yield "sources: say where the rules come from"


def _legal_basis(basis: Any, content: Mapping[str, Any]) -> Iterator[str]:
    if basis not in LEGAL_BASES:
        yield f"legal_basis: must be law or consent, not {basis!r}"


def _valid_from(start: Any, content: Mapping[str, Any]) -> Iterator[str]:
    if type(start) is not date:
        yield "valid_from: must be a date"


def _valid_to(end: Any, content: Mapping[str, Any]) -> Iterator[str]:
    start = content.get("valid_from")
    if end is not None and type(end) is not date:
        yield "valid_to: must be a date or null"
    elif end is not None and type(start) is date and end < start:
        yield "valid_to: before valid_from"


def _window_days(days: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from each_number({"window_days": days}, "", 1, LONGEST_DAYS)


def _forms(forms: Any, content: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(forms, Mapping) or not forms:
        yield "forms: must name at least one form"
        return
    for name, asked in forms.items():
        if name not in FORMS:
            yield f"forms.{name}: no such form"
        elif not isinstance(asked_of(name, asked), list) or not asked:
            yield f"forms.{name}: must be all or a list of questions"
        else:
            yield from _questions(FORMS[name], asked_of(name, asked))


def _questions(form: Form, asked: Sequence[Any]) -> Iterator[str]:
    known = {field.name: field for field in question_fields(form)}
    for at, name in enumerate(asked):
        where = f"forms.{form.name}.{name}"
        if not isinstance(name, str) or name not in known:
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


def _asked_fields(content: Mapping[str, Any]) -> Mapping[str, Field]:
    """The questions the pack asks in any form, by name."""
    forms = content.get("forms")
    asked: dict[str, Field] = {}
    for form, names in forms.items() if isinstance(forms, Mapping) else ():
        listed = asked_of(form, names)
        if form in FORMS and isinstance(listed, list):
            asked |= {field.name: field for field in question_fields(FORMS[form]) if field.name in listed}
    return asked


def _wordings(content_part: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from questions.problems(content_part, _asked_fields(content))


def _triage(triage: Any, content: Mapping[str, Any]) -> Iterator[str]:
    wrong = list(keys_of(triage, ("weights", "thresholds"), "triage."))
    yield from wrong
    if isinstance(triage, Mapping):
        yield from _weights(triage["weights"], _asked_fields(content)) if "weights" in triage else ()
        yield from _thresholds(triage["thresholds"]) if "thresholds" in triage else ()


def _weights(weights: Any, asked: Mapping[str, Field]) -> Iterator[str]:
    if not isinstance(weights, Mapping):
        yield "triage.weights: must be a mapping"
        return
    for name, weight in weights.items():
        where = f"triage.weights.{name}"
        if name not in asked:
            yield f"{where}: the pack does not ask this"
        elif isinstance(weight, Mapping):
            known = values_of(asked[name])
            yield from (f"{where}.{value}: no such answer" for value in weight if value not in known)
            yield from each_number(weight, where, 0, _MOST_POINTS)
        else:
            yield from each_number({name: weight}, "triage.weights", 0, _MOST_POINTS)


def _thresholds(thresholds: Any) -> Iterator[str]:
    if not isinstance(thresholds, Mapping):
        yield "triage.thresholds: must be a mapping"
        return
    yield from (f"triage.thresholds.{name}: no such level" for name in thresholds if name not in LEVELS[1:])
    wrong = list(each_number(thresholds, "triage.thresholds", 1, _MOST_POINTS))
    yield from wrong
    rising = [thresholds[name] for name in LEVELS if name in thresholds]
    if not wrong and rising != sorted(set(rising)):
        yield "triage.thresholds: must rise with the level"


def _advice(advice: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from keys_of(advice, LEVELS, "advice.")
    for level, key in advice.items() if isinstance(advice, Mapping) else ():
        if level in LEVELS and (not isinstance(key, str) or not key.startswith("advice_")):
            yield f"advice.{level}: must be a message key that starts with advice_"


def _retention_days(days: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from keys_of(days, _RETENTION, "retention_days.")
    yield from _numbers_in(days, _RETENTION, "retention_days", 1, LONGEST_DAYS)


def _exposure(exposure: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from keys_of(exposure, (*_EXPOSURE, "shared_places"), "exposure.")
    yield from _numbers_in(exposure, _EXPOSURE[:3], "exposure", 0, LONGEST_DAYS)
    yield from _numbers_in(exposure, _EXPOSURE[3:], "exposure", 1, _LONGEST_FOLLOW_UP)
    if isinstance(exposure, Mapping) and "shared_places" in exposure and type(exposure["shared_places"]) is not bool:
        yield "exposure.shared_places: must be true or false"


def _follow_up(rules: Any, content: Mapping[str, Any]) -> Iterator[str]:
    wrong = list(keys_of(rules, _FOLLOW_UP, "follow_up."))
    yield from wrong
    if wrong or not isinstance(rules, Mapping):
        return
    hours = {name: rules[name] for name in ("ask_hour", "latest_hour")}
    wrong = list(each_number(hours, "follow_up", _MORNING, _NIGHT))
    yield from wrong
    yield from each_number({"silent_days": rules["silent_days"]}, "follow_up", 1, _MOST_SILENT_DAYS)
    levels = rules["levels"]
    if not isinstance(levels, list) or not all(level in LEVELS for level in levels):
        yield f"follow_up.levels: must be a list of {', '.join(LEVELS)}"
    if not wrong:
        yield from _hours(rules["ask_hour"], rules["remind_hour"], rules["latest_hour"])


def _hours(ask: int, remind: Any, latest: int) -> Iterator[str]:
    if ask >= latest:
        yield "follow_up.latest_hour: must be later than ask_hour"
    if remind is not None and (type(remind) is not int or not ask < remind < latest):
        yield "follow_up.remind_hour: must be null or an hour after ask_hour and before latest_hour"


def _visits(visits: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from keys_of(visits, _VISITS, "visits.")
    yield from _numbers_in(visits, _VISITS[:2], "visits", 1, _DAY_HOURS)
    if isinstance(visits, Mapping) and "dwell_minutes" in visits:
        yield from _dwell(visits["dwell_minutes"])


def _dwell(dwell: Any) -> Iterator[str]:
    if not isinstance(dwell, Mapping):
        yield "visits.dwell_minutes: must be a mapping"
        return
    if OTHER not in dwell:
        yield f"visits.dwell_minutes.{OTHER}: missing"
    yield from (f"visits.dwell_minutes.{kind}: no such kind" for kind in dwell if kind not in KINDS)
    yield from each_number(dwell, "visits.dwell_minutes", 1, _LONGEST_DWELL)


def _notices(notices: Any, content: Mapping[str, Any]) -> Iterator[str]:
    yield from keys_of(notices, _NOTICES, "notices.")
    yield from _numbers_in(notices, _NOTICES[:1], "notices", 1, _MOST_POINTS)
    hours = notices.get("window_hours", 1) if isinstance(notices, Mapping) else 1
    if type(hours) is not int or hours not in _WHOLE_BLOCKS:
        yield "notices.window_hours: must divide a day"


def _entry(content_part: Any, content: Mapping[str, Any]) -> Iterator[str]:
    wrong = list(keys_of(content_part, entry.KEYS, "entry."))
    yield from wrong or entry.problems(content_part)


def _numbers_in(part: Any, names: Sequence[str], where: str, least: int, most: int) -> Iterator[str]:
    if isinstance(part, Mapping):
        yield from each_number({name: part[name] for name in names if name in part}, where, least, most)


def _texts(content: Mapping[str, Any], texts: Collection[str] | None) -> Iterator[str]:
    """Message keys that no catalogue has."""
    if texts is None:
        return
    yield from (f"{where}: there is no text {key}" for where, key in keys_named(content) if key not in texts)


def keys_named(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, message key) of every text a pack file names."""
    advice, worded = content.get("advice"), content.get("questions")
    for level, key in advice.items() if isinstance(advice, Mapping) else ():
        if isinstance(key, str):
            yield f"advice.{level}", key
    for name, one in worded.items() if isinstance(worded, Mapping) else ():
        if isinstance(one, Mapping) and isinstance(one.get("ask"), str):
            yield f"questions.{name}.ask", one["ask"]


_PARTS: Mapping[str, Callable[[Any, Mapping[str, Any]], Iterator[str]]] = {
    "name": _name, "valid_from": _valid_from, "valid_to": _valid_to, "sources": _sources, "legal_basis": _legal_basis,
    "window_days": _window_days, "forms": _forms, "questions": _wordings, "triage": _triage, "advice": _advice,
    "retention_days": _retention_days, "exposure": _exposure, "follow_up": _follow_up, "visits": _visits,
    "notices": _notices, "entry": _entry,
}  # fmt: skip
"""Every part of a pack file and what checks it: the part's content, and the whole file's."""
