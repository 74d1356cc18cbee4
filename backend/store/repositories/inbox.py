"""Incoming messages: insert once, lease in order, close with the lease in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.sql.expression import Executable

from backend.services.ports.inbox import Closing, Inbound, InboxState, SenderLimit
from backend.services.ports.unit import LeaseLost
from backend.store.access import Access, fixed, given, insert_for, once
from backend.store.encryption import new_uid
from backend.store.events import event_from_json, event_to_json
from backend.store.prepared import Outcome, Prepared, prepared
from backend.store.tables import inbox
from channels.contract import InboundEvent

WAITING, LEASED = fixed(InboxState.WAITING.value), fixed(InboxState.LEASED.value)
OPEN_STATES = (WAITING, LEASED)
FREE: dict[str, Any] = {"turning": False, "lease_owner": None, "lease_until": None}


class SqlInbox:
    """ports.inbox.InboxRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(
        self,
        event: InboundEvent,
        now: datetime,
        lease: tuple[str, datetime] | None = None,
        limit: SenderLimit | None = None,
    ) -> tuple[Inbound, bool]:
        values = self._values(event, now, lease, limit)
        insert = _insert(self._access.dialect, leased=lease is not None, limited=limit is not None)
        row = self._access.first(insert, values)
        if row is None and lease is not None:  # known, or another of the sender got the turn at this very moment
            row = self._access.first(_insert(self._access.dialect, leased=False, limited=limit is not None), values)
        if row is None:
            return self._first(event.channel, values["the_provider_index"]), False
        return Inbound(row.id, values["the_address_index"], event, InboxState(row.state), 0, now,
                       turning=row.turning, uid=values["the_uid"]), True  # fmt: skip

    def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> Sequence[Inbound]:
        values = {"the_owner": owner, "the_until": until, "the_now": now, "the_limit": limit}
        return self._leased(_claim(), values)

    def claim_sender(self, address_index: bytes, owner: str, now: datetime, until: datetime) -> Inbound | None:
        oldest = self._access.first(_oldest_open(), {"the_sender": address_index})
        if oldest is None or _held_by_other(oldest, owner, now):
            return None
        values = {"the_owner": owner, "the_until": until, "the_id": oldest.id}
        return next(iter(self._leased(_lease_one(), values)), None)

    def finish(self, row: Inbound, owner: str, state: InboxState, now: datetime, answer: str | None = None) -> None:
        self.finish_each([Closing(row, state, answer)], owner, now)

    def finish_each(self, closings: Sequence[Closing], owner: str, now: datetime) -> None:
        seal = self._access.cipher.seal_optional
        rows = [
            {
                "the_id": each.row.id, "the_state": each.state.value,
                "the_answer": seal(inbox.c.answer, each.row.uid, each.answer),
            }
            for each in closings
        ]  # fmt: skip
        common = {"the_owner": owner, "the_closed_at": now}
        if len(rows) == 1:
            self._access.write(_finish(many=False), [{**common, **rows[0]}], _require_held)
        elif len(self._access.run_together(_finish, common, rows)) < len(rows):
            raise LeaseLost

    def retry(self, row: Inbound, owner: str, at: datetime, code: str, counted: bool = True) -> None:
        values = {"the_id": row.id, "the_owner": owner, "the_time": at, "the_code": code, "the_count": int(counted)}
        _require_held(self._access.run(_retry(), values))

    def release_expired(self, now: datetime) -> Sequence[int]:
        statement = (
            update(inbox)
            .where(inbox.c.state == LEASED, inbox.c.lease_until <= now)
            .values(state=InboxState.WAITING.value, attempts=inbox.c.attempts + 1, due_at=now, **FREE)
            .returning(inbox.c.id)
        )
        return sorted(row.id for row in self._access.all(statement))

    def count_since(self, address_index: bytes, since: datetime) -> int:
        row = self._access.first(_count(), {"the_address_index": address_index, "the_start": since})
        return 0 if row is None else int(row.number)

    def _values(
        self, event: InboundEvent, now: datetime, lease: tuple[str, datetime] | None, limit: SenderLimit | None
    ) -> dict[str, Any]:
        uid = new_uid()
        owner, until = lease or (None, None)
        values = {
            "the_uid": uid,
            "the_channel": event.channel,
            "the_provider_index": self._access.index.provider(event.channel, event.provider_id),
            "the_address_index": self._access.index.address(event.sender),
            "the_event": self._access.cipher.seal(inbox.c.event, uid, event_to_json(event)),
            "the_state": (InboxState.LEASED if lease else InboxState.WAITING).value,
            "the_time": now,
            "the_lease_owner": owner,
            "the_lease_until": until,
        }
        return values if limit is None else {**values, "the_most": limit.most, "the_start": limit.since}

    def _first(self, channel: str, provider_index: bytes) -> Inbound:
        statement = select(inbox).where(inbox.c.channel == channel, inbox.c.provider_index == provider_index)
        row = self._access.first(statement)
        if row is None:
            raise LookupError("the inbox row disappeared")
        return self._read(row)

    def _leased(self, statement: Prepared, values: dict[str, Any]) -> list[Inbound]:
        return sorted((self._read(row) for row in self._access.all(statement, values)), key=lambda row: row.id)

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
            turning=row.turning,
            uid=row.uid,
        )


