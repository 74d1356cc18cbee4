"""What a person may say at any time: greetings, help, reference, language, the hotline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot import slots as s
from bot.actions import say
from bot.actions.form import CONSENT_CHOICES, Events, noticed, slot_events
from bot.actions.view import FOLLOW_UP, View, view_of
from bot.forms import languages
from bot.menus import MENU_OWN, more

ANSWERS_AFTER_MISSES = 3
LANGUAGE_CODES = tuple(language.code for language in languages())
EXPOSURE = "exposure"  # kind of a notice
NOTICE_CHOICES = ({"send": "1", "key": "choice_notice_understood"}, {"send": "2", "key": "choice_notice_symptoms"})
FOLLOW_UP_CHOICES = (
    {"send": "1", "key": "choice_follow_up_well"},
    {"send": "2", "key": "choice_follow_up_symptoms"},
    {"send": "0", "key": "choice_follow_up_menu"},
)


def menu_choices(names: Sequence[str]) -> Sequence[Mapping[str, str]]:
    """Numbered menu lines."""
    return [{"send": str(number), "key": f"choice_menu_{name}"} for number, name in enumerate(names, 1)]


def language_choices() -> Sequence[Mapping[str, Any]]:
    """Every language under its own name."""
    return [{"send": str(number), "text": {"$language": code}} for number, code in enumerate(LANGUAGE_CODES, 1)]


Message = Mapping[str, Any]  # what the person said, as Rasa understood it
Changes = Mapping[str, Any] | None  # values of slots


class Anywhere(Action):
    """An action that answers and leaves an open form as it is."""

    action_name = ""

    def name(self) -> str:
        """See Action.name."""
        return f"action_{self.action_name}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Answer; returns slot changes."""
        view = view_of(tracker)
        changes = self.answer(dispatcher, view, tracker.latest_message or {})
        over = {s.EXPECTING: None} if view.in_session and not view.form else {}  # a menu that is not shown again
        return slot_events({**over, **(changes or {})})

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        """Say the answer; returns the slots it changes."""
        raise NotImplementedError


def with_menu(dispatcher: CollectingDispatcher, view: View, name: str) -> Mapping[str, Any]:
    """Say `name` with the menu below it; a digit then chooses from it.

    In a form no menu is shown, and a declaration that waits for consent is asked about instead.
    """
    if view.form:
        say.reply(dispatcher, name)
        return {}
    if view.awaits_consent:
        say.reply(dispatcher, "consent_waiting", choices=CONSENT_CHOICES)
        return {s.EXPECTING: s.CONSENT}
    say.reply(dispatcher, name, choices=menu_choices(view.menu))
    return {s.EXPECTING: s.MENU, **noticed(view)}


def second_menu(view: View) -> Sequence[Mapping[str, Any]]:
    """The choices of the menu below the first that is shown, () where none is."""
    shown: Mapping[Any, Callable[[], Sequence[Mapping[str, Any]]]] = {
        s.MENU_MORE: lambda: menu_choices(more(bool(view.facilities), view.channel)),
        s.MENU_OWN: lambda: menu_choices(MENU_OWN),
        s.LANGUAGES: language_choices,
    }
    make = shown.get(view.slots.get(s.EXPECTING))
    return make() if make else ()


class Menu(Anywhere):
    """The services on offer; whoever dials while the daily question waits sees that first."""

    action_name = "menu"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        dialled = (message.get("intent") or {}).get("name") == "dial" and not message.get("text")
        if dialled and view.asked_how_they_are and not view.notice.get("answer"):
            say.reply(dispatcher, "ask_follow_up_here", choices=FOLLOW_UP_CHOICES)
            return {s.EXPECTING: s.FOLLOW_UP, **noticed(view)}
        waiting = view.notice.get("kind") == EXPOSURE and view.notice.get("id") != view.slots.get(s.NOTICED)
        if view.in_session and waiting and not message.get("text"):  # dialled, not a path that says what to do
            say.reply(dispatcher, "notice_waiting", choices=notice_choices(view))
            return {s.EXPECTING: s.NOTICE}
        return with_menu(dispatcher, view, "menu")


class MenuMore(Anywhere):
    """The second page of the menu."""

    action_name = "menu_more"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        return show_more(dispatcher, view)


def show_more(dispatcher: CollectingDispatcher, view: View) -> Changes:
    """The second page of the menu; a digit then chooses from it."""
    say.reply(dispatcher, "menu_more", choices=menu_choices(more(bool(view.facilities), view.channel)))
    return {s.EXPECTING: s.MENU_MORE, **noticed(view)}


class MenuOwn(Anywhere):
    """What people may know and decide about their own data."""

    action_name = "menu_own"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.reply(dispatcher, "menu_own", choices=menu_choices(MENU_OWN))
        return {s.EXPECTING: s.MENU_OWN, **noticed(view)}


