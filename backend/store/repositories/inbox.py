"""Incoming messages: insert once, lease in order, close with the lease in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Update, bindparam, exists, func, or_, select, update
from sqlalchemy.sql.expression import Executable

from backend.services.ports import Inbound, InboxState, LeaseLost
from backend.store.access import Access, fixed, insert_for, one_of
from backend.store.encryption import new_uid
from backend.store.events import event_from_json, event_to_json
from backend.store.prepared import Prepared, prepared
from backend.store.tables import inbox
from channels.contract import InboundEvent

WAITING, LEASED = fixed(InboxState.WAITING.value), fixed(InboxState.LEASED.value)
OPEN_STATES = (WAITING, LEASED)
FREE: dict[str, Any] = {"turning": False, "lease_owner": None, "lease_until": None}


class SqlInbox:
    """ports.InboxRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(
        self, event: InboundEvent, now: datetime, lease: tuple[str, datetime] | None = None
    ) -> tuple[Inbound, bool]:
        """Insert; (row, True), or (the first row with this channel and provider id, False)."""
        values = self._values(event, now, lease)
        row_id = self._access.run(_insert(self._access.dialect), values).scalar()
        if row_id is None:
            return self._first(event.channel, values["provider_index"]), False
        state = InboxState(values["state"])
        return Inbound(row_id, values["address_index"], event, state, 0, now, uid=values["uid"]), True

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> Sequence[Inbound]:
        """Lease up to `limit` rows whose time has come, at most one per sender: the sender's oldest open row."""
        values: dict[str, Any] = {"the_owner": owner, "the_until": until, "the_now": now, "the_limit": limit}
        if ids is not None:
            values["the_ids"] = list(ids)
        return self._leased(_claim(self._access.dialect, named=ids is not None), values)

    def claim_sender(self, address_index: bytes, owner: str, now: datetime, until: datetime) -> Inbound | None:
        """Lease the oldest open row of one sender, if no other owner holds a live lease on it.

        A waiting row is leased even before its retry is due: somebody is holding a phone to the ear.
        """
        oldest = self._access.first(_oldest_open(), {"the_sender": address_index})
        if oldest is None or _held_by_other(oldest, owner, now):
            return None
        values = {"the_owner": owner, "the_until": until, "the_id": oldest.id}
        return next(iter(self._leased(_lease_one(), values)), None)

    def finish(self, row: Inbound, owner: str, state: InboxState, now: datetime, answer: str | None = None) -> None:
        """Close the row; raises LeaseLost unless `owner` still holds it."""
        sealed = self._access.cipher.seal_optional(inbox.c.answer, row.uid, answer)
        values = {"the_state": state.value, "the_answer": sealed, "the_time": now}
        self._change_held(_finish(), row, owner, values)

    def retry(self, row: Inbound, owner: str, at: datetime, code: str, counted: bool = True) -> None:
        """Give the lease back and try again at `at`; the attempt counts unless nothing was wrong with the row."""
        self._change_held(_retry(), row, owner, {"the_time": at, "the_code": code, "the_count": int(counted)})

    def release_expired(self, now: datetime) -> Sequence[int]:
        """Rows whose lease ran out go back to waiting; their ids.

        The attempt counts, so a message that kills its worker is parked in the end.
        """
        statement = (
            update(inbox)
            .where(inbox.c.state == LEASED, inbox.c.lease_until <= now)
            .values(state=InboxState.WAITING.value, attempts=inbox.c.attempts + 1, due_at=now, **FREE)
            .returning(inbox.c.id)
        )
        return sorted(row.id for row in self._access.all(statement))

    def count_since(self, address_index: bytes, since: datetime) -> int:
        """How many messages the sender sent since then."""
        values = {"the_sender": address_index, "the_time": since}
        return int(self._access.run(_count_since(), values).scalar_one())

    def _values(self, event: InboundEvent, now: datetime, lease: tuple[str, datetime] | None) -> dict[str, Any]:
        uid = new_uid()
        owner, until = lease or (None, None)
        return {
            "uid": uid,
            "channel": event.channel,
            "provider_index": self._access.index.provider(event.channel, event.provider_id),
            "address_index": self._access.index.address(event.sender),
            "event": self._access.cipher.seal(inbox.c.event, uid, event_to_json(event)),
            "state": (InboxState.LEASED if lease else InboxState.WAITING).value,
            "attempts": 0,
            "due_at": now,
            "lease_owner": owner,
            "lease_until": until,
            "received_at": now,
        }

    def _first(self, channel: str, provider_index: bytes) -> Inbound:
        statement = select(inbox).where(inbox.c.channel == channel, inbox.c.provider_index == provider_index)
        row = self._access.first(statement)
        if row is None:
            raise LookupError("the inbox row disappeared")
        return self._read(row)

    def _leased(self, statement: Prepared, values: dict[str, Any]) -> list[Inbound]:
        return sorted((self._read(row) for row in self._access.all(statement, values)), key=lambda row: row.id)

    def _change_held(self, statement: Prepared, row: Inbound, owner: str, values: dict[str, Any]) -> None:
        if self._access.run(statement, {"the_id": row.id, "the_owner": owner, **values}).rowcount == 0:
            raise LeaseLost

    def _read(self, row: Row[Any]) -> Inbound:
        cipher = self._access.cipher
        return Inbound(
            id=row.id,
            address_index=row.address_index,
            event=event_from_json(cipher.open(inbox.c.event, row.uid, row.event)),
            state=InboxState(row.state),
            attempts=row.attempts,
            received_at=row.received_at,
            answer=cipher.open_optional(inbox.c.answer, row.uid, row.answer),
            uid=row.uid,
        )


