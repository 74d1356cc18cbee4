"""What follows from the answer to a side question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms.health import HEALTH
from backend.forms.requests import MEMBER
from bot import slots as s
from bot.actions import facilities, household, privacy, say, side, visits
from bot.actions.anywhere import Anywhere, Changes, Message, with_menu
from bot.actions.course import cleared
from bot.actions.form import Events, slot_events
from bot.actions.view import View, view_of, view_with_form
from bot.forms import loop_of


class AnswerSide(Action):
    """Goes on with the errand the side question belongs to."""

    def name(self) -> str:
        """See Action.name."""
        return "action_answer_side"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Carry on, drop the errand, or ask once more."""
        view = view_of(tracker)
        text = str((tracker.latest_message or {}).get("text") or "")
        if not side.answers(view, text):
            return slot_events(_once_more(dispatcher, view))
        if side.refuses(text):
            say.reply(dispatcher, "errand_dropped")
            return slot_events(side.OVER)
        if view.side["asks"] == side.FACILITY:
            return facilities.chosen(dispatcher, tracker, view, text)
        if view.side["asks"] == side.HOUSEHOLD and side.picked(view, text) == side.ADD:
            return _open_member(tracker)
        return slot_events({**side.OVER, **(_go_on(dispatcher, tracker, view, text) or {})})


def _go_on(dispatcher: CollectingDispatcher, tracker: Tracker, view: View, text: str) -> Mapping[str, Any] | None:
    asked = view.side["asks"]
    if asked in (side.VENUE, side.FEEDBACK):
        about_feedback = asked == side.FEEDBACK or view.side["then"] == facilities.FEEDBACK
        return (facilities if about_feedback else visits).go_on(dispatcher, view, text)
    if asked == side.PHONE:
        return household.name_contact(dispatcher, text)
    if asked == side.ERASURE:
        return privacy.erase(dispatcher, text)
    if asked == side.REMOVAL:
        say.command(dispatcher, "remove_member", person=side.picked(view, text))
        say.reply(dispatcher, "member_removed", result=True)
        return None
    if asked == side.HOUSEHOLD and side.picked(view, text) == side.REMOVE:
        return household.ask_whom_to_remove(dispatcher, view)
    health = view_with_form(tracker, HEALTH.name)
    if asked == side.CONSENT:
        return household.declare_all(dispatcher, health, view.side["digits"], agreed=True)
    return household.declare_all(dispatcher, health, text if asked == side.ANSWERS else "")


def _open_member(tracker: Tracker) -> Events:
    view = view_with_form(tracker, MEMBER.name)
    start = {**cleared(view), s.SUBJECT: s.NEW_PERSON, s.ROLE: s.HOUSEHOLD}
    return [*slot_events(start), FollowupAction(loop_of(MEMBER))]


def _once_more(dispatcher: CollectingDispatcher, view: View) -> Mapping[str, Any]:
    """Ask again; after a few misses the errand is dropped."""
    misses = view.side.get("misses", 0) + 1
    if misses > side.MISSES_MOST:
        return with_menu(dispatcher, view, "not_understood_again")
    say.reply(dispatcher, f"wrong_side_{view.side['asks']}", choices=listed(view))
    return {s.SIDE: {**view.side, "misses": misses}}


def listed(view: View) -> Sequence[Mapping[str, str]]:
    """The options shown before, where they can be told from what is known."""
    asked = view.side["asks"]
    if asked == side.HOUSEHOLD:
        return household.services_shown(view.side["services"])
    if asked == side.REMOVAL:
        return household.members_shown(view, view.side["members"])
    own = [one for one in view.venues_kept if one["code"] in (view.side.get("codes") or ())]
    return visits.venues_shown(own) if own and len(own) == len(view.side["codes"]) else ()


_FAILURES = frozenset((
    "venue_unknown", "venue_closed", "venue_not_yours", "not_checked_in", "visit_in_future", "visit_too_old",
    "confirmation_wrong", "member_unknown", "phone_wrong", "messages_required", "notice_gone", "feedback_unknown",
    "feedback_too_often", "feedback_place_full", "visit_undo_late", "visit_undo_none",
))  # fmt: skip


class ServiceFailed(Anywhere):
    """Tells why the backend could not do what was asked; an open form and a code that is awaited stay."""

    action_name = "service_failed"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        failed = view.facts.get("failed") or {}
        code = failed.get("code")
        say.reply(dispatcher, f"failed_{code}" if code in _FAILURES else "failed_otherwise", failed.get("args"))
        return {s.SIDE: dict(view.side)} if code == "confirmation_wrong" and view.side else None
