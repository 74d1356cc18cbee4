"""Stays as they are stored: a check-in with what it ends, and what goes on after one that never was."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from backend.domain.venues import Venue
from backend.domain.visits import Arrival, Visit, VisitRules, arrive, check_moment, without
from backend.services.phones import known_holder, reached
from backend.services.policy import Policy
from backend.services.ports.outside import Clock
from backend.services.ports.people import Person
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.rules import Rules
from backend.services.venues import known_then


class Visits:
    """What a desk does for people who cannot text: the hotline, a paper list typed in."""

    def __init__(self, units: Units, clock: Clock, rules: Rules, policy: Policy) -> None:
        self._units, self._clock, self._rules, self._policy = units, clock, rules, policy

    def check_in(self, phone: str, code: str, at: datetime, companions: int, actor: str) -> Arrival:
        """Whoever carries a phone (E.164 digits) was at a venue at a time.

        Raises:
            CommandFailed: the venue is unknown or was closed then.
            VisitRefused: the time is to come, or older than visits are kept.
        """
        now = self._clock.now()
        check_moment(at, now, self._rules.kept_for("visits"))
        with self._units() as unit:
            person = known_holder(unit, reached(unit, self._policy, phone, now).address_index, now)
            arrival = enter(unit, self._rules.visits, person, known_then(unit, code, at), at, companions)
            unit.audit.add(actor, "check_in", person.id, code, now)
            unit.commit()
        return arrival


def enter(
    unit: UnitOfWork,
    rules: VisitRules,
    person: Person,
    venue: Venue,
    at: datetime,
    companions: int,
    until: datetime | None = None,
) -> Arrival:
    """Store what a check-in does; `until` is when the person said that they left."""
    known = unit.visits.around(person.id, at - rules.cap, at + rules.cap)
    arrival = arrive(known, Visit(0, venue.id, person.id, at, at, companions), venue.kind, rules, until)
    if arrival.ended:
        unit.visits.change(arrival.ended)
    if arrival.repeated:
        unit.visits.change(arrival.visit)
        return arrival
    return replace(arrival, visit=unit.visits.add(arrival.visit))


def mend(unit: UnitOfWork, rules: VisitRules, gone: Visit) -> None:
    """Give the visit back its end that one that never was had cut short."""
    known = unit.visits.around(gone.person_id, gone.entered_at - rules.cap, gone.entered_at + rules.cap)
    kinds = {visit.venue_id: unit.venues.get(visit.venue_id).kind for visit in known}
    mended = without(known, gone, kinds, rules)
    if mended is not None:
        unit.visits.change(mended)
