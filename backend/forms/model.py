"""The shapes of the forms kernel: a question is declared once, every face is derived from it.

Standard library only and Python 3.10 syntax, because the bot (Python 3.10) and the backend
(3.12) both import it.  Look-up data (places, countries) is injected through `Context`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from backend.forms.languages import HOME, Language


class Accepted(NamedTuple):
    """An answer that passed its checks; `value` is plain JSON and is what gets stored."""

    value: Any


class Rejected(NamedTuple):
    """An answer that did not; `code` names the text `wrong_<code>`, `args` fill it."""

    code: str
    args: Mapping[str, Any] = {}


Parsed = Accepted | Rejected


class Gazetteer(Protocol):
    """Administrative units of Viet Nam (34 provinces, 3,321 communes since 07/2025) and countries."""

    def resolve(self, text: str) -> Sequence[Mapping[str, Any]]:
        """Best matches first, each {"province": code, "commune": code or None, "text": as given}.

        Empty when nothing fits; several when the name is ambiguous.
        """

    def complete(self, text: str) -> bool:
        """Whether the text names a commune together with its province, so that it can hardly be anything else."""

    def near(self, text: str) -> Sequence[Mapping[str, Any]]:
        """The few communes that a text which names none may mean: misspelt, or a district that had few; else empty."""

    def misspelt(self, text: str, commune: str) -> Sequence[Mapping[str, Any]]:
        """What may have been meant where only a district was read, for the commune of today that has its name
        ("My Lok, Can Giuoc, Long An"); empty where the commune itself was named."""

    def province(self, text: str) -> str | None:
        """The code of the province that a text names, whatever else it says; None for none."""

    def name(self, code: str, language: str = "vi") -> str:
        """The name of a province, commune or (two letters) country code; units of Viet Nam keep their accents."""

    def country(self, text: str) -> str | None:
        """The ISO 3166 two-letter code of a country by any of its names, or None."""

    def nationality(self, text: str) -> str | None:
        """The same by what its people are called ("French"), or by its name."""

    def country_of_code(self, text: str) -> str | None:
        """The same for a code of two or three letters ("KR", "kor"), or None."""

    def gates(self, text: str) -> Sequence[Mapping[str, Any]]:
        """Border gates with that code or name or in that province, each {"code", "name", "type"}; empty for none."""


@dataclass(frozen=True)
class Context:
    """What a check may look at besides the text; `spoken` is the language answers are in."""

    today: date
    places: Gazetteer
    channel: str = "sms"
    spoken: Language = field(default_factory=lambda: Language(HOME))
    checklist: Sequence[Sequence[str]] = ()  # names of criteria, by part, of the facility that is reported on


class Choice(NamedTuple):
    """One option: `send` is the digit a person types, `value` what is stored, `key` its text."""

    send: str
    value: Any
    key: str


class Kind(Protocol):
    """How answers of one type are read, checked, shown and stored."""

    @property
    def name(self) -> str:
        """The code `wrong_<name>` of an answer that is not of this kind at all."""

    @property
    def choices(self) -> Sequence[Choice]:
        """The options to show; empty where the answer is free."""

    def parse(self, text: str, context: Context) -> Parsed:
        """Read a person's answer to this very question."""

    def recognise(self, text: str, context: Context) -> bool:
        """Whether a piece of a one-message declaration can only be an answer of this kind."""

    def schema(self) -> Mapping[str, Any]:
        """JSON schema of the stored value."""

    def display(self, value: Any) -> Any:
        """Reply argument that shows the value: a literal, or {"$key": text key}, or a list of those."""


@dataclass(frozen=True)
class Condition:
    """Skip logic: the field is asked only if `field` was answered with one of `values`."""

    field: str
    values: tuple[Any, ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers given so far make the field apply."""
        return answers.get(self.field) in self.values


@dataclass(frozen=True)
class Field:
    """One question.  Its texts are `ask_<name>` (the prompt) and `label_<name>` (its short name).

    `name` is unique over the whole catalogue and is also the Rasa slot.
    `group`: "identity" is asked once per person and kept; "question" is asked every time.
    `default` fills an optional field that is never asked by itself.
    `lasting`: the answer may be the same the next time; one that is not lasting is asked again.
    `told_as`: stands for the name in its prompt, help and example, where several fields share them.
    `called`: words, accented, that people name it by when they want to correct it.
    """

    name: str
    kind: Kind
    group: str = "question"
    required: bool = True
    asked_if: Condition | None = None
    default: Any = None
    lasting: bool = True
    called: tuple[str, ...] = ()
    told_as: str = ""

    @property
    def texts(self) -> str:
        """What its prompt, help and example are filed under."""
        return self.told_as or self.name


class Contradiction(NamedTuple):
    """Answers that cannot all be right: `field` is asked again because it is `wrong`."""

    field: str
    wrong: Rejected


class Check(Protocol):
    """A rule over several answers.  A dataclass, because the catalogue's version is made of its parts."""

    def find(self, answers: Mapping[str, Any], today: date, limits: Mapping[str, int]) -> Contradiction | None:
        """What is wrong, None while nothing is or an answer it looks at is not there.

        `limits` are the numbers the disease pack gives for the form, in days.
        """


@dataclass(frozen=True)
class Inference:
    """An answer of `field` that matches `pattern` also answers `then_field`, if nobody has, with `then`."""

    field: str
    pattern: str
    then_field: str
    then: Any


@dataclass(frozen=True)
class Form:
    """A declaration: an ordered selection of fields.  `keywords` start it ("KB", "KBYT", …).

    `checks` compare its answers with each other; `essential` is what a short summary shows, most important first.
    """

    name: str
    version: int
    intent: str
    keywords: tuple[str, ...]
    fields: tuple[Field, ...]
    answer_string: bool = field(default=False)  # its yes/no questions can be given as "00000"
    checks: tuple[Check, ...] = ()
    inferences: tuple[Inference, ...] = ()
    essential: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request(Form):
    """A form whose answers are the arguments of `command`, without `prefix` in their names; or all in one, `whole`."""

    command: str = ""
    prefix: str = ""
    whole: str = ""

    def arguments(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of the command."""
        if self.whole:
            return {self.whole: dict(answers)}
        return {name.removeprefix(self.prefix): value for name, value in answers.items()}
