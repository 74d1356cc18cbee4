"""Turns the forms catalogue into Rasa slots, forms, rules and actions, so that nothing generated is kept in files."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.training_data import TrainingData

from backend.forms.catalogue import validate_catalogue
from backend.forms.model import Form
from bot import slots as s
from bot.forms import ALL_FORMS, all_fields, loop_of

# What a person may say in the middle of a form without answering it, and the action that serves it there.
INTERRUPTING: Dict[str, str] = {
    "ask_help": "action_help_in_form",
    "go_back": "action_back",
    "correct_answer": "action_correct_in_form",
    "change_language": "action_language",
    "accents_on": "action_accents_on",
    "accents_off": "action_accents_off",
    "ask_reference": "action_reference",
    "ask_status": "action_status",
    "ask_hotline": "action_hotline",
    "emergency": "action_emergency",
    "opt_out": "action_opt_out",
    "opt_in": "action_opt_in",
    "greet": "action_greet",
    "dial": "action_dial_in_form",
    "resume_form": "action_form_waiting",
    "menu": "action_form_waiting",
    "menu_more": "action_form_waiting",
    "menu_own": "action_form_waiting",
    "check_in": "action_check_in",
    "check_out": "action_check_out",
    "venue_count": "action_venue_count",
    "confirm_venue": "action_confirm_venue",
    "answer_side": "action_answer_side",
    "service_failed": "action_service_failed",
    "notice_understood": "action_notice_understood",
    "notice_symptoms": "action_notice_symptoms",
    "ask_notice": "action_ask_notice",
    "not_me": "action_not_me",
    "manage_household": "action_household",
    "declare_contact": "action_declare_contact",
    "who_viewed": "action_who_viewed",
    "erase_me": "action_erase_me",
    "declare_household": "action_form_waiting",
    "declare_entry": "action_form_waiting",
    "report_facility": "action_open_checklist",
    "send_feedback": "action_send_feedback",
    "close_feedback": "action_close_feedback",
}
DECLARING = ("declare_health", "declare_entry")
LEAVING: Dict[str, str] = {"cancel": "action_cancel", "command_failed": "action_command_failed"}


class FormsImporter(TrainingDataImporter):
    """The part of the training data that follows from backend/forms."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        validate_catalogue(ALL_FORMS.values())

    def get_domain(self) -> Domain:
        """Slots, forms and actions of every form."""
        return Domain.from_dict(
            {"intents": _intents(), "slots": _slots(), "forms": _forms(), "actions": _actions(), "version": "3.1"}
        )

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        """The rules of every form."""
        rules = [*_unserved(), *(rule for form in ALL_FORMS.values() for rule in _rules(form))]
        steps = YAMLStoryReader().read_from_parsed_yaml({"version": "3.1", "rules": rules})
        return StoryGraph(steps)

    def get_config(self) -> Dict[Text, Any]:
        """Nothing: config.yml says it."""
        return {}

    def get_config_file_for_auto_config(self) -> Optional[Text]:
        """Nothing: config.yml says it."""
        return None

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """Nothing: nlu_data/ says it."""
        return TrainingData()


def form_slots(form: Form) -> List[Text]:
    """Everything a form may ask, in order; its validator leaves out what does not apply."""
    return [*s.BEFORE_FIELDS, *(field.name for field in form.fields), *s.AFTER_FIELDS]


def _opening_intents() -> List[Text]:
    return [form.intent for form in ALL_FORMS.values()]


def _intents() -> List[Text]:
    return sorted({*INTERRUPTING, *LEAVING, *_opening_intents()})


def _slots() -> Dict[Text, Any]:
    asked = {name: _asked_slot(name) for name in (*s.DIALOGUE_QUESTIONS, *all_fields())}
    kept = {name: {**_SLOT, "mappings": [{"type": "custom"}]} for name in (*s.KEPT_IN_MIND, *s.ACROSS_FORMS)}
    return {**asked, **kept}


_SLOT = {"type": "any", "influence_conversation": False}


def _asked_slot(name: Text) -> Dict[Text, Any]:
    """Filled by the text that answers its question, whatever its intent, unless the intent interrupts the form."""
    conditions = [
        {"active_loop": loop_of(form), "requested_slot": name}
        for form in ALL_FORMS.values()
        if name in form_slots(form)
    ]
    return {**_SLOT, "mappings": [{"type": "from_text", "not_intent": _intents(), "conditions": conditions}]}


def _forms() -> Dict[Text, Any]:
    return {loop_of(form): {"required_slots": form_slots(form)} for form in ALL_FORMS.values()}


def _actions() -> List[Text]:
    asks = [f"action_ask_{name}" for name in (*s.DIALOGUE_QUESTIONS, *all_fields())]
    own = [
        action
        for form in ALL_FORMS.values()
        for action in (
            f"validate_{loop_of(form)}",
            f"action_submit_{form.name}",
            f"action_open_{form.name}",
        )
    ]
    return [*asks, *own, *sorted({*INTERRUPTING.values(), *LEAVING.values()} - set(own))]


def _unserved() -> List[Dict[Text, Any]]:
    """Declarations people may ask for that no form of the catalogue takes."""
    outside: List[Dict[Text, Any]] = [{"active_loop": None}]
    return [
        _rule(f"{intent} outside a form", outside, [{"intent": intent}, {"action": "action_service_off"}])
        for intent in DECLARING
        if intent not in _opening_intents()
    ]


def _rules(form: Form) -> List[Dict[Text, Any]]:
    loop = loop_of(form)
    inside, outside = [{"active_loop": loop}], [{"active_loop": None}]
    back_to_form = [{"action": loop}, {"active_loop": loop}]
    others = {intent: "action_form_waiting" for intent in _opening_intents() if intent != form.intent}
    interruptions = {**others, **INTERRUPTING, form.intent: f"action_open_{form.name}"}
    return [
        _rule(f"open {loop}", outside,
              [{"intent": form.intent}, {"action": f"action_open_{form.name}"}, *back_to_form]),
        _rule(f"submit {loop}", inside,
              [{"action": loop}, {"active_loop": None}, {"slot_was_set": [{s.REQUESTED: None}]},
               {"action": f"action_submit_{form.name}"}]),
        *(_rule(f"{intent} in {loop}", inside, [{"intent": intent}, {"action": action}, *back_to_form])
          for intent, action in interruptions.items()),
        *(_rule(f"{intent} in {loop}", inside, [{"intent": intent}, {"action": action}, {"active_loop": None}])
          for intent, action in LEAVING.items()),
    ]  # fmt: skip


def _rule(name: Text, condition: List[Dict[Text, Any]], steps: List[Dict[Text, Any]]) -> Dict[Text, Any]:
    return {"rule": name, "condition": condition, "steps": steps}
