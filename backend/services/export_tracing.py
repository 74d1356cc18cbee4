"""Visits, cases, contacts and notices as plain records; a person is a random id, a moment ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from backend.domain.exposure import Exposure
from backend.services.ports.unit import UnitOfWork

Records = Iterator[dict[str, Any]]


class VisitRecord(NamedTuple):
    """Somebody at a venue."""

    venue: str
    venue_name: str
    person: str
    entered_at: str
    left_at: str
    companions: int


class CaseRecord(NamedTuple):
    """A confirmed case; the phone is that it was confirmed for, unless that was erased."""

    case: int
    person: str
    phone: str | None
    pack: str
    onset: str | None
    sample: str | None
    infectious_from: str
    infectious_until: str
    confirmed_at: str
    confirmed_by: str


class ContactRecord(NamedTuple):
    """Somebody a person named (`declared`), or exposed to a case (`household`, `venue` or `named`)."""

    source: str
    case: int | None
    person: str
    phone: str | None
    tier: str | None
    venue: str | None
    start: str | None
    end: str | None


class NoticeRecord(NamedTuple):
    """A notice that was queued."""

    notice: int
    kind: str
    alert: int | None
    case: int | None
    person: str | None
    tier: str | None
    state: str
    answer: str | None
    answered_at: str | None


def visits(unit: UnitOfWork, since: datetime | None) -> Records:
    """Every visit, oldest first."""
    for visit in unit.visits.since(since):
        venue = unit.venues.get(visit.venue_id)
        yield VisitRecord(
            venue.code, venue.name, visit.person_id, visit.entered_at.isoformat(), visit.left_at.isoformat(),
            visit.companions,
        )._asdict()  # fmt: skip


def cases(unit: UnitOfWork, since: datetime | None) -> Records:
    """Every case, oldest first."""
    for case in unit.cases.since(since):
        yield CaseRecord(
            case.id, case.person_id, phone_of(unit, case.person_id), case.pack, written(case.onset_on),
            written(case.sample_on), case.infectious_from.isoformat(), case.infectious_until.isoformat(),
            case.confirmed_at.isoformat(), case.confirmed_by,
        )._asdict()  # fmt: skip


def contacts(unit: UnitOfWork, since: datetime | None) -> Records:
    """Contacts as people declared them, then those worked out for each case."""
    for contact in unit.contacts.since(since):
        yield ContactRecord(
            "declared", None, contact.person_id, contact.phone, None, None, contact.declared_at.isoformat(), None
        )._asdict()
    for case in unit.cases.since(since):
        for exposure in unit.cases.exposures(case.id):
            yield exposed(unit, case.id, exposure)


def notices(unit: UnitOfWork, since: datetime | None) -> Records:
    """Every notice, oldest first."""
    for notice in unit.notices.since(since):
        yield NoticeRecord(
            notice.id, notice.kind, notice.alert_id, notice.case_id, notice.person_id, notice.tier, notice.state.value,
            notice.answer, written(notice.answered_at),
        )._asdict()  # fmt: skip


READERS: Mapping[str, Callable[[UnitOfWork, datetime | None], Records]] = {
    "visits": visits, "cases": cases, "contacts": contacts, "notices": notices,
}  # fmt: skip
FIELDS = {
    "visits": VisitRecord._fields, "cases": CaseRecord._fields, "contacts": ContactRecord._fields,
    "notices": NoticeRecord._fields,
}  # fmt: skip


def exposed(unit: UnitOfWork, case_id: int, exposure: Exposure) -> dict[str, Any]:
    """Somebody who was exposed, with their own phone."""
    start, end = (exposure.span.start, exposure.span.end) if exposure.span else (None, None)
    venue = None if exposure.venue_id is None else unit.venues.get(exposure.venue_id).code
    phone = phone_of(unit, exposure.person_id)
    return ContactRecord(
        exposure.source, case_id, exposure.person_id, phone, exposure.tier, venue, written(start), written(end)
    )._asdict()


def written(when: date | None) -> str | None:
    """A day or moment in ISO 8601."""
    return when.isoformat() if when else None


def phone_of(unit: UnitOfWork, person_id: str) -> str | None:
    """The phone a person is kept on; None once they are erased."""
    person = unit.people.get(person_id)
    conversation = person and unit.conversations.find(person.address_index)
    return conversation.address if conversation else None
