"""Which questions of a form are open, and what a set of answers means: skip logic in one place.

`selected` is the names a disease pack asks, in its order; None means every question of the form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from backend.forms.kinds import Symptoms, YesNo
from backend.forms.model import Accepted, Contradiction, Field, Form, Parsed, Rejected

Answers = Mapping[str, Any]


def offering(form: Form, options: Mapping[str, Sequence[str]]) -> Form:
    """The form with only these options of its questions (field → values) numbered, in that order."""
    if not options:
        return form
    fields = (
        replace(field, kind=field.kind.offering(options[field.name]))
        if field.name in options and isinstance(field.kind, Symptoms) else field
        for field in form.fields
    )  # fmt: skip
    return replace(form, fields=tuple(fields))


def values_of(field: Field) -> frozenset[Any]:
    """The values an answer may choose among; empty for a field without options."""
    kind = field.kind
    return frozenset(kind.ids if isinstance(kind, Symptoms) else (choice.value for choice in kind.choices))


def identity_fields(form: Form) -> tuple[Field, ...]:
    """What is asked once per person, optional fields included."""
    return tuple(field for field in form.fields if field.group == "identity")


def question_fields(form: Form, selected: Sequence[str] | None = None) -> tuple[Field, ...]:
    """What is asked every time, in the order of `selected`; names the form lacks are left out."""
    questions = {field.name: field for field in form.fields if field.group == "question"}
    return tuple(questions[name] for name in (questions if selected is None else selected) if name in questions)


def string_fields(form: Form, selected: Sequence[str] | None = None) -> tuple[Field, ...]:
    """The yes/no questions that "00000" answers, one digit each; none of a form without answer string."""
    return tuple(field for field in question_fields(form, selected) if form.answer_string and _takes_digit(field))


def missing(
    form: Form,
    answers: Answers,
    selected: Sequence[str] | None = None,
    known_identity: bool = False,
    lacking: Collection[str] = (),
) -> tuple[Field, ...]:
    """The fields still to be asked, in order.  A field whose condition is still open is not among them yet.

    With `known_identity`, of the identity only the fields `lacking` are asked.
    """
    asked = tuple(field for field in identity_fields(form) if not known_identity or field.name in lacking)
    return tuple(
        field for field in (*asked, *question_fields(form, selected)) if field.required and _is_open(field, answers)
    )


def by_digits(field: Field) -> bool:
    """Whether the keys of a telephone can answer it: a number, a day, something to choose."""
    schema = field.kind.schema()
    chosen = "enum" in schema.get("items", schema)
    return chosen or schema.get("type") in ("boolean", "integer") or schema.get("format") == "date"


def asked_on(channel: str, field: Field) -> bool:
    """Whether a channel can ask it: in a call people have nothing but keys."""
    return channel != "voice" or by_digits(field)


def consistent(form: Form, answers: Answers) -> dict[str, Any]:
    """The answers without those whose condition no longer holds, as after a correction, and without strange names."""
    kept: dict[str, Any] = {}
    for field in form.fields:
        if field.name in answers and (field.asked_if is None or field.asked_if.holds(kept)):
            kept[field.name] = answers[field.name]
    return kept


def with_defaults(form: Form, answers: Answers) -> dict[str, Any]:
    """The answers plus the defaults of optional fields nobody answered."""
    defaults = {field.name: field.default for field in form.fields if field.default is not None}
    return {**defaults, **answers}


def lacking(form: Form, identity: Answers, defaults: Answers) -> tuple[str, ...]:
    """The required identity fields that a known person has never answered.

    A stored value that equals the one in `defaults` was not answered but taken for granted.
    """
    stored = {name for name, value in identity.items() if value != defaults.get(name)}
    return tuple(field.name for field in identity_fields(form) if field.required and field.name not in stored)


def contradiction(form: Form, answers: Answers, today: date, limits: Mapping[str, int]) -> Contradiction | None:
    """The first contradiction among the answers, None if they agree."""
    found = (check.find(answers, today, limits) for check in form.checks)
    return next((one for one in found if one is not None), None)


def inferred(form: Form, answers: Answers) -> dict[str, Any]:
    """What the answers say about fields that nobody answered."""
    return {
        one.then_field: one.then
        for one in form.inferences
        if one.then_field not in answers and re.fullmatch(one.pattern, str(answers.get(one.field, "")))
    }


def apply_answer_string(form: Form, digits: str, selected: Sequence[str] | None = None) -> Parsed:
    """Answers by field for a string such as "00000" or "0 1 0 0 0": 1 yes, 0 no.

    A string for an older, shorter form is fine: the answers it lacks stay missing.  Rejected
    `answer_string` (not only 0 and 1) or `answer_string_long` (args: count, how many are asked).
    """
    bits = "".join(sign for sign in digits if sign not in " \t,./;*#-")
    fields = string_fields(form, selected)
    if not form.answer_string or not bits or set(bits) - {"0", "1"}:
        return Rejected("answer_string", {"count": len(fields)})
    if len(bits) > len(fields):
        return Rejected("answer_string_long", {"count": len(fields)})
    return Accepted({field.name: bit == "1" for field, bit in zip(fields, bits, strict=False)})


def all_no(form: Form, selected: Sequence[str] | None = None) -> dict[str, Any]:
    """What `KB khong` answers."""
    return {field.name: False for field in string_fields(form, selected)}


def answer_schema(form: Form, selected: Sequence[str] | None = None) -> Mapping[str, Any]:
    """JSON schema (2020-12) of the answers of a complete declaration, identity included."""
    fields = (*identity_fields(form), *question_fields(form, selected))
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.name,
        "type": "object",
        "properties": {field.name: dict(field.kind.schema()) for field in fields},
        "required": [field.name for field in fields if field.required and field.asked_if is None],
        "additionalProperties": False,
    }
    rules = [_condition_schema(field) for field in fields if field.required and field.asked_if]
    return {**schema, "allOf": rules} if rules else schema


def _takes_digit(field: Field) -> bool:
    return isinstance(field.kind, YesNo) and field.required and field.asked_if is None


def _is_open(field: Field, answers: Answers) -> bool:
    return field.name not in answers and (field.asked_if is None or field.asked_if.holds(answers))


def _condition_schema(field: Field) -> Mapping[str, Any]:
    condition = field.asked_if
    assert condition is not None
    applies = {"properties": {condition.field: {"enum": list(condition.values)}}, "required": [condition.field]}
    return {"if": applies, "then": {"required": [field.name]}, "else": {"properties": {field.name: False}}}
