"""When a disease pack asks for entry declarations, and from whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.domain.packs.numbers import each_number
from backend.forms.entry import LIMITS, ORIGIN

ALL = "all"
KEYS = ("active", "origins", "from", "to", "limits")
_MOST_DAYS = 365
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True)
class EntryRules:
    """The switch of a pack: `origins` are ISO codes of countries, None for all; `until` is the last day or None."""

    active: bool
    origins: frozenset[str] | None
    since: date
    until: date | None
    limits: Mapping[str, int]  # days, by the names the form's checks use

    def holds_on(self, day: date) -> bool:
        """Whether entry is declared on a day in Viet Nam."""
        return self.active and self.since <= day and (self.until is None or day <= self.until)

    def concerns(self, answers: Mapping[str, Any]) -> bool:
        """Whether who gives these answers has to declare."""
        return self.origins is None or answers.get(ORIGIN) in self.origins

    def only(self) -> Mapping[str, list[str]]:
        """Field → the answers with which the form goes on; {} where every answer will do."""
        return {} if self.origins is None else {ORIGIN: sorted(self.origins)}


def entry_rules(content: Mapping[str, Any]) -> EntryRules:
    """The `entry` part of a sound pack file."""
    origins = None if content["origins"] == ALL else frozenset(content["origins"])
    return EntryRules(content["active"], origins, content["from"], content["to"], dict(content["limits"]))


def problems(content: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the `entry` part of a pack file whose keys are all there."""
    if type(content["active"]) is not bool:
        yield "entry.active: must be true or false"
    yield from _origins(content["origins"])
    if type(content["from"]) is not date:
        yield "entry.from: must be a date"
    if content["to"] is not None and type(content["to"]) is not date:
        yield "entry.to: must be a date or null"
    yield from _limits(content["limits"])


def _origins(origins: Any) -> Iterator[str]:
    if origins == ALL:
        return
    if not isinstance(origins, list) or not origins:
        yield "entry.origins: must be all or a list of countries"
        return
    wrong = (code for code in origins if not isinstance(code, str) or not _COUNTRY.fullmatch(code))
    yield from (f"entry.origins.{code}: must be a country's two capital letters, in quotes" for code in wrong)


def _limits(limits: Any) -> Iterator[str]:
    if not isinstance(limits, Mapping) or set(limits) != set(LIMITS):
        yield f"entry.limits: must give {', '.join(LIMITS)}"
        return
    yield from each_number(limits, "entry.limits", 0, _MOST_DAYS)
