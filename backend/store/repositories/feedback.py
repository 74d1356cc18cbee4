"""Feedback on places: sealed, counted by the sender's blind index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, insert, or_, select, update

from backend.domain.facilities import Feedback
from backend.services.ports.facilities import Sent
from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.tables_facilities import feedback as table


class SqlFeedback:
    """ports.facilities.FeedbackRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, venue_id: int, address_index: bytes, text: str, now: datetime) -> Feedback:
        uid = new_uid()
        values = {
            "uid": uid, "venue_id": venue_id, "address_index": address_index, "received_at": now,
            "content": self._access.cipher.seal(table.c.content, uid, text),
        }  # fmt: skip
        number = self._access.run(insert(table).returning(table.c.id), values).scalar_one()
        return Feedback(number, venue_id, text, now)

    def get(self, number: int) -> Feedback | None:
        row = self._access.first(select(table).where(table.c.id == number))
        return None if row is None else self._read(row)

    def open_at(self, venue_id: int) -> Sequence[Feedback]:
        mine = (table.c.venue_id == venue_id, table.c.closed_at.is_(None))
        return [self._read(row) for row in self._access.all(select(table).where(*mine).order_by(table.c.id))]

    def sent(self, address_index: bytes, venue_id: int, since: datetime) -> Sent:
        mine, here = table.c.address_index == address_index, table.c.venue_id == venue_id
        counts = [func.sum(case((which, 1), else_=0)) for which in (mine, mine & here, here)]
        (row,) = self._access.all(select(*counts).where(table.c.received_at >= since, or_(mine, here)))
        return Sent(*(int(number or 0) for number in row))

    def close(self, number: int, by: str, now: datetime) -> bool:
        waiting = (table.c.id == number, table.c.closed_at.is_(None))
        return self._access.run(update(table).where(*waiting).values(closed_at=now, closed_by=by)).rowcount > 0

    def _read(self, row: Row[Any]) -> Feedback:
        text = self._access.cipher.open(table.c.content, row.uid, row.content)
        return Feedback(row.id, row.venue_id, text, row.received_at, row.closed_at)