@prepared
def _insert(dialect: str) -> Executable:
    once = insert_for(dialect, inbox).on_conflict_do_nothing(index_elements=["channel", "provider_index"])
    statement: Executable = once.returning(inbox.c.id)
    return statement


@prepared
def _claim(dialect: str, *, named: bool) -> Executable:
    other = inbox.alias("other")
    blocked = exists().where(
        other.c.address_index == inbox.c.address_index,
        other.c.state.in_(OPEN_STATES),
        or_(other.c.id < inbox.c.id, other.c.turning),
    )
    chosen = select(inbox.c.id).where(
        inbox.c.state == WAITING, inbox.c.due_at <= bindparam("the_now"), ~blocked
    )
    if named:
        chosen = chosen.where(one_of(dialect, inbox.c.id, "the_ids"))
    picked = chosen.order_by(inbox.c.id).limit(bindparam("the_limit", type_=Integer))
    # SKIP LOCKED on PostgreSQL; SQLite has one writer and ignores it.
    locked = picked.with_for_update(skip_locked=True, of=inbox).cte("picked")
    return _lease(inbox.c.id.in_(select(locked.c.id)))


@prepared
def _lease_one() -> Executable:
    return _lease(inbox.c.id == bindparam("the_id"))


def _lease(which: ColumnElement[bool]) -> Executable:
    return (
        update(inbox)
        .where(which, inbox.c.state.in_(OPEN_STATES))
        .values(
            state=InboxState.LEASED.value,
            turning=True,
            lease_owner=bindparam("the_owner"),
            lease_until=bindparam("the_until"),
        )
        .returning(*inbox.c)
    )


@prepared
def _oldest_open() -> Executable:
    return (
        select(inbox.c.id, inbox.c.lease_owner, inbox.c.lease_until)
        .where(inbox.c.address_index == bindparam("the_sender"), inbox.c.state.in_(OPEN_STATES))
        .order_by(inbox.c.id)
        .limit(1)
        .with_for_update()
    )


@prepared
def _finish() -> Executable:
    return _held().values(
        state=bindparam("the_state"), answer=bindparam("the_answer"), closed_at=bindparam("the_time"), **FREE
    )


@prepared
def _retry() -> Executable:
    return _held().values(
        state=InboxState.WAITING.value,
        due_at=bindparam("the_time"),
        code=bindparam("the_code"),
        attempts=inbox.c.attempts + bindparam("the_count", type_=Integer),
        **FREE,
    )


def _held() -> Update:
    return update(inbox).where(
        inbox.c.id == bindparam("the_id"),
        inbox.c.lease_owner == bindparam("the_owner"),
        inbox.c.state == LEASED,
    )


@prepared
def _count_since() -> Executable:
    return select(func.count()).where(
        inbox.c.address_index == bindparam("the_sender"), inbox.c.received_at >= bindparam("the_time")
    )


def _held_by_other(row: Row[Any], owner: str, now: datetime) -> bool:
    return row.lease_owner not in (None, owner) and row.lease_until > now
