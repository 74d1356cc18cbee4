"""The text stage: what a person typed, as words with offsets into the very text they sent.

Each word carries three readings: `raw` as typed, `marked` (accents as evidence, empty when none were typed) and
`normal` (folded, short spellings and residues written out, one typo mended).  Only features see `normal`; the values
of names, addresses and codes are always cut from the text as it was sent, so nothing in them is ever "corrected".
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from backend.forms.folding import fold
from bot.components.grammar import DECIDED
from bot.components.step import LearningStep
from bot.components.syllables import accented, from_keystrokes, is_syllable, marked
from bot.components.teencode import TEENCODE

READING = "reading"  # message property: the Reading of the text
EXAMPLES = "examples"  # message property in training: Examples, the sentence and its noisy copies
_FILE = "vocabulary.json"

_JOINED = (
    "\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad"  # combining marks, and the invisible signs phones put inside words
)
_CHUNK = re.compile(rf"[^\W_][\w{_JOINED}]*(?:['’](?:t|m|s|re|ve|ll|d)\b)?|[^\w\s{_JOINED}]|_")
_SHORTENED = {  # how English words end behind an apostrophe
    "t": "not", "m": "am", "s": "is", "re": "are", "ve": "have", "ll": "will", "d": "would",
}  # fmt: skip
_PIECE = re.compile(rf"(?:[^\W\d_][{_JOINED}]*)+|\d+|_")
_OF_THROATS = frozenset(("dau", "viem", "rat", "ngua", "co", "kho", "sung", "khan"))
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
WITH_VALUES = frozenset(
    (
        "declare_health",
        "declare_entry",
        "check_in",
        "check_out",
        "declare_contact",
        "report_facility",
        "send_feedback",
        "correct_answer",
        "emergency",
    )
)
LONGEST_KEYWORD = 8  # characters; a keyword and nothing else carries no value
_LONGEST = 2_000  # characters looked at; a longer text is cut for understanding only


@dataclass(frozen=True)
class Word:
    """One word or sign: `start`/`end` are offsets into the text as sent; `normal` may hold several words."""

    raw: str
    start: int
    end: int
    marked: str
    normal: str
    glued: bool  # no space before it


class Reading:
    """The words of one text."""

    __slots__ = ("words",)

    def __init__(self, words: list[Word]) -> None:
        self.words = words

    def fingerprint(self) -> str:
        """Rasa hashes training messages; the text alone decides a reading."""
        return "reading"


def shown(word: Word) -> str:
    """The word for a parser: with its accents where they were typed or left as keystrokes, else written out."""
    if not word.marked:
        return word.normal
    written = accented(word.marked) if word.raw.isascii() else word.raw
    return written if as_typed(written, word) else word.normal


def as_typed(raw: str, word: Word) -> bool:
    """Whether nothing but accents and case was taken from `raw`: no slip mended, no short spelling written out."""
    return fold(_clean(raw)) == word.normal


def spelt_out(reading: Reading, start: int, end: int) -> str:
    """A piece of the text with short spellings, slips and residues written out."""
    pieces = []
    for word in reading.words:
        if start <= word.start and word.end <= end:
            pieces.append(shown(word) if word.glued and pieces else " " + shown(word))
    return "".join(pieces).strip()


class Examples(list[tuple[Reading, list[dict[str, Any]]]]):
    """What is learned from one training sentence: readings of it and of its noisy copies, each with its entities."""

    def fingerprint(self) -> str:
        """Rasa hashes training messages; the text alone decides its copies."""
        return "examples"


class Normaliser:
    """Turns a text into words; `vocabulary` (folded word -> count) is what one typo may be mended to."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self.vocabulary = vocabulary
        self._deletes = _deletes_index(vocabulary)
        self._cache: dict[str, str] = {}

    def read(self, text: str) -> Reading:
        """Every word and sign of the text, in order."""
        words: list[Word] = []
        for chunk in _CHUNK.finditer(text, 0, _LONGEST):
            words.extend(
                self._pieces(chunk.group(), chunk.start(), chunk.start() > 0 and not text[chunk.start() - 1].isspace())
            )
        return Reading(_throats(words))

    def _pieces(self, chunk: str, start: int, glued: bool) -> list[Word]:
        clean = _clean(chunk)
        if (clean.isascii() and clean.isalpha()) or not any(c.isdigit() for c in clean) or self._is_vni(clean):
            return [self._word(chunk, clean, start, glued)]
        found = _PIECE.finditer(chunk)
        return [self._word(p.group(), _clean(p.group()), start + p.start(), glued or p.start() > 0) for p in found]

    def _is_vni(self, clean: str) -> bool:
        decoded = from_keystrokes(clean)
        return decoded is not None and (not clean[-1].isdigit() or fold(decoded.rstrip("12345")) in self.vocabulary)

    def _word(self, raw: str, clean: str, start: int, glued: bool) -> Word:
        accents = "" if clean.isascii() else marked(clean)
        if "'" in clean[1:] or "’" in clean[1:]:
            return Word(raw, start, start + len(raw), "", _in_full(clean), glued)
        if not clean.isalnum():
            return Word(raw, start, start + len(raw), "", clean, glued)
        residue = (
            from_keystrokes(clean)
            if clean.isascii() and clean not in TEENCODE and clean not in self.vocabulary
            else None
        )
        return Word(raw, start, start + len(raw), accents or residue or "", self._normal(clean, residue), glued)

    def _normal(self, clean: str, residue: str | None) -> str:
        if residue:
            return fold(residue.rstrip("12345"))
        known = self._cache.get(clean)
        if known is None:
            known = self._look_up(fold(clean))
            if len(self._cache) < 50_000:
                self._cache[clean] = known
        return known

    def _look_up(self, folded: str) -> str:
        if folded in TEENCODE:
            return TEENCODE[folded]
        if len(folded) < 4 or not folded.isalpha() or is_syllable(folded) or folded in self.vocabulary:
            return folded
        return self._split(folded) or self._mend(folded) or folded

    def _split(self, folded: str) -> str | None:
        """Words written together ("khaibaoyte"), when every part is a word of the domain."""
        best: list[list[str] | None] = [[]] + [None] * len(folded)
        for end in range(1, len(folded) + 1):
            for start in range(max(0, end - 7), end):
                head, tail, known = best[start], folded[start:end], best[end]
                if head is not None and self._is_part(tail) and (known is None or len(head) + 1 < len(known)):
                    best[end] = [*head, tail]
        parts = best[-1]
        return " ".join(parts) if parts and len(parts) <= len(folded) / 2 else None

    def _is_part(self, part: str) -> bool:
        return part == "y" or (len(part) > 1 and part in self.vocabulary and is_syllable(part))

    def _mend(self, folded: str) -> str | None:
        """The commonest word of the domain one slip away."""
        candidates = {
            word for key in _deletions(folded) for word in self._deletes.get(key, ()) if one_slip(folded, word)
        }
        return max(candidates, key=lambda word: (self.vocabulary[word], word), default=None)


