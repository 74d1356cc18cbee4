"""Facilities: venues that report a checklist every day, the colour the public sees, and the roll-up by place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend.domain.checklists import Colour
from backend.domain.venues import Venue

FEEDBACK_MOST = 500  # characters of a citizen's text


@dataclass(frozen=True)
class Facility:
    """A venue that answers a checklist; `checklist` names the pack."""

    id: int
    venue: Venue
    checklist: str
    created_at: datetime


@dataclass(frozen=True)
class Report:
    """A day's answers; a later one of the same day replaces it, and both stay on record.

    `officer_id` is who sent it; `bits` has "1" for each criterion that is met.
    """

    facility_id: int
    day: date
    checklist: str
    bits: str
    level: str
    colour: Colour
    score: int
    most: int
    officer_id: int
    reported_at: datetime


@dataclass(frozen=True)
class Feedback:
    """What a citizen wrote of a venue, by number; open until somebody has looked into it."""

    id: int
    venue_id: int
    text: str
    received_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """A facility as it stands on a day: the colour reported, None without a report, and how much feedback is open."""

    code: str
    name: str
    kind: str
    province: str | None
    commune: str | None
    reported: Colour | None
    reported_at: datetime | None
    feedback: int

    @property
    def colour(self) -> Colour:
        """The colour the public sees."""
        return shown(self.reported, self.feedback)


def shown(reported: Colour | None, feedback: int) -> Colour:
    """A complaint that is open makes a place yellow, with or without a report; nothing makes a red one better."""
    if reported is Colour.RED:
        return Colour.RED
    if feedback:
        return Colour.YELLOW
    return reported or Colour.GREY


def roll_up(facilities: Iterable[Standing]) -> Mapping[str, Any]:
    """Counts by colour: in all, by kind, by province and in it by commune, each again by kind.

    Returns {"facilities": n, "colours": {colour: n}, "kinds": {kind: {colour: n}}, "provinces": {code: {the same
    without provinces, and "communes": {code: the same}}}}; a facility without a place counts in the total only.
    """
    total, provinces = _Count(), dict[str, _Count]()
    for each in facilities:
        total.add(each)
        if each.province is not None:
            province = provinces.setdefault(each.province, _Count())
            province.add(each)
            if each.commune is not None:
                province.within.setdefault(each.commune, _Count()).add(each)
    return {**total.record(), "provinces": {
        code: {**found.record(), "communes": {inner: found.within[inner].record() for inner in sorted(found.within)}}
        for code, found in sorted(provinces.items())
    }}  # fmt: skip


class _Count:
    """Facilities of one place, by kind and colour."""

    def __init__(self) -> None:
        self.kinds: dict[str, Counter[Colour]] = {}
        self.within: dict[str, _Count] = {}

    def add(self, facility: Standing) -> None:
        self.kinds.setdefault(facility.kind, Counter())[facility.colour] += 1

    def record(self) -> dict[str, Any]:
        colours = sum(self.kinds.values(), Counter[Colour]())
        return {
            "facilities": colours.total(), "colours": _all_colours(colours),
            "kinds": {kind: _all_colours(self.kinds[kind]) for kind in sorted(self.kinds)},
        }  # fmt: skip


def _all_colours(counts: Mapping[Colour, int]) -> dict[str, int]:
    return {colour.value: counts.get(colour, 0) for colour in Colour}
