"""The held-out sets: sentences of families that training never sees, by category of how they are written.

Wordings and fillers are those of `tests/`, never of `vi/`; the noise is made by the generators of noise.py under
seeds of its own.  `overlaps` is the check that no held-out sentence is a training sentence or a noisy copy of one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from backend.forms import venue_code
from backend.forms.folding import fold_lower
from nlu_data import noise
from nlu_data.scoring import MAYBE
from nlu_data.templates import Grammar, Segment, Sentence, expand, read_fillers

FOLDER = Path(__file__).parent / "tests"
FRESH = FOLDER / "fresh"
SEED = 41
_CODE_FORMS = ("DD {}", "dd {}", "DD{}", "{}", "toi den {}", "check in {}", "DI {}", "dd.{}")


def held_out() -> dict[str, list[Sentence]]:
    """Every category with its sentences; sizes as agreed for the product."""
    accented = _family("accented", 5, 400)
    return {
        "accented": accented,
        "unaccented": _noisy(accented, 400, noise.unaccented),
        "variants": _noisy(accented, 200, noise.half_accented, noise.decomposed, noise.tone_placement, noise.capitals),
        "teencode": _noisy(accented, 300, noise.teencode),
        "typos": _noisy(accented, 300, noise.typos),
        "telex": _noisy(accented, 200, noise.telex),
        "code-switching": _family("switching", 8, 150),
        "keywords": _family("keywords", 16, 300, "_keywords.yml"),
        "out of scope": _half_folded(_family("out_of_scope", 8, 300)),
        "negation": _half_folded(_family("negation", 12, 200, "_negation.yml")),
        "english": _family("en", 3, 60),
    }


def fresh() -> dict[str, list[Sentence]]:
    """Sentences typed by hand by someone who had not read the training data, by file of `tests/fresh`."""
    return {path.stem.replace("_", " "): _as_written(path) for path in sorted(FRESH.glob("[!_]*.yml"))}


def fresh_code_forms() -> list[str]:
    """Messages typed by hand in which a venue code stands as `{}`."""
    return list(map(str, yaml.safe_load((FRESH / "_codes.yml").read_text("utf-8"))))


def _as_written(path: Path) -> list[Sentence]:
    return expand(yaml.safe_load(path.read_text("utf-8")), Grammar({}), 1, SEED)


def _family(name: str, each: int, size: int, fillers: str | None = None) -> list[Sentence]:
    families: dict[str, list[str]] = {}
    for path in (FOLDER / f"{name}.yml", FOLDER / f"{name}_more.yml"):
        for intent, lines in yaml.safe_load(path.read_text("utf-8")).items() if path.exists() else ():
            families.setdefault(intent, []).extend(map(str, lines))
    sentences = expand(families, _grammar(fillers), each, SEED)
    random.Random(SEED).shuffle(sentences)
    return sentences[:size]


def _grammar(fillers: str | None) -> Grammar:
    return read_fillers(FOLDER / "_fillers.yml", *([FOLDER / fillers] if fillers else []))


def _noisy(sentences: list[Sentence], size: int, *kinds: noise.Noise) -> list[Sentence]:
    chance = random.Random(SEED)
    return [kinds[number % len(kinds)](_meant(sentence), chance) for number, sentence in enumerate(sentences[:size])]


def _meant(sentence: Sentence) -> Sentence:
    """The sentence with its days as written before noise: what was meant stays readable ("tuwf thuws hai")."""
    days = (s._replace(value=s.value or s.text) if s.entity == "since" else s for s in sentence.segments)
    return replace(sentence, segments=tuple(days))


def _half_folded(sentences: list[Sentence]) -> list[Sentence]:
    chance = random.Random(SEED)
    return [noise.unaccented(sentence, chance) if number % 2 else sentence for number, sentence in enumerate(sentences)]


def code_slips(forms: Sequence[str] = _CODE_FORMS, size: int = 150) -> list[tuple[str, str]]:
    """(text, the code that was meant): one wrong digit or two swapped neighbours in a valid venue code."""
    chance = random.Random(SEED)
    slips = []
    while len(slips) < size:
        code = venue_code.make(chance.randrange(venue_code.FIRST, venue_code.LAST + 1))
        slipped = _slipped(code, chance)
        if slipped != code:
            slips.append((chance.choice(forms).format(slipped), code))
    return slips


def _slipped(code: str, chance: random.Random) -> str:
    at = chance.randrange(len(code) - 1)
    if chance.random() < 0.5:
        return code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    return code[:at] + chance.choice("123456789") + code[at + 1 :]


def overlaps(test: Iterable[Sentence], training: Iterable[Sentence]) -> list[str]:
    """Test sentences that are a training sentence once accents, case, signs and entity values are taken away."""
    known = {_skeleton(sentence) for sentence in training}
    return [sentence.text for sentence in test if len(_skeleton(sentence).split()) > 3 and _skeleton(sentence) in known]


def _skeleton(sentence: Sentence) -> str:
    def shown(segment: Segment) -> str:
        return f" <{segment.entity}> " if segment.entity and segment.entity != MAYBE else segment.text

    return " ".join(re.findall(r"[a-z0-9<>_]+", fold_lower("".join(map(shown, sentence.segments)))))
