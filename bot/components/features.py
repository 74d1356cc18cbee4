"""Sparse features of a text in its raw and its folded reading, for the linear intent classifier.

Word features see the folded, normalised words, so that a text means the same however much of its accents, capitals or
keystrokes is left; accents may come in as features of their own.  What the words are about carries to wordings that
training never had, character n-grams what the text stage could not mend.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import concepts
from bot.components.grammar import DECIDED
from bot.components.step import LearningStep
from bot.components.text_stage import EXAMPLES, READING, Reading

FEATURES = "linear_features"  # message property: the Features of the text
FEATURE_ROWS = "linear_feature_rows"  # message property in training: FeatureRows, one row an example
CHARACTERS = "~"  # opens the name of a character n-gram
_FILE = "features.json"
UNKNOWN = "unknown_share"  # message property: share of words the training sentences never had


class Features(NamedTuple):
    """The features present in a text: their numbers, and their weights, a vector of length one."""

    ids: np.ndarray
    weights: np.ndarray


class FeatureRows(list[Features]):
    """The features of a training sentence and of each of its copies."""

    def fingerprint(self) -> str:
        """Rasa hashes training messages; the examples alone decide their features."""
        return "feature rows"


def parts_of(reading: Reading) -> list[str]:
    """The folded words of a reading, numbers by their shape."""
    parts: list[str] = []
    for word in reading.words:
        normal = word.normal
        if normal.isdigit():
            parts.append(f"0{len(normal)}" if len(normal) > 2 else normal)
        elif normal.isalnum() or " " in normal:
            parts.extend(normal.split())
        elif normal in "?!*#+":
            parts.append(normal)
    return parts


def features_of(reading: Reading, accents: bool) -> set[str]:
    """Names of all features of a text, with or without what only its accents tell."""
    parts = parts_of(reading)
    return {*_words(parts), *_characters(parts), *concepts.features(parts), *(_accents(reading) if accents else ())}


def _words(parts: list[str]) -> Iterator[str]:
    framed = ["^", *parts, "$"]
    yield from parts
    for left, right in itertools.pairwise(framed):
        yield f"{left} {right}"
    for left, right in zip(parts, parts[2:], strict=False):
        yield f"{left} _ {right}"
    yield f"#{min(len(parts), 12)}"


def _characters(parts: list[str]) -> Iterator[str]:
    for part in parts:
        if part.isalpha():
            padded = f"_{part}_"
            for size in (3, 4):
                for start in range(len(padded) - size + 1):
                    yield CHARACTERS + padded[start : start + size]


def _accents(reading: Reading) -> Iterator[str]:
    previous = ""
    for word in reading.words:
        if word.marked:
            yield "'" + word.marked
            yield f"'{previous} {word.marked}"
        previous = word.marked or word.normal


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class RawFoldedFeaturizer(LearningStep):
    """Numbers the features that training has seen often enough."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`min_count`: sentences a feature must appear in to be kept; `weights`: of a kind of feature, by the sign its
        name begins with, beside a word; `accents`: whether accents are features too.

        Without accents wordings kept aside were understood as well with accents, and better without.
        """
        return {"min_count": 3, "weights": {CHARACTERS: 0.5, concepts.GIST: 0.7}, "accents": False}

    def learn(self, training_data: TrainingData, folder: Path) -> None:
        """Keep the features of at least `min_count` sentences; the rarer, the heavier (inverse frequency)."""
        counts: Counter[str] = Counter()
        total = 0
        for message in training_data.intent_examples:
            for reading, _ in message.get(EXAMPLES) or ():
                counts.update(features_of(reading, self._config["accents"]))
                total += 1
        kept = {name: count for name, count in sorted(counts.items()) if count >= self._config["min_count"]}
        weights = {name: self._weight(name, count, total) for name, count in kept.items()}
        (folder / _FILE).write_text(json.dumps(weights, ensure_ascii=False), "utf-8")

    def restore(self, folder: Path) -> None:
        """Number the features in the order they were written in."""
        weights = json.loads((folder / _FILE).read_text("utf-8"))
        self._ids = {name: number for number, name in enumerate(weights)}
        self._weights = np.array(list(weights.values()), dtype=np.float32)

    def _weight(self, name: str, count: int, total: int) -> float:
        rarity = 1.0 + math.log((1 + total) / (1 + count))
        return round(rarity * self._config["weights"].get(name[0], 1.0), 3)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Features of every training sentence and its copies."""
        for message in training_data.intent_examples:
            rows = [self._features(reading) for reading, _ in message.get(EXAMPLES) or ()]
            message.set(FEATURE_ROWS, FeatureRows(rows))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the features of every message that has a reading."""
        for message in messages:
            reading = message.get(READING)
            if reading and not message.get(DECIDED):
                message.set(FEATURES, self._features(reading))
                message.set(UNKNOWN, self._unknown(reading))
        return messages

    def _features(self, reading: Reading) -> Features:
        known, accents = self._ids, self._config["accents"]
        found = map(known.get, features_of(reading, accents))
        ids = np.array([number for number in found if number is not None], dtype=np.int32)
        ids.sort()  # sets have no order, and the same training must give the same weights
        weights = self._weights[ids]
        return Features(ids, weights / max(float(np.sqrt(weights @ weights)), 1e-6))

    def _unknown(self, reading: Reading) -> float:
        words = [part for part in parts_of(reading) if part.isalpha()]
        return sum(word not in self._ids for word in words) / len(words) if words else 0.0
