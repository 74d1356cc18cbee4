"""Arriving and leaving, the keeper's count, visitors typed by staff: whatever needs a venue's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords, venue_code
from backend.forms.kinds import Phone
from backend.forms.visit_message import VisitMessage, is_company, read_visit
from bot import slots as s
from bot.actions import say, side
from bot.actions.anywhere import Anywhere, Changes, Message, with_menu
from bot.actions.view import View

CHECK_IN, CHECK_OUT, VISITOR, COUNT = "check_in", "check_out", "check_in_visitor", "venue_count"
_DONE = {CHECK_IN: "checked_in", CHECK_OUT: "checked_out", VISITOR: "visitor_checked_in", COUNT: "venue_counted",
         "send_feedback": "feedback_sent"}  # fmt: skip
SHOWN_MOST = 30  # characters of what was not understood that are said again


class CheckIn(Anywhere):
    """Somebody arrives, tells of a visit gone by, or types a visitor's number."""

    action_name = "check_in"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        if not view.offers("arrive"):
            return with_menu(dispatcher, view, "service_off")
        found = said(view, message)
        if unread(dispatcher, found):
            return None
        if found.phone and (keyed(message) or keeps(view, code_of(found))):
            return check_in_visitor(dispatcher, view, code_of(found) or own_code(view), found)
        if beside_the_point(view, found, message):
            say.reply(dispatcher, "form_waiting")
            return None
        if found.phone and view.venues_kept and code_of(found) is None:
            return ask_whether_visitor(dispatcher, view, found.phone)
        code = code_of(found)
        if code is None and is_company(str(message.get("text") or "")):
            code = (view.facts.get("open_visit") or {}).get("venue")
        return run(dispatcher, view, CHECK_IN, code, visit_args(found))


class CheckOut(Anywhere):
    """Somebody leaves: the venue they name, or the one they are in."""

    action_name = "check_out"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        if not view.offers("leave"):
            return with_menu(dispatcher, view, "service_off")
        found = said(view, message)
        if unread(dispatcher, found):
            return None
        if beside_the_point(view, found, message):
            say.reply(dispatcher, "form_waiting")
            return None
        args = {"at": visit_args(found)["at"] if keyed(message) else None}  # "sang nay toi ve roi" is no time of day
        if code_of(found) is not None:
            return run(dispatcher, view, CHECK_OUT, code_of(found), args)
        say.command(dispatcher, CHECK_OUT, venue=None, **args)
        say.reply(dispatcher, _DONE[CHECK_OUT], result=True)
        return {**side.OVER, s.TOLD: told_now(view, CHECK_OUT, None, args)}


class VenueCount(Anywhere):
    """How many came today to a venue of the sender's."""

    action_name = "venue_count"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        code = code_of(said(view, message)) or own_code(view)
        if code is None and view.venues_kept:
            return choose_own(dispatcher, view, COUNT, {})
        if code is None:
            say.reply(dispatcher, "failed_venue_not_yours")
            return None
        return run(dispatcher, view, COUNT, code, {})


def unread(dispatcher: CollectingDispatcher, found: VisitMessage) -> bool:
    """Whether the message holds a number that cannot be read as anything of a visit, which is then said."""
    if not any(sign.isdigit() for sign in found.unread):
        return False
    say.reply(dispatcher, "wrong_visit_part", {"part": found.unread[:SHOWN_MOST]})
    return True


def check_in_visitor(dispatcher: CollectingDispatcher, view: View, code: str | None, found: VisitMessage) -> Changes:
    """A keeper types a visitor's number, maybe with companions and a time; of several venues it is asked which."""
    args = {"phone": found.phone, **visit_args(found)}
    if code is None and view.venues_kept:
        return choose_own(dispatcher, view, VISITOR, args)
    return run(dispatcher, view, VISITOR, code, args)


def ask_whether_visitor(dispatcher: CollectingDispatcher, view: View, phone: str) -> Changes:
    """A keeper sent a number alone: a stranger gets a message if it was not meant so, therefore it is asked."""
    say.reply(dispatcher, "ask_visitor_venue", {"phone": Phone().display(phone)}, venues_shown(view.venues_kept))
    return side.ask(side.VENUE, then=VISITOR, args={"phone": phone}, codes=[one["code"] for one in view.venues_kept])


