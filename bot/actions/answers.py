"""Reading the answer to the requested slot: a field by its kind, a dialogue question by its options."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from backend.forms.checklist import Checklist, read_bits, read_whole
from backend.forms.folding import agrees, fold_lower, tidy
from backend.forms.kin import is_relative
from backend.forms.kinds import Address, BirthYear, Count, OneOf, PlaceList, Since, Symptoms, TravelDay, YesNo
from backend.forms.kinds.choice import NO_WORDS, YES_WORDS, bluntly
from backend.forms.model import Accepted, Field, Parsed, Rejected
from backend.forms.one_message import read
from backend.forms.questions import all_no, apply_answer_string
from bot import slots as s
from bot.actions.course import cleared, first_steps, next_question, taken_back
from bot.actions.offers import MORE, chosen
from bot.actions.view import View
from bot.components.spelling import written_out

_YES_BEFORE = re.compile(r"^(?:da|dạ|vang|vâng)?[\s,]*(?:co|có)\b[\s,]*", re.IGNORECASE)
# Kinds whose answers are read once more with residues and short spellings written out; never names, places or codes.
SPELT_OUT = (OneOf, Symptoms, Since, BirthYear, TravelDay, Count)
LENIENT_AFTER = 2  # misses, then a commune that is in no list is kept as written, if its province is told


class Taken(NamedTuple):
    """What an answer changes; `wrong` says why it does not fit, `choices` what it may have meant."""

    changes: Mapping[str, Any]
    wrong: Rejected | None = None
    choices: Sequence[Mapping[str, str]] = ()


def take(slot: str, text: str, view: View) -> Taken:
    """Read `text` as the answer to `slot`."""
    field = view.field(slot)
    return _take_field(field, text, view) if field else _take_offer(slot, text, view)


def fits(slot: str, text: str, view: View) -> bool:
    """Whether `text` answers `slot`."""
    return take(slot, text, view).wrong is None


def _take_field(field: Field, text: str, view: View) -> Taken:
    options = view.slots.get(s.PLACES)
    if options and text.strip().isdigit() and 1 <= int(text) <= len(options):
        return Taken({field.name: options[int(text) - 1], s.PLACES: None})
    parsed = _parse(field, text, view)
    if isinstance(parsed, Accepted):
        return Taken({field.name: parsed.value, **({s.PLACES: None} if options else {})})
    together, against = _told_together(field, text, view)
    gate = {} if together else _at_its_gate(field, text, view)
    if gate:
        return Taken(gate)
    if against:
        return Taken({**together, **against}, Rejected("contradiction"))
    if together:
        return Taken(together, None if field.name in together else parsed)
    return offered(parsed, view) if parsed.args.get("options") else Taken({}, parsed)


def offered(parsed: Rejected, view: View) -> Taken:
    """What an answer may have meant, to choose from by number."""
    meant = parsed.args["options"]
    named = parsed.args.get("names") or [_place_name(view, place) for place in meant]
    choices = [{"send": str(number), "text": name} for number, name in enumerate(named, 1)]
    return Taken({s.PLACES: list(meant)}, Rejected(parsed.code), choices)


def _at_its_gate(field: Field, text: str, view: View) -> Mapping[str, Any]:
    """A list that is told instead of a yes ("di Ha Noi"), or a no to a list that a yes had opened; {} for neither."""
    gate = field.asked_if
    if gate and gate.values == (True,) and isinstance(field.kind, Symptoms):
        said = tidy(text).strip(" .,;!")
        return {gate.field: False} if YesNo().parse(said, view.context) == Accepted(False) else {}
    opened = [one for one in view.questions if one.asked_if and one.asked_if.field == field.name]
    for listed in opened:
        said = _YES_BEFORE.sub("", tidy(text))
        plain = isinstance(listed.kind, Symptoms) and not any(sign.isdigit() for sign in said)
        if isinstance(listed.kind, PlaceList) or (plain and listed.kind.recognise(said, view.context)):
            parsed = listed.kind.parse(said, view.context)
            return {field.name: True, listed.name: parsed.value} if isinstance(parsed, Accepted) else {}
    return {}


def _told_together(field: Field, text: str, view: View) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Several answers in one ("Nguyen Thi D, 1960, nu"; "00000"): (those still asked, what they contradict, cleared).

    Both are empty if it is not several answers.
    """
    if isinstance(view.form, Checklist):
        return _whole_checklist(view.form, text, view), {}
    identity = {one.name for one in view.identity}
    known = view.slots.get(s.SUBJECT) != s.NEW_PERSON
    asked = {one.name for one in view.form.fields if one.name not in identity or not known or one.name in view.lacks}
    values = read(view.form, text, view.context, view.selected).values if _says_more(text, view) else {}
    new = {name: value for name, value in values.items() if name in asked and view.slots.get(name) is None}
    if len(new) < 2:
        return {}, {}
    denied = [name for name, value in values.items() if value is False and view.slots.get(name) is True]
    return new, {slot: None for name in denied for slot in taken_back(view, name)}


def _whole_checklist(form: Checklist, text: str, view: View) -> Mapping[str, Any]:
    """A digit for every criterion answers all parts."""
    bits = read_bits(text)
    count = sum(map(len, view.parts))
    parsed = read_whole(text, count) if bits and len(bits) == count else None
    return form.answers(parsed.value, view.parts) if isinstance(parsed, Accepted) else {}


