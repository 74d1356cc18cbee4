"""Intents of free sentences: character n-grams of the folded text and a logistic regression."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from backend.forms.folding import fold_lower, tidy
from backend.forms.kinds import find_symptoms
from bot.components.grammar import DECIDED

LONGEST = 500  # characters looked at; a declaration of intent is never longer


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceClassifier(GraphComponent):
    """Classifies what the grammar left open; below `threshold` the intent is nlu_fallback."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`threshold`: least confidence of an intent."""
        return {"threshold": 0.35}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[Pipeline] = None,
    ) -> None:
        self._threshold = config["threshold"]
        self._storage, self._resource, self._model = model_storage, resource, model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceClassifier:
        """See GraphComponent.create."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceClassifier:
        """See GraphComponent.load."""
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, joblib.load(directory / "sentences.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the intent examples and keep the model."""
        examples = [(message.get(TEXT), message.get(INTENT)) for message in training_data.intent_examples]
        texts, intents = zip(*examples, strict=True)
        vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, preprocessor=prepared)
        model = make_pipeline(vectors, LogisticRegression(C=20.0, max_iter=500, class_weight="balanced"))
        self._model = model.fit(texts, intents)
        with self._storage.write_to(self._resource) as directory:
            joblib.dump(self._model, directory / "sentences.joblib")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent of every message that is still open."""
        for message in messages:
            if not message.get(DECIDED):
                message.set(INTENT, self._classify(message.get(TEXT) or ""), add_to_output=True)
        return messages

    def _classify(self, text: Text) -> Dict[Text, Any]:
        if any(not mention.denied for mention in find_symptoms(text[:LONGEST])):
            return {"name": "declare_health", "confidence": 0.9}
        if self._model is None or not any(sign.isalpha() for sign in text):
            return {"name": "nlu_fallback", "confidence": 1.0}
        probabilities = self._model.predict_proba([text[:LONGEST]])[0]
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        if confidence < self._threshold:
            return {"name": "nlu_fallback", "confidence": 1.0 - confidence}
        return {"name": str(self._model.classes_[best]), "confidence": confidence}


def prepared(text: Text) -> Text:
    """What the classifier looks at."""
    return fold_lower(tidy(text))