@prepared
def _insert(dialect: str, *, leased: bool, limited: bool) -> Executable:
    """One row, refused if it is over the limit; nothing if it is there already.

    `leased`: its turn begins with it, unless others of the sender are open.
    """
    over, idle = (_over_limit() if limited else false()), (_none_open() if leased else false())
    seen = once(select(over.label("over"), idle.label("idle")), "seen")
    now, refused = _given("received_at", "the_time"), fixed(InboxState.REFUSED.value)
    row: dict[str, ColumnElement[Any]] = {
        **{name: _given(name) for name in ("uid", "channel", "provider_index", "address_index", "event")},
        "state": case((seen.c.over, refused), else_=_given("state")),
        "turning": and_(seen.c.idle, ~seen.c.over),
        "attempts": literal_column("0", Integer),
        "due_at": now,
        "lease_owner": case((~seen.c.over, _given("lease_owner"))),
        "lease_until": case((~seen.c.over, _given("lease_until"))),
        "received_at": now,
        "closed_at": case((seen.c.over, now)),
    }
    new = insert_for(dialect, inbox).from_select(list(row), select(*row.values()).where(true()))
    statement: Executable = new.on_conflict_do_nothing().returning(inbox.c.id, inbox.c.state, inbox.c.turning)
    return statement


def _given(column: str, name: str = "") -> ColumnElement[Any]:
    return bindparam(name or f"the_{column}", type_=inbox.c[column].type)


@prepared
def _count() -> Executable:
    return _sent()


def _sent() -> Select[int]:
    """How many messages of a sender came from a moment on."""
    sent = (inbox.c.address_index == _given("address_index"), inbox.c.received_at >= _given("received_at", "the_start"))
    return select(func.count().label("number")).where(*sent)


def _over_limit() -> ColumnElement[bool]:
    return _sent().scalar_subquery() >= bindparam("the_most", type_=Integer)


def _none_open() -> ColumnElement[bool]:
    return ~exists().where(inbox.c.address_index == _given("address_index"), inbox.c.state.in_(OPEN_STATES))


@prepared
def _claim() -> Executable:
    other = inbox.alias("other")
    blocked = exists().where(
        other.c.address_index == inbox.c.address_index,
        other.c.state.in_(OPEN_STATES),
        or_(other.c.id < inbox.c.id, other.c.turning),
    )
    chosen = select(inbox.c.id).where(inbox.c.state == WAITING, inbox.c.due_at <= bindparam("the_now"), ~blocked)
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
def _finish(*, many: bool) -> Executable:
    the = given(inbox, ("id", "state", "answer"), many=many)
    changes = {"state": the["state"], "answer": the["answer"], "closed_at": bindparam("the_closed_at")}
    return _held(the["id"]).values(**changes, **FREE).returning(inbox.c.id)


@prepared
def _retry() -> Executable:
    return _held(bindparam("the_id")).values(
        state=InboxState.WAITING.value,
        due_at=bindparam("the_time"),
        code=bindparam("the_code"),
        attempts=inbox.c.attempts + bindparam("the_count", type_=Integer),
        **FREE,
    )


def _held(row_id: ColumnElement[int]) -> Update:
    return update(inbox).where(
        inbox.c.id == row_id,
        inbox.c.lease_owner == bindparam("the_owner"),
        inbox.c.state == LEASED,
    )


def _require_held(outcome: Outcome) -> None:
    if outcome.rowcount == 0:
        raise LeaseLost


def _held_by_other(row: Row[Any], owner: str, now: datetime) -> bool:
    return row.lease_owner not in (None, owner) and row.lease_until > now
