"""Conversations between two messages, and the USSD sessions their pages are shown in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from backend.services.ports.inbox import Inbound
from channels.contract import InboundEvent, Medium

PEOPLE, NOTICES, VENUES, FACILITIES = "people", "notices", "venues", "facilities"
EVERYTHING = frozenset({PEOPLE, NOTICES, VENUES, FACILITIES})


@dataclass(frozen=True)
class Conversation:
    """One per phone or linked account.  `version` guards every save."""

    id: int
    address_index: bytes
    address: str
    version: int
    language: str
    accents: bool
    state: Mapping[str, Any] | None
    question: int  # number of the question that is open
    question_handed_at: datetime | None
    last_text_index: bytes | None
    open_form: str | None
    remind_at: datetime | None
    expires_at: datetime | None
    opted_out: bool
    medium: Medium
    channel: str
    created: bool = False  # made by this very unit of work
    limited_at: datetime | None = None  # when the sender was last told that they write too often
    silent_until: datetime | None = None  # one of ours answers by hand in the chat, and the bot says nothing
    uid: bytes = b""
    # What may be kept under its phone: nothing else has to be asked for.
    beside: Collection[str] = field(default=EVERYTHING, compare=False)


class ConversationRepository(Protocol):
    """Dialogue state."""

    def get_or_create(self, event: InboundEvent, address_index: bytes, language: str, now: datetime) -> Conversation:
        """The sender's conversation; `created` tells a new one."""

    def of_senders(self, rows: Sequence[Inbound], language: str, now: datetime) -> Sequence[Conversation]:
        """As `get_or_create` for the senders of several messages, in their order."""

    def find(self, address_index: bytes) -> Conversation | None:
        """The conversation of a blind index, or None."""

    def find_each(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Conversation]:
        """As `find` for several; those without one are left out."""

    def save(self, conversation: Conversation, **changes: Any) -> Conversation:
        """Write the changes where version = conversation.version, version + 1; raises StaleVersion as `save_each`."""

    def save_each(self, changed: Sequence[tuple[Conversation, Mapping[str, Any]]]) -> Sequence[Conversation]:
        """As `save` for several; raises StaleVersion if one of them is stale, at the latest at the commit."""

    def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Those whose remind_at or expires_at has passed."""

    def handed_over(self, questions: Sequence[tuple[int, int, datetime]]) -> None:
        """Questions (conversation's id, number) left for the person, each at its time (no version change).

        Nothing happens where a later question is open, or where this one was handed over before.
        """


@dataclass(frozen=True)
class UssdSession:
    """One USSD session: where its pages stand."""

    channel: str
    session_index: bytes
    address_index: bytes
    step: int
    pages: Sequence[str]
    page: int
    open: bool
    newest: bool  # an older parallel session of its phone is stale


class UssdSessionRepository(Protocol):
    """USSD sessions; they live minutes."""

    def get(self, channel: str, session_id: str) -> UssdSession | None:
        """The session or None."""

    def put(
        self,
        channel: str,
        session_id: str,
        address_index: bytes,
        *,
        step: int,
        pages: Sequence[str],
        page: int,
        open: bool,
        now: datetime,
    ) -> None:
        """Insert or replace."""
