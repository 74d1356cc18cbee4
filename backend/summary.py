"""The answers of a form in a few words, for the question "is this right?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backend.forms.kinds import PersonName, Symptoms
from backend.forms.model import Field, Form

Answers = Mapping[str, Any]


def summaries(form: Form, answers: Answers) -> Iterator[Any]:
    """Reply arguments (docs/turn.md) that sum the answers up, from the fullest to the shortest.

    The person's name is left out: the question gives it.  Yes/no questions answered with no are left out; those
    answered with yes are named, followed by what was asked because of them.  Whoever renders takes the first that fits.
    """
    identity = given(form, answers, "identity")
    told_us = [field for field in identity if not (names(field) or taken_for_granted(field, answers))]
    nothing = {"$key": "summary_all_no"}
    full = [detailed(form, field, answers) for field in affirmed(form, answers)] or [nothing]
    essential = [shown(field, answers) for field in fields_of(form, form.essential) if field.name in answers]
    brief = [label(field) for field in affirmed(form, answers) if not essential or alarming(field, answers)]
    yield line([*(shown(field, answers) for field in told_us), *full])
    yield line(full)
    yield from (line([*essential[:most], *brief] or [nothing]) for most in range(len(essential), -1, -1))


def fields_of(form: Form, wanted: Sequence[str]) -> Sequence[Field]:
    """The fields of these names, in this order."""
    by_name = {field.name: field for field in form.fields}
    return [by_name[name] for name in wanted]


def given(form: Form, answers: Answers, group: str) -> Sequence[Field]:
    """The answered fields of a group, in the form's order."""
    return [field for field in form.fields if field.group == group and field.name in answers]


def names(field: Field) -> bool:
    """Whether the field is somebody's name."""
    return isinstance(field.kind, PersonName)


def taken_for_granted(field: Field, answers: Answers) -> bool:
    """Whether the answer is what nobody is asked about."""
    return field.default is not None and bool(answers[field.name] == field.default)


def affirmed(form: Form, answers: Answers) -> Sequence[Field]:
    """The questions worth naming: those not answered with no and not asked because of another."""
    return [
        field
        for field in given(form, answers, "question")
        if answers[field.name] is not False and field.asked_if is None
    ]


def alarming(field: Field, answers: Answers) -> bool:
    """Whether the answer is a yes or names symptoms."""
    return answers[field.name] is True or bool(isinstance(field.kind, Symptoms) and answers[field.name])


def detailed(form: Form, field: Field, answers: Answers) -> Any:
    """A question and everything it led to."""
    led_to = [
        follow
        for follow in given(form, answers, "question")
        if follow.asked_if and follow.asked_if.field == field.name and follow.asked_if.holds(answers)
    ]
    own = [] if answers[field.name] is True else [shown(field, answers)]
    details = [*own, *(shown(follow, answers) for follow in led_to)]
    if not details:
        return label(field)
    return {"$text": {"key": "summary_detail", "args": {"label": label(field), "details": {"$list": details}}}}


def label(field: Field) -> Any:
    """The short name of a field."""
    return {"$key": f"label_{field.name}"}


def shown(field: Field, answers: Answers) -> Any:
    """The answer of a field."""
    return field.kind.display(answers[field.name])


def line(parts: Sequence[Any]) -> Any:
    """Parts of a summary, one after the other."""
    return {"$join": parts}
