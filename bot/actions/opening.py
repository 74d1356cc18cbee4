"""Opening a form: what the first text already says is filled, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords
from backend.forms.checklist import CHECKLIST
from backend.forms.folding import fold_lower
from backend.forms.follow_up import SYMPTOMS
from backend.forms.model import Request
from backend.forms.one_message import OneMessage
from bot import slots as s
from bot.actions import say
from bot.actions.answers import offered, take
from bot.actions.anywhere import EXPOSURE, with_menu
from bot.actions.course import cleared, first_steps, next_question
from bot.actions.form import Events, settle, slot_events
from bot.actions.notices import answer_follow_up
from bot.actions.reading import for_relative, for_somebody, read_opening, refused
from bot.actions.view import View, view_of, view_with_form
from bot.forms import ALL_FORMS, languages


class OpenForm(Action):
    """Opens a form, or asks whether to continue the one that is open."""

    form_of_catalogue = ""

    def name(self) -> str:
        """See Action.name."""
        return f"action_open_{self.form_of_catalogue}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Fill what is said; the form asks the rest."""
        view = view_with_form(tracker, self.form_of_catalogue)
        text = str((tracker.latest_message or {}).get("text") or "")
        by_name = keywords.match(text) or languages().meant(text, view.language, wholly=True)
        if tracker.active_loop_name is not None and by_name is None:
            return slot_events(_told_inside(dispatcher, text, view))
        read = read_opening(text, view)
        said = read.values
        if tracker.active_loop_name is None and not _offered(view):
            off = with_menu(dispatcher, view_of(tracker), "service_off")
            return [*slot_events(off), FollowupAction("action_listen")]
        if view.asked_how_they_are and said.get("has_symptoms") and view.notice.get("answer") != SYMPTOMS:
            answer_follow_up(dispatcher, view, SYMPTOMS)
        wrong = refused(read, view)
        if wrong:
            say.reply(dispatcher, f"wrong_{wrong.code}", wrong.args)
        if tracker.active_loop_name is not None and not said:
            return slot_events({s.RESUMING: True, s.RESUME: None, s.REQUESTED: s.RESUME})
        if view.notice.get("kind") == EXPOSURE and said.get("has_symptoms"):
            say.command(dispatcher, "answer_notice", notice=view.notice["id"], answer="symptoms")
        relative = _relative(view) if for_relative(text) else {}
        changes = {**cleared(view), **_start(view, said, for_somebody(text)), **relative}
        return slot_events({**changes, **_offered_at_once(dispatcher, read, view.changed(changes))})


def _offered_at_once(dispatcher: CollectingDispatcher, read: OneMessage, view: View) -> Mapping[str, Any]:
    """What an answer of the opening text may have meant, to choose from, if its question is the next one anyway."""
    name = next_question(view)
    rejected = read.rejected.get(name or "")
    if name is None or rejected is None or not rejected.args.get("options"):
        return {}
    meant = offered(rejected, view)
    say.reply(dispatcher, f"wrong_{rejected.code}", rejected.args, meant.choices)
    return meant.changes


def _told_inside(dispatcher: CollectingDispatcher, text: str, view: View) -> Mapping[str, Any]:
    """A sentence in the middle of the form: what it tells is kept; if nothing, it is an answer that fits not."""
    told = read_opening(text, view).values
    requested = view.slots.get(s.REQUESTED)
    if not told:
        return settle(dispatcher, view, requested, take(requested, text, view)) if requested else {}
    say.reply(dispatcher, "noted")
    how = {s.HOW: s.GIVEN} if requested == s.HOW else {}
    return {**how, **{name: _with_earlier(view.slots.get(name), value) for name, value in told.items()},
            s.CONFIRM: None, s.RESUMING: None, s.REQUESTED: None, s.MISSES: None}  # fmt: skip


def _with_earlier(earlier: Any, value: Any) -> Any:
    """A list grows by what it lacks; anything else is what was said last."""
    if isinstance(earlier, list) and isinstance(value, list):
        return [*earlier, *(one for one in value if one not in earlier)]
    return value


def _offered(view: View) -> bool:
    """Whether the backend takes this form now; without word from it, every form is."""
    offered = view.facts.get("forms")
    return not offered or view.form is None or isinstance(view.form, Request) or view.form.name in offered


def _start(view: View, said: Mapping[str, Any], somebody_else: bool) -> Mapping[str, Any]:
    """The slots a form starts with."""
    if isinstance(view.form, Request):
        return {**first_steps(view, somebody_else), **said}
    steps = {**_who(view, said, somebody_else), **said}
    known = steps.get(s.SUBJECT) not in (None, s.NEW_PERSON)
    answered = any(field.name in said for field in view.questions)
    return {**steps, s.HOW: s.GIVEN} if known and answered else steps


def _relative(view: View) -> Mapping[str, Any]:
    """Somebody of the household: a new person, unless several are known and the relative may be one of them."""
    new = {} if len(view.people) > 1 else {s.SUBJECT: s.NEW_PERSON}
    return {s.ROLE: s.HOUSEHOLD, **new}


def _who(view: View, said: Mapping[str, Any], somebody_else: bool) -> Mapping[str, Any]:
    name = said.get("full_name")
    if name is None or not view.people:
        return first_steps(view, somebody_else)
    known = [person["id"] for person in view.people if _is_called(person, fold_lower(name))]
    if len(known) == 1:
        return {s.SUBJECT: known[0]}
    own = s.SHARED if view.holder_known else s.SELF
    return {s.SUBJECT: s.NEW_PERSON, s.ROLE: None if somebody_else else own}


def _is_called(person: Mapping[str, Any], name: str) -> bool:
    """Whether a name, folded, is all of the person's name, or the given name that it ends with."""
    whole = fold_lower(person["name"])
    return name == whole or (" " not in name and whole.split()[-1:] == [name])


# rasa-sdk registers every subclass it finds; the references here keep them alive.
MADE: Sequence[type] = tuple(
    type(
        f"OpenForm_{name}",
        (OpenForm,),
        {"__module__": __name__, "__doc__": OpenForm.__doc__, "form_of_catalogue": name},
    )
    for name in ALL_FORMS
    if name != CHECKLIST.name  # opens in its own way: bot/actions/facilities.py
)
