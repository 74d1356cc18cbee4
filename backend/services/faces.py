"""How the answer of a turn reaches the person: written, or on the screen of the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Inbound
from backend.services.ports.outbox import Draft, MessageClass, Reply
from backend.services.ports.unit import UnitOfWork


@dataclass(frozen=True)
class Spoken:
    """What a turn has to say; `waiting` is whether a question is open after it."""

    replies: Sequence[Reply]
    message_class: MessageClass
    waiting: bool


@dataclass(frozen=True)
class Said:
    """What a turn says in a conversation, in answer to a message unless `row` is None."""

    conversation: Conversation
    row: Inbound | None
    spoken: Spoken


@dataclass(frozen=True)
class Put:
    """Where it went: the rows to send, and the answer that a duplicate of the message gets."""

    outbox_ids: Sequence[int] = ()
    answer: str | None = None


class Face(Protocol):
    """One way to answer."""

    shown_at_once: bool  # whether the person has the answer as soon as it is committed

    def put(self, unit: UnitOfWork, said: Sequence[Said], now: datetime) -> Sequence[Put]:
        """Store the answers of turns in their own unit of work; where each went."""


class Written:
    """One message in the outbox for all replies of the turn."""

    shown_at_once = False

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def put(self, unit: UnitOfWork, said: Sequence[Said], now: datetime) -> Sequence[Put]:
        """Add the outbox rows."""
        added = iter(unit.outbox.add_each([self._draft(each) for each in said if each.spoken.replies], now))
        return [Put([next(added).id]) if each.spoken.replies else Put() for each in said]

    def _draft(self, said: Said) -> Draft:
        """In answer to a message on the channel it came by."""
        by = said.row.event if said.row else said.conversation
        channel = self._policy.writing_channel(by.medium, by.channel)
        spoken, cause = said.spoken, said.row.id if said.row else None
        return Draft(said.conversation, spoken.replies, spoken.message_class, cause, channel=channel)
