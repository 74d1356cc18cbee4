"""Texts, spool, clock, carriers and hints: everything outside that is neither store nor bot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from backend.services.ports.outbox import Reply
from channels.contract import InboundEvent, Limits, Medium, Outgoing, SendResult


class Texts(Protocol):
    """Everything a person reads, by message key; backend/i18n.py."""

    def render_all(self, replies: Sequence[Reply], language: str, medium: str) -> str:
        """The replies of one turn with their choices as one message, accents kept."""

    def text(self, key: str, language: str, medium: str, /, **args: Any) -> str:
        """One text by key."""

    def folding(self, language: str) -> str:
        """How texts of this language are folded unless the person asks for accents: gsm7, gsm7-letters, none."""


class Spool(Protocol):
    """A sealed, fsynced file for inbound events while the database is down."""

    def pending(self) -> bool:
        """Whether events wait in it; while they do, every inbound event of the process goes through it."""

    def append(self, events: Sequence[InboundEvent]) -> None:
        """Make the events safe on disk, or raise OSError."""

    def drain(self, take: Callable[[Sequence[InboundEvent]], object]) -> int:
        """Hand everything to `take` in order; what it took is removed, an exception keeps the rest.  How many went."""


class Clock(Protocol):
    """Time, so that tests can stand still."""

    def now(self) -> datetime:
        """The current time, aware, UTC."""


class Carrier(Protocol):
    """The sending half of all adapters, chosen by channel name."""

    def medium(self, channel: str) -> Medium:
        """The face of a channel."""

    def limits(self, channel: str) -> Limits:
        """What one message on a channel can carry."""

    def send(self, channel: str, message: Outgoing) -> SendResult:
        """Hand one message to its provider."""

    def lookup(self, channel: str, message: Outgoing) -> SendResult | None:
        """Ask what became of an unknown one; None where the provider cannot be asked."""


class Hints(Protocol):
    """Wakes workers after a commit.  Losing a hint costs a poll interval, never a message."""

    def inbox(self, ids: Sequence[int]) -> None:
        """These inbox rows are ready."""

    def outbox(self, ids: Sequence[int]) -> None:
        """These outbox rows are ready."""
