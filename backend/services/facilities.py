"""What an authority does with facilities: registering them and their officers, feedback looked into, what is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.domain.checklists import Checklist, Checklists
from backend.domain.days import day_of
from backend.domain.facilities import Facility, Feedback, Report, Standing
from backend.domain.venues import Venue, VenueStatus
from backend.services.phones import reached, tell
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Outbound, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.refusals import Refused, Unknown, checked_phone, checked_reason
from backend.services.venues import known_to_staff


@dataclass(frozen=True)
class NewFacility:
    """A venue by its code, the checklist's name (None: the one meant for it), phones of officers (E.164 digits)."""

    code: str
    checklist: str | None = None
    officers: Sequence[str] = ()


@dataclass(frozen=True)
class FacilityState:
    """A facility as staff sees it: how it stands today, its report that counts, its officers' phones."""

    facility: Facility
    standing: Standing
    report: Report | None
    officers: Sequence[str]


class Facilities:
    """Registers and shows facilities."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, policy: Policy, checklists: Checklists) -> None:
        self._units, self._clock, self._hints, self._policy = units, clock, hints, policy
        self.checklists = checklists

    def add(self, news: Sequence[NewFacility], actor: str) -> Sequence[Facility]:
        """Make venues facilities, all or none, and tell their officers how to report.

        A facility that is there already gets the checklist and the officers named beside those it has.

        Raises:
            Unknown: no such venue.
            Refused: a venue that is removed or waits for its confirmation (`venue_closed`), no such checklist
                (`checklist_unknown`), not a telephone number (`phone_wrong`).
        """
        messages: list[Outbound] = []
        with self._units() as unit:
            added = [self._add(unit, new, actor, messages) for new in news]
            unit.commit()
        self._hints.outbox([message.id for message in messages])
        return added

    def add_officer(self, code: str, phone: str, actor: str) -> Facility:
        """Another telephone may report for a facility; it is told so.  Raises Unknown or Refused."""
        return self._officers(code, [phone], actor)

    def remove_officer(self, code: str, phone: str, actor: str) -> Facility:
        """A telephone reports no more; raises Unknown (facility, officer) or Refused."""
        now, number = self._clock.now(), checked_phone(phone)
        with self._units() as unit:
            facility = known_facility(unit, code)
            if not unit.facilities.remove_officer(facility.id, unit.index(number)):
                raise Unknown("officer")
            unit.audit.add(actor, "remove_officer", None, facility.venue.code, now)
            unit.commit()
        return facility

    def all(self) -> Sequence[Standing]:
        """Every facility as it stands today, by code."""
        with self._units() as unit:
            return list(unit.facilities.standing(self._today()))

    def state(self, code: str) -> FacilityState:
        """One facility; raises Unknown."""
        with self._units() as unit:
            facility = known_facility(unit, code)
            reports = unit.facilities.reports(facility.id, self._today())
            standing = next(iter(unit.facilities.standing(self._today(), facility.id)), None)
            officers = [officer.phone for officer in unit.facilities.officers(facility.id)]
        return FacilityState(facility, standing or _removed(facility.venue), next(iter(reports), None), officers)

    def feedback(self, code: str, actor: str) -> Sequence[Feedback]:
        """What is open at a venue, the words included, which is audited; raises Unknown."""
        with self._units() as unit:
            venue = known_to_staff(unit, code)
            found = unit.feedback.open_at(venue.id)
            unit.audit.add(actor, "read_feedback", None, venue.code, self._clock.now())
            unit.commit()
        return found

    def close_feedback(self, number: int, actor: str, reason: str) -> Feedback:
        """Somebody has looked into it; raises Unknown or Refused (`feedback_closed`, `reason_wrong`)."""
        now, said = self._clock.now(), checked_reason(reason)
        with self._units() as unit:
            found = unit.feedback.get(number)
            if found is None:
                raise Unknown("feedback")
            if not unit.feedback.close(number, actor, now):
                raise Refused("feedback_closed", "it is closed already")
            unit.audit.add(actor, "close_feedback", None, f"{number}: {said}"[:500], now)
            unit.commit()
        return found

    def checklists_today(self, name: str | None = None) -> Sequence[str]:
        """A line for each checklist valid today, or for each criterion of one; raises ChecklistUnknown."""
        if name is not None:
            criteria = self.checklists.named(name, self._today()).criteria
            return [f"{number} {criterion}" for number, criterion in enumerate(criteria, 1)]
        return [
            f"{each.name}: {len(each.criteria)} criteria, {', '.join(each.kinds)}, from {each.valid_from}"
            for each in self.checklists.on(self._today())
        ]

    def _today(self) -> date:
        return day_of(self._clock.now())

    def _add(self, unit: UnitOfWork, new: NewFacility, actor: str, messages: list[Outbound]) -> Facility:
        now, venue = self._clock.now(), known_to_staff(unit, new.code)
        if venue.status is not VenueStatus.ACTIVE:
            raise Refused("venue_closed", f"{venue.code} is {venue.status.value}: only an active venue reports")
        checklist = self._checklist(new, venue)
        known = unit.facilities.of_venue(venue.id)
        if known is None:
            unit.facilities.add(venue.id, checklist.name, now)
            unit.audit.add(actor, "add_facility", None, f"{venue.code} {checklist.name}", now)
        elif known.checklist != checklist.name:
            unit.facilities.change(known, checklist.name)
            unit.audit.add(actor, "change_checklist", None, f"{venue.code} {checklist.name}", now)
        facility = known_facility(unit, venue.code)
        messages += self._register(unit, facility, new.officers, actor)
        return facility

    def _checklist(self, new: NewFacility, venue: Venue) -> Checklist:
        if new.checklist:
            return self.checklists.named(new.checklist, self._today())
        return self.checklists.meant_for(venue.kind, venue.province, self._today())

    def _officers(self, code: str, phones: Sequence[str], actor: str) -> Facility:
        with self._units() as unit:
            facility = known_facility(unit, code)
            messages = self._register(unit, facility, phones, actor)
            unit.commit()
        self._hints.outbox([message.id for message in messages])
        return facility

    def _register(self, unit: UnitOfWork, facility: Facility, phones: Sequence[str], actor: str) -> Sequence[Outbound]:
        now, messages = self._clock.now(), list[Outbound]()
        count = len(self.checklists.named(facility.checklist, self._today()).criteria)
        args = {"venue_name": facility.venue.name, "code": facility.venue.code, "count": count}
        for phone in map(checked_phone, phones):
            if unit.facilities.add_officer(facility.id, phone, now):
                unit.audit.add(actor, "add_officer", None, facility.venue.code, now)
                officer = reached(unit, self._policy, phone, now)
                reply = Reply("facility_officer_added", args)
                messages.append(tell(unit, self._policy, officer, reply, MessageClass.RESULT, now))
        return messages


def known_facility(unit: UnitOfWork, code: str) -> Facility:
    """The facility of a venue's code as somebody typed it; raises Unknown."""
    found = unit.facilities.of_venue(known_to_staff(unit, code).id)
    if found is None:
        raise Unknown("facility")
    return found


def facility_facts(reported_for: Sequence[Facility], checklists: Checklists, day: date) -> Sequence[Mapping[str, Any]]:
    """`facts.facilities` of docs/turn.md: what a phone reports for; one whose checklist is over is left out."""
    known = [(each, checklists.find(each.checklist, day)) for each in reported_for]
    return [
        {
            "code": each.venue.code, "name": each.venue.name, "pack": found.name,
            "parts": [list(part) for part in found.parts],
        }
        for each, found in known if found is not None
    ]  # fmt: skip


def _removed(venue: Venue) -> Standing:
    """A facility whose venue is removed is not shown to anybody but staff."""
    return Standing(venue.code, venue.name, venue.kind, venue.province, venue.commune, None, None, 0)
