"""How urgent a declaration is, from weights and thresholds that a disease pack gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Least to most urgent; the disease pack names the text that says what to do at each.
LEVELS = ("green", "yellow", "orange", "red")

# Field -> points for a yes, or -> points by chosen value.
Weights = Mapping[str, int | Mapping[str, int]]


def points(answers: Mapping[str, Any], weights: Weights) -> int:
    """The sum of the weights of what was answered; fields without a weight count nothing."""
    return sum(_points_of(answers.get(name), weight) for name, weight in weights.items())


def level(answers: Mapping[str, Any], weights: Weights, thresholds: Mapping[str, int]) -> str:
    """The most urgent level whose threshold the points reach; `green` has none."""
    total = points(answers, weights)
    reached = [name for name in LEVELS if name in thresholds and total >= thresholds[name]]
    return reached[-1] if reached else LEVELS[0]


def _points_of(answer: Any, weight: int | Mapping[str, int]) -> int:
    if isinstance(weight, int):
        return weight if answer is True else 0
    chosen = answer if isinstance(answer, list) else [answer]
    return sum(weight.get(value, 0) for value in chosen)
