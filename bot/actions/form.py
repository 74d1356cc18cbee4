"""The Rasa actions of every form: the validator, one question per slot, and the submission; made from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from backend.forms.checklist import Checklist, FailedItems
from backend.forms.kinds import TravelDocument
from backend.forms.model import Request
from backend.forms.questions import consistent, with_defaults
from bot import slots as s
from bot.actions import say
from bot.actions.answers import Taken, agreeing, take
from bot.actions.course import cleared, next_question
from bot.actions.offers import shown
from bot.actions.view import View, view_of, view_with_form
from bot.forms import ALL_FORMS, all_fields

Events = list[dict[str, Any]]
SHOW_EXAMPLE, GIVE_UP = 3, 6  # misses in a row


def slot_events(values: Mapping[str, Any]) -> Events:
    """SlotSet events for a mapping."""
    return [SlotSet(name, value) for name, value in values.items()]


class ValidateForm(FormValidationAction):
    """Checks the answer to the requested slot and decides what is asked next.

    Values set before the form was opened are already checked (bot/actions/opening.py).
    """

    form_of_catalogue = ""

    def name(self) -> str:
        """See Action.name."""
        return f"validate_{self.form_of_catalogue}_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """The checked slots and the next requested one."""
        view = view_with_form(tracker, self.form_of_catalogue)
        requested = view.slots.get(s.REQUESTED)
        candidates = tracker.slots_to_validate()
        if requested not in candidates:
            opened = agreeing(Taken(candidates), view)
            if opened.wrong:
                say.reply(dispatcher, f"wrong_{opened.wrong.code}", opened.wrong.args)
            changes = {**opened.changes, **_not_concerned(view.changed(opened.changes))}
            return slot_events({**changes, **_ask_next(view.changed(changes), requested)})
        text = candidates.pop(requested)
        before = View({**view.slots, requested: None}, (tracker.latest_message or {}).get("metadata"), view.form)
        taken = agreeing(take(requested, "" if text is None else str(text), before), before)
        changes = settle(dispatcher, before, requested, taken)
        changes = {**changes, **_not_concerned(before.changed(changes))}
        after = View({**before.slots, **changes}, (tracker.latest_message or {}).get("metadata"), view.form)
        return slot_events({**candidates, requested: None, **changes, **_ask_next(after)})


def settle(dispatcher: CollectingDispatcher, view: View, requested: str, taken: Taken) -> dict[str, Any]:
    """The slots an answer changes, misses included; says what is wrong with one that does not fit."""
    if taken.wrong is None:
        done = {s.REPLACING: None} if requested in (view.slots.get(s.REPLACING) or {}) else {}
        return {**done, **taken.changes, s.MISSES: None}
    misses = (view.slots.get(s.MISSES) or 0) + 1
    if misses >= GIVE_UP:
        return {s.MISSES: None, s.PUT_ASIDE: "put_aside"}
    elsewhere = taken.wrong.code == "contradiction"  # it is another question that is asked
    if misses == SHOW_EXAMPLE and not elsewhere and not taken.choices:
        show_example(dispatcher, requested, view)
    else:
        say.reply(dispatcher, f"wrong_{taken.wrong.code}", taken.wrong.args, taken.choices)
    return {**taken.changes, s.MISSES: misses}


def show_example(dispatcher: CollectingDispatcher, requested: str, view: View) -> None:
    """An answer that would fit, and the hotline's number."""
    say.reply(dispatcher, "wrong_form", {"example": {"$key": f"example_{_asked_as(requested, view)}"}})


def _not_concerned(view: View) -> dict[str, Any]:
    """The form ends where the disease pack does not ask it of somebody with these answers."""
    return {} if view.concerned else {s.PUT_ASIDE: "not_concerned"}


def _asked_as(slot: str, view: View) -> str:
    """The name of a question's texts: a form whose questions are not answered by digits offers only choices."""
    field = view.field(slot)
    return field.texts if field else "how_choose" if slot == s.HOW and not view.digits else slot


def _asked_of(slot: str, view: View) -> str:
    """The name of the question itself: the pack may word it; one's own name is not asked like another's."""
    worded = (view.pack.get("texts") or {}).get(slot)
    if worded:
        return str(worded).removeprefix("ask_")
    role = view.slots.get(s.ROLE) or (view.person(view.slots.get(s.SUBJECT)) or {}).get("role")
    return "full_name_other" if slot == "full_name" and role in (s.HOUSEHOLD, s.OTHER) else _asked_as(slot, view)


def help_name(slot: str, view: View) -> str:
    """The text that explains a question."""
    return f"help_{_asked_as(slot, view)}"


def _ask_next(view: View, keep: str | None = None) -> dict[str, Any]:
    """The requested slot, with the list of slots asked; `keep` stays requested while it has no value."""
    if view.slots.get(s.PUT_ASIDE):
        return {s.REQUESTED: None}
    if keep is not None and view.slots.get(keep) is None:
        return {s.REQUESTED: keep}
    name = next_question(view)
    asked = s.asked_in(view.slots)
    if name is None or asked[-1:] == [name]:
        return {s.REQUESTED: name}
    return {s.ASKED: [*(one for one in asked if one != name), name], s.REQUESTED: name}


