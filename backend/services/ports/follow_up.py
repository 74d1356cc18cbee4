"""What follow-ups need from the store, as protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from backend.domain.follow_up import FollowUp
from backend.services.ports.tracing import Notice

FOLLOW_UP = "follow_up"  # the kind of notice that asks


@dataclass(frozen=True)
class HealthWorker:
    """Who is told of people of a commune; one a commune."""

    commune: str
    phone: str
    office: str
    registered_at: datetime
    registered_by: str


class FollowUpRepository(Protocol):
    """Follow-ups and their daily questions, which are notices of kind `follow_up`."""

    def add(self, follow_up: FollowUp) -> FollowUp | None:
        """Insert; None if the person has an open one."""

    def add_each(self, new: Sequence[FollowUp]) -> Sequence[FollowUp | None]:
        """As `add` for several people."""

    def get(self, reference: str) -> FollowUp | None:
        """One by its reference."""

    def by_id(self, follow_up_id: int) -> FollowUp | None:
        """One by its number."""

    def open_of(self, person_id: str) -> FollowUp | None:
        """The open one of a person."""

    def open_of_each(self, person_ids: Sequence[str]) -> Mapping[str, FollowUp]:
        """As `open_of` for several people; those without one are left out."""

    def on_phone(self, address_index: bytes) -> Sequence[FollowUp]:
        """The open ones of a phone, oldest first."""

    def change(self, follow_up: FollowUp, **changes: Any) -> FollowUp:
        """Write changes."""

    def listed(self, only_open: bool, limit: int) -> Sequence[FollowUp]:
        """The newest first."""

    def claim_due(self, now: datetime, limit: int) -> Sequence[bytes]:
        """Up to `limit` phones with something due; nobody else claims them while the unit of work is open."""

    def asked(self, follow_up_id: int, limit: int) -> Sequence[Notice]:
        """The questions of a follow-up, newest day first."""

    def message_of(self, address_index: bytes, day: date) -> int | None:
        """The outbox row that asked this phone on a day."""

    def sharing(self, notice: Notice) -> Sequence[Notice]:
        """Every question that was asked with the same message, this one included."""

    def answer(self, notice: Notice, answer: str, now: datetime) -> None:
        """What the person said of that day; the question may still be answered anew."""

    def reminded(self, notice: Notice, now: datetime) -> None:
        """The question was repeated."""

    def expire(self, follow_up_id: int, before: date | None = None) -> None:
        """Questions of days before that, or all, wait for no answer any more."""

    def unasked(self, outbox_id: int) -> None:
        """The message that asked never left: the day counts as one on which nobody was asked."""


class HealthWorkerRepository(Protocol):
    """Health workers, by commune."""

    def put(self, worker: HealthWorker) -> None:
        """Insert, or replace the commune's former one."""

    def of(self, commune: str) -> HealthWorker | None:
        """The worker of a commune."""

    def all(self) -> Sequence[HealthWorker]:
        """By commune."""

    def remove(self, commune: str) -> bool:
        """Whether there was one."""


class FollowUpRepositories(Protocol):
    """The repositories of this file, as a unit of work offers them."""

    @property
    def follow_ups(self) -> FollowUpRepository: ...
    @property
    def health_workers(self) -> HealthWorkerRepository: ...