class Greet(Anywhere):
    """Hello."""

    action_name = "greet"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        return with_menu(dispatcher, view, "greeting_short" if view.form else "greeting")


def help_with_notice(dispatcher: CollectingDispatcher, view: View) -> Changes:
    """How the notice that waits is answered; the choices of an exposure notice are shown again.

    A session goes on after it: with the choices of the daily question, or with the menu.
    """
    kind = view.notice["kind"]
    name = f"help_{kind}"
    if kind == EXPOSURE:
        say.reply(dispatcher, name, choices=notice_choices(view))
        return {s.EXPECTING: s.NOTICE, s.NOTICED: None}
    if not view.in_session:
        say.reply(dispatcher, name)
        return None
    if kind == FOLLOW_UP:
        say.reply(dispatcher, name, choices=FOLLOW_UP_CHOICES)
        return {s.EXPECTING: s.FOLLOW_UP}
    return with_menu(dispatcher, view, name)


def notice_choices(view: View) -> Sequence[Mapping[str, str]]:
    """The answers to an exposure notice; a session, which cannot be left by writing something else, has a way on."""
    return (*NOTICE_CHOICES, {"send": "3", "key": "choice_menu_more"}) if view.in_session else NOTICE_CHOICES


class NotUnderstood(Anywhere):
    """The fallback: our own action, because the stock one reverts the message and every slot with it."""

    action_name = "not_understood"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        misses = (view.slots.get(s.MISSES) or 0) + 1
        if misses >= ANSWERS_AFTER_MISSES:
            return {**with_menu(dispatcher, view, "not_understood_again"), s.MISSES: misses}
        waits = view.notice.get("kind") == EXPOSURE and noticed(view) and not view.form
        answered = help_with_notice(dispatcher, view) if waits else with_menu(dispatcher, view, "not_understood")
        return {**(answered or {}), s.MISSES: misses}


class NothingToAnswer(Anywhere):
    """Yes, no or back while nothing was asked."""

    action_name = "nothing_to_answer"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        if (message.get("intent") or {}).get("name") != "go_back":
            return with_menu(dispatcher, view, "nothing_to_answer")
        if view.side:
            return with_menu(dispatcher, view, "errand_dropped")
        if view.in_session and view.slots.get(s.EXPECTING) == s.MENU_OWN:
            return show_more(dispatcher, view)
        return with_menu(dispatcher, view, "menu" if view.in_session and second_menu(view) else "nothing_to_answer")


class ServiceOff(Anywhere):
    """A service that is not switched on."""

    action_name = "service_off"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        return with_menu(dispatcher, view, "service_off")


class Reference(Anywhere):
    """The reference code again."""

    action_name = "reference"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        last = view.last
        if not last:
            say.reply(dispatcher, "no_declaration")
            return None
        kept = (view.person(last.get("person")) or {}).get("last") or {}
        day = kept.get("date") if kept.get("reference") == last["reference"] else None
        args = {"reference": last["reference"], "name": last.get("name"), "date": {"$date": day} if day else None}
        say.reply(dispatcher, "your_reference", args)
        return None


class Hotline(Anywhere):
    """Somebody wants to talk to a person."""

    action_name = "hotline"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "request_callback", reason="asked")
        say.reply(dispatcher, "hotline")
        return None


class Emergency(Anywhere):
    """Somebody is in danger."""

    action_name = "emergency"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "request_callback", reason="emergency")
        say.reply(dispatcher, "emergency")
        return None


class Language(Anywhere):
    """Another language; without a name a list of them, and in a form or a call the other of Vietnamese and English."""

    action_name = "language"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        found = (entity["value"] for entity in message.get("entities", ()) if entity["entity"] == "language")
        named = next((code for code in found if code in LANGUAGE_CODES), None)
        if named is None and not view.form and view.channel != "voice":
            say.reply(dispatcher, "menu_languages", choices=language_choices())
            return {s.EXPECTING: s.LANGUAGES, **noticed(view)}
        other = "vi" if view.language == "en" else "en"
        say.command(dispatcher, "set_language", language=named or other)
        if view.form or not view.in_session:
            say.reply(dispatcher, "language_set")
            return None
        return with_menu(dispatcher, view, "language_set")


class AccentsOn(Anywhere):
    """SMS with accents from now on."""

    action_name = "accents_on"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "set_accents", on=True)
        say.reply(dispatcher, "accents_on")
        return None


class AccentsOff(Anywhere):
    """SMS without accents from now on."""

    action_name = "accents_off"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "set_accents", on=False)
        say.reply(dispatcher, "accents_off")
        return None
