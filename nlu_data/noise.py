"""How people on basic phones really write, as functions from a clean sentence to a noisy one.

Every function keeps the pieces of the sentence, so entity offsets stay right.  Accents go everywhere; spelling noise
stays out of names, addresses, numbers and codes, whose values must come through as they were typed.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from backend.forms.folding import fold
from bot.components.syllables import marked
from bot.components.teencode import TEENCODE
from nlu_data.templates import Segment, Sentence

Noise = Callable[[Sentence, random.Random], Sentence]

_SPELT = {None, "symptom", "denied", "since", "companions", "language", "gender", "nationality", "country"}
_WORD = re.compile(r"[^\W\d_]+")
_KEYBOARD = {
    "q": "wa",
    "w": "qes",
    "e": "wrd",
    "r": "etf",
    "t": "ryg",
    "y": "tuh",
    "u": "yij",
    "i": "uok",
    "o": "ipl",
    "p": "o",
    "a": "qsz",
    "s": "adwx",
    "d": "sfec",
    "f": "dgrv",
    "g": "fhtb",
    "h": "gjyn",
    "j": "hkum",
    "k": "jli",
    "l": "ko",
    "z": "xa",
    "x": "zcs",
    "c": "xvd",
    "v": "cbf",
    "b": "vng",
    "n": "bmh",
    "m": "nj",
}
_KEYPAD = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")
_TONE_KEYS = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j"}
_TELEX = {"â": "aa", "ê": "ee", "ô": "oo", "ă": "aw", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI = {"â": "a6", "ê": "e6", "ô": "o6", "ă": "a8", "ơ": "o7", "ư": "u7", "đ": "d9"}
_NEW_TONES = re.compile(r"(o|u)([\u0300\u0301\u0303\u0309\u0323])(a|e|y)\b")


def _map(sentence: Sentence, change: Callable[[Segment], str], name: str) -> Sentence:
    segments = tuple(segment._replace(text=change(segment)) for segment in sentence.segments)
    return Sentence(segments, sentence.intent, sentence.family, name)


def _words(sentence: Sentence, change: Callable[[str], str], name: str, spelling: bool = True) -> Sentence:
    def piece(segment: Segment) -> str:
        if spelling and segment.entity not in _SPELT:
            return segment.text
        return _WORD.sub(lambda word: change(word.group()), segment.text)

    return _map(sentence, piece, name)


def unaccented(sentence: Sentence, chance: random.Random) -> Sentence:
    """No accents at all."""
    return _map(sentence, lambda segment: fold(segment.text), "unaccented")


def half_accented(sentence: Sentence, chance: random.Random) -> Sentence:
    """Accents on some words, or vowel marks without tones."""
    if chance.random() < 0.3:
        return _words(sentence, _toneless, "half", spelling=False)
    return _words(sentence, lambda word: fold(word) if chance.random() < 0.5 else word, "half", spelling=False)


def _toneless(word: str) -> str:
    kept = (c for c in unicodedata.normalize("NFD", word) if c not in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(kept))


def decomposed(sentence: Sentence, chance: random.Random) -> Sentence:
    """NFD, as some phones send it."""
    return _map(sentence, lambda segment: unicodedata.normalize("NFD", segment.text), "nfd")


def tone_placement(sentence: Sentence, chance: random.Random) -> Sentence:
    """The newer placement of tone marks: hoà, khoẻ, thuỷ."""

    def moved(word: str) -> str:
        return unicodedata.normalize("NFC", _NEW_TONES.sub(r"\1\3\2", unicodedata.normalize("NFD", word)))

    return _words(sentence, moved, "tones", spelling=False)


def capitals(sentence: Sentence, chance: random.Random) -> Sentence:
    """All capitals, with or without accents."""
    strip = chance.random() < 0.7
    return _map(sentence, lambda segment: (fold(segment.text) if strip else segment.text).upper(), "capitals")


def teencode(sentence: Sentence, chance: random.Random) -> Sentence:
    """Short spellings for many words, accents mostly gone."""
    strip = chance.random() < 0.75

    def piece(segment: Segment) -> str:
        text = fold(segment.text) if strip else segment.text
        return _shortened(text, chance) if segment.entity in _SPELT else text

    return _map(sentence, piece, "teencode")


def _short_forms() -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for short, full in TEENCODE.items():
        forms.setdefault(full, []).append(short)
    return forms


_SHORT = _short_forms()
_RULES = (("ph", "f"), ("qu", "w"), ("gi", "j"), ("ch", "ck"), ("ng", "g"), ("i", "j"), ("uoi", "ui"))


def _shortened(text: str, chance: random.Random) -> str:
    parts = re.split(r"(\W+)", text)
    position = 0
    while position < len(parts):
        pair = "".join(parts[position : position + 3]) if position + 2 < len(parts) else ""
        if pair and fold(pair.lower()) in _SHORT and chance.random() < 0.7:
            parts[position : position + 3] = [chance.choice(_SHORT[fold(pair.lower())])]
        elif fold(parts[position].lower()) in _SHORT and chance.random() < 0.75:
            parts[position] = chance.choice(_SHORT[fold(parts[position].lower())])
        elif len(parts[position]) > 3 and chance.random() < 0.06:
            parts[position] = _respelt(parts[position], chance)
        position += 2
    return "".join(parts)


def _respelt(word: str, chance: random.Random) -> str:
    applicable = [(old, new) for old, new in _RULES if old in word]
    return word.replace(*chance.choice(applicable), 1) if applicable else word


def typos(sentence: Sentence, chance: random.Random) -> Sentence:
    """One or two slips: a neighbour on the keyboard or the same key of a keypad, a letter lost, doubled or swapped."""
    base = unaccented(sentence, chance) if chance.random() < 0.8 else sentence
    spots = [
        (number, match.span())
        for number, segment in enumerate(base.segments)
        if segment.entity in _SPELT
        for match in _WORD.finditer(segment.text)
        if len(match.group()) >= 3
    ]
    chosen = dict(chance.sample(spots, min(len(spots), chance.choice((1, 1, 2)))))
    segments = list(base.segments)
    for number, (start, end) in chosen.items():
        text = segments[number].text
        segments[number] = segments[number]._replace(text=text[:start] + _slip(text[start:end], chance) + text[end:])
    return Sentence(tuple(segments), base.intent, base.family, "typos")


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    letter = fold(word[at].lower())
    kind = chance.choice(("near", "near", "keypad", "lost", "double", "swap"))
    if kind == "lost":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    if kind == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    keys = (
        _KEYBOARD.get(letter, letter)
        if kind == "near"
        else next((key.replace(letter, "") for key in _KEYPAD if letter in key), letter)
    )
    return word[:at] + chance.choice(keys) + word[at + 1 :]


def telex(sentence: Sentence, chance: random.Random) -> Sentence:
    """Telex or VNI keystrokes that the phone never turned into letters, on some or all words."""
    letters, tones = (_TELEX, _TONE_KEYS) if chance.random() < 0.8 else (_VNI, {digit: digit for digit in "12345"})
    share = chance.choice((0.4, 0.7, 1.0))

    def typed(word: str) -> str:
        return _keystrokes(word, letters, tones) if chance.random() < share else fold(word)

    return _words(sentence, typed, "telex")


def _keystrokes(word: str, letters: dict[str, str], tones: dict[str, str]) -> str:
    upper, form = word[:1].isupper(), marked(word.lower())
    tone = tones[form[-1]] if form[-1:].isdigit() else ""
    typed = "".join(letters.get(letter, letter) for letter in form.rstrip("12345")) + tone
    return typed.capitalize() if upper else typed


def lower_case(sentence: Sentence, chance: random.Random) -> Sentence:
    """Small letters throughout, without accents as often as with."""
    strip = chance.random() < 0.5
    return _map(sentence, lambda segment: (fold(segment.text) if strip else segment.text).lower(), "lower")


def separators(sentence: Sentence, chance: random.Random) -> Sentence:
    """Spaces lost after signs or doubled, a full stop or dots at the end."""
    segments = [
        segment._replace(text=_spaced(segment.text, chance) if not segment.entity else segment.text)
        for segment in sentence.segments
    ]
    segments.append(Segment(chance.choice((".", " .", "...", "!", " ", "?", ""))))
    return unaccented(
        Sentence(tuple(s for s in segments if s.text), sentence.intent, sentence.family, "separators"), chance
    )


def _spaced(text: str, chance: random.Random) -> str:
    text = re.sub(r", ", lambda _: chance.choice((",", " , ", "; ", ". ", " - ", " ")), text)
    return re.sub(r"(?<=\w) (?=\w)", lambda _: "  " if chance.random() < 0.15 else " ", text)


def joined(sentence: Sentence, chance: random.Random) -> Sentence:
    """Two words written together, without accents."""

    def piece(segment: Segment) -> str:
        if segment.entity:
            return fold(segment.text)
        return re.sub(
            r"(?<=[^\W\d]{2}) (?=[^\W\d]{2})", lambda _: "" if chance.random() < 0.25 else " ", fold(segment.text)
        )

    return _map(sentence, piece, "joined")


TRAINING: tuple[tuple[Noise, float], ...] = (
    (unaccented, 3.0),
    (half_accented, 1.0),
    (lower_case, 1.0),
    (capitals, 0.6),
    (teencode, 2.0),
    (typos, 2.0),
    (telex, 0.8),
    (separators, 0.8),
    (joined, 0.3),
)


def copies(sentence: Sentence, count: int, seed: int) -> list[Sentence]:
    """`count` noisy copies of a sentence by different kinds of noise; the same for the same seed."""
    chance = random.Random(f"{seed}:{sentence.text}")
    kinds, weights = zip(*TRAINING, strict=False)
    return [chance.choices(kinds, weights)[0](sentence, chance) for _ in range(count)]


def training_copies(
    text: str, entities: Sequence[Mapping[str, Any]], count: int, seed: int
) -> list[tuple[str, list[dict[str, Any]]]]:
    """A training sentence with its entities, then its noisy copies with theirs."""
    sentence = Sentence(tuple(_segments(text, entities)), "", "")
    return [(one.text, one.entities) for one in (sentence, *copies(sentence, count, seed))]


def _segments(text: str, entities: Sequence[Mapping[str, Any]]) -> Iterator[Segment]:
    position = 0
    for entity in sorted(entities, key=lambda one: int(one["start"])):
        if entity["start"] > position:
            yield Segment(text[position : entity["start"]])
        yield Segment(text[entity["start"] : entity["end"]], entity["entity"], str(entity["value"]))
        position = entity["end"]
    if position < len(text):
        yield Segment(text[position:])
