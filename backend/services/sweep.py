"""What a crash left behind goes back to work, and what waited long enough goes on."""

from __future__ import annotations

from dataclasses import dataclass

from backend.services.alerts import Alerts
from backend.services.follow_up_rounds import FollowUpRounds
from backend.services.policy import Policy
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import Units
from backend.services.receive import Receive
from backend.services.remind import Remind
from backend.services.remind_facilities import FacilityReminders

REMIND_AT_ONCE = 100
ALERTS_AT_ONCE = 10
FACILITIES_AT_ONCE = 100
FOLLOW_UPS_AT_ONCE = 2_000  # phones


@dataclass(frozen=True)
class Swept:
    """How much was found."""

    inbox: int  # rows that a dead worker held
    outbox: int
    spooled: int  # messages taken in while the database was away
    incomplete: int  # long texts whose missing pieces do not come any more
    reminded: int  # forms left half done
    alerted: int  # notices of an alert that was interrupted
    facilities: int  # that have not reported today
    followed: int  # phones with a follow-up that is due


class Sweep:
    """Run every few seconds by every worker; several at once do no harm."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        hints: Hints,
        receive: Receive,
        remind: Remind,
        alerts: Alerts,
        policy: Policy,
        facilities: FacilityReminders,
        follow_ups: FollowUpRounds,
    ) -> None:
        self._units, self._clock, self._hints = units, clock, hints
        self._receive, self._remind, self._alerts, self._policy = receive, remind, alerts, policy
        self._facilities, self._follow_ups = facilities, follow_ups

    def run(self) -> Swept:
        """One pass; raises StoreUnavailable."""
        spooled = self._receive.drain_spool()
        inbox, outbox = self._release()
        incomplete = self._receive.give_up_waiting()
        reminded, alerted = self._remind.round(REMIND_AT_ONCE), self._alerts.resume(ALERTS_AT_ONCE)
        facilities = self._facilities.round(FACILITIES_AT_ONCE)
        followed = self._follow_ups.round(FOLLOW_UPS_AT_ONCE)
        return Swept(inbox, outbox, spooled, incomplete, reminded, alerted, facilities, followed)

    def _release(self) -> tuple[int, int]:
        now = self._clock.now()
        with self._units() as unit:
            inbox = unit.inbox.release_expired(now)
            outbox = unit.outbox.release_expired(now, now + self._policy.receipt_wait)
            unit.unclear.expire(now - self._policy.review_for)
            unit.commit()
        self._hints.inbox(inbox)
        self._hints.outbox(outbox)
        return len(inbox), len(outbox)
