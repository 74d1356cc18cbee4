"""What venues, visits, cases and alerts need from the store, as protocols."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from backend.domain.alerts import Alert
from backend.domain.cases import Case, Contact
from backend.domain.exposure import Exposure, Meeting, Span
from backend.domain.staff import StaffUser
from backend.domain.venues import Venue
from backend.domain.visits import Visit

STAFF = "user:"  # an audit actor of the staff is this and the user's name


class NoticeState(StrEnum):
    """proposed (waits for approval) -> queued (its message is in the outbox) -> answered | withdrawn | expired.

    The daily question of a follow-up stays queued all day, whatever was answered, and expires with the next one.
    """

    PROPOSED = "proposed"
    QUEUED = "queued"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Notice:
    """Something a person is told and may answer.  `kind` is exposure | visit_by_staff | venue_confirm | follow_up."""

    id: int
    kind: str
    state: NoticeState
    address_index: bytes
    person_id: str | None
    created_at: datetime
    alert_id: int | None = None
    case_id: int | None = None
    venue_id: int | None = None
    visit_id: int | None = None
    source: str | None = None
    tier: str | None = None
    span: Span | None = None
    visitors: int = 0
    outbox_id: int | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    follow_up_id: int | None = None
    day: date | None = None
    reminded_at: datetime | None = None


@dataclass(frozen=True)
class AlertCounts:
    """How far an alert is: notices, their messages, answers; `last_at` is when the last message was queued."""

    proposed: int
    queued: int
    sent: int
    delivered: int
    answered: int
    symptoms: int
    last_at: datetime | None


@dataclass(frozen=True)
class Look:
    """That somebody of an office looked at a person's data."""

    office: str
    at: datetime


@dataclass(frozen=True)
class StaffToken:
    """A token of a user: its open half, and the SHA-256 of its secret half."""

    user: StaffUser
    selector: str
    secret_hash: bytes
    expires_at: datetime


class VenueRepository(Protocol):
    """Registered places."""

    def add(self, venue: Venue) -> Venue:
        """Insert; the venue with its id."""

    def by_code(self, code: str) -> Venue | None:
        """The venue of a code, whatever its status."""

    def by_codes(self, codes: Sequence[str]) -> Sequence[Venue]:
        """Those that exist, by code."""

    def get(self, venue_id: int) -> Venue:
        """The venue of an id; raises LookupError."""

    def kept_by(self, keeper_index: bytes) -> Sequence[Venue]:
        """Those whose keeper's phone it is, removed ones excluded, oldest first."""

    def kept_by_each(self, keeper_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Venue]]:
        """As `kept_by` for several phones; those that keep none are left out."""

    def of_ids(self, venue_ids: Collection[int]) -> Mapping[int, Venue]:
        """Those that exist, by id."""

    def update(self, venue: Venue, **changes: Any) -> Venue:
        """Change status or removed_at; raises LookupError when the venue is gone."""

    def forget_keeper(self, keeper_index: bytes) -> None:
        """Removed venues no longer know their keeper."""


class VisitRepository(Protocol):
    """Stays: ids and times."""

    def around(self, person_id: str, start: datetime, end: datetime) -> Sequence[Visit]:
        """The person's visits that began from `start` to `end`, oldest first."""

    def around_each(self, person_ids: Sequence[str], start: datetime, end: datetime) -> Mapping[str, Sequence[Visit]]:
        """As `around` for several people; those without visits are left out."""

    def add(self, visit: Visit) -> Visit:
        """Insert; the visit with its id."""

    def change(self, visit: Visit) -> None:
        """Write a visit's times and companions; raises LookupError when it is gone."""

    def delete(self, visit_id: int) -> Visit | None:
        """Take a visit away that never was; the visit, None if it is gone."""

    def count(self, venue_id: int, start: datetime, end: datetime) -> tuple[int, int]:
        """(visits, companions) at a venue that began from `start` to before `end`."""

    def meetings(self, person_id: str, infectious: Span, cap: timedelta) -> Sequence[Meeting]:
        """Every stay of somebody else that overlaps one of the person's within `infectious`; `cap`: longest stay."""

    def any_of(self, person_ids: Sequence[str]) -> bool:
        """Whether visits of these people are kept."""

    def since(self, since: datetime | None) -> Iterator[Visit]:
        """All, oldest first, for export; read while the unit of work is open."""


class ConfirmationRepository(Protocol):
    """Codes sent to phones, kept as blind indexes."""

    def put(self, purpose: str, subject_id: int, code: str, expires_at: datetime) -> None:
        """Insert or replace."""

    def take(self, purpose: str, subject_id: int, code: str, now: datetime, tries: int) -> bool:
        """Whether it is the code; then it is used up.  After `tries` wrong ones nothing is right any more."""

    def waiting(self, purpose: str, subject_id: int, now: datetime) -> bool:
        """Whether a code is out that can still come back."""

    def missed(self, purpose: str, subject_id: int) -> None:
        """A wrong code was tried."""


class ContactRepository(Protocol):
    """Contacts people named."""

    def put(self, person_id: str, phone: str, now: datetime) -> None:
        """Insert; naming the same phone again renews its time."""

    def of(self, person_ids: Sequence[str]) -> Sequence[Contact]:
        """Whom these people named."""

    def since(self, since: datetime | None) -> Iterator[Contact]:
        """All, oldest first, for export; read while the unit of work is open."""


