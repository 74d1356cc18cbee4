"""Facilities, their officers, daily reports and reminders."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.sql.expression import Executable

from backend.domain.checklists import Colour
from backend.domain.facilities import Facility, Report, Standing
from backend.domain.venues import VenueStatus
from backend.services.ports.facilities import Officer
from backend.store.access import Access, fixed, grouped, insert_for, one_of
from backend.store.encryption import new_uid
from backend.store.prepared import prepared
from backend.store.repositories.venues import SqlVenues
from backend.store.tables_facilities import (
    facilities,
    facility_officers,
    facility_reminders,
    facility_reports,
    feedback,
)
from backend.store.tables_visits import venues

_REPORT = (
    "facility_id", "day", "checklist", "bits", "level", "colour", "score", "most", "officer_id", "reported_at",
)  # fmt: skip
_KEPT = venues.c.status != fixed(VenueStatus.REMOVED.value)
_OPEN = feedback.c.closed_at.is_(None)


class SqlFacilities:
    """ports.facilities.FacilityRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._venues = SqlVenues(access)

    def add(self, venue_id: int, checklist: str, now: datetime) -> bool:
        statement = insert_for(self._access.dialect, facilities).on_conflict_do_nothing().returning(facilities.c.id)
        values = {"venue_id": venue_id, "checklist": checklist, "created_at": now}
        return self._access.first(statement, values) is not None

    def change(self, facility: Facility, checklist: str) -> None:
        self._access.run(update(facilities).where(facilities.c.id == facility.id).values(checklist=checklist))

    def of_venue(self, venue_id: int) -> Facility | None:
        row = self._access.first(_whole().where(facilities.c.venue_id == venue_id))
        return None if row is None else self._read(row)

    def of_officer(self, phone_index: bytes) -> Sequence[Facility]:
        return self.of_officers([phone_index]).get(phone_index, [])

    def of_officers(self, phone_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Facility]]:
        rows = self._access.all(_of_officers(self._access.dialect), {"the_phones": list(phone_indexes)})
        by_phone = grouped(rows, lambda row: bytes(row.phone_index))
        return {phone: [self._read(row) for row in found] for phone, found in by_phone.items()}

    def officers(self, facility_id: int) -> Sequence[Officer]:
        table = facility_officers
        rows = self._access.all(select(table).where(table.c.facility_id == facility_id).order_by(table.c.id))
        return [Officer(row.id, self._access.cipher.open(table.c.phone, row.uid, row.phone)) for row in rows]

    def officer(self, facility_id: int, phone_index: bytes) -> int | None:
        row = self._access.first(select(facility_officers.c.id).where(*_own(facility_id, phone_index)))
        return None if row is None else int(row.id)

    def add_officer(self, facility_id: int, phone: str, now: datetime) -> bool:
        uid = new_uid()
        sealed = self._access.cipher.seal(facility_officers.c.phone, uid, phone)
        index = self._access.index.address(phone)
        values = {"uid": uid, "facility_id": facility_id, "phone": sealed, "phone_index": index, "added_at": now}
        statement = insert_for(self._access.dialect, facility_officers).on_conflict_do_nothing()
        return self._access.first(statement.returning(facility_officers.c.id), values) is not None

    def remove_officer(self, facility_id: int, phone_index: bytes) -> bool:
        return self._access.run(delete(facility_officers).where(*_own(facility_id, phone_index))).rowcount > 0

    def report(self, report: Report) -> bool:
        earlier = bool(self.reports(report.facility_id, report.day))
        self._access.run(insert(facility_reports), {name: getattr(report, name) for name in _REPORT})
        return earlier

    def reports(self, facility_id: int, day: date) -> Sequence[Report]:
        table = facility_reports
        mine = (table.c.facility_id == facility_id, table.c.day == day)
        rows = self._access.all(select(table).where(*mine).order_by(table.c.id.desc()))
        read = ({name: getattr(row, name) for name in _REPORT} | {"colour": Colour(row.colour)} for row in rows)
        return [Report(**values) for values in read]

    def standing(self, day: date, facility_id: int | None = None) -> Iterator[Standing]:
        statement = _standing()
        if facility_id is not None:
            statement = statement.where(facilities.c.id == facility_id)
        for row in self._access.run(statement, {"the_day": day}):
            yield Standing(row.code, row.name, row.kind, row.province, row.commune,
                           Colour(row.colour) if row.colour else None, row.reported_at, row.complaints)  # fmt: skip

    def version(self) -> str:
        return "-".join(str(part or 0) for part in self._access.all(_version())[0])

    def unreported(self, day: date, checklists: Collection[str], limit: int) -> Sequence[Facility]:
        done = [exists().where(table.c.facility_id == facilities.c.id, table.c.day == day)
                for table in (facility_reports, facility_reminders)]  # fmt: skip
        statement = _whole().where(_KEPT, facilities.c.checklist.in_(checklists), *(~each for each in done))
        return [self._read(row) for row in self._access.all(statement.order_by(facilities.c.id).limit(limit))]

    def remind(self, facility_id: int, day: date, now: datetime) -> bool:
        statement = insert_for(self._access.dialect, facility_reminders).on_conflict_do_nothing()
        values = {"facility_id": facility_id, "day": day, "reminded_at": now}
        return self._access.first(statement.returning(facility_reminders.c.id), values) is not None

    def _read(self, row: Row[Any]) -> Facility:
        return Facility(row.facility_id, self._venues.read(row), row.checklist, row.registered_at)


