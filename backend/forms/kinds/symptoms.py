"""Symptoms: several of a list, by digits or told in words, with what is denied kept apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from backend.forms.folding import agrees, fold_lower, nfc, tidy
from backend.forms.kinds.choice import is_none
from backend.forms.model import Accepted, Choice, Context, Parsed, Rejected

# Symptom id -> the phrases, accented, that tell it.
PHRASES: Mapping[str, tuple[str, ...]] = {
    "fever": ("sốt", "nóng sốt", "phát sốt", "sốt cao", "sốt nhẹ", "nóng lạnh", "sốt rét", "fever"),
    "cough": ("ho", "ho khan", "ho đờm", "ho có đờm", "ho nhiều", "bị ho", "cough", "coughing"),
    "breathing_difficulty": (
        "khó thở", "thở khó", "hụt hơi", "thở dốc", "ngạt thở", "thở không được", "khó khăn khi thở",
        "shortness of breath", "breathless", "difficulty breathing", "breathing difficulty",
    ),
    "pneumonia": ("viêm phổi", "sưng phổi", "pneumonia"),
    "sore_throat": ("đau họng", "viêm họng", "rát họng", "đau cổ họng", "ngứa họng", "sore throat"),
    "fatigue": ("mệt mỏi", "mệt", "mỏi mệt", "uể oải", "mỏi người", "đuối sức", "fatigue", "tired"),
    "vomiting": ("nôn", "buồn nôn", "nôn mửa", "ói", "ói mửa", "mắc ói", "vomiting", "nausea"),
    "diarrhoea": ("tiêu chảy", "ỉa chảy", "đi ngoài", "đau bụng đi ngoài", "diarrhoea", "diarrhea"),
    "skin_haemorrhage": ("xuất huyết ngoài da", "xuất huyết dưới da", "xuất huyết", "haemorrhage"),
    "rash": ("nổi ban", "phát ban", "nổi mẩn", "mẩn đỏ", "rash"),
}  # fmt: skip
ALL_SYMPTOMS = tuple(PHRASES)
HEALTH_SYMPTOMS = ("fever", "cough", "breathing_difficulty", "pneumonia", "sore_throat", "fatigue")
ENTRY_SYMPTOMS = (
    "fever", "cough", "breathing_difficulty", "sore_throat", "vomiting", "diarrhoea", "skin_haemorrhage", "rash",
)  # fmt: skip

_NEGATORS = (
    "không", "ko", "k", "kg", "kh", "khg", "hok", "hông", "hem", "chưa", "chả", "chẳng", "hết", "khỏi", "dứt",
    "nỏ", "no", "not", "dont", "without", "never",
)  # fmt: skip
_NEGATING_PAIRS = (("đâu", ("co", "bi")), ("gì", ("co",)))  # "đâu có sốt", "làm gì có sốt"
# Words over which a denial reaches on: "khong co trieu chung sot hay ho", "khong tiep xuc voi ai bi sot".
_LINKS = frozenset(
    """bi co he thay con cam giac benh kem va hay hoac lan nao gi any and or have roi dang cung trieu chung dau hieu
    bat ky nhu la ai nguoi voi tiep xuc gan bieu hien phai tung longer had a""".split()
)
_BEFORE_THROAT = frozenset("dau rat viem ngua kho cai trong co".split())  # "hong" after one is the throat, not a no
_FILLERS = frozenset(
    """toi em con chau minh bi co he thay cam va hay hoac lan nua nao gi ca roi dang cung a da nhe hoi rat nhieu it voi
    kem i have and or a the nay tu may hom qua ngay tuan van lai day chau be me bo vo chong nha toi mk tui ong anh chi
    thi la thay nguoi trong benh trieu chung nhung chi moi""".split()
)
# What may stand between a symptom and the word that says it is over ("sốt hôm qua, hôm nay hết rồi").
_NOW = frozenset("gio nay ni now".split())
_BETWEEN = _NOW | frozenset(
    "thi da cung deu tu hom bua bay hien qua kia truoc ngay tuan nhung ma but it is has : ,".split()
)
_OVER = frozenset("het dut khoi lui gone".split())
_CLOSING = frozenset("roi han nua luon hoan toan ca".split())  # after a word that says so
_AFTER_NO = frozenset(("con", "co", "bi"))  # "sốt thì không có", "giờ không còn"
_TURNS = frozenset("nhung ma chi chu va but".split())  # a new clause without a sign
_AGO = frozenset("tu hom may duoc cach con van".split())  # "hết từ hôm kia", "hết rồi còn ho"
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[,.;:\n+&/]")


_Token = tuple[str, int, int]  # text, start, end


class Mention(NamedTuple):
    """A symptom named in a text; `start` and `end` are offsets into the composed (NFC) text."""

    value: str
    start: int
    end: int
    denied: bool


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
            word in _FILLERS or _is_negator(word) for word in words
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
        if clean == "0" or is_none(clean, context):
            return []
        if len(clean) != len(self.numbered) or set(clean) - {"0", "1"}:
            return None
        return [value for value, bit in zip(self.numbered, clean, strict=True) if bit == "1"]

    def _by_digits(self, text: str) -> set[str]:
        """Digits of the choices with anything between them; empty when the text is not only digits."""
        clean = tidy(text)
        if not re.fullmatch(r"[\d\s,.;/+*\-]+", clean, re.ASCII):
            return set()
        separated = re.split(r"\D+", clean.strip(" ,.;/+*-"))
        digits = separated if len(self.numbered) > 9 else list("".join(separated))
        known = {choice.send: choice.value for choice in self.choices if choice.value}
        return {known[digit] for digit in digits} if all(digit in known for digit in digits) else set()


def find_symptoms(text: str) -> list[Mention]:
    """Every symptom named in a text, in order, with whether it is denied ("ko ho", "het sot", "sot thi khong").

    A denial covers the symptoms that follow it without a comma or a contrast ("khong sot ho" denies both), or the one
    before it that it says is over ("truoc sot gio het roi").
    """
    composed = nfc(text)
    tokens = [(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(composed)]
    mentions: list[Mention] = []
    denying = False
    at = 0
    while at < len(tokens):
        value, length = _phrase_at(tokens, at)
        word = tokens[at][0]
        if value:
            denied = denying or _denied_after(tokens, at, at + length)
            mentions.append(Mention(value, tokens[at][1], tokens[at + length - 1][2], denied))
        elif _denies(tokens, at):
            denying = not _ends_clause(tokens, at) and not _still_there(tokens, at)
        elif fold_lower(word) not in _LINKS or _turns(tokens, at):
            denying = False
        at += length
    return mentions


def _phrase_at(tokens: Sequence[_Token], at: int) -> tuple[str | None, int]:
    """(symptom id, words) of the longest phrase that starts here; (None, 1) when none does."""
    for length, phrase, value in _phrase_index().get(fold_lower(tokens[at][0]), ()):
        if agrees(" ".join(token for token, _, _ in tokens[at : at + length]), phrase):
            return value, length
    return None, 1


@lru_cache(maxsize=1)
def _phrase_index() -> Mapping[str, list[tuple[int, str, str]]]:
    """First syllable, folded -> (words, phrase, symptom id), longest first."""
    index: dict[str, list[tuple[int, str, str]]] = {}
    told = ((len(phrase.split()), phrase, value) for value, phrases in PHRASES.items() for phrase in phrases)
    for length, phrase, value in sorted(told, reverse=True):
        index.setdefault(fold_lower(phrase.split()[0]), []).append((length, phrase, value))
    return index


def _denies(tokens: Sequence[_Token], at: int) -> bool:
    word = tokens[at][0]
    throat = at > 0 and word.lower() == "hong" and fold_lower(tokens[at - 1][0]) in _BEFORE_THROAT
    return (_is_negator(word) and not throat) or _opens_pair(tokens, at)


def _opens_pair(tokens: Sequence[_Token], at: int) -> bool:
    """ "đâu có", "làm gì có": no single word of it denies."""
    word, following = tokens[at][0], fold_lower(tokens[at + 1][0]) if at + 1 < len(tokens) else ""
    return any(following in follow and agrees(word, first) for first, follow in _NEGATING_PAIRS)


def _turns(tokens: Sequence[_Token], at: int) -> bool:
    """ "hết sốt còn ho": what is still there; but "không còn ho"."""
    return at > 0 and fold_lower(tokens[at][0]) == "con" and not _is_negator(tokens[at - 1][0])


def _still_there(tokens: Sequence[_Token], at: int) -> bool:
    """ "chua het sot", "khong khoi": not over, so there it is."""
    return at > 0 and fold_lower(tokens[at][0]) in ("het", "khoi", "dut") and _is_negator(tokens[at - 1][0])


@lru_cache(maxsize=2048)
def _is_negator(word: str) -> bool:
    return any(agrees(word, negator) for negator in _NEGATORS)


def _denied_after(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """Whether what follows the symptom of these tokens takes it back."""
    words = [fold_lower(token) for token, _, _ in tokens[end:]]
    if words[:1] == ["dau"] and (tokens[end][0].lower() == "đâu" or _is_asked(tokens, start)):
        return words[1:2] in ([], ["ma"]) or not words[1].isalnum()  # "có sốt đâu"
    at = next((number for number, word in enumerate(words) if word not in _BETWEEN and not word.isdigit()), len(words))
    between = words[:at]
    if at == len(words) or ("," in between and not _NOW & set(between) and words[at] not in _OVER):
        return False
    if words[at] in _OVER:
        return _closes(words[at + 1 :], _TURNS | _AGO)
    if words[at] == "chi":
        return bool(_NOW & set(between))  # "trước sốt giờ chỉ còn ho"
    if not _is_negator(tokens[end + at][0]):
        return False
    if {"thi", "cung"} & set(between):
        return True
    return _closes(
        words[at + 2 :] if words[at + 1 : at + 2] and words[at + 1] in _AFTER_NO else words[at + 1 :], _TURNS
    )


def _closes(words: Sequence[str], turns: frozenset[str]) -> bool:
    """Whether a clause ends here, or after small words that close it."""
    rest = list(itertools.dropwhile(_CLOSING.__contains__, words))
    closed = len(rest) < len(words)
    return not rest or rest[0] in turns or not rest[0].isalnum() or closed


def _is_asked(tokens: Sequence[_Token], start: int) -> bool:
    return start > 0 and fold_lower(tokens[start - 1][0]) in ("co", "bi")


def _ends_clause(tokens: Sequence[_Token], at: int) -> bool:
    return at > 0 and fold_lower(tokens[at - 1][0]) in ("thi", "cung", ":")
