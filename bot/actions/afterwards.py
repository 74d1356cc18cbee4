"""After a receipt: undo, correct, consent, and what to say when the backend could not do something any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms.catalogue import FORMS
from bot import slots as s
from bot.actions import say
from bot.actions.anywhere import Anywhere, with_menu
from bot.actions.course import cleared
from bot.actions.form import Events, slot_events
from bot.actions.view import View, view_of, view_with_form
from bot.forms import loop_of


class Undo(Anywhere):
    """Takes the last declaration back."""

    action_name = "undo"

    def answer(
        self, dispatcher: CollectingDispatcher, view: View, message: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """See Anywhere.answer."""
        last = view.last
        if view.side:
            say.reply(dispatcher, "errand_dropped")
        elif not last:
            say.reply(dispatcher, "nothing_to_undo")
        elif view.slots.get(s.UNDONE):
            say.reply(dispatcher, "undone_before", {"reference": last["reference"]})
        elif not last.get("undoable"):
            say.reply(dispatcher, "undo_too_late", {"reference": last["reference"]})
        else:
            say.command(dispatcher, "undo_declaration", reference=last["reference"])
            say.reply(dispatcher, "undone", {"reference": last["reference"]})
            return {s.EXPECTING: None, s.UNDONE: True}
        return {s.EXPECTING: None}


class Affirm(Anywhere):
    """Yes outside a form: consent to keeping a declaration that waits for it."""

    action_name = "affirm"

    def answer(
        self, dispatcher: CollectingDispatcher, view: View, message: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """See Anywhere.answer."""
        last = view.last
        if not last or not last.get("pending"):
            return with_menu(dispatcher, view, _unasked(view))
        say.command(dispatcher, "confirm_declaration", reference=last["reference"])
        say.reply(dispatcher, f"receipt_{last['form']}", result=True)
        return {s.EXPECTING: None}


class Deny(Anywhere):
    """No outside a form: the declaration that waits for consent is dropped."""

    action_name = "deny"

    def answer(
        self, dispatcher: CollectingDispatcher, view: View, message: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """See Anywhere.answer."""
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
        """Make the form ask which answer, if the declaration can still be corrected."""
        last = view_of(tracker).last or {}
        if not last.get("amendable") or last.get("form") not in FORMS:
            say.reply(dispatcher, "nothing_to_correct")
            return []
        view = view_with_form(tracker, last["form"])
        amending = {s.AMENDING: last["reference"], s.CORRECTING: True, s.SUBJECT: last.get("person")}
        return [*slot_events({**cleared(view), **amending}), FollowupAction(loop_of(view.form))]


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
        args = {**(failed.get("args") or {}), "reference": reference}
        say.reply(dispatcher, _TOO_LATE.get(failed.get("command", "")) or _why(failed.get("code")), args)
        return [ActiveLoop(None), *slot_events(cleared(view))]


def _why(code: str | None) -> str:
    """The text for a form that could not be handed over."""
    told = ("too_many_members", "too_many_venues", "facility_not_yours", "checklist_changed")
    return f"failed_{code}" if code in told else "declaration_failed"
