"""After a receipt: undo, correct, consent, and what to say when the backend could not do something any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords
from backend.forms.catalogue import FORMS
from backend.forms.one_message import read
from bot import slots as s
from bot.actions import say
from bot.actions.answers import to_be_replaced
from bot.actions.anywhere import Anywhere, Changes, Message, with_menu
from bot.actions.course import cleared
from bot.actions.form import Events, slot_events
from bot.actions.offers import MORE, chosen
from bot.actions.view import View, view_of, view_with_form
from bot.forms import loop_of


class Undo(Anywhere):
    """Takes back what was told last: a declaration, an arrival or a departure; a key of a session only leaves."""

    action_name = "undo"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        last = view.last
        if view.side:
            say.reply(dispatcher, "errand_dropped")
        elif view.in_session and message.get("text") in keywords.USSD_DIGITS and not view.awaits_consent:
            say.reply(dispatcher, "menu_left")
        elif view.slots.get(s.TOLD):
            return _undo_visit(dispatcher, view.slots[s.TOLD])
        elif not last:
            say.reply(dispatcher, "nothing_to_undo")
        elif view.slots.get(s.UNDONE):
            say.reply(dispatcher, "undone_before", {"reference": last["reference"]})
        elif not last.get("undoable"):
            say.reply(dispatcher, "undo_too_late", {"reference": last["reference"]})
        else:
            say.command(dispatcher, "undo_declaration", reference=last["reference"])
            say.reply(dispatcher, "undone", {"reference": last["reference"]}, result=True)
            return {s.EXPECTING: None, s.UNDONE: True}
        return {s.EXPECTING: None}


def _undo_visit(dispatcher: CollectingDispatcher, told: Mapping[str, Any]) -> Mapping[str, Any]:
    say.command(dispatcher, "undo_visit", **told)
    say.reply(dispatcher, "departure_undone" if told["left"] else "arrival_undone", result=True)
    return {s.EXPECTING: None, s.TOLD: None, s.UNDONE: True}


class Affirm(Anywhere):
    """Yes outside a form: consent to keeping a declaration that waits for it."""

    action_name = "affirm"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        last = view.last
        if not last or not last.get("pending"):
            return with_menu(dispatcher, view, _unasked(view))
        say.command(dispatcher, "confirm_declaration", reference=last["reference"])
        say.reply(dispatcher, f"receipt_{last['form']}", result=True)
        return {s.EXPECTING: None}


class Deny(Anywhere):
    """No outside a form: the declaration that waits for consent is dropped."""

    action_name = "deny"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        last = view.last
        if not last or not last.get("pending"):
            return with_menu(dispatcher, view, _unasked(view))
        say.command(dispatcher, "undo_declaration", reference=last["reference"])
        say.reply(dispatcher, "consent_declined")
        return {s.EXPECTING: None}


def _unasked(view: View) -> str:
    return "consent_too_late" if view.slots.get(s.EXPECTING) == s.CONSENT else "nothing_to_answer"


class Correct(Action):
    """SUA outside a form: opens the form of the last declaration to correct it."""

    def name(self) -> str:
        """See Action.name."""
        return "action_correct"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Take the correction, or make the form ask which answer, if the declaration can still be corrected."""
        last = view_of(tracker).last or {}
        if not last.get("amendable") or last.get("form") not in FORMS:
            say.reply(dispatcher, "nothing_to_correct")
            return slot_events({s.EXPECTING: None})
        view = view_with_form(tracker, last["form"])
        start = {**cleared(view), s.AMENDING: last["reference"], s.SUBJECT: last.get("person")}
        told = told_corrections(str((tracker.latest_message or {}).get("text") or ""), view.changed(start))
        return [*slot_events({**start, **(told or {s.CORRECTING: 1})}), FollowupAction(loop_of(view.form))]


def told_corrections(text: str, view: View) -> Mapping[str, Any]:
    """What follows SUA: new answers ("SUA 1960") or the name of a field to ask again ("SUA dia chi"); {} if neither.

    Where the list of fields is shown, a number is one of it ("SUA 3").
    """
    keyword = keywords.match(text)
    if keyword is None or not keyword.rest or view.form is None:
        return {}
    offer = chosen(s.CORRECT, keyword.rest, view)
    named = not keyword.rest.isdecimal() or view.slots.get(s.REQUESTED) == s.CORRECT
    if offer is not None and offer.value != MORE and named:
        return to_be_replaced(offer.value, view)
    new = read(view.form, keyword.rest, view.context, view.selected, known_identity=True).values
    correctable = view.answers
    values = {name: value for name, value in new.items() if name in correctable or view.field(name).group == "question"}
    changed = [*(view.slots.get(s.CHANGED) or ()), *values]
    return {**values, **({s.CHANGED: changed} if view.slots.get(s.AMENDING) else {})} if values else {}


_TOO_LATE = {
    "undo_declaration": "undo_too_late",
    "amend_declaration": "nothing_to_correct",
    "confirm_declaration": "consent_too_late",
}


class CommandFailed(Action):
    """Tells that the backend could not carry out what the last try of this turn asked for."""

    def name(self) -> str:
        """See Action.name."""
        return "action_command_failed"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Say it, and close the form that led there."""
        view = view_of(tracker)
        failed = view.facts.get("failed") or {}
        reference = (failed.get("args") or {}).get("reference") or (view.last or {}).get("reference")
        args = {**(failed.get("args") or {}), "reference": reference, "keyword": view.keyword}
        say.reply(dispatcher, _TOO_LATE.get(failed.get("command", "")) or _why(failed.get("code")), args)
        return [ActiveLoop(None), *slot_events(cleared(view))]


def _why(code: str | None) -> str:
    """The text for a form that could not be handed over."""
    told = ("too_many_members", "too_many_venues", "facility_not_yours", "checklist_changed")
    return f"failed_{code}" if code in told else "declaration_failed"
