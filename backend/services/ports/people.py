"""People, what they declare, whom to call back, their accounts, and who looked at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from backend.domain.callbacks import Callback
from backend.services.ports.conversations import Conversation
from backend.services.ports.tracing import Look
from channels.contract import Medium


@dataclass(frozen=True)
class Person:
    """Somebody who declares from, or is declared for on, a phone.  `id` is random and means nothing."""

    id: str
    address_index: bytes
    role: str  # self | shared | household | other | visitor (has not declared yet)
    identity: Mapping[str, Any]
    created_at: datetime
    told_at: datetime | None = None  # when the first receipt said what is kept and why


@dataclass(frozen=True)
class Declaration:
    """A stored declaration.  A correction is a new revision under the same reference."""

    reference: str
    revision: int
    form: str
    form_version: int
    person_id: str
    address_index: bytes
    address: str
    declared_for: str  # self | household | other
    channel: str
    answers: Mapping[str, Any]
    triage: str
    province: str | None
    commune: str | None
    status: str  # pending | complete | undone | superseded
    pack: str
    legal_basis: str
    received_at: datetime


class PeopleRepository(Protocol):
    """Persons kept on a phone."""

    def on_phone(self, address_index: bytes) -> Sequence[Person]:
        """Everyone, oldest first."""

    def on_phones(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Person]]:
        """Everyone on each of several phones, oldest first; phones with nobody are left out."""

    def get(self, person_id: str) -> Person | None:
        """One person."""

    def of_ids(self, person_ids: Sequence[str]) -> Mapping[str, Person]:
        """As `get` for several; those who are gone are left out."""

    def remove(self, person: Person) -> None:
        """No longer kept; what was declared stays under the random id."""

    def add(self, address_index: bytes, role: str, identity: Mapping[str, Any], now: datetime) -> Person:
        """A new person with a random id."""

    def update(self, person: Person, **changes: Any) -> Person:
        """Change role, identity or told_at; raises LookupError when the person is gone."""


class DeclarationRepository(Protocol):
    """Declarations."""

    def add(self, declaration: Declaration) -> None:
        """Insert; the reference is unique per revision."""

    def latest(self, reference: str) -> Declaration | None:
        """The newest revision."""

    def newest(self, person_ids: Sequence[str]) -> Mapping[tuple[str, str], Declaration]:
        """By person and form: the newest one that counts (pending or complete)."""

    def last_from(self, address_index: bytes) -> Declaration | None:
        """The newest one sent from a phone; undone ones and revisions that were corrected are left out."""

    def last_from_each(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Declaration]:
        """As `last_from` for several phones; those without one are left out."""

    def set_status(self, reference: str, revision: int, status: str) -> None:
        """Move a declaration along its life; raises LookupError when there is none."""

    def since(self, since: datetime | None) -> Iterator[Declaration]:
        """All that count, for export, oldest first; read while the unit of work is open."""


class CallbackRepository(Protocol):
    """Phones the hotline is to ring."""

    def request(self, conversation: Conversation, reason: str, now: datetime) -> bool:
        """Put the phone on the list with its reason (emergency | asked | incomplete).

        False if an open request was there already; it takes the more urgent of both reasons.
        """

    def waiting(self, conversation: Conversation) -> bool:
        """Whether an open request is there."""

    def open(self, limit: int) -> Sequence[Callback]:
        """Open requests, the most urgent first, then the oldest."""

    def close(self, number: int, now: datetime) -> bool:
        """The phone has been rung; False if no such request is open."""


class AccountRepository(Protocol):
    """Chat accounts ("zalo:…") and the phones they are linked with."""

    def phone_of(self, account: str) -> str | None:
        """The phone an account is linked with."""

    def account_of(self, address_index: bytes, medium: Medium) -> str | None:
        """The account linked with a phone."""

    def propose(self, account: str, medium: Medium, phone: str) -> None:
        """Remember which phone a code was sent to."""

    def proposed(self, account: str) -> str | None:
        """The phone a code was sent to."""

    def link(self, account: str, medium: Medium, phone: str, now: datetime) -> None:
        """From now on the account is this phone's, and the phone's former account is nobody's."""

    def merge(self, source: Conversation, target: Conversation) -> None:
        """What was kept under an account becomes the phone's; a person known to both is one person."""


class AuditRepository(Protocol):
    """Append-only: who did what to whose data, why."""

    def add(self, actor: str, action: str, person_id: str | None, reason: str, now: datetime) -> None:
        """One line; never a name, a number or an answer."""

    def add_each(self, actor: str, action: str, person_ids: Sequence[str | None], reason: str, now: datetime) -> None:
        """As `add`, a line for each person."""

    def looks(self, person_ids: Sequence[str], limit: int) -> Sequence[Look]:
        """When staff looked at these people, newest first; the office is the user's."""
