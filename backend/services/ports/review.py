"""What the review of unclear texts needs from the store, as protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class UnclearText:
    """A text that was not understood, as a line of training data: names, numbers and places are slots already.

    `guesses` are the intents it was nearest to; `accepted_as` the intent a reviewer gave it, None while it waits.
    """

    id: int
    address_index: bytes
    language: str
    line: str
    confidence: float
    guesses: Sequence[str]
    kept_at: datetime
    accepted_as: str | None = None


class UnclearRepository(Protocol):
    """Unclear texts, sealed, until they are reviewed or their time is over."""

    def add(self, text: UnclearText) -> None:
        """Insert; the id is the store's."""

    def waiting_of(self, address_index: bytes) -> int:
        """How many of a phone wait for review."""

    def waiting(self, limit: int) -> Sequence[UnclearText]:
        """The oldest that nobody has reviewed."""

    def accepted(self) -> Sequence[UnclearText]:
        """Those accepted and not exported, oldest first."""

    def get(self, text_id: int) -> UnclearText | None:
        """One of them."""

    def accept(self, text: UnclearText, line: str, intent: str) -> None:
        """It will be learned from, in these words."""

    def remove(self, ids: Sequence[int]) -> None:
        """No longer kept."""

    def expire(self, before: datetime) -> int:
        """Delete what was kept before then; how many."""


class ReviewRepositories(Protocol):
    """The repositories of this file, as a unit of work offers them."""

    @property
    def unclear(self) -> UnclearRepository: ...