def _throats(words: list[Word]) -> list[Word]:
    """ "hong" is a short spelling of "khong", but not in "dau hong"."""
    for before, (at, word) in zip(words, list(enumerate(words))[1:], strict=False):
        if before.normal in _OF_THROATS and fold(_clean(word.raw)) == "hong":
            words[at] = replace(word, normal="hong")
    return words


def _in_full(shortened: str) -> str:
    """ "don't" as "do not", "i'm" as "i am"."""
    stem, ending = re.split("['’]", shortened)
    return f"{stem.removesuffix('n') if ending == 't' and stem != 'can' else stem} {_SHORTENED[ending]}"


def _clean(raw: str) -> str:
    return raw.lower() if raw.isascii() else unicodedata.normalize("NFC", _INVISIBLE.sub("", raw)).lower()


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _deletes_index(vocabulary: dict[str, int]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for word in vocabulary:
        if len(word) >= 3 and word.isalpha():
            for key in _deletions(word):
                index.setdefault(key, []).append(word)
    return index


def one_slip(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns `a` into `b`."""
    if abs(len(a) - len(b)) > 1:
        return False
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) > len(b):
        return a[i + 1 :] == b[i:]
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    return a[i + 1 :] == b[i + 1 :] or (a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :])


def needs_reading(message: Message) -> bool:
    """Whether words are left to be found: in undecided texts, and in what follows a keyword that opens something."""
    if not message.get(DECIDED):
        return True
    return message.get(INTENT)["name"] in WITH_VALUES and len(message.get(TEXT).strip()) > LONGEST_KEYWORD


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class TextStage(LearningStep):
    """Reads every undecided message into words; learns the domain's vocabulary from the training sentences.

    In training it also makes the noisy copies that the components after it learn from, so that Rasa itself only ever
    handles the sentences as they were written.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`min_count`: how often a word must stand in the training sentences to be a target for mending;
        `copies`: noisy copies of every sentence; `seed`: of their noise.
        """
        return {"min_count": 3, "copies": 1, "seed": 2026}

    def learn(self, training_data: TrainingData, folder: Path) -> None:
        """Count the words of the training sentences."""
        plain = Normaliser({})
        counts: Counter[str] = Counter()
        for message in training_data.training_examples:
            words = plain.read(message.get(TEXT) or "").words
            counts.update(part for word in words for part in word.normal.split() if part.isalpha())
            counts.update(fold(_clean(word.raw)) for word in words if word.marked and word.raw.isascii())  # English
        vocabulary = {word: count for word, count in sorted(counts.items()) if count >= self._config["min_count"]}
        (folder / _FILE).write_text(json.dumps(vocabulary), "utf-8")

    def restore(self, folder: Path) -> None:
        """Mend towards the words that were counted."""
        self._normaliser = Normaliser(json.loads((folder / _FILE).read_text("utf-8")))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Readings of every training sentence and of its noisy copies."""
        from nlu_data.noise import training_copies

        for message in training_data.training_examples:
            text = message.get(TEXT)
            if text:
                copies = training_copies(
                    text, message.get(ENTITIES) or [], self._config["copies"], self._config["seed"]
                )
                message.set(EXAMPLES, Examples((self._normaliser.read(one), entities) for one, entities in copies))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the reading of every message that the grammar has left something in."""
        for message in messages:
            text = message.get(TEXT)
            if text and needs_reading(message):
                message.set(READING, self._normaliser.read(text))
        return messages
