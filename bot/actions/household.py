"""Who is kept on a phone, declaring for all of them at once, and naming a contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords
from backend.forms.health import HEALTH
from backend.forms.phones import phones_in
from backend.forms.questions import missing
from bot import slots as s
from bot.actions import say, side
from bot.actions.answers import answers_in
from bot.actions.anywhere import Anywhere, Changes, Message
from bot.actions.form import CONSENT_CHOICES, Events, slot_events
from bot.actions.view import View, view_with_form

HOLDERS = (s.SELF, s.SHARED)


class Household(Anywhere):
    """GD: who is kept, and what can be done with the list."""

    action_name = "household"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        names = [one["name"] for one in view.household]
        offered = {side.ADD: True, side.REMOVE: bool(removable(view)), side.DECLARE: len(view.people) > 1}
        services = [service for service, fits in offered.items() if fits]
        choices = [] if view.form else services_shown(services)
        say.reply(dispatcher, "household" if names else "household_empty", {"names": {"$list": names}}, choices)
        return {} if view.form else side.ask(side.HOUSEHOLD, services=services)


class DeclareHousehold(Action):
    """`KB GD 00000`: the same answers for everybody who is kept."""

    def name(self) -> str:
        """See Action.name."""
        return "action_declare_household"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Declare, or ask for the digits."""
        view = view_with_form(tracker, HEALTH.name)
        keyword = keywords.match(str((tracker.latest_message or {}).get("text") or ""))
        return slot_events(declare_all(dispatcher, view, keyword.rest if keyword else ""))


def services_shown(services: Sequence[str]) -> Sequence[Mapping[str, str]]:
    """What can be done with the list, as choices."""
    return side.numbered([{"key": f"choice_household_{name}"} for name in services])


def members_shown(view: View, ids: Sequence[Any]) -> Sequence[Mapping[str, str]]:
    """Members as choices, those with these ids."""
    return side.numbered([{"text": one["name"]} for one in view.household if one["id"] in ids])


def removable(view: View) -> Sequence[Mapping[str, Any]]:
    """Members of the list who are not the phone's own holder."""
    return [one for one in view.household if one["role"] not in HOLDERS]


def ask_whom_to_remove(dispatcher: CollectingDispatcher, view: View) -> Mapping[str, Any]:
    """Let the person choose somebody to remove."""
    members = [one["id"] for one in removable(view)]
    say.reply(dispatcher, "ask_removal", choices=members_shown(view, members))
    return side.ask(side.REMOVAL, members=members)


def declare_all(dispatcher: CollectingDispatcher, view: View, digits: str, agreed: bool = False) -> Mapping[str, Any]:
    """One declaration a person, all with the same answers; `view` has the form.  Returns slot changes."""
    people = [one for one in view.people if not (one.get("lacks") or {}).get(HEALTH.name)]
    given = answers_in(digits, view)
    if not people:
        say.reply(dispatcher, "household_empty", {"names": ""})
        return {}
    if not given:
        names = {"$list": [one["name"] for one in people]}
        say.reply(dispatcher, "ask_household_answers", {"names": names, "count": view.digits})
        return side.ask(side.ANSWERS)
    if missing(HEALTH, given, view.selected, known_identity=True):
        say.reply(dispatcher, "household_differs")
        return {}
    if view.pack.get("consent") and not agreed:
        say.reply(dispatcher, "ask_household_consent", choices=CONSENT_CHOICES)
        return side.ask(side.CONSENT, digits=digits)
    return _declare_each(dispatcher, people, given)


def _declare_each(
    dispatcher: CollectingDispatcher, people: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> Mapping[str, Any]:
    for one in people:
        say.command(
            dispatcher, "submit_declaration", form=HEALTH.name, subject=one["id"], role=None, identity={},
            answers=dict(given), at_once=True, pending=False,
        )  # fmt: skip
    names = {"$list": [one["name"] for one in people]}
    say.reply(dispatcher, "receipt_household", {"names": names, "count": len(people)}, result=True)
    return {s.UNDONE: None}


class DeclareContact(Anywhere):
    """TX: whom the sender was in contact with."""

    action_name = "declare_contact"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        text = str(message.get("text") or "")
        keyword = keywords.match(text)
        return name_contact(dispatcher, keyword.rest if keyword else _phone_in(message))


def _phone_in(message: Message) -> str:
    """The telephone number that the sentence was understood to name."""
    found = (str(one["value"]) for one in message.get("entities") or () if one["entity"] == "phone")
    return next(found, "")


def name_contact(dispatcher: CollectingDispatcher, text: str) -> Changes:
    """Hand over the number or numbers, or ask for them."""
    phones = phones_in(text)
    if not phones:
        say.reply(dispatcher, "wrong_phone" if text else "ask_contact")
        return side.ask(side.PHONE)
    for phone in phones:
        say.command(dispatcher, "declare_contact", phone=phone)
    say.reply(dispatcher, "contact_declared")
    return None