class CaseRepository(Protocol):
    """Cases and the exposures worked out for them."""

    def put(self, case: Case) -> Case:
        """Insert; the same person, pack and start of infection again is the same case, unchanged."""

    def get(self, case_id: int) -> Case | None:
        """One case."""

    def of_person(self, person_ids: Sequence[str]) -> Sequence[Case]:
        """Cases among these people, oldest first."""

    def replace_exposures(self, case_id: int, exposures: Sequence[Exposure]) -> None:
        """What is exposed by a case, in place of what was worked out before."""

    def exposures(self, case_id: int) -> Sequence[Exposure]:
        """What was worked out last."""

    def exposed(self, person_ids: Sequence[str], since: datetime) -> bool:
        """Whether one of these people was told since then that they were exposed."""

    def since(self, since: datetime | None) -> Iterator[Case]:
        """All, oldest first, for export; read while the unit of work is open."""


class StaffRepository(Protocol):
    """Staff users."""

    def add(self, name: str, role: str, office: str, now: datetime) -> StaffUser | None:
        """Insert; None if the name is taken."""

    def named(self, name: str) -> StaffUser | None:
        """The user of a name."""


class StaffTokenRepository(Protocol):
    """Tokens of staff, one a user, and wrong ones counted by the place they came from."""

    def put(self, token: StaffToken, now: datetime) -> None:
        """Insert; a user's earlier token is replaced."""

    def find(self, selector: str) -> StaffToken | None:
        """The token with this open half."""

    def revoke(self, user_id: int) -> bool:
        """Delete a user's token; whether there was one."""

    def failures(self, origin_index: bytes, since: datetime) -> int:
        """How many wrong tokens came from a place, counted from the first one after `since`."""

    def failed(self, origin_index: bytes, now: datetime, since: datetime) -> None:
        """One more wrong token came from a place; counts that began before `since` are forgotten."""


class AlertRepository(Protocol):
    """Alerts."""

    def add(self, alert: Alert) -> Alert:
        """Insert; the alert with its id."""

    def get(self, alert_id: int) -> Alert | None:
        """One alert."""

    def decide(self, alert: Alert) -> bool:
        """Write a decision on an alert that is still proposed; False if somebody was faster."""

    def finish(self, alert_id: int) -> None:
        """Every notice of it is queued."""

    def unfinished(self, limit: int) -> Sequence[Alert]:
        """Approved ones whose notices are not all queued."""

    def counts(self, alert_id: int) -> AlertCounts:
        """How far it is."""


class NoticeRepository(Protocol):
    """What people are told and may answer."""

    def add(self, notice: Notice) -> Notice | None:
        """Insert; None if the person has one for this alert or a standing one for this case."""

    def add_each(self, new: Sequence[Notice]) -> Sequence[Notice | None]:
        """As `add` for several."""

    def get(self, notice_id: int) -> Notice | None:
        """One notice."""

    def open_for(self, address_index: bytes, since: datetime) -> Notice | None:
        """The newest notice of a phone queued since then that waits for an answer, else that may be answered anew."""

    def open_for_each(self, address_indexes: Sequence[bytes], since: datetime) -> Mapping[bytes, Notice]:
        """As `open_for` for several phones; those without one are left out."""

    def take_proposed(self, alert_id: int, limit: int) -> Sequence[Notice]:
        """Up to `limit` notices that have no message yet, locked until the unit of work ends."""

    def messages_of(self, alert_id: int, address_indexes: Sequence[bytes]) -> Mapping[bytes, int]:
        """The outbox rows by which an alert has told these phones already; others are left out."""

    def queued(self, messages: Sequence[tuple[Notice, int]], now: datetime) -> None:
        """The messages of these notices are in the outbox (their ids)."""

    def answer(self, notice: Notice, answer: str, now: datetime) -> None:
        """The person answered."""

    def withdraw(self, alert_id: int) -> None:
        """What was proposed and not queued will not be sent."""

    def since(self, since: datetime | None) -> Iterator[Notice]:
        """All that were queued, oldest first, for export; read while the unit of work is open."""


class ErasureRepository(Protocol):
    """Takes a phone's people out of the store."""

    def erase(self, address: str, conversation_id: int, person_ids: Sequence[str], now: datetime) -> None:
        """Delete or scrub identity, answers and texts of a phone; its dialogue is the caller's to save."""


class TracingRepositories(Protocol):
    """The repositories of this file, as a unit of work offers them."""

    @property
    def venues(self) -> VenueRepository: ...
    @property
    def visits(self) -> VisitRepository: ...
    @property
    def confirmations(self) -> ConfirmationRepository: ...
    @property
    def contacts(self) -> ContactRepository: ...
    @property
    def cases(self) -> CaseRepository: ...
    @property
    def staff(self) -> StaffRepository: ...
    @property
    def staff_tokens(self) -> StaffTokenRepository: ...
    @property
    def alerts(self) -> AlertRepository: ...
    @property
    def notices(self) -> NoticeRepository: ...
    @property
    def erasure(self) -> ErasureRepository: ...
