"""Texts that were not understood."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from backend.services.ports.review import UnclearText
from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.tables_review import unclear_texts as table


class SqlUnclear:
    """ports.review.UnclearRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, text: UnclearText) -> None:
        uid = new_uid()
        values = {
            "uid": uid, "address_index": text.address_index, "language": text.language, "kept_at": text.kept_at,
            "content": self._sealed(uid, text.line, text.confidence, text.guesses, None), "accepted": False,
        }  # fmt: skip
        self._access.run(insert(table), values)

    def waiting_of(self, address_index: bytes) -> int:
        mine = (table.c.address_index == address_index, ~table.c.accepted)
        number: int = self._access.run(select(func.count()).select_from(table).where(*mine)).scalar_one()
        return number

    def waiting(self, limit: int) -> Sequence[UnclearText]:
        return self._all(~table.c.accepted, limit)

    def accepted(self) -> Sequence[UnclearText]:
        return self._all(table.c.accepted, None)

    def get(self, text_id: int) -> UnclearText | None:
        row = self._access.first(select(table).where(table.c.id == text_id))
        return None if row is None else self._read(row)

    def accept(self, text: UnclearText, line: str, intent: str) -> None:
        row = self._access.first(select(table.c.uid).where(table.c.id == text.id))
        if row is None:
            raise LookupError("the text disappeared")
        content = self._sealed(row.uid, line, text.confidence, text.guesses, intent)
        self._access.run(update(table).where(table.c.id == text.id).values(content=content, accepted=True))

    def remove(self, ids: Sequence[int]) -> None:
        self._access.run(delete(table).where(table.c.id.in_(ids)))

    def expire(self, before: datetime) -> int:
        return self._access.run(delete(table).where(table.c.kept_at < before)).rowcount

    def _all(self, which: ColumnElement[bool], limit: int | None) -> Sequence[UnclearText]:
        rows = self._access.all(select(table).where(which).order_by(table.c.id).limit(limit))
        return [self._read(row) for row in rows]

    def _sealed(
        self, uid: bytes, line: str, confidence: float, guesses: Sequence[str], accepted_as: str | None
    ) -> bytes:
        content = {"line": line, "confidence": confidence, "guesses": list(guesses), "accepted_as": accepted_as}
        return self._access.cipher.seal(table.c.content, uid, content)

    def _read(self, row: Row[Any]) -> UnclearText:
        content = self._access.cipher.open(table.c.content, row.uid, row.content)
        return UnclearText(row.id, row.address_index, row.language, kept_at=row.kept_at, **content)
