"""The last word on the intent: nothing is claimed that is not understood."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from backend.forms.folding import fold_lower
from bot.components.emergency import SIGN_WORDS, has_sign, hinted, withdrawn
from bot.components.entities import SPANS
from bot.components.features import UNKNOWN
from bot.components.grammar import DECIDED
from bot.components.intent import OUT_OF_SCOPE
from bot.components.step import Step
from bot.components.syllables import is_syllable
from bot.components.teencode import TEENCODE
from bot.components.text_stage import READING, Word, one_slip

SHORTEST_SLIP = 3  # letters
FEWEST_WORDS = 5  # of an emergency that is told without any sign of one
NEXT_SURE = 0.1  # confidence left for the second intent from which it is believed


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ScopeThreshold(Step):
    """Rejects an intent below `threshold`; the more words training never saw, the surer it must be."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`threshold`: least confidence; `form_threshold`: the same while a question is open;
        `emergency_threshold`: for an emergency that no sure sign tells of;
        `unknown_weight`: added for a text all of whose words are unknown.
        """
        return {"threshold": 0.45, "form_threshold": 0.8, "emergency_threshold": 0.6, "unknown_weight": 0.6}

    def process(self, messages: list[Message]) -> list[Message]:
        """Correct the intent of every undecided message."""
        for message in messages:
            if not message.get(DECIDED) and message.get(TEXT):
                self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        if _urgent(message):
            message.set(INTENT, {"name": "emergency", "confidence": 1.0}, add_to_output=True)
            return
        intent = message.get(INTENT) or {"name": OUT_OF_SCOPE, "confidence": 1.0}
        told = any(entity["entity"] == "symptom" for entity in message.get(ENTITIES) or [])
        if intent["name"] == "emergency" and _doubtful(message):
            message.set(INTENT, _next_best(message, told), add_to_output=True)
        elif intent["name"] == "emergency" and intent["confidence"] < self._config["emergency_threshold"]:
            message.set(
                INTENT,
                {"name": "declare_health" if told else OUT_OF_SCOPE, "confidence": 1 - intent["confidence"]},
                add_to_output=True,
            )
        elif (
            intent["name"] == "emergency"
            and not told
            and message.get(SPANS)
            and any(label == "denied" for label, _, _ in message.get(SPANS))
        ):
            message.set(INTENT, {"name": "declare_health", "confidence": intent["confidence"]}, add_to_output=True)
        elif intent["name"] in (OUT_OF_SCOPE, "ask_status", None) and told and intent["confidence"] < 0.8:
            message.set(INTENT, {"name": "declare_health", "confidence": 1 - intent["confidence"]}, add_to_output=True)
        elif intent["confidence"] < self._least(message):
            message.set(INTENT, {"name": OUT_OF_SCOPE, "confidence": 1 - intent["confidence"]}, add_to_output=True)

    def _least(self, message: Message) -> float:
        asked = (message.get("metadata") or {}).get("form")
        least = self._config["form_threshold"] if asked else self._config["threshold"]
        return float(least + self._config["unknown_weight"] * message.get(UNKNOWN, 0.0) ** 2)


def _doubtful(message: Message) -> bool:
    """An emergency without one word of a sign in a text too short to tell one: a relative, a name, impatience."""
    text = message.get(TEXT)
    return withdrawn(text) or (len(text.split()) < FEWEST_WORDS and not hinted(_without_names(message)))


def _without_names(message: Message) -> str:
    """The text but for the names in it: Ngat is one, and so is Lim."""
    text: str = message.get(TEXT)
    for label, start, end in sorted(message.get(SPANS) or (), key=lambda span: -span[1]):
        if label == "full_name":
            text = text[:start] + text[end:]
    return text


def _next_best(message: Message, told: bool) -> dict[str, Any]:
    """The likeliest intent but an emergency; a symptom that is told, or denied, is one of a declaration."""
    about_health = told or any(label == "denied" for label, _, _ in message.get(SPANS) or ())
    others = [one for one in message.get(INTENT_RANKING_KEY) or () if one["name"] != "emergency"]
    sure = next((one for one in others if one["confidence"] > NEXT_SURE), None)
    return sure or {"name": "declare_health" if about_health else OUT_OF_SCOPE, "confidence": 1.0}


def _urgent(message: Message) -> bool:
    """A sure sign of an emergency that only shows once slips are mended ("khi tho nang", "kho tho nabg")."""
    reading = message.get(READING)
    if not reading:
        return False
    mended = " ".join(word.normal for word in reading.words)
    nearest = " ".join(map(_near_sign, reading.words))
    return has_sign(mended) or (nearest != mended and has_sign(nearest))


def _near_sign(word: Word) -> str:
    """What is no syllable as it was typed, as the word of a sign one slip away."""
    typed = fold_lower(word.raw)
    if word.marked or len(typed) < SHORTEST_SLIP or not typed.isalpha() or is_syllable(typed) or typed in TEENCODE:
        return word.normal
    return next((sign for sign in SIGN_WORDS if one_slip(typed, sign)), word.normal)
