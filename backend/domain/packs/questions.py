"""What a disease pack changes of a question: the words that ask it, and which options have a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.forms.kinds import Symptoms
from backend.forms.model import Field
from backend.forms.questions import values_of

KEYS = ("ask", "options")
_MOST_OPTIONS = 9  # "12" must go on meaning the first and the second


@dataclass(frozen=True)
class Wording:
    """How one question is asked: the message key (None: its own) and the numbered options (empty: its own)."""

    ask: str | None = None
    options: tuple[str, ...] = ()


def wordings(content: Mapping[str, Any]) -> Mapping[str, Wording]:
    """The `questions` part of a sound pack file, by field."""
    return {name: Wording(one.get("ask"), tuple(one.get("options", ()))) for name, one in content.items()}


def problems(content: Any, asked: Mapping[str, Field]) -> Iterator[str]:
    """What is wrong with the `questions` part; `asked` are the questions the pack asks, by name."""
    if not isinstance(content, Mapping):
        yield "questions: must be a mapping"
        return
    for name, one in content.items():
        where = f"questions.{name}"
        if name not in asked:
            yield f"{where}: the pack does not ask this"
        elif not isinstance(one, Mapping) or not one:
            yield f"{where}: must give ask or options"
        else:
            yield from _of_one(one, asked[name], where)


def _of_one(one: Mapping[str, Any], field: Field, where: str) -> Iterator[str]:
    yield from (f"{where}.{key}: unknown" for key in one if key not in KEYS)
    if "ask" in one and (not isinstance(one["ask"], str) or not one["ask"].startswith("ask_")):
        yield f"{where}.ask: must be a message key that starts with ask_"
    if "options" in one:
        yield from _options(one["options"], field, f"{where}.options")


def _options(options: Any, field: Field, where: str) -> Iterator[str]:
    if not isinstance(field.kind, Symptoms):
        yield f"{where}: the question has no options to choose"
        return
    if not isinstance(options, Sequence) or isinstance(options, str) or not 0 < len(options) <= _MOST_OPTIONS:
        yield f"{where}: must be a list of 1 to {_MOST_OPTIONS} answers"
        return
    known = values_of(field)
    for at, value in enumerate(options):
        if not isinstance(value, str) or value not in known:
            yield f"{where}.{value}: no such answer"
        elif value in options[:at]:
            yield f"{where}.{value}: offered twice"
