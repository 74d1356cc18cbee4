"""The inbox: what came in and who may send how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from channels.contract import InboundEvent


class InboxState(StrEnum):
    """Life of an incoming message: waiting -> leased -> done | duplicate | parked | refused."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    REFUSED = "refused"  # over the sender's limit


@dataclass(frozen=True)
class Inbound:
    """An inbox row.  `address` is the sender; `address_index` its blind index, the conversation's key."""

    id: int
    address_index: bytes
    event: InboundEvent
    state: InboxState
    attempts: int
    received_at: datetime
    answer: str | None = None  # the screen already given, for duplicates of a USSD step
    turning: bool = False  # its turn has begun
    uid: bytes = b""  # what the store's sealed values are bound to


@dataclass(frozen=True)
class SenderLimit:
    """How many messages of one sender are taken in after `since`."""

    most: int
    since: datetime


@dataclass(frozen=True)
class Closing:
    """How an inbox row ends."""

    row: Inbound
    state: InboxState
    answer: str | None = None


class InboxRepository(Protocol):
    """Incoming messages."""

    def add(
        self,
        event: InboundEvent,
        now: datetime,
        lease: tuple[str, datetime] | None = None,
        limit: SenderLimit | None = None,
    ) -> tuple[Inbound, bool]:
        """Insert; (row, True), or (the first row with this channel and provider id, False).

        Over the limit the row is born REFUSED.  With a lease, (owner, until), it is born LEASED, and its turn has begun
        unless another row of the sender is open.
        """

    def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> Sequence[Inbound]:
        """Lease up to `limit` rows whose time has come, at most one per sender: the sender's oldest open row."""

    def claim_sender(self, address_index: bytes, owner: str, now: datetime, until: datetime) -> Inbound | None:
        """Lease the oldest open row of one sender, if no other owner holds a live lease on it.

        A waiting row is leased even before its retry is due: somebody is holding a phone to the ear.
        """

    def finish(self, row: Inbound, owner: str, state: InboxState, now: datetime, answer: str | None = None) -> None:
        """Close the row; raises LeaseLost as `finish_each`."""

    def finish_each(self, closings: Sequence[Closing], owner: str, now: datetime) -> None:
        """Close several; raises LeaseLost unless `owner` still holds all of them, at the latest at the commit."""

    def retry(self, row: Inbound, owner: str, at: datetime, code: str, counted: bool = True) -> None:
        """Give the lease back and try again at `at`; the attempt counts unless nothing was wrong with the row."""

    def release_expired(self, now: datetime) -> Sequence[int]:
        """Rows whose lease ran out go back to waiting; their ids.

        The attempt counts, so that a message that kills its worker is parked in the end.
        """

    def count_since(self, address_index: bytes, since: datetime) -> int:
        """How many messages of a sender have come from a moment on, refused ones too."""


class PartsRepository(Protocol):
    """Pieces of long incoming texts, until the text is whole."""

    def add(self, event: InboundEvent, now: datetime) -> InboundEvent | None:
        """Keep one piece; the whole text, joined, when it was the last one missing; None for a piece seen before.

        A piece whose text has been given up waiting for it is a text of its own.
        """

    def overdue(self, before: datetime) -> Sequence[InboundEvent]:
        """Texts of which no piece came since `before`, joined as far as they came; each is given once."""
