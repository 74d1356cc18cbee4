"""Phones the hotline is to ring."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from backend.services.ports import Conversation
from backend.store.access import Access, insert_for
from backend.store.tables_health import callbacks


class SqlCallbacks:
    """ports.CallbackRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def request(self, conversation: Conversation, reason: str, now: datetime) -> bool:
        """Put the phone on the list; False if an open request was there already."""
        values = {"conversation_id": conversation.id, "reason": reason, "requested_at": now}
        statement = insert_for(self._access.dialect, callbacks).on_conflict_do_nothing(
            index_elements=["conversation_id"], index_where=callbacks.c.closed_at.is_(None)
        )
        return self._access.run(statement.returning(callbacks.c.id), values).scalar() is not None

    def waiting(self, conversation: Conversation) -> bool:
        """Whether an open request is there."""
        opened = (callbacks.c.conversation_id == conversation.id, callbacks.c.closed_at.is_(None))
        return self._access.first(select(callbacks.c.id).where(*opened)) is not None
