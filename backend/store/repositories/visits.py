"""Visits: ids and times, and who was where at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.sql.expression import Executable

from backend.domain.exposure import Meeting, Span, meeting
from backend.domain.visits import Visit
from backend.store.access import Access, grouped, one_of
from backend.store.prepared import prepared
from backend.store.tables_visits import visits

EXPORT_ROWS = 500


class SqlVisits:
    """ports.tracing.VisitRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def around(self, person_id: str, start: datetime, end: datetime) -> Sequence[Visit]:
        return self.around_each([person_id], start, end).get(person_id, [])

    def around_each(self, person_ids: Sequence[str], start: datetime, end: datetime) -> Mapping[str, Sequence[Visit]]:
        people = [bytes.fromhex(person_id) for person_id in person_ids]
        values = {"the_people": people, "the_start": start, "the_end": end}
        found = self._access.all(_around_each(self._access.dialect), values)
        return grouped((_read(row) for row in found), lambda visit: visit.person_id)

    def add(self, visit: Visit) -> Visit:
        return replace(visit, id=self._access.run(_insert(), _values(visit)).scalar_one())

    def change(self, visit: Visit) -> None:
        changes = {"entered_at": visit.entered_at, "left_at": visit.left_at, "companions": visit.companions}
        if self._access.run(update(visits).where(visits.c.id == visit.id).values(**changes)).rowcount == 0:
            raise LookupError("no such visit")

    def delete(self, visit_id: int) -> Visit | None:
        row = self._access.first(delete(visits).where(visits.c.id == visit_id).returning(*visits.c))
        return None if row is None else _read(row)

    def count(self, venue_id: int, start: datetime, end: datetime) -> tuple[int, int]:
        companions = func.coalesce(func.sum(visits.c.companions), 0)
        began = (visits.c.venue_id == venue_id, visits.c.entered_at >= start, visits.c.entered_at < end)
        row = self._access.run(select(func.count().label("number"), companions.label("more")).where(*began)).one()
        return row.number, row.more

    def meetings(self, person_id: str, infectious: Span, cap: timedelta) -> Sequence[Meeting]:
        own = self.around(person_id, infectious.start - cap, infectious.end)
        met = (self._met(each, infectious, cap) for each in own)
        return [each for meetings in met for each in meetings]

    def any_of(self, person_ids: Sequence[str]) -> bool:
        whose = visits.c.person_id.in_([bytes.fromhex(person_id) for person_id in person_ids])
        return self._access.first(select(visits.c.id).where(whose).limit(1)) is not None

    def since(self, since: datetime | None) -> Iterator[Visit]:
        statement = select(visits).order_by(visits.c.entered_at, visits.c.id)
        if since is not None:
            statement = statement.where(visits.c.entered_at >= since)
        for row in self._access.run(statement.execution_options(yield_per=EXPORT_ROWS)):
            yield _read(row)

    def _met(self, own: Visit, infectious: Span, cap: timedelta) -> Iterator[Meeting]:
        """A stay that overlaps began less than `cap` before ours: a range of the index (venue_id, entered_at)."""
        values = {
            "the_venue": own.venue_id,
            "the_first": own.entered_at - cap,
            "the_start": own.entered_at,
            "the_end": own.left_at,
        }
        for row in self._access.all(_at_venue(), values):
            found = meeting(own, _read(row), infectious)
            if found is not None:
                yield found


def _values(visit: Visit) -> dict[str, Any]:
    return {
        "venue_id": visit.venue_id,
        "person_id": bytes.fromhex(visit.person_id),
        "entered_at": visit.entered_at,
        "left_at": visit.left_at,
        "companions": visit.companions,
    }


def _read(row: Row[Any]) -> Visit:
    return Visit(row.id, row.venue_id, row.person_id.hex(), row.entered_at, row.left_at, row.companions)


@prepared
def _insert() -> Executable:
    return insert(visits).returning(visits.c.id)


@prepared
def _around_each(dialect: str) -> Executable:
    return (
        select(visits)
        .where(
            one_of(dialect, visits.c.person_id, "the_people"),
            visits.c.entered_at >= bindparam("the_start"),
            visits.c.entered_at <= bindparam("the_end"),
        )
        .order_by(visits.c.entered_at, visits.c.id)
    )


@prepared
def _at_venue() -> Executable:
    return (
        select(visits)
        .where(
            visits.c.venue_id == bindparam("the_venue"),
            visits.c.entered_at >= bindparam("the_first"),
            visits.c.entered_at < bindparam("the_end"),
            visits.c.left_at > bindparam("the_start"),
        )
        .order_by(visits.c.entered_at, visits.c.id)
    )
