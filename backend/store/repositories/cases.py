"""Cases and the exposures worked out for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from backend.domain.cases import Case
from backend.domain.exposure import Exposure, Span
from backend.services.ports.tracing import NoticeState
from backend.store.access import Access, insert_for
from backend.store.tables_tracing import cases, exposures, notices

EXPORT_ROWS = 500
_PLAIN = ("pack", "onset_on", "sample_on", "infectious_from", "infectious_until", "confirmed_at", "confirmed_by")


class SqlCases:
    """ports.tracing.CaseRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, case: Case) -> Case:
        values = {name: getattr(case, name) for name in _PLAIN} | {"person_id": bytes.fromhex(case.person_id)}
        self._access.run(insert_for(self._access.dialect, cases).on_conflict_do_nothing(), values)
        same = (
            cases.c.person_id == values["person_id"],
            cases.c.pack == case.pack,
            cases.c.infectious_from == case.infectious_from,
        )
        return _read(self._access.run(select(cases).where(*same)).one())

    def get(self, case_id: int) -> Case | None:
        row = self._access.first(select(cases).where(cases.c.id == case_id))
        return None if row is None else _read(row)

    def of_person(self, person_ids: Sequence[str]) -> Sequence[Case]:
        whose = cases.c.person_id.in_(_ids(person_ids))
        return [_read(row) for row in self._access.all(select(cases).where(whose).order_by(cases.c.id))]

    def replace_exposures(self, case_id: int, found: Sequence[Exposure]) -> None:
        self._access.run(delete(exposures).where(exposures.c.case_id == case_id))
        if found:
            self._access.run(insert(exposures), [_exposure_values(case_id, each) for each in found])

    def exposures(self, case_id: int) -> Sequence[Exposure]:
        statement = select(exposures).where(exposures.c.case_id == case_id).order_by(exposures.c.id)
        return [_read_exposure(row) for row in self._access.all(statement)]

    def exposed(self, person_ids: Sequence[str], since: datetime) -> bool:
        told = (
            notices.c.person_id.in_(_ids(person_ids)),
            notices.c.case_id.is_not(None),
            notices.c.queued_at >= since,
            notices.c.state != NoticeState.WITHDRAWN.value,
        )
        return self._access.first(select(notices.c.id).where(*told).limit(1)) is not None

    def since(self, since: datetime | None) -> Iterator[Case]:
        statement = select(cases).order_by(cases.c.confirmed_at, cases.c.id)
        if since is not None:
            statement = statement.where(cases.c.confirmed_at >= since)
        for row in self._access.run(statement.execution_options(yield_per=EXPORT_ROWS)):
            yield _read(row)


def _ids(person_ids: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(person_id) for person_id in person_ids]


def _read(row: Row[Any]) -> Case:
    return Case(**{name: getattr(row, name) for name in _PLAIN}, id=row.id, person_id=row.person_id.hex())


def _exposure_values(case_id: int, exposure: Exposure) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "person_id": bytes.fromhex(exposure.person_id),
        "tier": exposure.tier,
        "source": exposure.source,
        "venue_id": exposure.venue_id,
        "started_at": exposure.span and exposure.span.start,
        "ended_at": exposure.span and exposure.span.end,
        "visitors": exposure.visitors,
    }


def _read_exposure(row: Row[Any]) -> Exposure:
    span = Span(row.started_at, row.ended_at) if row.started_at else None
    return Exposure(row.person_id.hex(), row.tier, row.source, row.venue_id, span, row.visitors)
