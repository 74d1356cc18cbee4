"""The last word on the intent: emergencies first, and nothing claimed that is not understood."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.emergency import is_emergency
from bot.components.features import UNKNOWN
from bot.components.grammar import DECIDED
from bot.components.intent import OUT_OF_SCOPE


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ScopeThreshold(GraphComponent):
    """Rejects an intent below `threshold`; the more words training never saw, the surer it must be."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`threshold`: least confidence; `unknown_weight`: added to it for a text all of whose words are unknown."""
        return {"threshold": 0.35, "unknown_weight": 0.6}

    def __init__(self, config: dict[str, Any]) -> None:
        self._threshold = config["threshold"]
        self._unknown_weight = config["unknown_weight"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScopeThreshold:
        """A threshold as configured."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to learn."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Correct the intent of every undecided message."""
        for message in messages:
            if not message.get(DECIDED) and message.get(TEXT):
                self._judge(message)
        return messages

    def _judge(self, message: Message) -> None:
        intent = message.get(INTENT) or {"name": OUT_OF_SCOPE, "confidence": 1.0}
        told = any(entity["entity"] == "symptom" for entity in message.get(ENTITIES) or [])
        if is_emergency(message.get(TEXT)):
            message.set(INTENT, {"name": "emergency", "confidence": 1.0}, add_to_output=True)
        elif intent["name"] in (OUT_OF_SCOPE, "ask_status", None) and told and intent["confidence"] < 0.8:
            message.set(INTENT, {"name": "declare_health", "confidence": 1 - intent["confidence"]}, add_to_output=True)
        elif intent["confidence"] < self._threshold + self._unknown_weight * message.get(UNKNOWN, 0.0) ** 2:
            message.set(INTENT, {"name": OUT_OF_SCOPE, "confidence": 1 - intent["confidence"]}, add_to_output=True)