def _says_more(text: str, view: View) -> bool:
    """Words that are no bare yes or no, or a digit for every question that takes one."""
    if any(agrees(bluntly(tidy(text)), word) for word in (*YES_WORDS, *NO_WORDS)):
        return False
    bits = sum(sign in "01" for sign in text)
    return any(sign.isalpha() for sign in text) or (view.digits > 1 and bits == view.digits)


def agreeing(taken: Taken, view: View) -> Taken:
    """The same, but an answer that cannot be right beside the others is cleared, so that it is asked again."""
    wrong: Rejected | None = None
    changes = dict(taken.changes)
    while (found := view.changed(changes).contradiction) is not None:
        wrong = wrong or found.wrong
        changes[found.field] = None
        if view.slots.get(s.AMENDING):
            corrected = changes.get(s.CHANGED) or view.slots.get(s.CHANGED) or ()
            changes[s.CHANGED] = [*(name for name in corrected if name != found.field), found.field]
    return Taken(changes, wrong, taken.choices) if wrong else taken


def _parse(field: Field, text: str, view: View) -> Parsed:
    parsed = field.kind.parse(text, view.context)
    if isinstance(parsed, Rejected) and isinstance(field.kind, SPELT_OUT):
        again = field.kind.parse(written_out(fold_lower(tidy(text))), view.context)
        parsed = again if isinstance(again, Accepted) else parsed
    wrong_before = view.slots.get(s.MISSES) or 0
    several = isinstance(parsed, Rejected) and parsed.args.get("options")
    if (
        isinstance(parsed, Rejected)
        and not several
        and isinstance(field.kind, Address)
        and wrong_before >= LENIENT_AFTER
    ):
        return field.kind.lenient(text, view.context, any_province=wrong_before > LENIENT_AFTER)
    return parsed


def _place_name(view: View, place: Mapping[str, Any]) -> str:
    places = view.context.places
    return ", ".join(places.name(place[level]) for level in ("commune", "province") if place.get(level))


def _take_offer(slot: str, text: str, view: View) -> Taken:
    offer = chosen(slot, text, view)
    if offer is not None:
        role = {s.ROLE: s.HOUSEHOLD} if offer.value == s.SOMEBODY_ELSE and is_relative(text) else {}
        return Taken({**_MEANING[slot](offer.value, view), **role})
    answers = answers_in(text, view) if slot == s.HOW else {}
    if answers:
        return Taken({s.HOW: s.GIVEN, **answers})
    return (_take_beneath(text, view) if slot == s.RESUME else None) or Taken({}, Rejected("choice"))


def _take_beneath(text: str, view: View) -> Taken | None:
    """Instead of "continue", the answer to the question at which the form was left."""
    continued = view.changed({s.RESUMING: None})
    beneath = next_question(continued)
    taken = take(beneath, text, continued) if beneath else None
    return Taken({s.RESUMING: None, **taken.changes}) if taken and not taken.wrong else None


def answers_in(text: str, view: View) -> Mapping[str, Any]:
    """Answers given together: digits such as "00000", or "khong" for five times no; {} if it is neither."""
    parsed = apply_answer_string(view.form, text, view.selected)
    if isinstance(parsed, Accepted) and len(parsed.value) > 1:
        return parsed.value
    if fold_lower(tidy(text)).strip(" .,!") in ("khong", "ko", "khong co", "khong co gi", "no"):
        return all_no(view.form, view.selected)
    return {}


def _resume(value: str, view: View) -> Mapping[str, Any]:
    if value == "continue":
        return {s.RESUMING: None}
    return {**cleared(view), **first_steps(view, somebody_else=False)}


def _subject(value: str, view: View) -> Mapping[str, Any]:
    if value == s.SELF:
        return {s.SUBJECT: s.NEW_PERSON, s.ROLE: s.SELF}
    how = {s.HOW: s.GIVEN} if value != s.NEW_PERSON and _questions_given(view) else {}
    return {s.SUBJECT: value, **how}


def _questions_given(view: View) -> bool:
    return any(field.name in view.given for field in view.questions)


def _how(value: str, view: View) -> Mapping[str, Any]:
    if value == s.SAME:
        return {s.HOW: s.SAME, **view.same_as_last()}
    if value == s.SOMEBODY_ELSE:
        others = len(view.people) > 1
        return {s.SUBJECT: None if others else s.NEW_PERSON, s.HOW: None}
    return {s.HOW: value}


def _confirm(value: str, view: View) -> Mapping[str, Any]:
    return {s.CONFIRM: value} if value == "send" else {s.CORRECTING: 1}


def _correct(value: str, view: View) -> Mapping[str, Any]:
    if value == MORE:
        return {s.CORRECTING: int(view.slots.get(s.CORRECTING) or 1) + 1}
    return {s.CORRECTING: None, **to_be_replaced(value, view)}


def to_be_replaced(name: str, view: View) -> Mapping[str, Any]:
    """The slots that make a field be asked once more; its old answer is remembered until there is a new one."""
    changed = [*(view.slots.get(s.CHANGED) or ()), name]
    amended = {s.CHANGED: changed} if view.slots.get(s.AMENDING) else {}
    return {name: None, s.REPLACING: {name: view.slots.get(name)}, **amended}


_MEANING = {
    s.RESUME: _resume,
    s.SUBJECT: _subject,
    s.ROLE: lambda value, _: {s.ROLE: value},
    s.HOW: _how,
    s.CONFIRM: _confirm,
    s.CORRECT: _correct,
}
