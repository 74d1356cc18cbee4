"""Help: with the question that was asked last, the menu that is shown, the notice that waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from backend.forms.kinds.choice import is_unsure
from bot import slots as s
from bot.actions import say
from bot.actions.anywhere import Anywhere, Changes, Message, help_with_notice, second_menu, with_menu
from bot.actions.form import SHOW_EXAMPLE, Events, help_name, show_example, slot_events
from bot.actions.side_answers import listed
from bot.actions.view import View, view_of


class Help(Anywhere):
    """Help outside a form."""

    action_name = "help"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        if view.side:
            return _help_aside(dispatcher, view)
        if view.in_session and second_menu(view):
            say.reply(dispatcher, "help", choices=second_menu(view))
            return {s.EXPECTING: view.slots[s.EXPECTING]}
        if view.awaits_consent:
            return with_menu(dispatcher, view, "help")
        if view.notice.get("kind"):
            return help_with_notice(dispatcher, view)
        if view.facts.get("open_visit"):
            return with_menu(dispatcher, view, "help_visit")
        if view.facilities:
            return with_menu(dispatcher, view, "help_facility")
        return with_menu(dispatcher, view, "help_keeper" if view.venues_kept else "help")


class ActionHelpInForm(Action):
    """Explains the question that is open."""

    def name(self) -> str:
        """See Action.name."""
        return "action_help_in_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Say the help text of the requested slot, or of the side question.

        Who says again and again that they do not know gets the hotline.
        """
        view = view_of(tracker)
        if view.side:  # asked last, beside the form
            return slot_events(_help_aside(dispatcher, view))
        requested = view.slots[s.REQUESTED]
        unsure = is_unsure(str((tracker.latest_message or {}).get("text") or ""))
        misses = (view.slots.get(s.MISSES) or 0) + unsure
        if unsure and misses >= SHOW_EXAMPLE:
            show_example(dispatcher, requested, view)
        else:
            args = {"window_days": view.pack.get("window_days", 14), "count": view.digits}
            say.reply(dispatcher, help_name(requested, view), args)
        return slot_events({s.MISSES: misses}) if unsure else []


def _help_aside(dispatcher: CollectingDispatcher, view: View) -> Mapping[str, Any]:
    """Explain the side question, with its list again, and let it wait."""
    say.reply(dispatcher, f"help_side_{view.side['asks']}", choices=listed(view))
    return {s.SIDE: dict(view.side)}
