"""Pieces of long incoming texts, joined when the last one is here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.events import event_from_json, event_to_json
from backend.store.tables import sms_parts
from channels.contract import InboundEvent

# Phones count references from 0 to 255 and start again; a set older than this belongs to an earlier text.
REFERENCE_REUSED_AFTER = timedelta(hours=24)


class SqlParts:
    """ports.inbox.PartsRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, event: InboundEvent, now: datetime) -> InboundEvent | None:
        if event.concatenation is None:
            raise ValueError("the event is not a piece of a longer text")
        _, total, part = event.concatenation
        set_index = self._access.index.pieces(event)
        self._forget(set_index, now - REFERENCE_REUSED_AFTER)
        pieces = self._pieces(set_index)
        if _is_other_text(pieces, part, event):
            self._forget(set_index, now)
            pieces = {}
        if part in pieces:
            return None
        late = self._was_joined(set_index)
        self._insert(set_index, part, event, now)
        pieces[part] = event
        if late:
            return self._join(set_index, {part: event})
        return self._join(set_index, pieces) if len(pieces) == total else None

    def overdue(self, before: datetime) -> Sequence[InboundEvent]:
        statement = (
            select(sms_parts.c.set_index)
            .where(~sms_parts.c.joined)
            .group_by(sms_parts.c.set_index)
            .having(func.max(sms_parts.c.received_at) <= before)
        )
        indexes = [row.set_index for row in self._access.all(statement)]
        return [self._join(set_index, self._pieces(set_index)) for set_index in indexes]

    def _join(self, set_index: bytes, pieces: dict[int, InboundEvent]) -> InboundEvent:
        """One event named after the lowest piece, so that joining it twice still is one inbox row."""
        self._access.run(update(sms_parts).where(sms_parts.c.set_index == set_index).values(joined=True))
        ordered = [pieces[part] for part in sorted(pieces)]
        return replace(ordered[0], text="".join(piece.text for piece in ordered), concatenation=None)

    def _was_joined(self, set_index: bytes) -> bool:
        joined = select(sms_parts.c.part).where(sms_parts.c.set_index == set_index, sms_parts.c.joined).limit(1)
        return self._access.first(joined) is not None

    def _insert(self, set_index: bytes, part: int, event: InboundEvent, now: datetime) -> None:
        uid = new_uid()
        values = {
            "uid": uid,
            "set_index": set_index,
            "part": part,
            "event": self._access.cipher.seal(sms_parts.c.event, uid, event_to_json(event)),
            "joined": False,
            "received_at": now,
        }
        self._access.run(insert(sms_parts), values)

    def _pieces(self, set_index: bytes) -> dict[int, InboundEvent]:
        rows = self._access.all(select(sms_parts).where(sms_parts.c.set_index == set_index).with_for_update())
        cipher = self._access.cipher
        return {row.part: event_from_json(cipher.open(sms_parts.c.event, row.uid, row.event)) for row in rows}

    def _forget(self, set_index: bytes, before: datetime) -> None:
        self._access.run(delete(sms_parts).where(sms_parts.c.set_index == set_index, sms_parts.c.received_at <= before))


def _is_other_text(pieces: dict[int, InboundEvent], part: int, event: InboundEvent) -> bool:
    """The sender has used the reference again: the same piece says something else under another provider id."""
    known = pieces.get(part)
    return known is not None and known.text != event.text and known.provider_id != event.provider_id
