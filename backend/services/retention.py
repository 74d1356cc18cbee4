"""Data leave when their time is over: a job whose runs are recorded in the audit log.

How long is the disease packs' to say, for declarations the pack they were made under; for messages, which belong to no
disease, the configuration's.  Exposures, cases and the audit stay: they hold random ids only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from backend.domain.days import VIET_NAM
from backend.domain.refusals import Refused
from backend.services.policy import Policy
from backend.services.ports.outside import Clock
from backend.services.ports.retention import Kept
from backend.services.ports.unit import Units
from backend.services.rules import Rules

JOB = "retention"  # the actor and the action of the record
AT_ONCE = 1000  # rows of a table in one transaction: nobody waits for it
BEGINS = timedelta(hours=2)  # after midnight in Viet Nam, when few people write


class Pack(Protocol):
    """The part of a disease pack that retention needs."""

    @property
    def retention_days(self) -> Mapping[str, int]:
        """How long declarations are kept."""


@dataclass(frozen=True)
class Period:
    """How long one kind of data is kept; declarations have one for each disease pack."""

    what: Kept
    kept_for: timedelta
    pack: str | None = None


class Retention:
    """Deletes what is over its time.

    Arguments: `packs`, gives the pack of a name under the rules of a moment, or raises Refused.
    """

    def __init__(
        self, units: Units, clock: Clock, rules: Rules, policy: Policy, packs: Callable[[str, datetime], Pack]
    ) -> None:
        self._units, self._clock, self._rules, self._policy, self._packs = units, clock, rules, policy, packs

    def periods(self) -> list[Period]:
        """How long what is kept, in the order in which it is deleted."""
        with self._units() as unit:
            declared = {name: self._of_declarations(name) for name in unit.retention.packs_declared()}
        longest = max([self._rules.kept_for(Kept.DECLARATIONS), *declared.values()])
        return [
            *(Period(Kept.DECLARATIONS, span, name) for name, span in declared.items()),
            Period(Kept.VISITS, self._rules.kept_for(Kept.VISITS)),
            Period(Kept.CONTACTS, self._rules.kept_for(Kept.CONTACTS)),
            Period(Kept.MESSAGES, self._policy.messages_for),
            Period(Kept.PEOPLE, longest),
        ]

    def run(self, actor: str = JOB, stopped: Callable[[], bool] = lambda: False) -> Mapping[str, int]:
        """Delete everything over its time and record it; rows by kind.  `stopped` ends it after the batch in hand."""
        gone: Counter[str] = Counter()
        for period in self.periods():
            for number in self._batches(period, stopped):
                gone[period.what.value] += number
        counts = {what.value: gone[what.value] for what in Kept}
        with self._units() as unit:
            unit.audit.add(
                actor, JOB, None, ", ".join(f"{what} {number}" for what, number in counts.items()), self._clock.now()
            )
            unit.commit()
        return counts

    def daily(self, stopped: Callable[[], bool]) -> Mapping[str, int] | None:
        """`run`, by the first caller of a day; None for everybody else."""
        with self._units() as unit:
            first = unit.retention.begin(self._day())
            unit.commit()
        return self.run(stopped=stopped) if first else None

    def _day(self) -> date:
        return (self._clock.now().astimezone(VIET_NAM) - BEGINS).date()

    def _batches(self, period: Period, stopped: Callable[[], bool]) -> Iterator[int]:
        before = self._clock.now() - period.kept_for
        while not stopped():
            with self._units() as unit:
                number = unit.retention.delete(period.what, before, AT_ONCE, period.pack)
                unit.commit()
            if not number:
                return
            yield number

    def _of_declarations(self, pack: str) -> timedelta:
        """As its pack says; as the one in force says where that pack is no longer installed."""
        try:
            return timedelta(days=self._packs(pack, self._clock.now()).retention_days[Kept.DECLARATIONS])
        except Refused:
            return self._rules.kept_for(Kept.DECLARATIONS)
