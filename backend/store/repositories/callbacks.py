"""Phones the hotline is to ring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, select, update

from backend.domain.callbacks import REASONS, Callback, calmer_than
from backend.services.ports.conversations import Conversation
from backend.store.access import Access, insert_for
from backend.store.tables import conversations
from backend.store.tables_health import callbacks

_OPEN = callbacks.c.closed_at.is_(None)


class SqlCallbacks:
    """ports.people.CallbackRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def request(self, conversation: Conversation, reason: str, now: datetime) -> bool:
        values = {"conversation_id": conversation.id, "reason": reason, "requested_at": now}
        statement = insert_for(self._access.dialect, callbacks).on_conflict_do_nothing(
            index_elements=["conversation_id"], index_where=_OPEN
        )
        if self._access.run(statement.returning(callbacks.c.id), values).scalar() is not None:
            return True
        calmer = callbacks.c.reason.in_(calmer_than(reason))
        own = callbacks.c.conversation_id == conversation.id
        self._access.run(update(callbacks).where(own, _OPEN, calmer).values(reason=reason))
        return False

    def waiting(self, conversation: Conversation) -> bool:
        own = callbacks.c.conversation_id == conversation.id
        return self._access.first(select(callbacks.c.id).where(own, _OPEN)) is not None

    def open(self, limit: int) -> Sequence[Callback]:
        urgency = case({reason: rank for rank, reason in enumerate(REASONS)}, value=callbacks.c.reason)
        statement = (
            select(callbacks, conversations.c.uid, conversations.c.address, conversations.c.language)
            .join(conversations, conversations.c.id == callbacks.c.conversation_id)
            .where(_OPEN)
            .order_by(urgency, callbacks.c.id)
            .limit(limit)
        )
        cipher = self._access.cipher
        return [
            Callback(row.id, cipher.open(conversations.c.address, row.uid, row.address), row.language, row.reason,
                     row.requested_at)
            for row in self._access.all(statement)
        ]  # fmt: skip

    def close(self, number: int, now: datetime) -> bool:
        done = update(callbacks).where(callbacks.c.id == number, _OPEN).values(closed_at=now)
        return bool(self._access.run(done).rowcount)
