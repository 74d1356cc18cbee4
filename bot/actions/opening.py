"""Opening a form: what the first text already says is filled, the rest is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from backend.forms import keywords
from backend.forms.catalogue import FORMS
from backend.forms.folding import fold_lower
from bot import slots as s
from bot.actions.anywhere import with_menu
from bot.actions.course import cleared, first_steps
from bot.actions.form import Events, slot_events
from bot.actions.reading import for_somebody, read_opening
from bot.actions.view import View, view_of, view_with_form


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
        said = read_opening(text, view)
        is_open = tracker.active_loop_name is not None
        if not is_open and not _offered(view):
            return [*slot_events(with_menu(dispatcher, view_of(tracker), "service_off")), FollowupAction("action_listen")]
        if is_open and not said:
            return slot_events({s.RESUMING: True, s.RESUME: None, s.REQUESTED: s.RESUME})
        if is_open and keywords.match(text) is None:
            return slot_events({name: value for name, value in said.items() if view.slots.get(name) is None})
        return slot_events({**cleared(view), **_start(view, said, for_somebody(text))})


def _offered(view: View) -> bool:
    """Whether the backend takes this form now; without word from it, every form is."""
    offered = view.facts.get("forms")
    return not offered or view.form is None or view.form.name in offered


def _start(view: View, said: Mapping[str, Any], somebody_else: bool) -> Mapping[str, Any]:
    """The slots a form starts with."""
    steps = {**_who(view, said, somebody_else), **said}
    known = steps.get(s.SUBJECT) not in (None, s.NEW_PERSON)
    answered = any(field.name in said for field in view.questions)
    return {**steps, s.HOW: s.GIVEN} if known and answered else steps


def _who(view: View, said: Mapping[str, Any], somebody_else: bool) -> Mapping[str, Any]:
    name = said.get("full_name")
    if name is None or not view.people:
        return first_steps(view, somebody_else)
    known = [person["id"] for person in view.people if fold_lower(person["name"]) == fold_lower(name)]
    if len(known) == 1:
        return {s.SUBJECT: known[0]}
    return {s.SUBJECT: s.NEW_PERSON, s.ROLE: None if somebody_else else s.SHARED}


# rasa-sdk registers every subclass it finds; the references here keep them alive.
MADE: Sequence[type] = tuple(
    type(
        f"OpenForm_{name}",
        (OpenForm,),
        {"__module__": __name__, "__doc__": OpenForm.__doc__, "form_of_catalogue": name},
    )
    for name in FORMS
)
