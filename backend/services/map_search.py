"""Looking through the public map: by place, kind, colour, and words with or without accents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from backend.domain.checklists import Colour
from backend.domain.facilities import Standing
from backend.forms.folding import fold_lower, nfc

WORST_FIRST = tuple(each.value for each in (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY))

Resolve = Callable[[str], Sequence[Mapping[str, Any]]]
"""What a gazetteer makes of a place's name: the best matches, {"province": code, "commune": code or None, …}."""

_BETWEEN_WORDS = re.compile(r"\W+")


class Listed(NamedTuple):
    """A facility, the name of its colour, and the folded words it is found by (see `words_of`)."""

    standing: Standing
    colour: str
    words: str


@dataclass(frozen=True)
class Wanted:
    """What a reader looks for, empty for anything; `text` may be of a facility's name, code or place."""

    province: str = ""
    commune: str = ""
    kind: str = ""
    colour: str = ""
    text: str = ""


@dataclass
class Found:
    """What there is of it.

    `colours` counts all but for the colour wanted; `areas` the same by province, inside a province by commune;
    `places` are those of the colour.
    """

    colours: Counter[str] = field(default_factory=Counter)
    areas: dict[str, Counter[str]] = field(default_factory=dict)
    places: list[Listed] = field(default_factory=list)


@lru_cache(maxsize=1 << 15)  # a map is made anew all day long, and hardly a name of it changes
def words_of(*texts: str) -> str:
    """Texts as folded words with a space before each, so that " kim" is found where a word begins with it."""
    return f" {_BETWEEN_WORDS.sub(' ', fold_lower(nfc(' '.join(texts)))).strip()}"


def find(listed: Sequence[Listed], wanted: Wanted, resolve: Resolve) -> Found:
    """Look through the facilities of a map, which keep their order.

    Words that no name has are taken for a place written another way ("TP HCM", a district of before 07/2025).
    """
    words = [f" {word}" for word in words_of(wanted.text).split()]
    there = [each for each in listed if _is_there(each.standing, wanted)]
    named = [each for each in there if all(word in each.words for word in words)] if words else there
    if not named:
        areas = {match["commune"] or match["province"] for match in resolve(wanted.text)}
        named = [each for each in there if {each.standing.commune, each.standing.province} & areas]
    return _counted(named, wanted)


def _counted(listed: Iterable[Listed], wanted: Wanted) -> Found:
    found = Found()
    for each in listed:
        found.colours[each.colour] += 1
        area = each.standing.commune if wanted.province else each.standing.province
        if area:
            found.areas.setdefault(area, Counter())[each.colour] += 1
        if wanted.colour in ("", each.colour):
            found.places.append(each)
    return found


def _is_there(standing: Standing, wanted: Wanted) -> bool:
    return (
        wanted.province in ("", standing.province)
        and wanted.commune in ("", standing.commune)
        and wanted.kind in ("", standing.kind)
    )
