"""One disease under the rules of one time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from backend.domain.follow_up import FollowUpRules
from backend.domain.packs.checks import asked_of
from backend.domain.packs.entry import EntryRules, entry_rules
from backend.domain.packs.questions import Wording, wordings
from backend.domain.triage import Weights, level
from backend.domain.visits import VisitRules
from backend.forms.entry import ENTRY


@dataclass(frozen=True)
class Exposure:
    """Who counts as exposed: days before onset or sample that a case infects, least minutes together, follow-up.

    `shared_places`: whether being at one place counts at all; not for what mosquitoes carry.
    """

    infectious_days_before_onset: int
    infectious_days_before_sample: int
    least_minutes: int
    follow_up_days: int
    shared_places: bool = True


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
    sources: Sequence[str]
    legal_basis: str  # "law" or "consent"
    window_days: int
    forms: Mapping[str, Sequence[str]]
    questions: Mapping[str, Wording]
    weights: Weights
    thresholds: Mapping[str, int]
    advice_keys: Mapping[str, str]
    retention_days: Mapping[str, int]
    exposure: Exposure
    follow_up: FollowUpRules
    visits: VisitRules
    notices: Notices
    entry: EntryRules

    def asks(self, form: str) -> Sequence[str] | None:
        """The questions of a form it asks, in order; None if it has no use for the form."""
        return self.forms.get(form)

    def options(self, form: str) -> Mapping[str, Sequence[str]]:
        """Field → the options that have a number, where they are not the catalogue's own."""
        return {name: one.options for name, one in self._worded(form) if one.options}

    def texts(self, form: str) -> Mapping[str, str]:
        """Field → the message key that asks it, where it is not the catalogue's own."""
        return {name: one.ask for name, one in self._worded(form) if one.ask}

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

    def advice(self, triage: str) -> str:
        """The message key of what to do at a level."""
        return self.advice_keys[triage]

    def holds_on(self, day: date) -> bool:
        """Whether it is valid on a day in Viet Nam."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def _worded(self, form: str) -> list[tuple[str, Wording]]:
        return [(name, one) for name, one in self.questions.items() if name in self.forms.get(form, ())]


def pack_of(content: Mapping[str, Any]) -> Pack:
    """The pack of a file whose content is sound."""
    follow_up = {**content["follow_up"], "levels": frozenset(content["follow_up"]["levels"])}
    return Pack(
        name=content["name"], valid_from=content["valid_from"], valid_to=content["valid_to"],
        sources=tuple(content["sources"]), legal_basis=content["legal_basis"], window_days=content["window_days"],
        forms={form: tuple(asked_of(form, names)) for form, names in content["forms"].items()},
        questions=wordings(content["questions"]),
        weights=content["triage"]["weights"], thresholds=content["triage"]["thresholds"],
        advice_keys=content["advice"], retention_days=content["retention_days"],
        exposure=Exposure(**content["exposure"]), follow_up=FollowUpRules(**follow_up),
        visits=_visit_rules(content["visits"]), notices=Notices(**content["notices"]),
        entry=entry_rules(content["entry"]),
    )  # fmt: skip


def _visit_rules(content: Mapping[str, Any]) -> VisitRules:
    return VisitRules(
        duplicate=timedelta(hours=content["duplicate_hours"]), cap=timedelta(hours=content["cap_hours"]),
        dwell={kind: timedelta(minutes=minutes) for kind, minutes in content["dwell_minutes"].items()},
    )  # fmt: skip