def keeps(view: View, code: str | None) -> bool:
    """Whether the sender keeps the venue of that code."""
    return code is not None and any(one["code"] == code for one in view.venues_kept)


def keyed(message: Message) -> bool:
    """Whether the message starts with a keyword."""
    return keywords.match(str(message.get("text") or "")) is not None


def beside_the_point(view: View, found: VisitMessage, message: Message) -> bool:
    """A sentence in the middle of a form that only sounds like a visit."""
    return view.form is not None and code_of(found) is None and not keyed(message)


def said(view: View, message: Message) -> VisitMessage:
    """What the message says of a visit, after its keyword if it has one."""
    text = str(message.get("text") or "")
    keyword = keywords.match(text)
    return read_visit(keyword.rest if keyword else text, view.now, sentence=keyword is None)


def code_of(found: VisitMessage) -> str | None:
    """The digits that are meant as a code."""
    return found.code or found.almost


def visit_args(found: VisitMessage) -> dict[str, Any]:
    """When, until when and with how many, as `check_in` takes it."""
    until = {"until": _local(found.until)} if found.until else {}
    return {"at": _local(found.at) if found.at else None, "companions": found.companions, **until}


def _local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def own_code(view: View) -> str | None:
    """The code of the sender's own venue, if there is exactly one."""
    return view.venues_kept[0]["code"] if len(view.venues_kept) == 1 else None


def choose_own(dispatcher: CollectingDispatcher, view: View, command: str, args: Mapping[str, Any]) -> Changes:
    """Ask which of the sender's venues is meant."""
    say.reply(dispatcher, "ask_own_venue", choices=venues_shown(view.venues_kept))
    return side.ask(side.VENUE, then=command, args=dict(args), codes=[one["code"] for one in view.venues_kept])


def venues_shown(venues: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, str]]:
    """Venues as choices."""
    return side.numbered([{"text": one["name"]} for one in venues])


def run(
    dispatcher: CollectingDispatcher, view: View, command: str, code: str | None, args: Mapping[str, Any]
) -> Changes:
    """Carry out an errand at the venue of `code`; ask for a code that is missing or cannot be right."""
    if code is None:
        say.reply(dispatcher, "ask_venue")
        return side.ask(side.VENUE, then=command, args=dict(args))
    if not venue_code.valid(code):
        return _offer_nearest(dispatcher, view, command, code, args)
    say.command(dispatcher, command, venue=code, **args)
    say.reply(dispatcher, _DONE[command], result=True)
    told = {s.TOLD: told_now(view, command, code, args)} if command in (CHECK_IN, CHECK_OUT) else {}
    return {**side.OVER, **told}


def told_now(view: View, command: str, code: str | None, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """What HUY takes back: the arguments of `undo_visit`."""
    return {"left": command == CHECK_OUT, "venue": code, "at": args.get("at"), "told": _local(view.now)}


def _offer_nearest(
    dispatcher: CollectingDispatcher, view: View, command: str, code: str, args: Mapping[str, Any]
) -> Changes:
    """A code whose check digit is wrong: say so, and offer the venues one slip away."""
    query = f"venue:{code}"
    answered = view.facts.get("answered") or {}
    if len(code) == venue_code.LENGTH and query not in answered:
        say.query(dispatcher, query)
        return None
    near = (answered.get(query) or {}).get("near") or ()
    name = "venue_mistyped_near" if near else "venue_mistyped"
    say.reply(dispatcher, name, {"code": code}, side.numbered([{"text": one["name"]} for one in near]))
    return side.ask(side.VENUE, then=command, args=dict(args), codes=[one["code"] for one in near])


def go_on(dispatcher: CollectingDispatcher, view: View, text: str) -> Changes:
    """The answer to "which venue": a number of the list, or a code, with what else the message says."""
    command, args = view.side["then"], dict(view.side["args"])
    code = side.picked(view, text)
    if code is None:
        found = read_visit(text, view.now)
        code = code_of(found)
        if command == CHECK_IN:
            args |= {name: value for name, value in visit_args(found).items() if value}
    return run(dispatcher, view, command, code, args)
