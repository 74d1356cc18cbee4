"""How the answer of a turn reaches the person: written, or on the screen of the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.services.policy import Policy
from backend.services.ports import Conversation, Inbound, MessageClass, Reply, UnitOfWork


@dataclass(frozen=True)
class Spoken:
    """What a turn has to say; `waiting` is whether a question is open after it."""

    replies: Sequence[Reply]
    message_class: MessageClass
    waiting: bool


@dataclass(frozen=True)
class Put:
    """Where it went: the rows to send, and the answer that a duplicate of the message gets."""

    outbox_ids: Sequence[int] = ()
    answer: str | None = None


class Face(Protocol):
    """One way to answer."""

    shown_at_once: bool  # whether the person has the answer as soon as it is committed

    def put(
        self, unit: UnitOfWork, conversation: Conversation, row: Inbound | None, spoken: Spoken, now: datetime
    ) -> Put:
        """Store the answer in the turn's own unit of work."""


class Written:
    """One message in the outbox for all replies of the turn."""

    shown_at_once = False

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def put(
        self, unit: UnitOfWork, conversation: Conversation, row: Inbound | None, spoken: Spoken, now: datetime
    ) -> Put:
        """Add the outbox row."""
        if not spoken.replies:
            return Put()
        medium, channel = (row.event.medium, row.event.channel) if row else (conversation.medium, conversation.channel)
        added = unit.outbox.add(
            conversation, spoken.replies, spoken.message_class, now, inbox_id=row.id if row else None,
            channel=self._policy.writing_channel(medium, channel),
        )
        return Put([added.id])
