"""Viet Nam's international border gates, found by code or by name, with or without accents.

The data file (nlu_data/lookups/border_gates.json) is {"border_gates": [{"code", "name", "type", "province",
"aliases"}]}: `type` is air, land, rail or sea; `code` is IATA's for an airport and the project's own for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from backend.forms.folding import fold_lower, tidy

# What people write before or after the name, folded -> the type it tells; "" says nothing about the type.
_TYPE_WORDS: Mapping[str, str] = {
    "cang hang khong quoc te": "air", "cang hang khong": "air", "san bay quoc te": "air", "san bay": "air", "sb": "air",
    "international airport": "air", "airport": "air", "cua khau quoc te duong sat": "rail", "nha ga": "rail",
    "ga quoc te": "rail", "ga": "rail", "railway station": "rail", "station": "rail", "cang bien": "sea",
    "cang quoc te": "sea", "ben cang": "sea", "cang": "sea", "seaport": "sea", "port": "sea",
    "cua khau quoc te": "", "cua khau": "", "ck": "", "border gate": "", "border crossing": "", "border": "",
    "gate": "", "qua": "", "tai": "", "via": "", "at": "",
}  # fmt: skip
_BY_LENGTH = sorted(_TYPE_WORDS, key=len, reverse=True)
_NOT_LETTERS = re.compile(r"[\W_]+")


class BorderGates:
    """The gates of the data file's list; indexed at the first look-up."""

    def __init__(self, gates: Sequence[Mapping[str, Any]]) -> None:
        self._gates = gates

    def named(self, text: str) -> Sequence[Mapping[str, Any]]:
        """The gate of that code, else those of that name, in the order of the file; a type written with it decides."""
        code = tidy(text).upper()
        coded = [gate for gate in self._gates if gate["code"] == code]
        if coded:
            return [_stored(gate) for gate in coded]
        name, type_ = _without_type(fold_lower(tidy(text)).strip(" .,;:!"))
        found = self._index.get(_key(name), ())
        fitting = [gate for gate in found if gate["type"] == type_]
        return [_stored(gate) for gate in fitting or found]

    def of_province(self, code: str) -> Sequence[Mapping[str, Any]]:
        """The gates of a province."""
        return [_stored(gate) for gate in self._gates if gate["province"] == code]

    @cached_property
    def _index(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        index: dict[str, list[Mapping[str, Any]]] = {}
        for gate in self._gates:
            for key in dict.fromkeys(_key(fold_lower(one)) for one in (gate["name"], *gate["aliases"])):
                index.setdefault(key, []).append(gate)
        return index


def says_type(text: str) -> bool:
    """Whether a text says what the gate is: an airport, a port, a station."""
    return bool(_without_type(fold_lower(tidy(text)))[1])


def _without_type(folded: str) -> tuple[str, str]:
    """(the name alone, the type that was written with it or "")."""
    for words in _BY_LENGTH:
        rest = folded.removeprefix(words + " ")
        rest = rest if rest != folded else folded.removesuffix(" " + words)
        if rest != folded:
            name, inner = _without_type(rest.strip())
            return name, _TYPE_WORDS[words] or inner
    return folded, ""


def _key(folded: str) -> str:
    """Letters and digits only, y as i: "Bờ Y" and "Bo I" are one."""
    return _NOT_LETTERS.sub("", folded).replace("y", "i")


def _stored(gate: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer keeps of a gate."""
    return {name: gate[name] for name in ("code", "name", "type")}
