"""Answers to what the house told somebody: understood, symptoms, that was not me."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms.follow_up import SYMPTOMS, WELL
from backend.forms.health import HEALTH
from bot import slots as s
from bot.actions import say
from bot.actions.anywhere import NOTICE_CHOICES, Anywhere, Changes, Message
from bot.actions.course import cleared, first_steps
from bot.actions.form import Events, slot_events
from bot.actions.view import View, view_of, view_with_form
from bot.forms import loop_of

BY_STAFF = "visit_by_staff"


def answer_follow_up(dispatcher: CollectingDispatcher, view: View, answer: str) -> None:
    """Hand over how somebody under follow-up is today."""
    say.command(dispatcher, "answer_follow_up", notice=view.notice["id"], answer=answer)


def answered(view: View) -> Mapping[str, Any]:
    """The slots a notice's answer changes: a session that showed the question waits for it no longer."""
    return {s.EXPECTING: None} if view.slots.get(s.EXPECTING) == s.FOLLOW_UP else {}


class NoticeUnderstood(Anywhere):
    """1 to an exposure notice, or to the daily question of a follow-up."""

    action_name = "notice_understood"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        if view.asked_how_they_are:
            answer_follow_up(dispatcher, view, WELL)
            say.reply(dispatcher, "follow_up_well", result=True)
        else:
            say.command(dispatcher, "answer_notice", notice=view.notice["id"], answer="understood")
            say.reply(dispatcher, "notice_understood")
        return answered(view)


class AskNotice(Anywhere):
    """Who was ill, where, when: names are never told, place and time are."""

    action_name = "ask_notice"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        say.command(dispatcher, "notice_place", notice=view.notice["id"])
        say.reply(dispatcher, "notice_about", choices=NOTICE_CHOICES, result=True)
        return {s.EXPECTING: s.NOTICE, s.NOTICED: None}


class NoticeSymptoms(Action):
    """2 to either: there are symptoms, which are declared at once."""

    def name(self) -> str:
        """See Action.name."""
        return "action_notice_symptoms"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Tell the backend, then open a declaration, unless one is open."""
        before = view_of(tracker)
        if before.asked_how_they_are:
            answer_follow_up(dispatcher, before, SYMPTOMS)
        else:
            say.command(dispatcher, "answer_notice", notice=before.notice["id"], answer="symptoms")
        say.reply(dispatcher, "notice_symptoms")
        if tracker.active_loop_name is not None:
            return slot_events(answered(before))
        view = view_with_form(tracker, HEALTH.name)
        steps = {**first_steps(view, somebody_else=False), "has_symptoms": True}
        how = {s.HOW: s.GIVEN} if steps.get(s.SUBJECT) not in (None, s.NEW_PERSON) else {}
        return [*slot_events({**cleared(view), **steps, **how}), FollowupAction(loop_of(HEALTH))]


class NotMe(Anywhere):
    """SAI: the visit that staff typed was not the sender's."""

    action_name = "not_me"

    def answer(self, dispatcher: CollectingDispatcher, view: View, message: Message) -> Changes:
        if view.notice.get("kind") != BY_STAFF:
            say.reply(dispatcher, "nothing_to_deny")
            return None
        say.command(dispatcher, "not_me", notice=view.notice["id"])
        say.reply(dispatcher, "not_me_done", result=True)
        return None
