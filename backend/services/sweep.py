"""What a crash left behind goes back to work, and what waited long enough goes on."""

from __future__ import annotations

from dataclasses import dataclass

from backend.services.policy import Policy
from backend.services.ports import Clock, Hints, Units
from backend.services.receive import Receive
from backend.services.remind import Remind

REMIND_AT_ONCE = 100


@dataclass(frozen=True)
class Swept:
    """How much was found: rows of dead workers, spooled messages, incomplete long texts, forms to remind of."""

    inbox: int
    outbox: int
    spooled: int
    incomplete: int
    reminded: int


class Sweep:
    """Run every few seconds by every worker; several at once do no harm."""

    def __init__(
        self, units: Units, clock: Clock, hints: Hints, receive: Receive, remind: Remind, policy: Policy
    ) -> None:
        self._units, self._clock, self._hints = units, clock, hints
        self._receive, self._remind, self._policy = receive, remind, policy

    def run(self) -> Swept:
        """One pass; raises StoreUnavailable."""
        spooled = self._receive.drain_spool()
        inbox, outbox = self._release()
        return Swept(inbox, outbox, spooled, self._receive.give_up_waiting(), self._remind.round(REMIND_AT_ONCE))

    def _release(self) -> tuple[int, int]:
        now = self._clock.now()
        with self._units() as unit:
            inbox = unit.inbox.release_expired(now)
            outbox = unit.outbox.release_expired(now, now + self._policy.receipt_wait)
            unit.commit()
        self._hints.inbox(inbox)
        self._hints.outbox(outbox)
        return len(inbox), len(outbox)
