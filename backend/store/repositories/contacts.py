"""Contacts people named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from backend.domain.cases import Contact
from backend.store.access import Access, insert_for
from backend.store.encryption import new_uid
from backend.store.tables_tracing import contacts

EXPORT_ROWS = 500


class SqlContacts:
    """ports.tracing.ContactRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, person_id: str, phone: str, now: datetime) -> None:
        uid = new_uid()
        values = {
            "uid": uid,
            "person_id": bytes.fromhex(person_id),
            "phone": self._access.cipher.seal(contacts.c.phone, uid, phone),
            "phone_index": self._access.index.address(phone),
            "declared_at": now,
        }
        statement = insert_for(self._access.dialect, contacts).values(**values)
        named = ["person_id", "phone_index"]
        self._access.run(statement.on_conflict_do_update(index_elements=named, set_={"declared_at": now}))

    def of(self, person_ids: Sequence[str]) -> Sequence[Contact]:
        whose = contacts.c.person_id.in_([bytes.fromhex(person_id) for person_id in person_ids])
        return [self._read(row) for row in self._access.all(select(contacts).where(whose).order_by(contacts.c.id))]

    def since(self, since: datetime | None) -> Iterator[Contact]:
        statement = select(contacts).order_by(contacts.c.declared_at, contacts.c.id)
        if since is not None:
            statement = statement.where(contacts.c.declared_at >= since)
        for row in self._access.run(statement.execution_options(yield_per=EXPORT_ROWS)):
            yield self._read(row)

    def _read(self, row: Row[Any]) -> Contact:
        phone = self._access.cipher.open(contacts.c.phone, row.uid, row.phone)
        return Contact(row.id, row.person_id.hex(), phone, row.phone_index, row.declared_at)
