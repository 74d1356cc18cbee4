"""Persons kept on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.sql.expression import Executable

from backend.services.ports.people import Person
from backend.store.access import Access, grouped, one_of
from backend.store.encryption import new_uid
from backend.store.prepared import prepared
from backend.store.tables_health import people


class SqlPeople:
    """ports.people.PeopleRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def on_phone(self, address_index: bytes) -> Sequence[Person]:
        return self.on_phones([address_index]).get(address_index, [])

    def on_phones(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Person]]:
        found = self._access.all(_on_phones(self._access.dialect), {"the_addresses": list(address_indexes)})
        return grouped((self._read(row) for row in found), lambda person: person.address_index)

    def get(self, person_id: str) -> Person | None:
        return self.of_ids([person_id]).get(person_id)

    def of_ids(self, person_ids: Sequence[str]) -> Mapping[str, Person]:
        values = {"the_uids": [bytes.fromhex(person_id) for person_id in person_ids]}
        found = (self._read(row) for row in self._access.all(_of_ids(self._access.dialect), values))
        return {person.id: person for person in found}

    def remove(self, person: Person) -> None:
        self._access.run(delete(people).where(people.c.uid == bytes.fromhex(person.id)))

    def add(self, address_index: bytes, role: str, identity: Mapping[str, Any], now: datetime) -> Person:
        uid = new_uid()
        values = {
            "uid": uid,
            "address_index": address_index,
            "role": role,
            "identity": self._access.cipher.seal(people.c.identity, uid, dict(identity)),
            "created_at": now,
        }
        self._access.run(_insert(), values)
        return Person(uid.hex(), address_index, role, dict(identity), now)

    def update(self, person: Person, **changes: Any) -> Person:
        uid = bytes.fromhex(person.id)
        values = {f"the_{name}": value for name, value in changes.items()}
        if "identity" in changes:
            values["the_identity"] = self._access.cipher.seal(people.c.identity, uid, dict(changes["identity"]))
        if self._access.run(_update(tuple(sorted(changes))), {**values, "the_uid": uid}).rowcount == 0:
            raise LookupError("no such person")
        return replace(person, **changes)

    def _read(self, row: Row[Any]) -> Person:
        return Person(
            id=row.uid.hex(),
            address_index=row.address_index,
            role=row.role,
            identity=self._access.cipher.open(people.c.identity, row.uid, row.identity),
            created_at=row.created_at,
            told_at=row.told_at,
        )


@prepared
def _on_phones(dialect: str) -> Executable:
    return select(people).where(one_of(dialect, people.c.address_index, "the_addresses")).order_by(people.c.id)


@prepared
def _of_ids(dialect: str) -> Executable:
    return select(people).where(one_of(dialect, people.c.uid, "the_uids"))


@prepared
def _insert() -> Executable:
    return insert(people)


@prepared
def _update(columns: tuple[str, ...]) -> Executable:
    changes: dict[str, Any] = {name: bindparam(f"the_{name}") for name in columns}
    return update(people).where(people.c.uid == bindparam("the_uid")).values(**changes)
