"""Delivery receipts: they only move a message forward, and wait where they come before its reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.sql.expression import Executable

from backend.services.ports.outbox import OutboxState, Outcome
from backend.store.access import Access, one_of
from backend.store.prepared import prepared
from backend.store.repositories.outbox_statements import NEXT_PART
from backend.store.tables import outbox, receipts
from channels.contract import DeliveryState

REACHED = {
    DeliveryState.ACCEPTED: OutboxState.SENT,
    DeliveryState.SENT: OutboxState.SENT,
    DeliveryState.DELIVERED: OutboxState.DELIVERED,
    DeliveryState.FAILED: OutboxState.FAILED,
}
# A message that is with the provider, or may be, can still move; every other state is final for receipts.
MOVABLE = tuple(
    state.value for state in (OutboxState.WAITING, OutboxState.LEASED, OutboxState.UNKNOWN, OutboxState.SENT)
)
SETTLE_ROWS = 500


class Receipts:
    """The part of the outbox that deals with delivery reports."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def index(self, channel: str, reference: str) -> bytes:
        """Blind index of a provider's reference."""
        return self._access.index.reference(channel, reference)

    def take(
        self,
        channel: str,
        state: DeliveryState,
        reference: str | None,
        key: str | None,
        code: str | None,
        now: datetime,
    ) -> bool:
        """Apply a receipt, or keep it until its row is recorded; see ports.OutboxRepository.receipt."""
        uid, part = _row_and_part(key)
        if part is not None and uid is not None:
            self._part_reported(uid, part, state, code, now)
            return True
        reference_index = None if reference is None else self.index(channel, reference)
        row = self._row(channel, uid, reference_index)
        if row is not None and row.channel != channel:
            return True  # about a way that was given up since
        if row is not None and row.state != OutboxState.SENDING.value:
            self._move(row.id, state, code, now)
            return True
        if uid is not None or reference_index is not None:
            self._keep(channel, uid, reference_index, state, code, now)
        return False

    def settle(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Apply what waited for these rows, which are with their providers now."""
        if not outcomes:
            return
        by_key = {each.row.uid: each.row.id for each in outcomes}
        referenced = [(each.row, each.reference) for each in outcomes if each.reference is not None]
        by_reference = {self.index(row.channel, reference): row.id for row, reference in referenced}
        values = {"the_keys": list(by_key), "the_references": list(by_reference),
                  "the_channels": list({row.channel for row, _ in referenced})}  # fmt: skip
        for receipt in _in_order(self._access.all(_take_waiting(self._access.dialect), values)):
            row_id = by_key.get(receipt.key) or by_reference[receipt.reference_index]
            self._move(row_id, DeliveryState(receipt.state), receipt.code, now)

    def settle_all(self, now: datetime) -> None:
        """Apply receipts that were stored while their row was being recorded."""
        same_reference = and_(
            outbox.c.channel == receipts.c.channel, outbox.c.reference_index == receipts.c.reference_index
        )
        found = self._access.all(
            select(receipts, outbox.c.id.label("outbox_id"))
            .join(outbox, or_(outbox.c.uid == receipts.c.key, same_reference))
            .where(outbox.c.state != OutboxState.SENDING.value)
            .order_by(receipts.c.id)
            .limit(SETTLE_ROWS)
        )
        for receipt in _in_order(found):
            self._move(receipt.outbox_id, DeliveryState(receipt.state), receipt.code, now)
        if found:
            self._access.run(delete(receipts).where(receipts.c.id.in_([receipt.id for receipt in found])))

    def _part_reported(self, uid: bytes, part: int, state: DeliveryState, code: str | None, now: datetime) -> None:
        """A part before the last: its report matters only while nobody knows what became of it."""
        in_doubt = and_(
            outbox.c.uid == uid, outbox.c.parts_sent == part - 1, outbox.c.state == OutboxState.UNKNOWN.value
        )
        failed = {"state": OutboxState.FAILED.value, "due_at": None, "code": code}
        changes = failed if state is DeliveryState.FAILED else {**NEXT_PART, "due_at": now}
        self._access.run(update(outbox).where(in_doubt).values(**changes, changed_at=now))

    def _row(self, channel: str, uid: bytes | None, reference_index: bytes | None) -> Row[Any] | None:
        which: list[ColumnElement[bool]] = []
        if uid is not None:
            which.append(outbox.c.uid == uid)
        if reference_index is not None:
            which.append(and_(outbox.c.channel == channel, outbox.c.reference_index == reference_index))
        if not which:
            return None
        # The lock makes a receipt wait for a recording in progress instead of missing it.
        found = select(outbox.c.id, outbox.c.state, outbox.c.channel).where(or_(*which)).limit(1)
        return self._access.first(found.with_for_update())

    def failed(self, channel: str, reference: str | None, key: str | None) -> Row[Any] | None:
        """The row a receipt is about, if it has failed on that channel."""
        uid, part = _row_and_part(key)
        row = self._row(channel, uid, None if reference is None else self.index(channel, reference))
        if row is None or part is not None or (row.channel, row.state) != (channel, OutboxState.FAILED.value):
            return None
        return self._access.first(select(outbox).where(outbox.c.id == row.id))

    def _move(self, row_id: int, state: DeliveryState, code: str | None, now: datetime) -> None:
        changes: dict[str, Any] = {
            "state": REACHED[state].value,
            "changed_at": now,
            "due_at": None,
            "lease_owner": None,
            "lease_until": None,
        }
        if code is not None:
            changes["code"] = code
        self._access.run(update(outbox).where(outbox.c.id == row_id, outbox.c.state.in_(MOVABLE)).values(**changes))

    def _keep(
        self,
        channel: str,
        uid: bytes | None,
        reference_index: bytes | None,
        state: DeliveryState,
        code: str | None,
        now: datetime,
    ) -> None:
        values = {
            "channel": channel,
            "key": uid,
            "reference_index": reference_index,
            "state": state.value,
            "code": code,
            "received_at": now,
        }
        self._access.run(insert(receipts), values)


def _row_and_part(key: str | None) -> tuple[bytes | None, int | None]:
    """The row a key names, and which part if it is not the last one (see services.parts).

    (None, None) for a key that cannot be ours: receipts of some gateways are unsigned.
    """
    row, dash, part = (key or "").partition("-")
    try:
        return bytes.fromhex(row) or None, int(part) if dash else None
    except ValueError:
        return None, None


def _in_order(found: Iterable[Row[Any]]) -> list[Row[Any]]:
    return sorted(found, key=lambda row: row.id)


@prepared
def _take_waiting(dialect: str) -> Executable:
    same_reference = and_(
        one_of(dialect, receipts.c.channel, "the_channels"),
        one_of(dialect, receipts.c.reference_index, "the_references"),
    )
    of_rows = or_(one_of(dialect, receipts.c.key, "the_keys"), same_reference)
    return delete(receipts).where(of_rows).returning(*receipts.c)
