"""What broadcasts need from the store, as protocols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.domain.broadcasts import Broadcast, BroadcastStatus
from backend.services.ports.conversations import Conversation
from backend.services.ports.outbox import OutboxState


@dataclass(frozen=True)
class Quota:
    """How many messages of advice a phone may have had since a moment and still get another."""

    since: datetime
    most: int


@dataclass(frozen=True)
class Reach:
    """Phones of one language: how many a broadcast is for, and how many of them have stopped advice."""

    language: str
    accents: bool
    phones: int
    opted_out: int


class BroadcastRepository(Protocol):
    """Broadcasts and which message of theirs went to whom."""

    def add(self, broadcast: Broadcast) -> Broadcast:
        """Insert; the broadcast with its id."""

    def get(self, broadcast_id: int) -> Broadcast | None:
        """One broadcast."""

    def newest(self, limit: int) -> Sequence[Broadcast]:
        """The last ones, newest first."""

    def approved(self, limit: int) -> Sequence[Broadcast]:
        """Those that are on their way, oldest first."""

    def hold(self, broadcast_id: int) -> Broadcast | None:
        """The broadcast, nobody else's until the unit of work ends; None if it is not on its way or is held."""

    def change(self, broadcast: Broadcast, was: BroadcastStatus) -> bool:
        """Write a decision about it; False if its status is not `was` any more."""

    def last_conversation(self) -> int:
        """The id of the newest conversation, 0 if there is none."""

    def reach(self, broadcast: Broadcast) -> Sequence[Reach]:
        """Whom it is for, by language."""

    def next_phones(self, broadcast: Broadcast, quota: Quota, limit: int) -> Sequence[Conversation]:
        """The next up to `limit` conversations that have not been told, by id.

        Advice goes to nobody who has stopped it or whose quota is used up.
        """

    def queued(self, broadcast: Broadcast, messages: Mapping[int, int], now: datetime) -> None:
        """These messages (outbox id by conversation's id) are its own, and everybody up to the last is told."""

    def waiting(self, broadcast_id: int) -> int:
        """How many of its messages wait to be sent."""

    def take_back(self, broadcast: Broadcast, now: datetime) -> int:
        """Cancel what waits of it and has certainly reached nobody; who has none then is told when it goes on."""

    def counts(self, broadcast_id: int) -> Mapping[OutboxState, int]:
        """Its messages by state; those deleted by retention are gone."""


class BroadcastRepositories(Protocol):
    """The repositories of this file, as a unit of work offers them."""

    @property
    def broadcasts(self) -> BroadcastRepository: ...
