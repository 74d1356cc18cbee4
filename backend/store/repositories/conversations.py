"""Dialogue state, guarded by a version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, update
from sqlalchemy.sql.expression import Executable

from backend.services.ports import Conversation, StaleVersion
from backend.store.access import Access, insert_for
from backend.store.encryption import new_uid
from backend.store.prepared import prepared
from backend.store.tables import conversations
from channels.contract import InboundEvent, Medium


class SqlConversations:
    """ports.ConversationRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get_or_create(self, event: InboundEvent, address_index: bytes, language: str, now: datetime) -> Conversation:
        """The sender's conversation; `created` tells a new one."""
        return self.find(address_index) or self._create(event, address_index, language, now)

    def find(self, address_index: bytes) -> Conversation | None:
        """The conversation of a blind index, or None."""
        row = self._access.first(_find(), {"the_address": address_index})
        return None if row is None else self._read(row)

    def save(self, conversation: Conversation, **changes: Any) -> Conversation:
        """Write the changes where version = conversation.version, version + 1; raises StaleVersion."""
        columns = self._columns(conversation.uid, {**changes, "version": conversation.version + 1})
        values = {f"the_{name}": value for name, value in columns.items()}
        guard = {"guard_id": conversation.id, "guard_version": conversation.version}
        if self._access.run(_save(tuple(sorted(columns))), {**values, **guard}).rowcount == 0:
            raise StaleVersion
        return replace(conversation, version=conversation.version + 1, **changes)

    def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Those whose remind_at or expires_at has passed."""
        statement = (
            select(conversations)
            .where(or_(conversations.c.remind_at <= now, conversations.c.expires_at <= now))
            .order_by(conversations.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._access.all(statement)]

    def handed_over(self, conversation_id: int, question: int, at: datetime) -> None:
        """Question number `question` left for the person at `at` (no version change).

        Nothing happens when a later question is open, or when this one was handed over before.
        """
        self._access.run(_hand_over(), {"the_id": conversation_id, "the_question": question, "the_time": at})

    def _create(self, event: InboundEvent, address_index: bytes, language: str, now: datetime) -> Conversation:
        uid = new_uid()
        values = {
            "uid": uid,
            "address_index": address_index,
            "address": self._access.cipher.seal(conversations.c.address, uid, event.sender),
            "version": 0,
            "language": language,
            "accents": False,
            "question": 0,
            "opted_out": False,
            "medium": event.medium.value,
            "channel": event.channel,
            "created_at": now,
        }
        once = insert_for(self._access.dialect, conversations)
        statement = once.on_conflict_do_nothing(index_elements=["address_index"])
        row = self._access.first(statement.returning(*conversations.c), values)
        if row is not None:
            return replace(self._read(row), created=True)
        found = self.find(address_index)
        if found is None:
            raise LookupError("the conversation disappeared")
        return found

    def _columns(self, uid: bytes, changes: dict[str, Any]) -> dict[str, Any]:
        columns = dict(changes)
        if "state" in columns:
            columns["state"] = self._access.cipher.seal_optional(conversations.c.state, uid, columns["state"])
        return columns

    def _read(self, row: Row[Any]) -> Conversation:
        cipher = self._access.cipher
        return Conversation(
            id=row.id,
            address_index=row.address_index,
            address=cipher.open(conversations.c.address, row.uid, row.address),
            version=row.version,
            language=row.language,
            accents=row.accents,
            state=cipher.open_optional(conversations.c.state, row.uid, row.state),
            question=row.question,
            question_handed_at=row.question_handed_at,
            last_text_index=row.last_text_index,
            open_form=row.open_form,
            remind_at=row.remind_at,
            expires_at=row.expires_at,
            opted_out=row.opted_out,
            medium=Medium(row.medium),
            channel=row.channel,
            limited_at=row.limited_at,
            silent_until=row.silent_until,
            uid=row.uid,
        )


@prepared
def _find() -> Executable:
    return select(conversations).where(conversations.c.address_index == bindparam("the_address"))


@prepared
def _save(columns: tuple[str, ...]) -> Executable:
    return (
        update(conversations)
        .where(conversations.c.id == bindparam("guard_id"), conversations.c.version == bindparam("guard_version"))
        .values({name: bindparam(f"the_{name}") for name in columns})
    )


@prepared
def _hand_over() -> Executable:
    return (
        update(conversations)
        .where(
            conversations.c.id == bindparam("the_id"),
            conversations.c.question == bindparam("the_question"),
            conversations.c.question_handed_at.is_(None),
        )
        .values(question_handed_at=bindparam("the_time"))
    )
