"""Broadcasts and which message of theirs went to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, exists, func, insert, or_, select, true, update

from backend.domain.broadcasts import Audience, Broadcast, BroadcastStatus
from backend.domain.venues import VenueStatus
from backend.services.ports.broadcasts import Quota, Reach
from backend.services.ports.conversations import Conversation
from backend.services.ports.outbox import MessageClass, OutboxState
from backend.store.access import Access
from backend.store.repositories.conversations import SqlConversations
from backend.store.tables import conversations, outbox
from backend.store.tables_broadcasts import broadcast_messages, broadcasts
from backend.store.tables_health import declarations, people
from backend.store.tables_visits import venues

_CHANGES = ("decided_by", "decided_at", "last", "reason")
_PLAIN = ("id", "texts", "office", "urgent", "proposed_by", "proposed_at", "told", "queued_at", *_CHANGES)
_STANDING = ("pending", "complete")  # declarations that were neither undone nor corrected
_IS_APPROVED = broadcasts.c.status == BroadcastStatus.APPROVED.value
_REACHED_NOBODY = and_(  # for certain: new, or refused by the one channel that was asked
    outbox.c.state == OutboxState.WAITING.value,
    outbox.c.unknowns == 0,
    outbox.c.parts_sent == 0,
    outbox.c.tried.is_(None),
)


class SqlBroadcasts:
    """ports.broadcasts.BroadcastRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, broadcast: Broadcast) -> Broadcast:
        values = {name: getattr(broadcast, name) for name in _PLAIN if name != "id"} | {
            "status": broadcast.status.value,
            "texts": dict(broadcast.texts),
            "audience": broadcast.audience.value,
            "areas": list(broadcast.areas),
        }
        row_id = self._access.run(insert(broadcasts).returning(broadcasts.c.id), values).scalar_one()
        return replace(broadcast, id=row_id)

    def get(self, broadcast_id: int) -> Broadcast | None:
        row = self._access.first(select(broadcasts).where(broadcasts.c.id == broadcast_id))
        return None if row is None else _read(row)

    def newest(self, limit: int) -> Sequence[Broadcast]:
        rows = self._access.all(select(broadcasts).order_by(broadcasts.c.id.desc()).limit(limit))
        return [_read(row) for row in rows]

    def approved(self, limit: int) -> Sequence[Broadcast]:
        statement = select(broadcasts).where(_IS_APPROVED).order_by(broadcasts.c.id).limit(limit)
        return [_read(row) for row in self._access.all(statement)]

    def hold(self, broadcast_id: int) -> Broadcast | None:
        statement = select(broadcasts).where(broadcasts.c.id == broadcast_id, _IS_APPROVED)
        row = self._access.first(statement.with_for_update(skip_locked=True))
        return None if row is None else _read(row)

    def change(self, broadcast: Broadcast, was: BroadcastStatus) -> bool:
        values = {name: getattr(broadcast, name) for name in _CHANGES} | {"status": broadcast.status.value}
        same = (broadcasts.c.id == broadcast.id, broadcasts.c.status == was.value)
        return self._access.run(update(broadcasts).where(*same).values(**values)).rowcount == 1

    def last_conversation(self) -> int:
        return int(self._access.run(select(func.coalesce(func.max(conversations.c.id), 0))).scalar_one())

    def reach(self, broadcast: Broadcast) -> Sequence[Reach]:
        by = (conversations.c.language, conversations.c.accents)
        stopped = func.sum(case((conversations.c.opted_out, 1), else_=0)).label("opted_out")
        statement = select(*by, func.count().label("phones"), stopped).where(_meant(broadcast)).group_by(*by)
        rows = self._access.all(statement.order_by(*by))
        return [Reach(row.language, row.accents, row.phones, row.opted_out) for row in rows]

    def next_phones(self, broadcast: Broadcast, quota: Quota, limit: int) -> Sequence[Conversation]:
        told = exists().where(
            broadcast_messages.c.broadcast_id == broadcast.id,
            broadcast_messages.c.conversation_id == conversations.c.id,
        )
        open_to_it = true() if broadcast.urgent else and_(~conversations.c.opted_out, _had(quota.since) < quota.most)
        statement = (
            select(conversations)
            .where(
                conversations.c.id > broadcast.told,
                conversations.c.id <= broadcast.last,
                _meant(broadcast),
                ~told,
                open_to_it,
            )
            .order_by(conversations.c.id)
            .limit(limit)
        )
        reader = SqlConversations(self._access)
        return [reader.read(row) for row in self._access.all(statement)]

    def queued(self, broadcast: Broadcast, messages: Mapping[int, int], now: datetime) -> None:
        if not messages:
            return
        rows = [
            {"broadcast_id": broadcast.id, "conversation_id": conversation_id, "outbox_id": outbox_id}
            for conversation_id, outbox_id in messages.items()
        ]
        self._access.run(insert(broadcast_messages), rows)
        so_far = {"told": max(messages), "queued_at": now}
        self._access.run(update(broadcasts).where(broadcasts.c.id == broadcast.id).values(**so_far))

    def waiting(self, broadcast_id: int) -> int:
        waits = outbox.c.state == OutboxState.WAITING.value
        return int(self._access.run(select(func.count()).where(waits, _message_of(broadcast_id))).scalar_one())

    def take_back(self, broadcast: Broadcast, now: datetime) -> int:
        cancelled = (
            update(outbox)
            .where(_REACHED_NOBODY, _message_of(broadcast.id))
            .values(state=OutboxState.CANCELLED.value, code="taken_back", due_at=None, changed_at=now)
            .returning(outbox.c.id, outbox.c.conversation_id)
        )
        rows = self._access.all(cancelled)
        if not rows:
            return 0
        self._access.run(delete(broadcast_messages).where(broadcast_messages.c.outbox_id.in_([row.id for row in rows])))
        first = min(row.conversation_id for row in rows)
        again = update(broadcasts).where(broadcasts.c.id == broadcast.id, broadcasts.c.told >= first)
        self._access.run(again.values(told=first - 1))
        return len(rows)

    def counts(self, broadcast_id: int) -> Mapping[OutboxState, int]:
        sent = outbox.join(broadcast_messages, broadcast_messages.c.outbox_id == outbox.c.id)
        statement = (
            select(outbox.c.state, func.count().label("messages"))
            .select_from(sent)
            .where(broadcast_messages.c.broadcast_id == broadcast_id)
            .group_by(outbox.c.state)
        )
        return {OutboxState(row.state): row.messages for row in self._access.all(statement)}


