"""The outbox: what is to be said, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from backend.services.ports.conversations import Conversation
from channels.contract import DeliveryState


class OutboxState(StrEnum):
    """Life of an outgoing message; see docs/messages.md for the moves that are allowed."""

    WAITING = "waiting"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"  # the provider accepted it
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    ANSWERED = "answered"  # a USSD screen, shown inside the request
    CANCELLED = "cancelled"  # opt-out or erasure came first


class MessageClass(StrEnum):
    """Why a message is sent; quiet hours, caps and opt-out hold for `advice` only (Decree 91/2020)."""

    REPLY = "reply"
    RECEIPT = "receipt"
    RESULT = "result"
    FOLLOW_UP = "follow_up"
    EXPOSURE = "exposure"
    ADVICE = "advice"


@dataclass(frozen=True)
class Reply:
    """What a turn says, before rendering; see docs/turn.md."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    choices: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Outbound:
    """An outbox row.  `key` is the idempotency key; `inbox_id` + `position` make it unique per cause."""

    id: int
    key: str
    conversation_id: int | None
    address_index: bytes
    address: str
    channel: str
    message_class: MessageClass
    language: str
    accents: bool
    replies: Sequence[Reply]
    state: OutboxState
    attempts: int
    created_at: datetime
    inbox_id: int | None = None
    position: int = 0
    reference: str | None = None
    question: int | None = None
    text: str | None = None  # as shown, for ANSWERED rows; as it is cut, for a message of several parts
    tried: tuple[str, ...] = ()  # ways that failed before, "name:code" each, in order
    unknowns: int = 0  # how often the outcome of a send stayed unknown, this row's UNKNOWN state included
    parts_sent: int = 0  # parts of a long message that the provider has; counts are of the part after them
    uid: bytes = b""


@dataclass(frozen=True)
class Draft:
    """A message before it is in the outbox.

    `inbox_id` + `position` make it unique per cause; `channel` None is the conversation's; `text` is as in Outbound.
    """

    conversation: Conversation
    replies: Sequence[Reply]
    message_class: MessageClass
    inbox_id: int | None
    position: int = 0
    state: OutboxState = OutboxState.WAITING
    channel: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What the provider said about a row.

    With `retry_at` a WAITING or UNKNOWN row comes back from `claim` then; UNKNOWN counts `unknowns`, both count an
    attempt unless nothing was attempted.
    """

    row: Outbound
    state: OutboxState
    reference: str | None = None
    code: str | None = None
    retry_at: datetime | None = None
    counted: bool = True


class OutboxRepository(Protocol):
    """Outgoing messages."""

    def add(self, draft: Draft, now: datetime) -> Outbound:
        """Insert one message; its key is random and kept over retries."""

    def add_each(
        self, drafts: Sequence[Draft], now: datetime, lease: tuple[str, datetime] | None = None
    ) -> Sequence[Outbound]:
        """Insert several messages, in order.

        With a lease, (owner, until), each is SENDING at once unless another of its conversation is still to go.
        """

    def show(self, draft: Draft, now: datetime) -> None:
        """Insert a message that was shown at once and that nobody has to find."""

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> Sequence[Outbound]:
        """Lease rows whose time has come, per conversation in order.

        A row with `unknowns` may have reached the provider before: look it up before sending it again.
        """

    def mark_sending(self, rows: Sequence[Outbound], owner: str, now: datetime) -> Sequence[Outbound]:
        """Just before the network: re-check opt-out and erasure; returns the rows that may go.

        Opt-out stops MessageClass.ADVICE only (Decree 91/2020); an erased row is no longer leased.
        """

    def record(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> Collection[int]:
        """Write down what the provider said; the ids of the rows that `owner` still held and that were written."""

    def reroute(self, row: Outbound, owner: str | None, channel: str, tried: Sequence[str], now: datetime) -> None:
        """The row starts anew on another channel; `tried` is kept with it.

        Raises LeaseLost unless `owner` holds it, or, without an owner, it has failed.
        """

    def undelivered(self, channel: str, reference: str | None, key: str | None) -> Outbound | None:
        """The message of a receipt, if it has failed on that channel."""

    def keep_text(self, row: Outbound, text: str) -> None:
        """Before the first of several parts: all are cut from this text, whatever the catalogue says later."""

    def part_sent(self, row: Outbound, owner: str, now: datetime) -> None:
        """The provider has one part more: the row waits for the next; raises LeaseLost."""

    def being_sent(self, conversation_id: int) -> bool:
        """Whether a message of the conversation is just now on its way to the provider."""

    def receipt(
        self,
        channel: str,
        state: DeliveryState,
        reference: str | None,
        key: str | None,
        code: str | None,
        now: datetime,
    ) -> bool:
        """Move the row forward, never back; False = not known yet, kept until the row has its reference."""

    def release_expired(self, now: datetime, look_again_at: datetime | None = None) -> Sequence[int]:
        """LEASED goes back to waiting, SENDING becomes UNKNOWN and due at `look_again_at` (default now); their ids.

        What became UNKNOWN may have arrived: its question counts as handed over when its sending began.
        """

    def sent_to(self, address_index: bytes, channel: str, after: int, limit: int) -> Sequence[Outbound]:
        """The newest `limit` messages above id `after` that a channel took for an address, oldest first."""
