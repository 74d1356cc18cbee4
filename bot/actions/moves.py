"""Moves inside an open form: back, cancel, correct, help, and being reminded of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop
from rasa_sdk.executor import CollectingDispatcher

from bot import slots as s
from bot.actions import say
from bot.actions.course import cleared, taken_back
from bot.actions.form import Events, help_name, slot_events
from bot.actions.offers import offers
from bot.actions.view import view_of


class ActionBack(Action):
    """Asks the question before this one again."""

    def name(self) -> str:
        """See Action.name."""
        return "action_back"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Clear the previous answer; the form asks it again."""
        view = view_of(tracker)
        earlier = [name for name in s.asked_in(view.slots) if name != view.slots.get(s.REQUESTED)]
        if not earlier:
            say.reply(dispatcher, "at_first_question")
            return []
        changes = {s.MISSES: None, s.PLACES: None, s.CORRECTING: None, s.ASKED: earlier, s.REQUESTED: earlier[-1]}
        return slot_events({**changes, **taken_back(view, earlier[-1])})


class ActionCancel(Action):
    """Leaves the form without a declaration."""

    def name(self) -> str:
        """See Action.name."""
        return "action_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Close the form and clear its slots."""
        say.reply(dispatcher, "cancelled")
        return [ActiveLoop(None), *slot_events(cleared(view_of(tracker)))]


class ActionCorrectInForm(Action):
    """Lets the person choose an answer of the open form to correct."""

    def name(self) -> str:
        """See Action.name."""
        return "action_correct_in_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Make the form ask which answer, if there is one."""
        view = view_of(tracker)
        if not offers(s.CORRECT, view):
            say.reply(dispatcher, "at_first_question")
            return []
        return slot_events({s.CORRECTING: True, s.CORRECT: None, s.CONFIRM: None, s.REQUESTED: s.CORRECT})


class ActionHelpInForm(Action):
    """Explains the question that is open."""

    def name(self) -> str:
        """See Action.name."""
        return "action_help_in_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Say the help text of the requested slot."""
        view = view_of(tracker)
        args = {"window_days": view.pack.get("window_days", 14), "count": view.digits}
        say.reply(dispatcher, help_name(view.slots[s.REQUESTED], view), args)
        return []


class ActionFormWaiting(Action):
    """Says that a declaration is half done; the form then asks its question again."""

    def name(self) -> str:
        """See Action.name."""
        return "action_form_waiting"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Say so."""
        say.reply(dispatcher, "form_waiting")
        return []


class ActionAskWhetherToResume(Action):
    """Makes the open form ask whether to continue or start again."""

    def name(self) -> str:
        """See Action.name."""
        return "action_dial_in_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Request the resume question."""
        return slot_events({s.RESUMING: True, s.RESUME: None, s.REQUESTED: s.RESUME})
