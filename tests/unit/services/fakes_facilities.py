"""In-memory stand-ins for backend/services/ports/facilities.py."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from backend.domain.facilities import Facility, Feedback, Report, Standing
from backend.domain.venues import VenueStatus
from backend.services.ports.facilities import Officer, Sent
from tests.unit.services.fakes_tracing import Base, TracingTables


@dataclass
class FacilityTables(TracingTables):
    """Everything stored of facilities and feedback."""

    facilities: dict[int, tuple[int, str, datetime]] = field(default_factory=dict)  # id → venue, checklist, when
    officers: list[tuple[int, int, str]] = field(default_factory=list)  # id, facility, phone
    reports: list[Report] = field(default_factory=list)
    reminders: set[tuple[int, date]] = field(default_factory=set)
    feedback: dict[int, Feedback] = field(default_factory=dict)
    senders: dict[int, bytes] = field(default_factory=dict)  # of feedback


class Facilities(Base):
    """Phones' blind indexes are their digits, as in FakeUnits."""

    def add(self, venue_id: int, checklist: str, now: datetime) -> bool:
        if self.of_venue(venue_id):
            return False
        self.t.facilities[len(self.t.facilities) + 1] = (venue_id, checklist, now)
        return True

    def change(self, facility: Facility, checklist: str) -> None:
        venue_id, _, created_at = self.t.facilities[facility.id]
        self.t.facilities[facility.id] = (venue_id, checklist, created_at)

    def of_venue(self, venue_id: int) -> Facility | None:
        return next((each for each in self._all() if each.venue.id == venue_id), None)

    def of_officer(self, phone_index: bytes) -> list[Facility]:
        mine = {facility for _, facility, phone in self.t.officers if phone.encode() == phone_index}
        return [each for each in self._all() if each.id in mine and each.venue.status is not VenueStatus.REMOVED]

    def of_officers(self, phone_indexes: Sequence[bytes]) -> dict[bytes, list[Facility]]:
        return {index: found for index in phone_indexes if (found := self.of_officer(index))}

    def officers(self, facility_id: int) -> list[Officer]:
        return [Officer(number, phone) for number, facility, phone in self.t.officers if facility == facility_id]

    def officer(self, facility_id: int, phone_index: bytes) -> int | None:
        return next((each.id for each in self.officers(facility_id) if each.phone.encode() == phone_index), None)

    def add_officer(self, facility_id: int, phone: str, now: datetime) -> bool:
        if self.officer(facility_id, phone.encode()):
            return False
        self.t.officers.append((len(self.t.officers) + 1, facility_id, phone))
        return True

    def remove_officer(self, facility_id: int, phone_index: bytes) -> bool:
        kept = [each for each in self.t.officers if (each[1], each[2].encode()) != (facility_id, phone_index)]
        gone = len(kept) < len(self.t.officers)
        self.t.officers[:] = kept
        return gone

    def report(self, report: Report) -> bool:
        earlier = bool(self.reports(report.facility_id, report.day))
        self.t.reports.append(report)
        return earlier

    def reports(self, facility_id: int, day: date) -> list[Report]:
        return [each for each in reversed(self.t.reports) if (each.facility_id, each.day) == (facility_id, day)]

    def standing(self, day: date, facility_id: int | None = None) -> Iterator[Standing]:
        for each in self._all():
            if facility_id in (None, each.id) and each.venue.status is not VenueStatus.REMOVED:
                report = next(iter(self.reports(each.id, day)), None)
                here = [one for one in self.t.feedback.values() if one.venue_id == each.venue.id]
                complaints = sum(not one.closed_at for one in here)
                yield Standing(
                    each.venue.code,
                    each.venue.name,
                    each.venue.kind,
                    each.venue.province,
                    each.venue.commune,
                    report and report.colour,
                    report and report.reported_at,
                    complaints,
                )

    def version(self) -> str:
        open_ones = sum(not each.closed_at for each in self.t.feedback.values())
        return f"{len(self.t.reports)}-{len(self.t.feedback)}-{open_ones}-{len(self.t.facilities)}"

    def unreported(self, day: date, checklists: Collection[str], limit: int) -> Sequence[Facility]:
        return [
            each
            for each in self._all()
            if each.checklist in checklists
            and not self.reports(each.id, day)
            and (each.id, day) not in self.t.reminders
            and each.venue.status is not VenueStatus.REMOVED
        ][:limit]

    def remind(self, facility_id: int, day: date, now: datetime) -> bool:
        first = (facility_id, day) not in self.t.reminders
        self.t.reminders.add((facility_id, day))
        return first

    def _all(self) -> list[Facility]:
        return [
            Facility(number, self.t.venues[venue_id], checklist, created_at)
            for number, (venue_id, checklist, created_at) in self.t.facilities.items()
        ]


class Feedbacks(Base):
    def add(self, venue_id: int, address_index: bytes, text: str, now: datetime) -> Feedback:
        number = len(self.t.feedback) + 1
        self.t.feedback[number], self.t.senders[number] = Feedback(number, venue_id, text, now), address_index
        return self.t.feedback[number]

    def get(self, number: int) -> Feedback | None:
        return self.t.feedback.get(number)

    def open_at(self, venue_id: int) -> list[Feedback]:
        return [each for each in self.t.feedback.values() if each.venue_id == venue_id and not each.closed_at]

    def sent(self, address_index: bytes, venue_id: int, since: datetime) -> Sent:
        late = [each for each in self.t.feedback.values() if each.received_at >= since]
        mine = [each for each in late if self.t.senders[each.id] == address_index]
        here = [each for each in late if each.venue_id == venue_id]
        return Sent(len(mine), sum(each in here for each in mine), len(here))

    def close(self, number: int, by: str, now: datetime) -> bool:
        if self.t.feedback[number].closed_at:
            return False
        self.t.feedback[number] = replace(self.t.feedback[number], closed_at=now)
        return True
