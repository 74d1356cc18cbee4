"""Disease packs: what is asked, for how long it is kept and how it is judged, as data with dates.

A pack selects and orders questions of the forms catalogue, or asks `all`; it cannot invent any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from backend.domain.packs.checks import asked_of, problems
from backend.domain.packs.entry import EntryRules, entry_rules
from backend.domain.refusals import Refused
from backend.domain.triage import Weights, level
from backend.domain.visits import VisitRules
from backend.forms.entry import ENTRY

FOLDER = Path(__file__).parent
_VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


class PackError(ValueError):
    """Packs that cannot be used; the message has one line for each problem: file, field, reason."""


class PackUnknown(Refused, PackError):
    """No pack is installed for a disease."""

    def __init__(self, name: str) -> None:
        super().__init__("pack_unknown", f"no disease pack is called {name}")


@dataclass(frozen=True)
class Exposure:
    """Who counts as exposed: days before onset or sample that a case infects, least minutes together, follow-up."""

    infectious_days_before_onset: int
    infectious_days_before_sample: int
    least_minutes: int
    follow_up_days: int


@dataclass(frozen=True)
class Notices:
    """What an exposure notice may show: no hours with fewer than `fewest_visitors`, else whole `window_hours`."""

    fewest_visitors: int
    window_hours: int


@dataclass(frozen=True)
class Pack:
    """One disease under the rules of one time; days are whole days, `valid_to` is the last one."""

    name: str
    valid_from: date
    valid_to: date | None
    legal_basis: str  # "law" or "consent"
    window_days: int
    forms: Mapping[str, Sequence[str]]
    weights: Weights
    thresholds: Mapping[str, int]
    retention_days: Mapping[str, int]
    exposure: Exposure
    visits: VisitRules
    notices: Notices
    entry: EntryRules

    def asks(self, form: str) -> Sequence[str] | None:
        """The questions of a form it asks, in order; None if it has no use for the form."""
        return self.forms.get(form)

    def takes(self, form: str, day: date) -> bool:
        """Whether it asks for the form on a day in Viet Nam."""
        return form in self.forms and (form != ENTRY.name or self.entry.holds_on(day))

    def concerns(self, form: str, answers: Mapping[str, Any]) -> bool:
        """Whether it asks for the form of somebody with these answers."""
        return form != ENTRY.name or self.entry.concerns(answers)

    def only(self, form: str) -> Mapping[str, Sequence[str]]:
        """Field → the answers with which the form goes on; {} where every answer will do."""
        return self.entry.only() if form == ENTRY.name else {}

    def limits(self, form: str) -> Mapping[str, int]:
        """The numbers for the form's checks, in days."""
        return self.entry.limits if form == ENTRY.name else {}

    def consent(self, form: str) -> bool:
        """Whether a declaration waits for the person's consent."""
        return self.legal_basis == "consent"

    def triage(self, form: str, answers: Mapping[str, Any], today: date) -> str:
        """The level (triage.LEVELS) of a declaration's answers."""
        return level(answers, self.weights, self.thresholds)

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day in Viet Nam."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def load_packs(folder: Path = FOLDER) -> Sequence[Pack]:
    """Every pack (*.yml) of a folder, by file name.

    Raises:
        PackError: with all problems of all files.
    """
    read = {path: _read(path) for path in sorted(folder.glob("*.yml"))}
    found = [f"{path.name}: {problem}" for path, content in read.items() for problem in problems(content)]
    if found:
        raise PackError("\n".join(found))
    return tuple(_pack(content) for content in read.values())


def in_force(packs: Sequence[Pack], day: date) -> Pack:
    """The pack of a day, the one with the newest rules if there are several; PackError if there is none."""
    valid = [pack for pack in packs if pack.holds_on(day)]
    if not valid:
        raise PackError(f"no disease pack is valid on {day}")
    return max(valid, key=lambda pack: pack.valid_from)


def pack_in_force(now: datetime) -> Pack:
    """The installed pack of a moment (aware datetime), by the date in Viet Nam."""
    return in_force(_installed(), now.astimezone(_VIET_NAM).date())


@lru_cache(maxsize=1)
def _installed() -> Sequence[Pack]:
    return load_packs()


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackError(f"{path.name}: not YAML: {error}") from error


def _pack(content: Mapping[str, Any]) -> Pack:
    return Pack(
        name=content["name"], valid_from=content["valid_from"], valid_to=content["valid_to"],
        legal_basis=content["legal_basis"], window_days=content["window_days"],
        forms={form: tuple(asked_of(form, names)) for form, names in content["forms"].items()},
        weights=content["triage"]["weights"], thresholds=content["triage"]["thresholds"],
        retention_days=content["retention_days"], exposure=Exposure(**content["exposure"]),
        visits=_visit_rules(content["visits"]), notices=Notices(**content["notices"]),
        entry=entry_rules(content["entry"]),
    )  # fmt: skip


def _visit_rules(content: Mapping[str, Any]) -> VisitRules:
    return VisitRules(
        duplicate=timedelta(hours=content["duplicate_hours"]), cap=timedelta(hours=content["cap_hours"]),
        dwell={kind: timedelta(minutes=minutes) for kind, minutes in content["dwell_minutes"].items()},
    )  # fmt: skip


def pack_named(name: str, moment: datetime) -> Pack:
    """The installed pack of a disease under the rules of a moment; PackUnknown if there is none."""
    named = [pack for pack in _installed() if pack.name == name]
    if not named:
        raise PackUnknown(name)
    return in_force(named, moment.astimezone(_VIET_NAM).date())
