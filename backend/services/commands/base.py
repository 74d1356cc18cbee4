"""What a command handler is given and gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.outbox import MessageClass
from backend.services.ports.people import Declaration
from backend.services.ports.tracing import Notice
from backend.services.ports.unit import CommandFailed, UnitOfWork
from backend.services.rules import Rules


@dataclass
class Work:
    """The unit of work of one turn, as its commands see it.

    `said_at` is when the person wrote what caused it, now where that is not long ago.
    `changes` are saved with the conversation; `message_class` is the class of the turn's answer;
    `told` are outbox rows to other phones.
    """

    unit: UnitOfWork
    conversation: Conversation
    now: datetime
    channel: str
    rules: Rules
    policy: Policy
    said_at: datetime | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    message_class: MessageClass = MessageClass.REPLY
    told: list[int] = field(default_factory=list)

    @property
    def said(self) -> datetime:
        """What the person takes for now."""
        return self.said_at or self.now

    def own(self, reference: str) -> Declaration:
        """The newest revision under a reference of this very phone; raises CommandFailed."""
        found = self.unit.declarations.latest(reference)
        if found is None or found.address_index != self.conversation.address_index:
            raise CommandFailed("declaration_gone")
        return found

    def notice(self, notice_id: str, kind: str) -> Notice:
        """A notice of a kind to this very phone; raises CommandFailed."""
        found = self.unit.notices.get(int(notice_id)) if str(notice_id).isdigit() else None
        if found is None or found.kind != kind or found.address_index != self.conversation.address_index:
            raise CommandFailed("notice_gone")
        return found


Handler = Callable[[Work, Mapping[str, Any]], Mapping[str, Any]]
"""Takes the command's arguments, returns the arguments it adds to replies; raises CommandFailed."""
