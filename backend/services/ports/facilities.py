"""What facilities and feedback need from the store, as protocols."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from backend.domain.facilities import Facility, Feedback, Report, Standing


@dataclass(frozen=True)
class Officer:
    """A telephone (E.164 digits) that reports for a facility; the id outlives the registration in its reports."""

    id: int
    phone: str


@dataclass(frozen=True)
class Sent:
    """How much feedback came since a moment: from a phone, from it about one venue, and about that venue at all."""

    by_phone: int
    by_phone_here: int
    here: int


class FacilityRepository(Protocol):
    """Facilities, their officers, reports and reminders; those of removed venues are left out unless said so."""

    def add(self, venue_id: int, checklist: str, now: datetime) -> bool:
        """Insert; False if the venue is a facility already."""

    def change(self, facility: Facility, checklist: str) -> None:
        """It answers another checklist from now on."""

    def of_venue(self, venue_id: int) -> Facility | None:
        """The facility of a venue, removed or not."""

    def of_officer(self, phone_index: bytes) -> Sequence[Facility]:
        """Those a phone reports for, oldest first."""

    def of_officers(self, phone_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Facility]]:
        """As `of_officer` for several phones; those that report for none are left out."""

    def officers(self, facility_id: int) -> Sequence[Officer]:
        """Who reports for a facility, oldest first."""

    def officer(self, facility_id: int, phone_index: bytes) -> int | None:
        """The id of an officer, None if the phone is none of the facility's."""

    def add_officer(self, facility_id: int, phone: str, now: datetime) -> bool:
        """Register a phone; False if it is registered already."""

    def remove_officer(self, facility_id: int, phone_index: bytes) -> bool:
        """Whether the phone was registered."""

    def report(self, report: Report) -> bool:
        """Insert; whether it replaces an earlier one of the day."""

    def reports(self, facility_id: int, day: date) -> Sequence[Report]:
        """Those of a day, the one that counts first."""

    def standing(self, day: date, facility_id: int | None = None) -> Iterator[Standing]:
        """Every facility, or one, as it stands on a day; by code."""

    def version(self) -> str:
        """Something short that changes with every report and feedback, cheap to ask for."""

    def unreported(self, day: date, checklists: Collection[str], limit: int) -> Sequence[Facility]:
        """Those with these checklists that have neither reported nor been reminded on a day."""

    def remind(self, facility_id: int, day: date, now: datetime) -> bool:
        """Note the day's reminder; False if there is one."""


class FeedbackRepository(Protocol):
    """What citizens wrote of venues, sealed."""

    def add(self, venue_id: int, address_index: bytes, text: str, now: datetime) -> Feedback:
        """Insert; the number is the store's."""

    def get(self, number: int) -> Feedback | None:
        """One of them."""

    def open_at(self, venue_id: int) -> Sequence[Feedback]:
        """Those of a venue that nobody has closed, oldest first."""

    def sent(self, address_index: bytes, venue_id: int, since: datetime) -> Sent:
        """How much came since then."""

    def close(self, number: int, by: str, now: datetime) -> bool:
        """Close it; False if it is closed already."""


class FacilityRepositories(Protocol):
    """The repositories of this file, as a unit of work offers them."""

    @property
    def facilities(self) -> FacilityRepository: ...
    @property
    def feedback(self) -> FeedbackRepository: ...
