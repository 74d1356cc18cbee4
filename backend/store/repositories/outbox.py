"""Outgoing messages: insert, lease in order per conversation, record what the provider said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update

from backend.services.ports.outbox import Draft, MessageClass, Outbound, OutboxState, Outcome, Reply
from backend.services.ports.unit import LeaseLost
from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.repositories import outbox_statements as statements
from backend.store.repositories.conversations import SqlConversations
from backend.store.repositories.receipts import Receipts
from backend.store.tables import outbox
from channels.contract import DeliveryState

TAKEN_STATES = (OutboxState.SENT.value, OutboxState.DELIVERED.value)
SETTLED_BY_RECEIPTS = (OutboxState.SENT, OutboxState.UNKNOWN, OutboxState.WAITING)


class SqlOutbox:
    """ports.outbox.OutboxRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._receipts = Receipts(access)

    def add(self, draft: Draft, now: datetime) -> Outbound:
        """Raises IntegrityError for a used position."""
        return self.add_each([draft], now)[0]

    def add_each(
        self, drafts: Sequence[Draft], now: datetime, lease: tuple[str, datetime] | None = None
    ) -> Sequence[Outbound]:
        messages = [_message(draft, now) for draft in drafts]
        held = {} if lease is None else dict(zip(("the_lease_owner", "the_lease_until"), lease, strict=True))
        insert = partial(statements.insert, leased=lease is not None)
        found = {row.uid: row for row in self._access.run_together(insert, held, list(map(self._values, messages)))}
        return [replace(each, id=found[each.uid].id, state=OutboxState(found[each.uid].state)) for each in messages]

    def show(self, draft: Draft, now: datetime) -> None:
        self._access.write(statements.insert(many=False, leased=False), [self._values(_message(draft, now))])

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> Sequence[Outbound]:
        values = {"the_owner": owner, "the_now": now, "the_until": until, "the_limit": limit}
        if ids is not None:
            values["the_ids"] = list(ids)
        rows = self._access.all(statements.claim(self._access.dialect, named=ids is not None), values)
        return sorted((self._read(row) for row in rows), key=lambda row: row.id)

    def mark_sending(self, rows: Sequence[Outbound], owner: str, now: datetime) -> Sequence[Outbound]:
        values = {"the_ids": [row.id for row in rows], "the_owner": owner, "the_now": now}
        going = {row.id for row in self._access.all(statements.mark_sending(self._access.dialect), values)}
        if len(going) < len(rows):
            self._access.run(statements.cancel(self._access.dialect), values)
        return [row for row in rows if row.id in going]

    def record(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> Collection[int]:
        written: list[Outcome] = []
        for referenced in (False, True):
            group = [each for each in outcomes if (each.reference is not None) is referenced]
            record, common = partial(statements.record, referenced=referenced), {"the_owner": owner, "the_now": now}
            done = {row.id for row in self._access.run_together(record, common, list(map(self._recorded, group)))}
            written += [each for each in group if each.row.id in done]
        self._receipts.settle([each for each in written if each.state in SETTLED_BY_RECEIPTS], now)
        return {each.row.id for each in written}

    def reroute(self, row: Outbound, owner: str | None, channel: str, tried: Sequence[str], now: datetime) -> None:
        values = {
            "the_id": row.id, "the_owner": owner, "the_channel": channel, "the_tried": " ".join(tried), "the_now": now,
        }  # fmt: skip
        if self._access.run(statements.reroute(held=owner is not None), values).rowcount == 0:
            raise LeaseLost

    def keep_text(self, row: Outbound, text: str) -> None:
        sealed = self._access.cipher.seal(outbox.c.text, row.uid, text)
        self._access.run(update(outbox).where(outbox.c.id == row.id, outbox.c.text.is_(None)).values(text=sealed))

    def part_sent(self, row: Outbound, owner: str, now: datetime) -> None:
        values = {"the_id": row.id, "the_owner": owner, "the_now": now}
        if self._access.run(statements.part_sent(), values).rowcount == 0:
            raise LeaseLost

    def being_sent(self, conversation_id: int) -> bool:
        return bool(self._access.run(statements.being_sent(), {"the_conversation": conversation_id}).scalar())

    def receipt(
        self,
        channel: str,
        state: DeliveryState,
        reference: str | None,
        key: str | None,
        code: str | None,
        now: datetime,
    ) -> bool:
        return self._receipts.take(channel, state, reference, key, code, now)

    def undelivered(self, channel: str, reference: str | None, key: str | None) -> Outbound | None:
        row = self._receipts.failed(channel, reference, key)
        return None if row is None else self._read(row)

    def release_expired(self, now: datetime, look_again_at: datetime | None = None) -> Sequence[int]:
        """Receipts that crossed with the recording of their row are settled too."""
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
        asked = [
            (row.conversation_id, row.question, row.changed_at)
            for row in doubtful
            if row.conversation_id is not None and row.question is not None
        ]
        SqlConversations(self._access).handed_over(asked)
        self._receipts.settle_all(now)
        return sorted(row.id for row in (*released, *doubtful))

    def sent_to(self, address_index: bytes, channel: str, after: int, limit: int) -> Sequence[Outbound]:
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

    def _release(self, expired: ColumnElement[bool], state: OutboxState, changes: dict[str, Any]) -> Sequence[Row[Any]]:
        statement = update(outbox).where(outbox.c.state == state.value, expired).values(**changes, **statements.FREE)
        columns = (outbox.c.id, outbox.c.conversation_id, outbox.c.question, outbox.c.changed_at)
        return self._access.all(statement.returning(*columns))

    def _values(self, message: Outbound) -> dict[str, Any]:
        cipher, uid = self._access.cipher, message.uid
        """The values of `statements.insert`."""
        new = {
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
        return {f"the_{name}": value for name, value in new.items()}

    def _recorded(self, outcome: Outcome) -> dict[str, Any]:
        """The values of `statements.record`."""
        row, state = outcome.row, outcome.state
        values: dict[str, Any] = {
            "the_id": row.id,
            "the_state": state.value,
            "the_code": outcome.code,
            "the_due_at": outcome.retry_at,
            "the_attempts": int(outcome.counted and state in (OutboxState.WAITING, OutboxState.UNKNOWN)),
            "the_unknowns": int(state is OutboxState.UNKNOWN),
        }
        if outcome.reference is not None:
            values["the_reference"] = self._access.cipher.seal(outbox.c.reference, row.uid, outcome.reference)
            values["the_reference_index"] = self._receipts.index(row.channel, outcome.reference)
        return values

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
            tried=tuple((row.tried or "").split()),
            unknowns=row.unknowns,
            parts_sent=row.parts_sent,
            uid=row.uid,
        )


def _message(draft: Draft, now: datetime) -> Outbound:
    uid, conversation = new_uid(), draft.conversation
    return Outbound(
        id=0,
        key=uid.hex(),
        conversation_id=conversation.id,
        address_index=conversation.address_index,
        address=conversation.address,
        channel=draft.channel or conversation.channel,
        message_class=draft.message_class,
        language=conversation.language,
        accents=conversation.accents,
        replies=tuple(draft.replies),
        state=draft.state,
        attempts=0,
        created_at=now,
        inbox_id=draft.inbox_id,
        position=draft.position,
        question=conversation.question,
        text=draft.text,
        uid=uid,
    )


def _reply_to_json(reply: Reply) -> dict[str, Any]:
    return {"name": reply.name, "args": dict(reply.args), "choices": [dict(choice) for choice in reply.choices]}
