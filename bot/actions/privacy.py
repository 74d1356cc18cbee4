"""What a person may know and decide about their own data."""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords
from backend.forms.folding import fold
from bot.actions import say, side
from bot.actions.anywhere import Anywhere, Changes, Message
from bot.actions.view import View


class Status(Anywhere):
    """TT: last declaration, what came of it, open call-back, whether exposed."""

    action_name = "status"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "status")
        name = (view.last or {}).get("name")
        say.reply(dispatcher, "your_status" if view.last else "status_undeclared", {"name": name}, result=True)
        return None


class WhoViewed(Anywhere):
    """XEM: which offices looked at the sender's data."""

    action_name = "who_viewed"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "who_viewed")
        say.reply(dispatcher, "who_viewed", result=True)
        return None


class EraseMe(Anywhere):
    """XOA: a code is sent, and only that code erases."""

    action_name = "erase_me"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "request_erasure")
        say.reply(dispatcher, "ask_erasure", result=True)
        return side.ask(side.ERASURE)


def erase(dispatcher: CollectingDispatcher, confirmation: str) -> None:
    """The code came back."""
    say.command(dispatcher, "erase", confirmation=confirmation)
    say.reply(dispatcher, "erased", result=True)


class OptOut(Anywhere):
    """TC: no more messages of a class; without a class, no more advice."""

    action_name = "opt_out"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "set_messages", **{"class": class_in(message), "on": False})
        say.reply(dispatcher, "opted_out")
        return None


class OptIn(Anywhere):
    """DK: messages of a class again."""

    action_name = "opt_in"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "set_messages", **{"class": class_in(message), "on": True})
        say.reply(dispatcher, "opted_in")
        return None


def class_in(message: Message) -> str:
    """The class of messages somebody names after the keyword."""
    keyword = keywords.match(str(message.get("text") or ""))
    return keywords.CLASSES.get(fold(keyword.rest).upper(), "advice") if keyword else "advice"
