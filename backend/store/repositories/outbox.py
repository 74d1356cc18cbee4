"""Outgoing messages: insert, lease in order per conversation, record what the provider said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select, update

from backend.services.ports import Conversation, LeaseLost, MessageClass, Outbound, OutboxState, Reply
from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.repositories.receipts import Receipts
from backend.store.tables import conversations, outbox
from channels.contract import DeliveryState

READY_STATES = (OutboxState.WAITING.value, OutboxState.UNKNOWN.value)
HELD_STATES = (OutboxState.LEASED.value, OutboxState.SENDING.value)
TAKEN_STATES = (OutboxState.SENT.value, OutboxState.DELIVERED.value)
WITH_PROVIDER = (OutboxState.SENT, OutboxState.UNKNOWN)
FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}


class SqlOutbox:
    """ports.OutboxRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._receipts = Receipts(access)

    def add(
        self,
        conversation: Conversation,
        replies: Sequence[Reply],
        message_class: MessageClass,
        now: datetime,
        *,
        inbox_id: int | None,
        position: int = 0,
        state: OutboxState = OutboxState.WAITING,
        channel: str | None = None,
        text: str | None = None,
    ) -> Outbound:
        """Insert one message; its key is random and kept over retries (IntegrityError for a used position)."""
        uid = new_uid()
        message = Outbound(
            id=0,
            key=uid.hex(),
            conversation_id=conversation.id,
            address_index=conversation.address_index,
            address=conversation.address,
            channel=channel or conversation.channel,
            message_class=message_class,
            language=conversation.language,
            accents=conversation.accents,
            replies=tuple(replies),
            state=state,
            attempts=0,
            created_at=now,
            inbox_id=inbox_id,
            position=position,
            question=conversation.question,
            text=text,
            uid=uid,
        )
        statement = outbox.insert().returning(outbox.c.id)
        row_id = self._access.run(statement, self._values(uid, message)).scalar_one()
        return replace(message, id=row_id)

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> Sequence[Outbound]:
        """Lease rows whose time has come, per conversation in order.

        A row with `unknowns` may have reached the provider before: look it up before sending it again.
        """
        picked = _claimable(now, limit, ids).with_for_update(skip_locked=True, of=outbox).cte("picked")
        statement = (
            update(outbox)
            .where(outbox.c.id.in_(select(picked.c.id)), outbox.c.state.in_(READY_STATES))
            .values(state=OutboxState.LEASED.value, lease_owner=owner, lease_until=until)
            .returning(*outbox.c)
        )
        return sorted((self._read(row) for row in self._access.all(statement)), key=lambda row: row.id)

    def mark_sending(self, rows: Sequence[Outbound], owner: str, now: datetime) -> Sequence[Outbound]:
        """Just before the network: re-check opt-out and erasure; returns the rows that may go.

        Opt-out stops MessageClass.ADVICE only (Decree 91/2020); an erased row is no longer leased.
        """
        held = and_(
            outbox.c.id.in_([row.id for row in rows]),
            outbox.c.lease_owner == owner,
            outbox.c.state == OutboxState.LEASED.value,
        )
        statement = (
            update(outbox)
            .where(held, ~_unwanted())
            .values(state=OutboxState.SENDING.value, changed_at=now)
            .returning(outbox.c.id)
        )
        going = {row.id for row in self._access.all(statement)}
        if len(going) < len(rows):
            self._access.run(
                update(outbox)
                .where(held)
                .values(state=OutboxState.CANCELLED.value, changed_at=now, due_at=None, **FREE)
            )
        return [row for row in rows if row.id in going]

    def record(
        self,
        row: Outbound,
        owner: str,
        state: OutboxState,
        now: datetime,
        *,
        reference: str | None = None,
        code: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        """What the provider said; raises LeaseLost unless `owner` still holds the row.

        WAITING and UNKNOWN become claimable again at `retry_at` and count an attempt.
        """
        changes: dict[str, Any] = {"state": state.value, "code": code, "changed_at": now, "due_at": retry_at, **FREE}
        if state in (OutboxState.WAITING, OutboxState.UNKNOWN):
            changes["attempts"] = outbox.c.attempts + 1
        if state is OutboxState.UNKNOWN:
            changes["unknowns"] = outbox.c.unknowns + 1
        if reference is not None:
            changes["reference"] = self._access.cipher.seal(outbox.c.reference, row.uid, reference)
            changes["reference_index"] = self._receipts.index(row.channel, reference)
        statement = (
            update(outbox)
            .where(outbox.c.id == row.id, outbox.c.lease_owner == owner, outbox.c.state.in_(HELD_STATES))
            .values(**changes)
        )
        if self._access.run(statement).rowcount == 0:
            raise LeaseLost
        if state in WITH_PROVIDER:
            self._receipts.settle_row(row, reference, now)

    def receipt(
        self,
        channel: str,
        state: DeliveryState,
        reference: str | None,
        key: str | None,
        code: str | None,
        now: datetime,
    ) -> bool:
        """Move the row forward, never back; False = not known yet, kept until the row has its reference."""
        return self._receipts.take(channel, state, reference, key, code, now)

    def release_expired(self, now: datetime, look_again_at: datetime | None = None) -> Sequence[int]:
        """LEASED goes back to waiting, SENDING becomes UNKNOWN and due at `look_again_at` (default now); their ids.

        Receipts that crossed with the recording of their row are settled too.
        """
        expired = outbox.c.lease_until <= now
        released = self._release(expired, OutboxState.LEASED, {"state": OutboxState.WAITING.value, "due_at": now})
        in_doubt = {
            "state": OutboxState.UNKNOWN.value,
            "unknowns": outbox.c.unknowns + 1,
            "attempts": outbox.c.attempts + 1,
            "code": "sender_lost",
            "due_at": look_again_at or now,
        }
        doubtful = self._release(expired, OutboxState.SENDING, in_doubt)
        self._receipts.settle_all(now)
        return sorted(released + doubtful)

    def sent_to(self, address_index: bytes, channel: str, after: int, limit: int) -> Sequence[Outbound]:
        """The newest `limit` messages with an id above `after` that a channel has taken for an address, oldest first."""
        statement = (
            select(outbox)
            .where(
                outbox.c.address_index == address_index,
                outbox.c.channel == channel,
                outbox.c.id > after,
                outbox.c.state.in_(TAKEN_STATES),
            )
            .order_by(outbox.c.id.desc())
            .limit(limit)
        )
        return [self._read(row) for row in reversed(self._access.all(statement))]

    def _release(self, expired: ColumnElement[bool], state: OutboxState, changes: dict[str, Any]) -> list[int]:
        statement = update(outbox).where(outbox.c.state == state.value, expired).values(**changes, **FREE)
        return [row.id for row in self._access.all(statement.returning(outbox.c.id))]

    def _values(self, uid: bytes, message: Outbound) -> dict[str, Any]:
        cipher = self._access.cipher
        return {
            "uid": uid,
            "conversation_id": message.conversation_id,
            "address_index": message.address_index,
            "address": cipher.seal(outbox.c.address, uid, message.address),
            "channel": message.channel,
            "message_class": message.message_class.value,
            "language": message.language,
            "accents": message.accents,
            "replies": cipher.seal(outbox.c.replies, uid, [_reply_to_json(reply) for reply in message.replies]),
            "text": cipher.seal_optional(outbox.c.text, uid, message.text),
            "state": message.state.value,
            "attempts": 0,
            "inbox_id": message.inbox_id,
            "position": message.position,
            "question": message.question,
            "due_at": message.created_at if message.state is OutboxState.WAITING else None,
            "created_at": message.created_at,
            "changed_at": message.created_at,
        }

    def _read(self, row: Row[Any]) -> Outbound:
        cipher = self._access.cipher
        return Outbound(
            id=row.id,
            key=row.uid.hex(),
            conversation_id=row.conversation_id,
            address_index=row.address_index,
            address=cipher.open(outbox.c.address, row.uid, row.address),
            channel=row.channel,
            message_class=MessageClass(row.message_class),
            language=row.language,
            accents=row.accents,
            replies=tuple(Reply(**reply) for reply in cipher.open(outbox.c.replies, row.uid, row.replies)),
            state=OutboxState(row.state),
            attempts=row.attempts,
            created_at=row.created_at,
            inbox_id=row.inbox_id,
            position=row.position,
            reference=cipher.open_optional(outbox.c.reference, row.uid, row.reference),
            question=row.question,
            text=cipher.open_optional(outbox.c.text, row.uid, row.text),
            unknowns=row.unknowns,
            uid=row.uid,
        )


def _reply_to_json(reply: Reply) -> dict[str, Any]:
    return {"name": reply.name, "args": dict(reply.args), "choices": [dict(choice) for choice in reply.choices]}


def _ready(row: Any, now: datetime) -> ColumnElement[bool]:
    return and_(row.c.state.in_(READY_STATES), row.c.due_at <= now)


def _claimable(now: datetime, limit: int, ids: Sequence[int] | None) -> Select[Any]:
    other = outbox.alias("other")
    earlier = and_(other.c.id < outbox.c.id, or_(other.c.state == OutboxState.WAITING.value, _ready(other, now)))
    blocked = exists().where(
        other.c.conversation_id == outbox.c.conversation_id,
        or_(other.c.state.in_(HELD_STATES), earlier),
    )
    chosen = select(outbox.c.id).where(_ready(outbox, now), ~blocked)
    if ids is not None:
        chosen = chosen.where(outbox.c.id.in_(ids))
    return chosen.order_by(outbox.c.id).limit(limit)


def _unwanted() -> ColumnElement[bool]:
    opted_out = exists().where(conversations.c.address_index == outbox.c.address_index, conversations.c.opted_out)
    return and_(outbox.c.message_class == MessageClass.ADVICE.value, opted_out)
