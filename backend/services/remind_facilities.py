"""Facilities that have not reported by the hour their checklist sets are reminded, once a day."""

from __future__ import annotations

import logging
from datetime import datetime, time

from backend.domain.checklists import Checklists
from backend.domain.days import VIET_NAM
from backend.domain.facilities import Facility
from backend.services.phones import reached, tell
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import StoreUnavailable, UnitOfWork, Units

UNTIL = time(22)  # advice is sent no later (Decree 91/2020): a worker that was down in the day says nothing at night

_log = logging.getLogger(__name__)


class FacilityReminders:
    """Sends the day's reminders."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, policy: Policy, checklists: Checklists) -> None:
        self._units, self._clock, self._hints = units, clock, hints
        self._policy, self._checklists = policy, checklists

    def round(self, limit: int) -> int:
        """Remind up to `limit` facilities; how many.

        The note of the day and the messages are one commit: a crash leaves both or neither, and of several workers
        one alone gets to write the note.  A facility that cannot be reminded is logged and does not hold up the others.
        """
        here = self._clock.now().astimezone(VIET_NAM)
        due = self._due(here)
        if not due:
            return 0
        with self._units() as unit:
            waiting = unit.facilities.unreported(here.date(), due, limit)
        return sum(self._one(facility, here) for facility in waiting)

    def _one(self, facility: Facility, here: datetime) -> int:
        try:
            return self._remind(facility, here)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a bug about one facility must not stop what else a sweep does
            _log.error("facility_not_reminded facility=%s error=%s", facility.id, type(error).__name__)
            return 0

    def _remind(self, facility: Facility, here: datetime) -> int:
        now = self._clock.now()
        with self._units() as unit:
            if not unit.facilities.remind(facility.id, here.date(), now):
                return 0
            queued = self._tell(unit, facility, now)
            unit.commit()
        self._hints.outbox(queued)
        return 1

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
