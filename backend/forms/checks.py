"""Rules over several answers of a form; the numbers come from the disease pack.

A check says nothing as long as an answer or a number that it looks at is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.forms.model import Condition, Contradiction, Rejected

Answers = Mapping[str, Any]
Limits = Mapping[str, int]


@dataclass(frozen=True)
class NotAhead:
    """A day is at most `limit` days after today; without a limit it is not after today."""

    field: str
    limit: str = ""

    def find(self, answers: Answers, today: date, limits: Limits) -> Contradiction | None:
        """See Check."""
        day = _day(answers, self.field)
        most = limits.get(self.limit) if self.limit else 0
        if day is None or most is None or (day - today).days <= most:
            return None
        if not self.limit:
            return Contradiction(self.field, Rejected("since_future"))
        return Contradiction(self.field, Rejected("day_ahead", {"date": {"$date": day.isoformat()}, "days": most}))


@dataclass(frozen=True)
class NotLongAgo:
    """A day is at most `limit` days before today."""

    field: str
    limit: str

    def find(self, answers: Answers, today: date, limits: Limits) -> Contradiction | None:
        """See Check."""
        day, most = _day(answers, self.field), limits.get(self.limit)
        if day is None or most is None or (today - day).days <= most:
            return None
        return Contradiction(self.field, Rejected("day_long_ago", {"date": {"$date": day.isoformat()}, "days": most}))


@dataclass(frozen=True)
class InOrder:
    """`field`, a day, is not before the day `after`, and at most `limit` days later."""

    field: str
    after: str
    limit: str

    def find(self, answers: Answers, today: date, limits: Limits) -> Contradiction | None:
        """See Check."""
        first, second = _day(answers, self.after), _day(answers, self.field)
        if first is None or second is None:
            return None
        args = {"date": {"$date": second.isoformat()}, "other": {"$date": first.isoformat()}}
        if second < first:
            return Contradiction(self.field, Rejected("days_swapped", args))
        most = limits.get(self.limit)
        if most is None or (second - first).days <= most:
            return None
        return Contradiction(self.field, Rejected("days_apart", {**args, "days": most}))


@dataclass(frozen=True)
class NotBeforeBirth:
    """A day is not in a year before the year of birth."""

    field: str
    birth_year: str = "birth_year"

    def find(self, answers: Answers, today: date, limits: Limits) -> Contradiction | None:
        """See Check."""
        day, year = _day(answers, self.field), answers.get(self.birth_year)
        if day is None or year is None or day.year >= year:
            return None
        args = {"date": {"$date": day.isoformat()}, "year": year}
        return Contradiction(self.field, Rejected("day_before_birth", args))


@dataclass(frozen=True)
class Shaped:
    """Where the condition holds, an answer matches a pattern; `code` names what is said otherwise."""

    field: str
    when: Condition
    pattern: str
    code: str

    def find(self, answers: Answers, today: date, limits: Limits) -> Contradiction | None:
        """See Check."""
        value = answers.get(self.field)
        if value is None or not self.when.holds(answers) or re.fullmatch(self.pattern, str(value)):
            return None
        return Contradiction(self.field, Rejected(self.code))


@dataclass(frozen=True)
class GateOfWay:
    """Who flies lands at an airport, and nobody else does."""

    field: str
    way: str
    flying: str

    def find(self, answers: Answers, today: date, limits: Limits) -> Contradiction | None:
        """See Check."""
        gate, way = answers.get(self.field), answers.get(self.way)
        if gate is None or way is None or (gate["type"] == "air") == (way == self.flying):
            return None
        return Contradiction(self.field, Rejected("gate_of_way", {"way": {"$key": f"choice_way_{way}"}}))


def _day(answers: Answers, name: str) -> date | None:
    value = answers.get(name)
    return date.fromisoformat(value) if value else None
