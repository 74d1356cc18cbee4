"""Incoming messages in batches: claim what is due, one at a time per sender, and take their turns."""

from __future__ import annotations

from collections.abc import Sequence

from backend.services.policy import Policy
from backend.services.ports.inbox import Inbound
from backend.services.ports.outside import Clock
from backend.services.ports.unit import Units
from backend.services.turn import Turns


class Process:
    """Empties the inbox."""

    def __init__(self, units: Units, clock: Clock, turns: Turns, policy: Policy) -> None:
        self._units, self._clock, self._turns, self._policy = units, clock, turns, policy

    def claim(self, owner: str, limit: int) -> Sequence[Inbound]:
        """Lease up to `limit` due rows."""
        now = self._clock.now()
        with self._units() as unit:
            rows = unit.inbox.claim(owner, now, now + self._policy.lease, limit)
            unit.commit()
        return rows

    def round(self, owner: str, limit: int) -> int:
        """Claim and take turns, together as far as they go; how many rows were claimed.

        A slow bot must not outlast the lease of the rows behind: they go back for others, and as if untouched.
        """
        within = self._policy.lease / 2
        end = self._clock.now() + within
        rows = self.claim(owner, limit)
        for row in self._turns.together(rows, owner, within.total_seconds()):
            if self._clock.now() < end:
                self._turns.work(row, owner)
            else:
                self._turns.leave(row, owner, "batch_too_slow")
        return len(rows)
