"""In-memory stand-ins for backend/services/ports/tracing.py."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from backend.domain.alerts import Alert, AlertStatus
from backend.domain.cases import Case, Contact
from backend.domain.exposure import Exposure, Meeting, Span, meeting
from backend.domain.follow_up import FollowUp, FollowUpState
from backend.domain.staff import StaffUser
from backend.domain.venues import Venue, VenueStatus
from backend.domain.visits import Visit
from backend.services.ports.outbox import OutboxState
from backend.services.ports.review import UnclearText
from backend.services.ports.tracing import AlertCounts, Look, Notice, NoticeState, StaffToken


@dataclass
class TracingTables:
    """Everything stored of venues, visits, cases and alerts."""

    venues: dict[int, Venue] = field(default_factory=dict)
    visits: dict[int, Visit] = field(default_factory=dict)
    codes: dict[tuple[str, int], tuple[str, datetime, int]] = field(default_factory=dict)
    contacts: dict[tuple[str, str], Contact] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    exposures: dict[int, Sequence[Exposure]] = field(default_factory=dict)
    staff: dict[str, StaffUser] = field(default_factory=dict)
    tokens: dict[int, StaffToken] = field(default_factory=dict)
    sign_in_failures: dict[bytes, tuple[int, datetime]] = field(default_factory=dict)
    alerts: dict[int, Alert] = field(default_factory=dict)
    notices: dict[int, Notice] = field(default_factory=dict)
    queued_at: dict[int, datetime] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    follow_ups: dict[int, FollowUp] = field(default_factory=dict)


class Base:
    def __init__(self, tables: Any) -> None:
        self.t = tables


class Venues(Base):
    def add(self, venue: Venue) -> Venue:
        number = len(self.t.venues) + 1
        self.t.venues[number] = replace(venue, id=number)
        return self.t.venues[number]

    def by_code(self, code: str) -> Venue | None:
        return next((each for each in self.t.venues.values() if each.code == code), None)

    def by_codes(self, codes: Sequence[str]) -> list[Venue]:
        return sorted((each for each in self.t.venues.values() if each.code in codes), key=lambda each: each.code)

    def get(self, venue_id: int) -> Venue:
        return self.t.venues[venue_id]

    def kept_by(self, keeper_index: bytes) -> list[Venue]:
        return [
            each
            for each in self.t.venues.values()
            if each.keeper_index == keeper_index and each.status is not VenueStatus.REMOVED
        ]

    def kept_by_each(self, keeper_indexes: Sequence[bytes]) -> dict[bytes, list[Venue]]:
        return {index: found for index in keeper_indexes if (found := self.kept_by(index))}

    def of_ids(self, venue_ids: Collection[int]) -> dict[int, Venue]:
        return {number: self.t.venues[number] for number in venue_ids}

    def update(self, venue: Venue, **changes: Any) -> Venue:
        self.t.venues[venue.id] = replace(self.t.venues[venue.id], **changes)
        return self.t.venues[venue.id]

    def forget_keeper(self, keeper_index: bytes) -> None:
        for venue in self.t.venues.values():
            if venue.keeper_index == keeper_index and venue.status is VenueStatus.REMOVED:
                self.update(venue, keeper=None, keeper_index=None)


class Visits(Base):
    def _sorted(self) -> list[Visit]:
        return sorted(self.t.visits.values(), key=lambda each: (each.entered_at, each.id))

    def around(self, person_id: str, start: datetime, end: datetime) -> list[Visit]:
        return [each for each in self._sorted() if each.person_id == person_id and start <= each.entered_at <= end]

    def around_each(self, person_ids: Sequence[str], start: datetime, end: datetime) -> dict[str, list[Visit]]:
        return {each: found for each in person_ids if (found := self.around(each, start, end))}

    def add(self, visit: Visit) -> Visit:
        number = max(self.t.visits, default=0) + 1
        self.t.visits[number] = replace(visit, id=number)
        return self.t.visits[number]

    def change(self, visit: Visit) -> None:
        self.t.visits[visit.id] = visit

    def delete(self, visit_id: int) -> Visit | None:
        return self.t.visits.pop(visit_id, None)

    def count(self, venue_id: int, start: datetime, end: datetime) -> tuple[int, int]:
        here = [each for each in self._sorted() if each.venue_id == venue_id and start <= each.entered_at < end]
        return len(here), sum(each.companions for each in here)

    def meetings(self, person_id: str, infectious: Span, cap: timedelta) -> list[Meeting]:
        pairs = ((own, each) for own in self._sorted() if own.person_id == person_id for each in self._sorted())
        return [found for own, each in pairs if (found := meeting(own, each, infectious))]

    def any_of(self, person_ids: Sequence[str]) -> bool:
        return any(each.person_id in person_ids for each in self.t.visits.values())

    def since(self, since: datetime | None) -> Iterator[Visit]:
        return iter([each for each in self._sorted() if since is None or each.entered_at >= since])


class Confirmations(Base):
    def put(self, purpose: str, subject_id: int, code: str, expires_at: datetime) -> None:
        self.t.codes[purpose, subject_id] = (code, expires_at, 0)

    def take(self, purpose: str, subject_id: int, code: str, now: datetime, tries: int) -> bool:
        kept, expires_at, tried = self.t.codes.get((purpose, subject_id), ("", now, 0))
        right = kept == code and expires_at > now and tried < tries
        if right:
            del self.t.codes[purpose, subject_id]
        return right

    def waiting(self, purpose: str, subject_id: int, now: datetime) -> bool:
        return (purpose, subject_id) in self.t.codes and self.t.codes[purpose, subject_id][1] > now

    def missed(self, purpose: str, subject_id: int) -> None:
        if (purpose, subject_id) in self.t.codes:
            code, expires_at, tried = self.t.codes[purpose, subject_id]
            self.t.codes[purpose, subject_id] = (code, expires_at, tried + 1)


class Contacts(Base):
    def put(self, person_id: str, phone: str, now: datetime) -> None:
        self.t.contacts[person_id, phone] = Contact(len(self.t.contacts) + 1, person_id, phone, phone.encode(), now)

    def of(self, person_ids: Sequence[str]) -> list[Contact]:
        return [each for each in self.t.contacts.values() if each.person_id in person_ids]

    def since(self, since: datetime | None) -> Iterator[Contact]:
        return iter(self.t.contacts.values())


def same_case(case: Case) -> tuple[Any, ...]:
    """What makes two of them one."""
    return case.person_id, case.pack, case.infectious_from


class Cases(Base):
    def put(self, case: Case) -> Case:
        known = [each for each in self.t.cases.values() if same_case(each) == same_case(case)]
        if known:
            return known[0]
        number = len(self.t.cases) + 1
        self.t.cases[number] = replace(case, id=number)
        return self.t.cases[number]

    def get(self, case_id: int) -> Case | None:
        return self.t.cases.get(case_id)

    def of_person(self, person_ids: Sequence[str]) -> list[Case]:
        return [each for each in self.t.cases.values() if each.person_id in person_ids]

    def replace_exposures(self, case_id: int, exposures: Sequence[Exposure]) -> None:
        self.t.exposures[case_id] = list(exposures)

    def exposures(self, case_id: int) -> Sequence[Exposure]:
        return self.t.exposures.get(case_id, [])

    def exposed(self, person_ids: Sequence[str], since: datetime) -> bool:
        told = [each for each in self.t.notices.values() if each.case_id and each.person_id in person_ids]
        return any(each.id in self.t.queued_at and self.t.queued_at[each.id] >= since for each in told)

    def since(self, since: datetime | None) -> Iterator[Case]:
        return iter(self.t.cases.values())


class Staff(Base):
    def add(self, name: str, role: str, office: str, now: datetime) -> StaffUser | None:
        if name in self.t.staff:
            return None
        return self.t.staff.setdefault(name, StaffUser(len(self.t.staff) + 1, name, role, office, now))

    def named(self, name: str) -> StaffUser | None:
        return self.t.staff.get(name)


class StaffTokens(Base):
    def put(self, token: StaffToken, now: datetime) -> None:
        self.t.tokens[token.user.id] = token

    def find(self, selector: str) -> StaffToken | None:
        return next((each for each in self.t.tokens.values() if each.selector == selector), None)

    def revoke(self, user_id: int) -> bool:
        return self.t.tokens.pop(user_id, None) is not None

    def failures(self, origin_index: bytes, since: datetime) -> int:
        count, began = self.t.sign_in_failures.get(origin_index, (0, since))
        return count if began > since else 0

    def failed(self, origin_index: bytes, now: datetime, since: datetime) -> None:
        before = self.failures(origin_index, since)
        began = self.t.sign_in_failures[origin_index][1] if before else now
        self.t.sign_in_failures[origin_index] = (before + 1, began)


class Alerts(Base):
    def add(self, alert: Alert) -> Alert:
        number = len(self.t.alerts) + 1
        self.t.alerts[number] = replace(alert, id=number)
        return self.t.alerts[number]

    def get(self, alert_id: int) -> Alert | None:
        return self.t.alerts.get(alert_id)

    def decide(self, alert: Alert) -> bool:
        if self.t.alerts[alert.id].status is not AlertStatus.PROPOSED:
            return False
        self.t.alerts[alert.id] = alert
        return True

    def finish(self, alert_id: int) -> None:
        self.t.alerts[alert_id] = replace(self.t.alerts[alert_id], status=AlertStatus.FINISHED)

    def unfinished(self, limit: int) -> list[Alert]:
        return [each for each in self.t.alerts.values() if each.status is AlertStatus.APPROVED][:limit]

    def counts(self, alert_id: int) -> AlertCounts:
        mine = [each for each in self.t.notices.values() if each.alert_id == alert_id]
        states = [self.t.outbox[each.outbox_id].state for each in mine if each.outbox_id]
        queued = [self.t.queued_at[each.id] for each in mine if each.id in self.t.queued_at]
        delivered = states.count(OutboxState.DELIVERED)
        return AlertCounts(
            len(mine),
            len(queued),
            states.count(OutboxState.SENT) + delivered,
            delivered,
            sum(each.state is NoticeState.ANSWERED for each in mine),
            sum(each.answer == "symptoms" for each in mine),
            max(queued, default=None),
        )


class Notices(Base):
    def add(self, notice: Notice) -> Notice | None:
        for each in self.t.notices.values():
            standing = each.state is not NoticeState.WITHDRAWN and (each.case_id, each.person_id)
            if notice.case_id and standing == (notice.case_id, notice.person_id):
                return None
        number = len(self.t.notices) + 1
        self.t.notices[number] = replace(notice, id=number)
        if notice.state is NoticeState.QUEUED:
            self.t.queued_at[number] = notice.created_at
        return self.t.notices[number]

    def add_each(self, new: Sequence[Notice]) -> list[Notice | None]:
        return [self.add(each) for each in new]

    def get(self, notice_id: int) -> Notice | None:
        return self.t.notices.get(notice_id)

    def open_for(self, address_index: bytes, since: datetime) -> Notice | None:
        waiting = [
            each
            for each in self.t.notices.values()
            if each.address_index == address_index
            and each.state is NoticeState.QUEUED
            and self.t.queued_at[each.id] >= since
        ]
        return waiting[-1] if waiting else None

    def open_for_each(self, address_indexes: Sequence[bytes], since: datetime) -> dict[bytes, Notice]:
        return {index: found for index in address_indexes if (found := self.open_for(index, since))}

    def take_proposed(self, alert_id: int, limit: int) -> list[Notice]:
        mine = [each for each in self.t.notices.values() if each.alert_id == alert_id]
        return [each for each in mine if each.state is NoticeState.PROPOSED][:limit]

    def messages_of(self, alert_id: int, address_indexes: Sequence[bytes]) -> dict[bytes, int]:
        return {
            each.address_index: each.outbox_id
            for each in self.t.notices.values()
            if each.alert_id == alert_id and each.address_index in address_indexes and each.outbox_id
        }

    def queued(self, messages: Sequence[tuple[Notice, int]], now: datetime) -> None:
        for notice, outbox_id in messages:
            self.t.notices[notice.id] = replace(notice, state=NoticeState.QUEUED, outbox_id=outbox_id)
            self.t.queued_at[notice.id] = now

    def answer(self, notice: Notice, answer: str, now: datetime) -> None:
        answered = replace(notice, state=NoticeState.ANSWERED, answer=answer, answered_at=now)
        self.t.notices[notice.id] = answered

    def withdraw(self, alert_id: int) -> None:
        for each in self.take_proposed(alert_id, len(self.t.notices)):
            self.t.notices[each.id] = replace(each, state=NoticeState.WITHDRAWN)

    def since(self, since: datetime | None) -> Iterator[Notice]:
        return iter([each for each in self.t.notices.values() if each.id in self.t.queued_at])


class Erasure(Base):
    def erase(self, address: str, conversation_id: int, person_ids: Sequence[str], now: datetime) -> None:
        self.t.erased.append(address)
        for person_id in person_ids:
            del self.t.people[person_id]


class FollowUps(Base):
    """Enough for what begins and ends one; asking is tested on real tables."""

    def add(self, follow_up: FollowUp) -> FollowUp | None:
        number = len(self.t.follow_ups) + 1
        self.t.follow_ups[number] = replace(follow_up, id=number)
        return self.t.follow_ups[number]

    def add_each(self, new: Sequence[FollowUp]) -> list[FollowUp | None]:
        return [self.add(each) for each in new]

    def open_of(self, person_id: str) -> FollowUp | None:
        return self.open_of_each([person_id]).get(person_id)

    def open_of_each(self, person_ids: Sequence[str]) -> dict[str, FollowUp]:
        return {each.person_id: each for each in self._open() if each.person_id in person_ids}

    def on_phone(self, address_index: bytes) -> list[FollowUp]:
        return [each for each in self._open() if each.address_index == address_index]

    def change(self, follow_up: FollowUp, **changes: Any) -> FollowUp:
        self.t.follow_ups[follow_up.id] = replace(follow_up, **changes)
        return self.t.follow_ups[follow_up.id]

    def asked(self, follow_up_id: int, limit: int) -> list[Notice]:
        return []

    def expire(self, follow_up_id: int, before: Any = None) -> None:
        """No question is out."""

    def claim_due(self, now: datetime, limit: int) -> list[bytes]:
        return []

    def _open(self) -> list[FollowUp]:
        return [each for each in self.t.follow_ups.values() if each.state == FollowUpState.OPEN]


class Audit(Base):
    def add(self, actor: str, action: str, person_id: str | None, reason: str, now: datetime) -> None:
        self.t.audit.append((actor, action, person_id, reason, now))

    def add_each(self, actor: str, action: str, person_ids: Sequence[str | None], reason: str, now: datetime) -> None:
        self.t.audit += [(actor, action, person_id, reason, now) for person_id in person_ids]

    def looks(self, person_ids: Sequence[str], limit: int) -> list[Look]:
        return self.t.looks[:limit]


class Callbacks(Base):
    def request(self, conversation: Any, reason: str, now: datetime) -> bool:
        first = conversation.id not in self.t.callbacks
        self.t.callbacks.setdefault(conversation.id, reason)
        return first

    def waiting(self, conversation: Any) -> bool:
        return conversation.id in self.t.callbacks


class Unclear:
    def __init__(self, tables: Any) -> None:
        self.t = tables

    def add(self, text: UnclearText) -> None:
        number = max(self.t.unclear, default=0) + 1
        self.t.unclear[number] = replace(text, id=number)

    def waiting_of(self, address_index: bytes) -> int:
        return sum(text.address_index == address_index for text in self.waiting(1000))

    def waiting(self, limit: int) -> list[UnclearText]:
        return [text for text in self.t.unclear.values() if text.accepted_as is None][:limit]

    def accepted(self) -> list[UnclearText]:
        return [text for text in self.t.unclear.values() if text.accepted_as]

    def get(self, text_id: int) -> UnclearText | None:
        return self.t.unclear.get(text_id)

    def accept(self, text: UnclearText, line: str, intent: str) -> None:
        self.t.unclear[text.id] = replace(text, line=line, accepted_as=intent)

    def remove(self, ids: Sequence[int]) -> None:
        for number in ids:
            del self.t.unclear[number]

    def expire(self, before: datetime) -> int:
        old = [number for number, text in self.t.unclear.items() if text.kept_at < before]
        self.remove(old)
        return len(old)
