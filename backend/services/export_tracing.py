"""Visits, cases, contacts and notices as plain records; a person is a random id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from backend.domain.exposure import Exposure
from backend.services.ports.unit import UnitOfWork

Records = Iterator[dict[str, Any]]


def visits(unit: UnitOfWork, since: datetime | None) -> Records:
    """Every visit, oldest first."""
    for visit in unit.visits.since(since):
        venue = unit.venues.get(visit.venue_id)
        yield {
            "venue": venue.code, "venue_name": venue.name, "person": visit.person_id,
            "entered_at": visit.entered_at.isoformat(), "left_at": visit.left_at.isoformat(),
            "companions": visit.companions,
        }  # fmt: skip


def cases(unit: UnitOfWork, since: datetime | None) -> Records:
    """Every case, oldest first, with the phone it was confirmed for unless that was erased."""
    for case in unit.cases.since(since):
        yield {
            "case": case.id, "person": case.person_id, "phone": phone_of(unit, case.person_id), "pack": case.pack,
            "onset": case.onset_on and case.onset_on.isoformat(),
            "sample": case.sample_on and case.sample_on.isoformat(),
            "infectious_from": case.infectious_from.isoformat(), "infectious_until": case.infectious_until.isoformat(),
            "confirmed_at": case.confirmed_at.isoformat(), "confirmed_by": case.confirmed_by,
        }  # fmt: skip


def contacts(unit: UnitOfWork, since: datetime | None) -> Records:
    """Contacts as people declared them, then those worked out for each case (source household, venue or named)."""
    for contact in unit.contacts.since(since):
        yield {
            "source": "declared", "case": None, "person": contact.person_id, "phone": contact.phone, "tier": None,
            "venue": None, "start": contact.declared_at.isoformat(), "end": None,
        }  # fmt: skip
    for case in unit.cases.since(since):
        for exposure in unit.cases.exposures(case.id):
            yield exposed(unit, case.id, exposure)


def notices(unit: UnitOfWork, since: datetime | None) -> Records:
    """Every notice that was queued, oldest first."""
    for notice in unit.notices.since(since):
        yield {
            "notice": notice.id, "kind": notice.kind, "alert": notice.alert_id, "case": notice.case_id,
            "person": notice.person_id, "tier": notice.tier, "state": notice.state.value, "answer": notice.answer,
            "answered_at": notice.answered_at and notice.answered_at.isoformat(),
        }  # fmt: skip


READERS: Mapping[str, Callable[[UnitOfWork, datetime | None], Records]] = {
    "visits": visits, "cases": cases, "contacts": contacts, "notices": notices,
}  # fmt: skip


def exposed(unit: UnitOfWork, case_id: int, exposure: Exposure) -> dict[str, Any]:
    """Somebody who was exposed, with their own phone."""
    start, end = (exposure.span.start.isoformat(), exposure.span.end.isoformat()) if exposure.span else (None, None)
    venue = None if exposure.venue_id is None else unit.venues.get(exposure.venue_id).code
    return {
        "source": exposure.source, "case": case_id, "person": exposure.person_id,
        "phone": phone_of(unit, exposure.person_id), "tier": exposure.tier, "venue": venue, "start": start, "end": end,
    }  # fmt: skip


def phone_of(unit: UnitOfWork, person_id: str) -> str | None:
    """The phone a person is kept on; None once they are erased."""
    person = unit.people.get(person_id)
    conversation = person and unit.conversations.find(person.address_index)
    return conversation.address if conversation else None
