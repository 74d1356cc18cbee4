"""Symptoms as an answer: several of a list, by digits or told in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.forms.folding import agrees, fold_lower, nfc, tidy
from backend.forms.kinds.choice import YesNo, is_none
from backend.forms.kinds.told_symptoms import PHRASES, find_symptoms, is_negator
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

ALL_SYMPTOMS = tuple(PHRASES)
HEALTH_SYMPTOMS = ("fever", "cough", "breathing_difficulty", "pneumonia", "sore_throat", "fatigue")
ENTRY_SYMPTOMS = (
    "fever", "cough", "breathing_difficulty", "sore_throat", "vomiting", "diarrhoea", "skin_haemorrhage", "rash",
)  # fmt: skip

_FILLERS = frozenset(
    """toi em con chau minh bi co he thay cam va hay hoac lan nua nao gi ca roi dang cung a da nhe hoi rat nhieu it voi
    kem i have and or a the nay tu may hom qua ngay tuan van lai day chau be me bo vo chong nha toi mk tui ong anh chi
    thi la thay nguoi trong benh trieu chung nhung chi moi thoi chut xiu kia
    truoc""".split()
)
_BETWEEN_NUMBERS = re.compile(r"\b(?:so|cau|muc|chon|bam|va|voi|and)\b|&")  # "so 1 va so 3"


@dataclass(frozen=True)
class Symptoms:
    """A list of symptom ids in the order of `ids`; the choices are numbered from 1.

    `offered` are those that have a number (empty: all of them); the others can be told in words all the same.
    With `may_be_none`, 0 or a no is the empty list, and as many digits 0 or 1 as there are symptoms answer one each.
    """

    ids: tuple[str, ...] = HEALTH_SYMPTOMS
    may_be_none: bool = False
    name: str = "symptoms"
    offered: tuple[str, ...] = ()

    @property
    def numbered(self) -> tuple[str, ...]:
        """The symptoms that have a number, in its order."""
        return self.offered or self.ids

    def offering(self, wanted: Sequence[str]) -> Symptoms:
        """The same with these numbered instead; unknown ones are left out."""
        return replace(self, offered=tuple(value for value in wanted if value in self.ids))

    @property
    def choices(self) -> Sequence[Choice]:
        none = (Choice("0", (), "choice_no_symptoms"),) if self.may_be_none else ()
        choices = (Choice(str(number), value, f"choice_{value}") for number, value in enumerate(self.numbered, start=1))
        return (*choices, *none)

    def parse(self, text: str, context: Context) -> Parsed:
        bits = self._bits(text, context) if self.may_be_none else None
        if bits is not None:
            return Accepted(bits)
        told = self._by_digits(text) or self._by_words(text, context)
        told = told or {mention.value for mention in find_symptoms(text) if not mention.denied}
        chosen = [value for value in self.ids if value in told]
        return Accepted(chosen) if chosen else Rejected(self.name)

    def recognise(self, text: str, context: Context) -> bool:
        """Nothing but symptoms, at least one of them not denied, and small words ("ho" may be a family name)."""
        digits = text.strip().isdigit() and len(tidy(text)) > 1
        if self.may_be_none and digits and self._bits(text, context) is not None:
            return True
        mentions = find_symptoms(text)
        rest = nfc(text)
        for mention in reversed(mentions):
            rest = rest[: mention.start] + " " + rest[mention.end :]
        words = re.findall(r"[^\W_]+", fold_lower(rest))
        return any(not mention.denied for mention in mentions) and all(
            word in _FILLERS or is_negator(word) for word in words
        )

    def schema(self) -> Mapping[str, Any]:
        return {"type": "array", "items": {"enum": list(self.ids)}, "minItems": int(not self.may_be_none),
                "uniqueItems": True}  # fmt: skip

    def display(self, value: Any) -> Any:
        if not value:
            return {"$key": "choice_no_symptoms"}
        return {"$list": [{"$key": f"choice_{symptom}"} for symptom in value]}

    def _by_words(self, text: str, context: Context) -> set[str]:
        """Symptoms as the person's language calls them, with commas between; empty when a part is none of them."""
        parts = [part.strip(" .!") for part in re.split(r"[,;/+\n]", tidy(text)) if part.strip(" .!")]
        named = {word: value for value in self.ids for word in context.spoken.words.get(f"choice_{value}", ())}
        found = [next((named[word] for word in named if agrees(part, word)), None) for part in parts]
        return {value for value in found if value} if all(found) else set()

    def _bits(self, text: str, context: Context) -> list[str] | None:
        """The symptoms that an answer string or a plain no tells; None when the text is neither."""
        clean = tidy(text).strip(" .,;!")
        if is_none(clean, context) or YesNo().parse(clean, context) == Accepted(False):
            return []
        if len(clean) != len(self.numbered) or set(clean) - {"0", "1"}:
            return None
        return [value for value, bit in zip(self.numbered, clean, strict=True) if bit == "1"]

    def _by_digits(self, text: str) -> set[str]:
        """Digits of the choices with anything between them; empty when the text is not only digits."""
        clean = _BETWEEN_NUMBERS.sub(" ", fold_lower(tidy(text)))
        if not re.fullmatch(r"[\d\s,.;/+*\-]+", clean, re.ASCII):
            return set()
        separated = re.split(r"\D+", clean.strip(" ,.;/+*-"))
        digits = separated if len(self.numbered) > 9 else list("".join(separated))
        known = {choice.send: choice.value for choice in self.choices if choice.value}
        return {known[digit] for digit in digits} if all(digit in known for digit in digits) else set()
