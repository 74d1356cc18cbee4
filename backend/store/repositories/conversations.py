"""Dialogue state, guarded by a version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, exists, or_, select, update
from sqlalchemy.sql.expression import Executable

from backend.services.ports.conversations import FACILITIES, NOTICES, PEOPLE, VENUES, Conversation
from backend.services.ports.inbox import Inbound
from backend.services.ports.unit import StaleVersion
from backend.store.access import Access, insert_for, one_of
from backend.store.encryption import new_uid
from backend.store.prepared import Outcome, prepared
from backend.store.tables import conversations
from backend.store.tables_facilities import facility_officers
from backend.store.tables_health import people
from backend.store.tables_tracing import notices
from backend.store.tables_visits import venues
from channels.contract import InboundEvent, Medium

PHONES: Mapping[str, ColumnElement[bytes]] = {
    PEOPLE: people.c.address_index,
    NOTICES: notices.c.address_index,
    VENUES: venues.c.keeper_index,
    FACILITIES: facility_officers.c.phone_index,
}


class SqlConversations:
    """ports.conversations.ConversationRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get_or_create(self, event: InboundEvent, address_index: bytes, language: str, now: datetime) -> Conversation:
        return self.find(address_index) or self._create(event, address_index, language, now)

    def of_senders(self, rows: Sequence[Inbound], language: str, now: datetime) -> Sequence[Conversation]:
        known = self.find_each([row.address_index for row in rows])
        return [
            known.get(row.address_index) or self._create(row.event, row.address_index, language, now) for row in rows
        ]

    def find(self, address_index: bytes) -> Conversation | None:
        return self.find_each([address_index]).get(address_index)

    def save(self, conversation: Conversation, **changes: Any) -> Conversation:
        return self.save_each([(conversation, changes)])[0]

    def save_each(self, changed: Sequence[tuple[Conversation, Mapping[str, Any]]]) -> Sequence[Conversation]:
        """In the order of their ids, so that two units of work never wait for each other."""
        in_order = sorted(changed, key=lambda each: each[0].id)
        for names, group in groupby(in_order, key=lambda each: tuple(sorted(each[1]))):
            values = [self._saved(conversation, changes) for conversation, changes in group]
            self._access.write(_save(names), values, _require_fresh)
        return [replace(each, version=each.version + 1, **changes) for each, changes in changed]

    def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        statement = (
            select(conversations)
            .where(or_(conversations.c.remind_at <= now, conversations.c.expires_at <= now))
            .order_by(conversations.c.id)
            .limit(limit)
        )
        return [self.read(row) for row in self._access.all(statement)]

    def handed_over(self, questions: Sequence[tuple[int, int, datetime]]) -> None:
        names = ("the_id", "the_question", "the_time")
        self._access.run_each(_hand_over(), [dict(zip(names, each, strict=True)) for each in sorted(questions)])

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
        row = self._access.first(_create(self._access.dialect), values)
        if row is not None:
            return replace(self.read(row), created=True)
        found = self.find(address_index)
        if found is None:
            raise LookupError("the conversation disappeared")
        return found

    def find_each(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Conversation]:
        found = self._access.all(_find_each(self._access.dialect), {"the_addresses": list(address_indexes)})
        return {row.address_index: replace(self.read(row), beside=_beside(row)) for row in found}

    def _saved(self, conversation: Conversation, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The values of `_save`."""
        values = {f"the_{name}": value for name, value in changes.items()}
        if "state" in changes:
            seal = self._access.cipher.seal_optional
            values["the_state"] = seal(conversations.c.state, conversation.uid, changes["state"])
        return values | {"guard_id": conversation.id, "guard_version": conversation.version}

    def read(self, row: Row[Any]) -> Conversation:
        """A row of the table."""
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


def _require_fresh(outcome: Outcome) -> None:
    if outcome.rowcount == 0:
        raise StaleVersion


def _beside(row: Row[Any]) -> Collection[str]:
    return frozenset(kind for kind in PHONES if getattr(row, f"has_{kind}"))


@prepared
def _find_each(dialect: str) -> Executable:
    """With what else is kept under the phone of each: for most people that is nothing, or one kind of things."""
    has = [exists().where(phone == conversations.c.address_index).label(f"has_{kind}")
           for kind, phone in PHONES.items()]  # fmt: skip
    return select(conversations, *has).where(one_of(dialect, conversations.c.address_index, "the_addresses"))


@prepared
def _create(dialect: str) -> Executable:
    once = insert_for(dialect, conversations).on_conflict_do_nothing(index_elements=["address_index"])
    statement: Executable = once.returning(*conversations.c)
    return statement


@prepared
def _save(columns: tuple[str, ...]) -> Executable:
    changes: dict[str, Any] = {name: bindparam(f"the_{name}") for name in columns}
    return (
        update(conversations)
        .where(conversations.c.id == bindparam("guard_id"), conversations.c.version == bindparam("guard_version"))
        .values(**changes, version=conversations.c.version + 1)
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