class AskSlot(Action):
    """Asks the question of one slot."""

    slot = ""

    def name(self) -> str:
        """See Action.name."""
        return f"action_ask_{self.slot}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Say the question with its choices; a side question asked in this turn comes first."""
        view = view_of(tracker)
        if view.slots.get(s.SIDE):
            return []
        choices = [offer.shown() for offer in shown(self.slot, view)] or _field_choices(view, self.slot)
        say.reply(dispatcher, f"ask_{_asked_of(self.slot, view)}", _question_args(view, self.slot), choices)
        return slot_events(noticed(view))


def noticed(view: View) -> dict[str, Any]:
    """That a question was asked while the present notice waited: digits that follow answer the question."""
    waiting = view.notice.get("id")
    return {} if view.slots.get(s.NOTICED) == waiting else {s.NOTICED: waiting}


def _field_choices(view: View, slot: str) -> Sequence[Mapping[str, str]]:
    field = view.field(slot)
    if field and isinstance(field.kind, FailedItems):
        return field.kind.offered(view.context)
    return [{"send": choice.send, "key": choice.key} for choice in field.kind.choices] if field else ()


def _question_args(view: View, slot: str) -> Mapping[str, Any]:
    if slot == s.HOW:
        person = view.person(view.slots.get(s.SUBJECT)) or {}
        last = view.last_of(person)
        date = {"$date": last["date"]} if last else None
        return {"name": person.get("name"), "date": date, "count": view.digits}
    if slot == s.CONFIRM:
        return {"summary": {"$summary": {"form": view.form.name, "answers": view.given}}, "name": subject_name(view)}
    return {"window_days": view.pack.get("window_days", 14)} if view.field(slot) else {}


def subject_name(view: View) -> str | None:
    """The name of the person the open declaration is about, None while unknown."""
    person = view.person(view.slots.get(s.SUBJECT))
    return person["name"] if person else view.given.get("full_name")


class SubmitForm(Action):
    """Hands over a complete declaration or correction, and clears the form."""

    form_of_catalogue = ""

    def name(self) -> str:
        """See Action.name."""
        return f"action_submit_{self.form_of_catalogue}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """One command and the receipt, or why the form ends without one."""
        view = view_with_form(tracker, self.form_of_catalogue)
        after = {**cleared(view), s.TOLD: None}
        if view.slots.get(s.PUT_ASIDE):
            say.reply(dispatcher, view.slots[s.PUT_ASIDE], {"keyword": view.keyword})
        elif view.slots.get(s.AMENDING):
            _amend(dispatcher, view)
        elif isinstance(view.form, Request):
            _hand_over(dispatcher, view, view.form)
        else:
            after |= {s.EXPECTING: _submit(dispatcher, view), **noticed(view)}
        return slot_events(after)


def _hand_over(dispatcher: CollectingDispatcher, view: View, form: Request) -> None:
    args = form.arguments(with_defaults(form, view.given))
    if isinstance(form, Checklist):
        args |= {"venue": view.slots[s.FACILITY]["code"], "pack": view.slots[s.FACILITY]["pack"]}
    say.command(dispatcher, form.command, **args)
    say.reply(dispatcher, f"receipt_{form.name}", result=True)


def _amend(dispatcher: CollectingDispatcher, view: View) -> None:
    say.command(dispatcher, "amend_declaration", reference=view.slots[s.AMENDING], changes=dict(view.given))
    say.reply(dispatcher, f"receipt_{view.form.name}", result=True)


def _submit(dispatcher: CollectingDispatcher, view: View) -> str | None:
    """Submit; the question that waits afterwards, if any."""
    identity = {field.name for field in view.identity}
    values = consistent(view.form, view.given)
    subject = view.slots.get(s.SUBJECT)
    new = subject == s.NEW_PERSON
    pending = bool(view.pack.get("consent"))
    say.command(
        dispatcher,
        "submit_declaration",
        form=view.form.name,
        subject=None if new else subject,
        role=view.slots.get(s.ROLE) if new else None,
        identity=_identity(view, values, identity) if new else _completed(view, values),
        answers={name: value for name, value in values.items() if name not in identity},
        at_once=s.CONFIRM not in s.asked_in(view.slots),
        pending=pending,
    )
    if pending:
        say.reply(dispatcher, "receipt_pending", choices=CONSENT_CHOICES, result=True)
        return s.CONSENT
    say.reply(dispatcher, f"receipt_{view.form.name}", result=True)
    return None


CONSENT_CHOICES = ({"send": "1", "key": "choice_agree"}, {"send": "0", "key": "choice_disagree"})


def _identity(view: View, values: Mapping[str, Any], names: set[str]) -> Mapping[str, Any]:
    complete = with_defaults(view.form, values)
    return {name: complete[name] for name in complete if name in names}


def _completed(view: View, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a known person is kept with from now on: what was lacking, and papers, which are renewed."""
    papers = [field.name for field in view.identity if isinstance(field.kind, TravelDocument)]
    return {name: values[name] for name in (*view.lacks, *papers) if name in values}


def _made(base: type, **attributes: str) -> type:
    label = "_".join(attributes.values())
    return type(f"{base.__name__}_{label}", (base,), {"__module__": __name__, "__doc__": base.__doc__, **attributes})


# rasa-sdk registers every subclass it finds; the references here keep them alive.
MADE: Sequence[type] = (
    *(_made(base, form_of_catalogue=name) for base in (ValidateForm, SubmitForm) for name in ALL_FORMS),
    *(_made(AskSlot, slot=name) for name in (*s.DIALOGUE_QUESTIONS, *all_fields())),
)
