"""What a venue's keeper does beside counting: confirming it with the code that was sent to their phone."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from backend.forms.folding import tidy
from bot.actions import say, side
from bot.actions.anywhere import Anywhere, Changes, Message
from bot.actions.view import View

_VENUE = re.compile(r"(?<!\d)\d{8}(?!\d)", re.ASCII)
PENDING = "pending"


class ConfirmVenue(Anywhere):
    """The confirmation code typed back: "123456", "XN 123456", "XN 10234567 123456"."""

    action_name = "confirm_venue"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        text = tidy(str(message.get("text") or ""))
        named = _VENUE.search(text)
        confirmation = side.CONFIRMATION.search(text.replace(named.group(), " ") if named else text)
        code = named.group() if named else waiting_venue(view)
        if code is None or confirmation is None:
            say.reply(dispatcher, "nothing_to_confirm" if code is None else "failed_confirmation_wrong")
            return None
        say.command(dispatcher, "confirm_venue", code=code, confirmation=confirmation.group())
        say.reply(dispatcher, "venue_confirmed", result=True)
        return None


def waiting_venue(view: View) -> str | None:
    """The code of the venue whose confirmation waits on this phone."""
    if view.notice.get("kind") == "venue_confirm" and view.notice.get("venue"):
        return str(view.notice["venue"])
    pending = [one["code"] for one in view.venues_kept if one["status"] == PENDING]
    return pending[-1] if pending else None
