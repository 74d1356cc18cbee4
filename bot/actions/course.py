"""The course of a declaration: which question comes next, and what going back or starting again clears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.forms.model import Request
from bot import slots as s
from bot.actions.view import View


def required(view: View) -> Sequence[str]:
    """The slots this dialogue needs, in the order they are asked; those already filled included."""
    names = [s.RESUME] if view.slots.get(s.RESUMING) else []
    if view.slots.get(s.CORRECTING):
        names.append(s.CORRECT)
    if view.slots.get(s.AMENDING):
        return [*names, *_amended(view)]
    if isinstance(view.form, Request):
        return [*names, *view.open_fields]
    return [*names, *_who(view), *view.open_fields, *_end(view)]


def next_question(view: View) -> str | None:
    """The slot to ask now, None when the form is complete."""
    return next((name for name in required(view) if view.slots.get(name) is None), None)


def _who(view: View) -> Sequence[str]:
    subject = view.slots.get(s.SUBJECT)
    if subject is None:
        return [s.SUBJECT]
    return [s.ROLE] if subject == s.NEW_PERSON else [s.HOW]


def _end(view: View) -> Sequence[str]:
    return [s.CONFIRM] if one_by_one(view) else []


def one_by_one(view: View) -> bool:
    """Whether any field was asked by itself, so that the declaration ends with a summary."""
    return any(view.field(name) for name in view.slots.get(s.ASKED) or ())


def _amended(view: View) -> Sequence[str]:
    """The fields being corrected, and those that apply only because of the correction."""
    return [name for name in view.open_fields if name in (view.slots.get(s.CHANGED) or ()) or _follows(view, name)]


def _follows(view: View, name: str) -> bool:
    field = view.field(name)
    return bool(field and field.asked_if and field.asked_if.field in (view.slots.get(s.CHANGED) or ()))


def cleared(view: View) -> dict[str, Any]:
    """Slots of a form that is over, or that starts again: every field and everything kept in mind."""
    fields = [field.name for field in view.form.fields] if view.form else []
    names = (*fields, *s.DIALOGUE_QUESTIONS, *s.KEPT_IN_MIND, s.REQUESTED)
    return {name: None for name in names if view.slots.get(name) is not None}


def taken_back(view: View, name: str) -> dict[str, Any]:
    """The slots to clear so that `name` is asked again: itself and what was decided by it."""
    if name in (s.SUBJECT, s.HOW):
        return {**cleared(view), **first_steps(view, somebody_else=name == s.SUBJECT)}
    depending = [field.name for field in view.questions if field.asked_if and field.asked_if.field == name]
    return dict.fromkeys((name, *depending))


def restored(view: View) -> dict[str, Any]:
    """The slots as they were before a correction that has no answer yet."""
    if not view.slots.get(s.REPLACING):
        return {}
    kept = [name for name in view.slots.get(s.CHANGED) or () if name not in view.replaced]
    return {**view.replaced, s.REPLACING: None, **({s.CHANGED: kept} if view.slots.get(s.AMENDING) else {})}


def first_steps(view: View, somebody_else: bool) -> Mapping[str, Any]:
    """Who the declaration is for, as far as it is clear without asking; a request is for nobody who is known."""
    if isinstance(view.form, Request):
        role = s.HOUSEHOLD if view.form.whole else None
        return {s.SUBJECT: s.NEW_PERSON, s.ROLE: role, s.FACILITY: view.slots.get(s.FACILITY)}
    if not view.people:
        return {s.SUBJECT: s.NEW_PERSON, s.ROLE: None if somebody_else else s.SELF}
    if len(view.people) == 1 and view.holder_known and not somebody_else:
        return {s.SUBJECT: view.people[0]["id"]}
    return {}