def _message_of(broadcast_id: int) -> ColumnElement[bool]:
    return exists().where(
        broadcast_messages.c.outbox_id == outbox.c.id, broadcast_messages.c.broadcast_id == broadcast_id
    )


def _had(since: datetime) -> ColumnElement[int]:
    """How many messages of advice a conversation's phone was sent since then."""
    other = outbox.alias("other")
    return (
        select(func.count())
        .where(
            other.c.address_index == conversations.c.address_index,
            other.c.message_class == MessageClass.ADVICE.value,
            other.c.created_at > since,
            other.c.state != OutboxState.CANCELLED.value,
        )
        .scalar_subquery()
    )


def _meant(broadcast: Broadcast) -> ColumnElement[bool]:
    """Whether a conversation belongs to the audience: who keeps a venue, is known, or has declared, in the areas."""
    if broadcast.audience is Audience.KEEPERS:
        kept = and_(venues.c.keeper_index == conversations.c.address_index, venues.c.status == VenueStatus.ACTIVE.value)
        return exists().where(kept, _inside(broadcast, venues.c.province, venues.c.commune))
    if not broadcast.areas:
        return exists().where(people.c.address_index == conversations.c.address_index)
    declared = and_(declarations.c.address_index == conversations.c.address_index, declarations.c.status.in_(_STANDING))
    return exists().where(declared, _inside(broadcast, declarations.c.province, declarations.c.commune))


def _inside(broadcast: Broadcast, province: ColumnElement[Any], commune: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(province.in_(broadcast.areas), commune.in_(broadcast.areas)) if broadcast.areas else true()


def _read(row: Row[Any]) -> Broadcast:
    return Broadcast(
        **{name: getattr(row, name) for name in _PLAIN},
        status=BroadcastStatus(row.status),
        audience=Audience(row.audience),
        areas=tuple(row.areas),
    )
