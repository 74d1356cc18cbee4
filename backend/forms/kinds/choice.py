"""Answers picked from a short list: by digit, by word with or without accents, by abbreviation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from backend.forms.folding import agrees, tidy
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

_TRAILING = " .,;:!?*#"


class Option(NamedTuple):
    """A choice and the words, accented, that mean it."""

    choice: Choice
    words: tuple[str, ...]


YES_WORDS = ("có", "co", "c", "yes", "y", "ừ", "ờ", "dạ có", "vâng", "có ạ", "rồi", "đúng", "phải", "true")
NO_WORDS = (
    "không", "kg", "khg", "ko", "k", "kh", "hok", "hông", "hem", "no", "n", "không có", "ko có", "k có", "0 có",
    "chưa", "không ạ", "dạ không", "chưa có", "không hề", "false",
)  # fmt: skip
NONE_WORDS = (*NO_WORDS, "none", "nothing", "không bị gì", "không có gì", "không đi đâu")  # of a list that is empty


@dataclass(frozen=True)
class OneOf:
    """Exactly one of `options`."""

    options: tuple[Option, ...]
    name: str = "one_of"

    @property
    def choices(self) -> Sequence[Choice]:
        return tuple(option.choice for option in self.options)

    def parse(self, text: str, context: Context) -> Parsed:
        typed = tidy(text).rstrip(_TRAILING)
        for option in self.options:
            if typed == option.choice.send or means(typed, option, context):
                return Accepted(option.choice.value)
        return Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """A word of the list; digits alone could be anything."""
        typed = tidy(text).rstrip(_TRAILING)
        return any(means(typed, option, context) for option in self.options)

    def schema(self) -> Mapping[str, Any]:
        return {"enum": [choice.value for choice in self.choices]}

    def display(self, value: Any) -> Any:
        return {"$key": next(choice.key for choice in self.choices if choice.value == value)}


@dataclass(frozen=True)
class YesNo(OneOf):
    """Có or Không, typed 1 or 0 and stored as a boolean."""

    options: tuple[Option, ...] = field(
        default=(Option(Choice("1", True, "choice_yes"), YES_WORDS), Option(Choice("0", False, "choice_no"), NO_WORDS))
    )
    name: str = "yes_no"

    def recognise(self, text: str, context: Context) -> bool:
        """Never: a bare yes or no does not say which question it answers."""
        return False

    def schema(self) -> Mapping[str, Any]:
        return {"type": "boolean"}


def means(typed: str, option: Option, context: Context) -> bool:
    """Whether a text is one of the option's words, or of those the person's language has for it."""
    return any(agrees(typed, word) for word in (*option.words, *context.spoken.words.get(option.choice.key, ())))


def is_none(typed: str, context: Context) -> bool:
    """Whether a text says that a list is empty."""
    return any(agrees(typed, word) for word in (*NONE_WORDS, *context.spoken.words.get("none", ())))
