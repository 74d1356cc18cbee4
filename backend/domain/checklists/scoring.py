"""A checklist and what a day's answers to it are worth: pure rules over numbers, which come from the pack.

Criteria are numbered from 1 in the order of the pack, as the official lists number them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

PERCENT = 100
GOOD, FAIR, UNSAFE = "good", "fair", "unsafe"
RISKS = ("very_low", "low", "medium", "high", "very_high")  # rising
LEVELS = (GOOD, FAIR, UNSAFE, *RISKS)


class Colour(StrEnum):
    """What the public sees of a facility."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"  # no report today


@dataclass(frozen=True)
class Verdict:
    """`level` is one of LEVELS; `score` counts criteria passed, or per cent of the risk points, of `most`."""

    level: str
    colour: Colour
    score: int
    most: int


@dataclass(frozen=True)
class Passed:
    """So many criteria passed, the mandatory ones among them: at least `green` are good, at least `yellow` fair.

    Fewer are unsafe; so is a mandatory one that fails, which the official texts leave open (ours).
    """

    mandatory: frozenset[int]
    green: int
    yellow: int

    def judge(self, failed: Collection[int], count: int) -> Verdict:
        """The verdict on `count` criteria of which `failed` failed."""
        passed = count - len(failed)
        if self.mandatory.intersection(failed) or passed < self.yellow:
            return Verdict(UNSAFE, Colour.RED, passed, count)
        if passed < self.green:
            return Verdict(FAIR, Colour.YELLOW, passed, count)
        return Verdict(GOOD, Colour.GREEN, passed, count)


@dataclass(frozen=True)
class Risk:
    """Each criterion that fails costs its points; their share of all points, in per cent, decides.

    `most_percent` is the highest share of every level but the last, `colours` the colour of each level.
    """

    points: Sequence[int]
    most_percent: Mapping[str, int]
    colours: Mapping[str, Colour]
    mandatory: frozenset[int] = frozenset()

    def judge(self, failed: Collection[int], count: int) -> Verdict:
        """The verdict; shares are compared exactly and shown rounded up, so that none looks better than it is."""
        lost = PERCENT * sum(self.points[number - 1] for number in failed)
        total = sum(self.points)
        level = next((name for name in RISKS[:-1] if lost <= self.most_percent[name] * total), RISKS[-1])
        return Verdict(level, self.colours[level], -(-lost // total), PERCENT)


@dataclass(frozen=True)
class Reminder:
    """When a facility without a report is reminded: local time of day, days of the week (Monday is 1)."""

    at: time
    weekdays: frozenset[int]

    def due(self, weekday: int, now: time) -> bool:
        """Whether it is time, on a day of the week at a local time."""
        return weekday in self.weekdays and self.at <= now


@dataclass(frozen=True)
class Checklist:
    """One list under the rules of one time; `valid_to` is its last day.

    `parts` are the criteria in the groups they are asked in; `provinces` are codes, empty for the whole country;
    a criterion's text is `criterion_<name>`.
    """

    name: str
    kinds: Sequence[str]
    provinces: Sequence[str]
    valid_from: date
    valid_to: date | None
    parts: Sequence[Sequence[str]]
    rule: Passed | Risk
    reminder: Reminder

    @property
    def criteria(self) -> Sequence[str]:
        """All of them in order: the first has number 1."""
        return [name for part in self.parts for name in part]

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day in Viet Nam."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def fits(self, kind: str, province: str | None) -> bool:
        """Whether it is meant for venues of this kind in this province."""
        return kind in self.kinds and (not self.provinces or province in self.provinces)


@dataclass(frozen=True)
class Result:
    """A day's answers, judged; `failed` are numbers of criteria, mandatory ones first, else rising."""

    verdict: Verdict
    failed: Sequence[int]
    bits: str  # "1" passed, "0" failed, in the order of the criteria


def score(checklist: Checklist, failed: Collection[int]) -> Result:
    """Judge a day's answers.

    Args:
        checklist: the list that was answered.
        failed: numbers (from 1) of the criteria that are not met; repetitions count once.

    Raises:
        ValueError: a number is none of the list.
    """
    count, lost = len(checklist.criteria), frozenset(failed)
    if not lost <= frozenset(range(1, count + 1)):
        raise ValueError("no criterion has that number")
    ordered = sorted(lost, key=lambda number: (number not in checklist.rule.mandatory, number))
    bits = "".join("0" if number in lost else "1" for number in range(1, count + 1))
    return Result(checklist.rule.judge(lost, count), ordered, bits)
