"""Decides alone, with confidence 1.0, what needs no statistics: keywords, menu digits, answers to the open question."""

from __future__ import annotations

import re
from typing import Any, Dict, List, NamedTuple, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from backend.forms import keywords
from backend.forms.catalogue import FORMS
from backend.forms.folding import tidy
from bot import slots as s
from bot.actions.answers import fits
from bot.actions.anywhere import MENU_MORE
from bot.actions.offers import CANCEL, chosen
from bot.actions.view import View
from bot.components.emergency import is_emergency

DECIDED = "decided"  # set on a message whose intent is certain; later components leave it alone
ANSWER = "answer"
MENU_INTENTS = {
    "health": "declare_health", "arrive": "check_in", "leave": "check_out", "entry": "declare_entry",
    "more": "menu_more", "status": "ask_status", "reference": "ask_reference", "correct": "correct_answer",
    "language": "change_language", "hotline": "ask_hotline",
}  # fmt: skip
WITH_DIGIT_KEYS = ("ussd", "voice")
_BARE_CODE = re.compile(r"\d{4}[ .\-]?\d{4}", re.ASCII)


class Decision(NamedTuple):
    """An intent that is certain, and entities found on the way."""

    intent: Text
    entities: List[Dict[Text, Any]] = []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class KeywordGrammar(GraphComponent):
    """Rasa has no tracker during NLU, so the engine passes the open question in the message's metadata."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KeywordGrammar:
        """See GraphComponent.create."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Decide what can be decided."""
        for message in messages:
            decision = decide(message.get(TEXT) or "", message.get("metadata") or {})
            if decision is not None:
                message.set(DECIDED, True)
                message.set(INTENT, {"name": decision.intent, "confidence": 1.0}, add_to_output=True)
                message.set(ENTITIES, decision.entities, add_to_output=True)
        return messages


def decide(text: Text, metadata: Dict[Text, Any]) -> Optional[Decision]:
    """The certain intent of a text, None when there is none.

    `metadata` is what the engine passes: `facts`, `channel`, `slots` (those with a value), `form` (name or None).
    """
    if is_emergency(text):
        return Decision("emergency")
    slots = metadata.get("slots") or {}
    view = View(slots, metadata, FORMS.get(metadata.get("form") or ""))
    typed = tidy(text)
    digit_key = keywords.USSD_DIGITS.get(typed) if view.channel in WITH_DIGIT_KEYS else None
    if digit_key:
        return Decision(digit_key)
    if view.form and slots.get(s.REQUESTED):
        return _inside(typed, slots[s.REQUESTED], view) or _keyword(typed)
    return _outside(typed, view) or _keyword(typed) or _bare_code(text)


def _inside(text: Text, requested: Text, view: View) -> Optional[Decision]:
    """An answer to the open question; a keyword alone is never taken for a name."""
    if requested in s.DIALOGUE_QUESTIONS:
        offer = chosen(requested, text, view)
        if offer is not None:
            return Decision("cancel" if offer.value == CANCEL else ANSWER)
    elif keywords.is_control(text):
        return _keyword(text)
    return Decision(ANSWER) if fits(requested, text, view) else None


def _outside(text: Text, view: View) -> Optional[Decision]:
    """A digit of the menu that is shown, or of the consent that waits."""
    expecting = view.slots.get(s.EXPECTING)
    if expecting in (s.MENU, s.MENU_MORE):
        names = view.menu if expecting == s.MENU else MENU_MORE
        if text.isdigit() and 1 <= int(text) <= len(names):
            return Decision(MENU_INTENTS[names[int(text) - 1]])
    elif text in ("0", "1") and (view.last or {}).get("pending"):
        return Decision("affirm" if text == "1" else "deny")
    return None


def _keyword(text: Text) -> Optional[Decision]:
    found = keywords.match(text)
    if found is None:
        return None
    language = keywords.LANGUAGES.get(found.word) if found.intent == "change_language" else None
    entity = {"entity": "language", "value": language, "start": 0, "end": len(found.word)}
    return Decision(found.intent, [entity] if language else [])


def _bare_code(text: Text) -> Optional[Decision]:
    found = _BARE_CODE.search(text)
    if found is None or found.group() != text.strip():
        return None
    entity = {"entity": "venue_code", "value": re.sub(r"\D", "", text), "start": found.start(), "end": found.end()}
    return Decision("check_in", [entity])
