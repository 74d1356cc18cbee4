"""The entity extractor: a linear-chain CRF over words, raw and folded features side by side.

It marks where something is said; values.py reads what it means.  Two labels are the product's own and never leave the
pipeline: `denied` (a symptom said not to be there) and `district` (old districts in addresses).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pycrfsuite
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.step import LearningStep
from bot.components.text_stage import EXAMPLES, READING, Reading, Word
from bot.components.wordlists import KINDS

SPANS = "spans"  # message property: what the CRF marked, [(label, start, end)], offsets into the text
_FILE = "entities.crfsuite"
_OUTSIDE = "O"


def sequence_features(reading: Reading) -> list[list[str]]:
    """Features of every word of a text: itself, its kinds, two neighbours on each side."""
    own = [list(_own(word)) for word in reading.words]
    short = [_short(word) for word in reading.words]
    last = len(own) - 1
    rows: list[list[str]] = []
    for position, features in enumerate(own):
        row = list(features)
        for offset in (-2, -1, 1, 2):
            neighbour = position + offset
            row.append(f"{offset}:{short[neighbour] if 0 <= neighbour <= last else '<>'}")
        if position > 0:
            row.append(f"b:{short[position - 1]} {short[position]}")
            row.extend(f"-1:{feature}" for feature in own[position - 1][1:] if feature[0] in "ks")
            if position > 1:
                row.append(f"t:{short[position - 2]} {short[position - 1]} {short[position]}")
        if position < last:
            row.append(f"n:{short[position]} {short[position + 1]}")
            row.extend(f"+1:{feature}" for feature in own[position + 1][1:] if feature[0] in "ks")
        rows.append(row)
    return rows


def _short(word: Word) -> str:
    return f"0{len(word.normal)}" if word.normal.isdigit() else word.normal


def _own(word: Word) -> Iterator[str]:
    yield "w:" + _short(word)
    yield "s:" + _shape(word.raw)
    if word.marked:
        yield "m:" + word.marked
    if word.glued:
        yield "glued"
    if word.normal.isdigit():
        yield f"d:{word.normal[:2]}:{len(word.normal)}"
        if len(word.normal) <= 4:
            yield f"v:{word.normal}"
    elif word.normal.isalpha():
        yield "p:" + word.normal[:2]
        yield "e:" + word.normal[-2:]
    for kind in KINDS.get(word.normal, ()):
        yield "k:" + kind


def _shape(raw: str) -> str:
    if raw.isdigit():
        return f"9{min(len(raw), 13)}"
    if not raw[0].isalpha():
        return raw[:1]
    return "X" if raw.isupper() and len(raw) > 1 else "Xx" if raw[0].isupper() else "x"


def labels_of(reading: Reading, entities: list[Mapping[str, Any]]) -> list[str]:
    """BIO labels of the words, from entity spans."""
    labels = [_OUTSIDE] * len(reading.words)
    for entity in entities:
        prefix = "B-"
        for position, word in enumerate(reading.words):
            if word.start < entity["end"] and word.end > entity["start"]:
                labels[position] = prefix + str(entity["entity"])
                prefix = "I-"
    return labels


def spans_of(reading: Reading, labels: list[str]) -> list[tuple[str, int, int]]:
    """Entity spans from BIO labels; an I- without its B- opens one."""
    spans: list[tuple[str, int, int]] = []
    previous = _OUTSIDE
    for word, label in zip(reading.words, labels, strict=False):
        if label != _OUTSIDE:
            if label.startswith("I-") and previous[2:] == label[2:]:
                spans[-1] = (spans[-1][0], spans[-1][1], word.end)
            else:
                spans.append((label[2:], word.start, word.end))
        previous = label
    return spans


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class CrfSpans(LearningStep):
    """Marks entity spans in every undecided message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`max_iterations`: passes over the sentences; `min_count`: how often a feature must be seen.

        An averaged perceptron: on wordings kept aside as good as L-BFGS in a fifth of its time, and better once it
        learns from all sentences without entities as well.
        """
        return {"max_iterations": 8, "min_count": 2}

    def learn(self, training_data: TrainingData, folder: Path) -> None:
        """Fit the chain on all sentences, those without entities too: they teach where nothing is said."""
        trainer = pycrfsuite.Trainer(algorithm="ap", verbose=False)
        examples = [example for message in training_data.training_examples for example in message.get(EXAMPLES) or ()]
        for reading, entities in examples:
            if reading.words:
                trainer.append(sequence_features(reading), labels_of(reading, entities))
        trainer.set_params(
            {
                "max_iterations": self._config["max_iterations"],
                "feature.minfreq": self._config["min_count"],
                "feature.possible_transitions": False,
            }
        )
        trainer.train(str(folder / _FILE))

    def restore(self, folder: Path) -> None:
        """Hold the chain in memory."""
        self._chain = (folder / _FILE).read_bytes()  # the tagger reads from these: they must live as long as it does
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(self._chain)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the spans of every message that has a reading."""
        for message in messages:
            reading = message.get(READING)
            if reading and reading.words:
                labels = self._tagger.tag(sequence_features(reading))
                message.set(SPANS, spans_of(reading, labels))
            elif message.get(TEXT):
                message.set(SPANS, [])
        return messages
