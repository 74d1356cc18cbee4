"""A facility's daily report, feedback on a place, and closing it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords, venue_code
from backend.forms.checklist import CHECKLIST, Reported, read_report, read_whole, split_code
from backend.forms.folding import fold_lower, tidy
from backend.forms.model import Rejected
from bot import slots as s
from bot.actions import say, side, visits
from bot.actions.anywhere import Anywhere, Changes, Message, with_menu
from bot.actions.course import cleared, first_steps
from bot.actions.form import Events, slot_events
from bot.actions.view import View, view_of, view_with_form
from bot.forms import loop_of

FEEDBACK = "send_feedback"
_ASKING = re.compile(
    r"(?:(?:xin )?(?:cho )?(?:toi|em|con|chau|minh|tui|i) )?(?:(?:muon|xin|can|want to|would like to) )*"
    r"(?:(?:gui|bao|send) )?(?:phan anh|gop y|to cao|khieu nai|feedback|complain(?:t)?|report)\b"
    r"(?: (?:ve|cho|mot|1|noi|dia diem|cho nay|about|a|place)\b)*"
)
_LISTEN = FollowupAction("action_listen")


class OpenChecklist(Action):
    """BC: stores a whole report at once, or opens the form that asks part by part."""

    def name(self) -> str:
        """See Action.name."""
        return f"action_open_{CHECKLIST.name}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Find out which facility is meant and what is said of it."""
        view = view_of(tracker)
        if not view.facilities:
            return _elsewhere(tracker, with_menu(dispatcher, view, "no_facility"))
        if beside_the_point(view, tracker.latest_message or {}):
            say.reply(dispatcher, "form_waiting")
            return []
        said = _said(view, tracker.latest_message or {})
        if said.other_day:
            say.reply(dispatcher, "wrong_report_day")
            return _elsewhere(tracker, {})
        facility = _meant(view, said.code)
        if facility is None:
            return _elsewhere(tracker, _ask_which(dispatcher, view, said))
        return report(dispatcher, tracker, facility, said.answers)


def beside_the_point(view: View, message: Message) -> bool:
    """A sentence without a code in the middle of a form that only sounds like it."""
    coded = any(one["entity"] == "venue_code" for one in message.get("entities") or ())
    return view.form is not None and not coded and keywords.match(str(message.get("text") or "")) is None


def _elsewhere(tracker: Tracker, changes: Mapping[str, Any]) -> Events:
    """No form is opened; one that is open goes on."""
    return [*slot_events(changes), *([] if tracker.active_loop_name else [_LISTEN])]


def _said(view: View, message: Message) -> Reported:
    """What a message reports: by its syntax after the keyword, by its entities in a sentence."""
    text = str(message.get("text") or "")
    keyword = keywords.match(text)
    counts = {one["code"]: sum(map(len, one["parts"])) for one in view.facilities}
    if keyword is not None and keyword.intent == CHECKLIST.intent:
        return read_report(keyword.rest, counts, view.context.today)
    found = {one["entity"]: str(one["value"]) for one in message.get("entities") or ()}
    day = read_report(text, {}, view.context.today).other_day
    return Reported(found.get("venue_code"), found.get("checklist_bits", ""), day)


def _meant(view: View, code: str | None) -> Mapping[str, Any] | None:
    """The facility a code names, or the only one of a message without a code."""
    if code is None:
        return view.facilities[0] if len(view.facilities) == 1 else None
    return next((one for one in view.facilities if one["code"] == code), None)


def _ask_which(dispatcher: CollectingDispatcher, view: View, said: Reported) -> Mapping[str, Any]:
    """A code that is not the sender's, or none where there are several: offer those it may be."""
    near = [one for one in view.facilities if said.code and one["code"] in venue_code.near(said.code)]
    if said.code and venue_code.valid(said.code):
        say.reply(dispatcher, "failed_facility_not_yours", {"venue_code": said.code})
        return {}
    offered = near or view.facilities
    name = "facility_mistyped" if said.code else "ask_own_facility"
    say.reply(dispatcher, name, {"code": said.code} if said.code else {},
              side.numbered([{"text": one["name"]} for one in offered]))  # fmt: skip
    return side.ask(side.FACILITY, codes=[one["code"] for one in offered], answers=said.answers)


