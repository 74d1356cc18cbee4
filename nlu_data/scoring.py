"""Scores of understanding: intents, entities, whole messages, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from backend.forms.kinds.time import read_day
from nlu_data.templates import Sentence

Parse = Callable[[str], Mapping[str, Any]]
WRITTEN = date(2026, 11, 24)
"""The day the held-out sentences were written, which is today in all of them: "18/11" would not always be this year."""
BY_VALUE = frozenset(("symptom", "since"))  # what counts is what was understood, not where a span begins
MAYBE = "maybe"  # a held-out span that may be read or not, such as the day of a symptom that is over
NOT_SCORED = frozenset(("denied", "district", MAYBE))
_RESAMPLES = 500


@dataclass(frozen=True)
class Outcome:
    """One message: what was meant and what was understood."""

    sentence: Sentence
    intent: str
    gold: frozenset[tuple[Any, ...]]
    found: frozenset[tuple[Any, ...]]

    @property
    def intent_right(self) -> bool:
        return self.intent == self.sentence.intent

    @property
    def whole(self) -> bool:
        return self.intent_right and self.gold == self.found


def judge(sentence: Sentence, parsed: Mapping[str, Any]) -> Outcome:
    """Compare a parse with what the sentence means.  A value is compared where the sentence states it."""
    gold = [entity for entity in sentence.entities if entity["entity"] not in NOT_SCORED]
    stated = {(s.entity, s.text) for s in sentence.segments if s.value is not None}
    keys = {_key(one, (one["entity"], sentence.text[one["start"] : one["end"]]) in stated, gold=True) for one in gold}
    valued = {key[:3] for key in keys if len(key) == 4}
    read = [one for one in parsed["entities"] if not _inside_maybe(one, sentence)]
    found = {_key(one, (one["entity"], one["start"], one["end"]) in valued, gold=False) for one in read}
    return Outcome(sentence, str(parsed["intent"]), frozenset(keys), frozenset(found))


def _inside_maybe(entity: Mapping[str, Any], sentence: Sentence) -> bool:
    spans = [one for one in sentence.entities if one["entity"] == MAYBE]
    return any(entity["start"] < one["end"] and entity["end"] > one["start"] for one in spans)


def _key(entity: Mapping[str, Any], valued: bool, gold: bool) -> tuple[Any, ...]:
    name, value = entity["entity"], str(entity["value"])
    if name in BY_VALUE:
        return (name, _day(value) if name == "since" and gold else value)
    place = (name, entity["start"], entity["end"])
    return (*place, value) if valued else place


def _day(text: str) -> str:
    day = read_day(text, WRITTEN)
    return day.isoformat() if day else text


def intent_accuracy(outcomes: Sequence[Outcome]) -> float:
    """Share of right intents, percent."""
    return 100 * float(np.mean([one.intent_right for one in outcomes]))


def entity_f1(outcomes: Sequence[Outcome]) -> float:
    """Micro F1 over entities, percent; 100 where there is nothing to find and nothing was found."""
    right = sum(len(one.gold & one.found) for one in outcomes)
    total = sum(len(one.gold) + len(one.found) for one in outcomes)
    return 100 * 2 * right / total if total else 100.0


def whole_messages(outcomes: Sequence[Outcome]) -> float:
    """Share of messages with the right intent and exactly the right entities, percent."""
    return 100 * float(np.mean([one.whole for one in outcomes]))


def symptoms_right(outcomes: Sequence[Outcome]) -> float:
    """Share of messages whose symptoms said to be there are exactly those understood, percent."""
    return 100 * float(np.mean([_symptoms(one.gold) == _symptoms(one.found) for one in outcomes]))


def false_symptoms(outcomes: Sequence[Outcome]) -> float:
    """Share of messages in which a symptom was filled that was denied or never said, percent."""
    return 100 * float(np.mean([bool(_symptoms(one.found) - _symptoms(one.gold)) for one in outcomes]))


def missed_symptoms(outcomes: Sequence[Outcome]) -> float:
    """Share of messages in which a symptom that was said is missing, percent."""
    return 100 * float(np.mean([bool(_symptoms(one.gold) - _symptoms(one.found)) for one in outcomes]))


def _symptoms(keys: frozenset[tuple[Any, ...]]) -> frozenset[tuple[Any, ...]]:
    return frozenset(key for key in keys if key[0] == "symptom")


def interval(outcomes: Sequence[Outcome], score: Callable[[Sequence[Outcome]], float]) -> tuple[float, float]:
    """95 % bootstrap interval of a score (percentile method, fixed seed)."""
    chance = np.random.default_rng(5)
    scores = [score([outcomes[i] for i in chance.integers(0, len(outcomes), len(outcomes))]) for _ in range(_RESAMPLES)]
    return float(np.percentile(scores, 2.5)), float(np.percentile(scores, 97.5))
