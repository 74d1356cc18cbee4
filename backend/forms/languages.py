"""The languages people write in: which one a text is in, which one it asks for, and what its few set phrases mean.

The data file (nlu_data/lookups/languages.json, made by build_languages.py beside it) is {code: {"voice": spoken in
calls, "named": what asks for it, "telling": folded words no Vietnamese sentence has, "sure": those of which one is
enough, "month_first", "years_ahead": how dates are written, "intents": {intent: phrases}, "words": {text key: words}}}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from backend.forms.folding import MARKS, fold_lower, tidy

HOME = "vi"  # of a phone that has chosen none; every other language is noticed only by what is written
# Letters of one script only (Unicode blocks); Han with kana is Japanese, without it Chinese.
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ko", re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")),
    ("ja", re.compile("[\u3041-\u30ff\u31f0-\u31ff]")),
    ("zh", re.compile("[\u3400-\u9fff\uf900-\ufaff]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("lo", re.compile("[\u0e81-\u0edf]")),
    ("th", re.compile("[\u0e01-\u0e5b]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_ANY_SCRIPT = re.compile("|".join(script.pattern for _, script in _SCRIPTS))  # most texts have none of them
_WITH_HAN = ("ja", "zh")  # Han letters alone may be either
_WORD = re.compile(rf"[^\W\d_](?:[^\W_]|[{MARKS}'’])*")
# Intents told by a phrase within a sentence; "back" and "correct" are too common words to mean anything there.
_WITHIN = frozenset(("emergency", "declare_entry", "declare_health", "greet", "ask_help", "ask_hotline"))
_TELLING, _SHARE = 2, 3  # at least two words that no Vietnamese sentence has, and a third of all


@dataclass(frozen=True)
class Language:
    """One language as people write it."""

    code: str
    voice: bool = False
    named: Sequence[str] = ()
    telling: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()
    month_first: bool = False
    years_ahead: int = 0
    intents: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Languages:
    """The languages of the data file, in its order."""

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        self._languages = {code: _read(code, table) for code, table in data.items()}

    def __iter__(self) -> Any:
        return iter(self._languages.values())

    def get(self, code: str) -> Language:
        """The language of that code; one without words for an unknown code."""
        return self._languages.get(code) or Language(code)

    def named(self, text: str) -> str | None:
        """The language that a whole text asks for by name ("한국어", "tieng Han") or, in capitals, by code ("KO")."""
        typed = tidy(text).strip(" .,!")
        found = self._named.get(fold_lower(typed))
        return found if found and (len(typed) > 2 or not typed.isascii() or typed.isupper()) else None

    @cached_property
    def _named(self) -> Mapping[str, str]:
        return {fold_lower(tidy(name)): one.code for one in self for name in one.named}

    def written_in(self, text: str, now: str = HOME) -> str | None:
        """The language whose script half of the letters are in, None for Latin ones; `now` decides about Han alone."""
        if text.isascii() or not _ANY_SCRIPT.search(text):
            return None
        letters = [sign for sign in tidy(text) if sign.isalpha()]
        counts = {code: sum(bool(script.match(sign)) for sign in letters) for code, script in _SCRIPTS}
        if 2 * sum(counts.values()) < max(len(letters), 1):
            return None
        if counts["ja"] or counts["zh"]:
            return "ja" if counts["ja"] else self._of_han(text, now)
        return max(counts, key=lambda code: counts[code])

    def _of_han(self, text: str, now: str) -> str:
        if now in _WITH_HAN:
            return now
        return "ja" if self.meant(text, "ja") and not self.meant(text, "zh") else "zh"

    def told_by_words(self, text: str) -> str | None:
        """The language of a sentence in Latin letters, told by its words; None for Vietnamese and for one odd word."""
        words = _WORD.findall(fold_lower(text).replace("’", "'"))
        scores = {one.code: _score(one, words) for one in self._told if not one.telling.isdisjoint(words)}
        best = max(scores, key=lambda code: scores[code], default=None)
        told = best is not None and scores[best] >= _TELLING and _SHARE * scores[best] >= len(words)
        return best if told else None

    @cached_property
    def _told(self) -> Sequence[Language]:
        return [one for one in self if one.telling]

    def meant(self, text: str, code: str, *, wholly: bool = False) -> str | None:
        """The intent of the set phrase of language `code` that a text is, or unless `wholly` the longest it holds."""
        phrases = self._phrases.get(code)
        if not phrases:
            return None
        said = " ".join(_WORD.findall(fold_lower(tidy(text)).replace("’", "'")))
        within = () if wholly else _WITHIN
        meant = ((phrase == said or (intent in within and _holds(said, phrase)), intent) for phrase, intent in phrases)
        return next((intent for holds, intent in meant if holds), None)

    @cached_property
    def _phrases(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Language -> its (folded phrase, intent), emergencies first, greetings last, then the longest first."""
        return {one.code: sorted(_phrases_of(one), key=_weight) for one in self}


def load(path: Path | str) -> Languages:
    """The languages of a data file.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not JSON.
    """
    return Languages(json.loads(Path(path).read_text(encoding="utf-8")))


def _read(code: str, table: Mapping[str, Any]) -> Language:
    sets = {name: frozenset(table[name]) for name in ("telling", "sure")}
    return Language(code, **{**table, **sets})


def _score(language: Language, words: Sequence[str]) -> int:
    told = sum(word in language.telling for word in words)
    return told + (_TELLING if any(word in language.sure for word in words) else 0)


def _phrases_of(language: Language) -> Sequence[tuple[str, str]]:
    return [(fold_lower(phrase), intent) for intent, phrases in language.intents.items() for phrase in phrases]


def _weight(phrase: tuple[str, str]) -> tuple[bool, bool, int]:
    return phrase[1] != "emergency", phrase[1] == "greet", -len(phrase[0])


def _holds(said: str, phrase: str) -> bool:
    """Whether a text holds a phrase: between words where words are parted by spaces, anywhere else otherwise."""
    return f" {phrase} " in f" {said} " if phrase[0] < "\u0500" else phrase in said