def report(dispatcher: CollectingDispatcher, tracker: Tracker, facility: Mapping[str, Any], answers: str) -> Events:
    """Hand over a whole report, say what is wrong with it, or ask part by part."""
    if answers:
        return _hand_over(dispatcher, tracker, facility, answers)
    view = view_with_form(tracker, CHECKLIST.name)
    if tracker.active_loop_name not in (None, loop_of(CHECKLIST)):
        say.reply(dispatcher, "form_waiting")
        return []
    if (view.slots.get(s.FACILITY) or {}).get("code") == facility["code"]:
        return []  # its form is open: the question is asked again
    chosen = {s.FACILITY: {"code": facility["code"], "pack": facility["pack"]}}
    opening = {**cleared(view), **first_steps(view, somebody_else=False), **chosen}
    return [*slot_events(opening), FollowupAction(loop_of(CHECKLIST))]


def _hand_over(dispatcher: CollectingDispatcher, tracker: Tracker, facility: Mapping[str, Any], answers: str) -> Events:
    view = view_with_form(tracker, CHECKLIST.name)
    parsed = read_whole(answers, sum(map(len, facility["parts"])))
    if isinstance(parsed, Rejected):
        say.reply(dispatcher, f"wrong_{parsed.code}", parsed.args)
        return _elsewhere(tracker, {})
    if tracker.active_loop_name == loop_of(CHECKLIST):
        chosen = {s.FACILITY: {"code": facility["code"], "pack": facility["pack"]}, s.REQUESTED: None}
        return slot_events({**cleared(view), **chosen, **CHECKLIST.answers(parsed.value, facility["parts"])})
    say.command(dispatcher, CHECKLIST.command, venue=facility["code"], pack=facility["pack"], failed=parsed.value)
    say.reply(dispatcher, f"receipt_{CHECKLIST.name}", result=True)
    return _elsewhere(tracker, side.OVER)


def chosen(dispatcher: CollectingDispatcher, tracker: Tracker, view: View, text: str) -> Events:
    """The answer to "which facility"."""
    code = side.picked(view, text)
    facility = next(one for one in view.facilities if one["code"] == code)
    events = report(dispatcher, tracker, facility, view.side["answers"])
    return [event for event in events if event is not _LISTEN]


class SendFeedback(Anywhere):
    """PA: a citizen tells what is wrong at a place."""

    action_name = FEEDBACK

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        text = str(message.get("text") or "")
        keyword = keywords.match(text)
        if keyword is not None and keyword.intent == FEEDBACK:
            return _feedback(dispatcher, view, *split_code(keyword.rest))
        if keyword is not None or not any(sign.isalpha() for sign in text):  # a line of the menu
            return _feedback(dispatcher, view, None, "")
        if beside_the_point(view, message):
            say.reply(dispatcher, "form_waiting")
            return None
        found = next((one for one in message.get("entities") or () if one["entity"] == "venue_code"), None)
        if found is None:
            return _feedback(dispatcher, view, None, _content(text))
        rest = f"{text[: found['start']]} {text[found['end'] :]}"
        return _feedback(dispatcher, view, str(found["value"]), tidy(rest))


def _content(text: str) -> str:
    """What a sentence tells beside wanting to tell something: "tôi muốn phản ánh" says nothing yet."""
    clean = tidy(text)
    asking = _ASKING.match(fold_lower(clean)) if len(fold_lower(clean)) == len(clean) else None
    rest = clean[asking.end() :].strip(" .,:;!") if asking else clean
    return rest if len(rest.split()) > 1 else ""


def _feedback(dispatcher: CollectingDispatcher, view: View, code: str | None, text: str) -> Changes:
    """Hand the text over; ask for the code or the text that is missing."""
    if code is not None and not text and venue_code.valid(code):
        say.reply(dispatcher, "ask_feedback")
        return side.ask(side.FEEDBACK, code=code)
    return visits.run(dispatcher, view, FEEDBACK, code, {"text": text})


def go_on(dispatcher: CollectingDispatcher, view: View, text: str) -> Changes:
    """The words of a feedback, or the answer to "which venue": a number of the list, or a code."""
    if view.side["asks"] == side.FEEDBACK:
        return visits.run(dispatcher, view, FEEDBACK, view.side["code"], {"text": tidy(text)})
    keyword = keywords.match(text)
    code, words = split_code(keyword.rest if keyword else text)
    told = (words if keyword else "") or view.side["args"]["text"]
    return _feedback(dispatcher, view, side.picked(view, text) or code, told)


class CloseFeedback(Anywhere):
    """XONG: an officer of the place has looked into a feedback."""

    action_name = "close_feedback"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        keyword = keywords.match(str(message.get("text") or ""))
        number = re.match(r"\d{1,12}(?!\d)", keyword.rest, re.ASCII) if keyword else None
        if number is None:
            say.reply(dispatcher, "ask_feedback_number")
            return None
        say.command(dispatcher, "close_feedback", number=int(number.group()))
        say.reply(dispatcher, "feedback_closed", result=True)
        return None