def _own(facility_id: int, phone_index: bytes) -> tuple[Any, ...]:
    return facility_officers.c.facility_id == facility_id, facility_officers.c.phone_index == phone_index


def _whole() -> Select[Any]:
    """Facilities with their venues."""
    own = (facilities.c.id.label("facility_id"), facilities.c.checklist, facilities.c.created_at.label("registered_at"))
    return select(*own, venues).select_from(facilities.join(venues, facilities.c.venue_id == venues.c.id))


@prepared
def _of_officers(dialect: str) -> Executable:
    officers = facility_officers.c
    theirs = and_(officers.facility_id == facilities.c.id, one_of(dialect, officers.phone_index, "the_phones"))
    whole = _whole().add_columns(officers.phone_index).join(facility_officers, theirs)
    return whole.where(_KEPT).order_by(facilities.c.id)


def _standing() -> Select[Any]:
    days = facility_reports.alias("days")
    of_day = (days.c.facility_id == facilities.c.id, days.c.day == bindparam("the_day"))
    newest = select(func.max(days.c.id)).where(*of_day).scalar_subquery()
    counted = select(feedback.c.venue_id, func.count().label("number")).where(_OPEN)
    complaints = counted.group_by(feedback.c.venue_id).subquery()
    source = (
        facilities.join(venues, facilities.c.venue_id == venues.c.id)
        .outerjoin(facility_reports, facility_reports.c.id == newest)
        .outerjoin(complaints, complaints.c.venue_id == venues.c.id)
    )
    return (
        select(venues.c.code, venues.c.name, venues.c.kind, venues.c.province, venues.c.commune,
               facility_reports.c.colour, facility_reports.c.reported_at,
               func.coalesce(complaints.c.number, 0).label("complaints"))
        .select_from(source).where(_KEPT).order_by(venues.c.code)
    )  # fmt: skip


@prepared
def _version() -> Executable:
    """The newest report and feedback, how much is open, the newest facility: each from the end of an index."""
    return select(
        select(func.max(facility_reports.c.id)).scalar_subquery(), select(func.max(feedback.c.id)).scalar_subquery(),
        select(func.count()).select_from(feedback).where(_OPEN).scalar_subquery(),
        select(func.max(facilities.c.id)).scalar_subquery(),
    )  # fmt: skip
