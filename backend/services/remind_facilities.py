"""Facilities that have not reported by the hour their checklist sets are reminded, once a day."""

from __future__ import annotations

from datetime import datetime, time

from backend.domain.checklists import Checklists
from backend.domain.days import VIET_NAM
from backend.domain.facilities import Facility
from backend.services.phones import reached, tell
from backend.services.policy import Policy
from backend.services.ports import Clock, Hints, MessageClass, Reply, UnitOfWork, Units

UNTIL = time(22)  # advice is sent no later (Decree 91/2020): a worker that was down in the day says nothing at night


class FacilityReminders:
    """Sends the day's reminders."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, policy: Policy, checklists: Checklists) -> None:
        self._units, self._clock, self._hints = units, clock, hints
        self._policy, self._checklists = policy, checklists

    def round(self, limit: int) -> int:
        """Remind up to `limit` facilities; how many.

        The note of the day and the messages are one commit: a crash leaves both or neither, and of several workers
        one alone gets to write the note.
        """
        now = self._clock.now()
        here = now.astimezone(VIET_NAM)
        due = self._due(here)
        if not due:
            return 0
        queued = list[int]()
        with self._units() as unit:
            waiting = unit.facilities.unreported(here.date(), due, limit)
            for facility in waiting:
                if unit.facilities.remind(facility.id, here.date(), now):
                    queued += self._tell(unit, facility, now)
            unit.commit()
        self._hints.outbox(queued)
        return len(waiting)

    def _due(self, here: datetime) -> list[str]:
        """The checklists whose hour has come."""
        at = here.time()
        if at >= UNTIL:
            return []
        return [each.name for each in self._checklists.on(here.date()) if each.reminder.due(here.isoweekday(), at)]

    def _tell(self, unit: UnitOfWork, facility: Facility, now: datetime) -> list[int]:
        """One message an officer; outbox rows."""
        reply = Reply("facility_reminder", {"venue_name": facility.venue.name, "code": facility.venue.code})
        officers = (reached(unit, self._policy, each.phone, now) for each in unit.facilities.officers(facility.id))
        return [tell(unit, self._policy, officer, reply, MessageClass.ADVICE, now).id for officer in officers]
