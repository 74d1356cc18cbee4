"""Moves inside an open form: back, cancel, correct, and being reminded of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop
from rasa_sdk.executor import CollectingDispatcher

from bot import slots as s
from bot.actions import say
from bot.actions.afterwards import told_corrections
from bot.actions.course import cleared, restored, taken_back
from bot.actions.form import Events, slot_events
from bot.actions.offers import offers
from bot.actions.view import View, view_of


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
        changes = {s.MISSES: None, s.PLACES: None, s.ASKED: earlier, s.REQUESTED: earlier[-1],
                   s.CORRECTING: 1 if earlier[-1] == s.CORRECT else None}  # fmt: skip
        return slot_events({**restored(view), **changes, **taken_back(view, earlier[-1])})


class ActionCancel(Action):
    """Leaves the form without a declaration."""

    def name(self) -> str:
        """See Action.name."""
        return "action_cancel"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Close the form and clear its slots."""
        view = view_of(tracker)
        say.reply(dispatcher, "cancelled", {"keyword": view.keyword})
        return [ActiveLoop(None), *slot_events(cleared(view))]


class ActionCorrectInForm(Action):
    """Lets the person choose an answer of the open form to correct."""

    def name(self) -> str:
        """See Action.name."""
        return "action_correct_in_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Take the correction, or make the form ask which answer, if there is one."""
        view = view_of(tracker)
        view = view.changed(restored(view))
        if not offers(s.CORRECT, view):
            say.reply(dispatcher, "at_first_question")
            return []
        told = told_corrections(str((tracker.latest_message or {}).get("text") or ""), view)
        again = {s.CORRECTING: None, s.CORRECT: None, s.CONFIRM: None, s.REQUESTED: None}
        asked = {s.CORRECTING: 1, s.REQUESTED: s.CORRECT, s.ASKED: [*_before_corrections(view), s.CORRECT]}
        return slot_events({**restored(view_of(tracker)), **again, **(told or asked)})


def _before_corrections(view: View) -> list[str]:
    """What was asked until the summary, or until now where there was none: where QL leads from the list."""
    asked = s.asked_in(view.slots)
    return asked[: asked.index(s.CONFIRM) + 1] if s.CONFIRM in asked else [name for name in asked if name != s.CORRECT]


class ActionFormWaiting(Action):
    """Says that a declaration is half done; the form then asks its question again."""

    def name(self) -> str:
        """See Action.name."""
        return "action_form_waiting"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Say so, unless the question that follows says it."""
        if tracker.slots.get(s.REQUESTED) != s.RESUME:
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
