"""The in-memory store's people, what they declare, and their accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from backend.services.ports.conversations import Conversation
from backend.services.ports.people import Declaration, Person
from channels.contract import Medium

if TYPE_CHECKING:
    from tests.unit.services.fakes_store import Tables


class People:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def on_phone(self, address_index: bytes) -> list[Person]:
        return [person for person in self.t.people.values() if person.address_index == address_index]

    def on_phones(self, address_indexes: Sequence[bytes]) -> dict[bytes, list[Person]]:
        return {index: found for index in address_indexes if (found := self.on_phone(index))}

    def add(self, address_index: bytes, role: str, identity: Mapping[str, Any], now: datetime) -> Person:
        person = Person(f"person{len(self.t.people) + 1}", address_index, role, identity, now)
        self.t.people[person.id] = person
        return person

    def get(self, person_id: str) -> Person | None:
        return self.t.people.get(person_id)

    def of_ids(self, person_ids: Sequence[str]) -> dict[str, Person]:
        return {person_id: self.t.people[person_id] for person_id in person_ids if person_id in self.t.people}

    def remove(self, person: Person) -> None:
        del self.t.people[person.id]

    def update(self, person: Person, **changes: Any) -> Person:
        self.t.people[person.id] = replace(self.t.people[person.id], **changes)
        return self.t.people[person.id]


class Declarations:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def add(self, declaration: Declaration) -> None:
        self.t.declarations.append(declaration)

    def latest(self, reference: str) -> Declaration | None:
        return next((each for each in reversed(self.t.declarations) if each.reference == reference), None)

    def newest(self, person_ids: Sequence[str]) -> dict[tuple[str, str], Declaration]:
        counting = [each for each in self.t.declarations if each.status in ("pending", "complete")]
        return {(each.person_id, each.form): each for each in counting if each.person_id in person_ids}

    def last_from(self, address_index: bytes) -> Declaration | None:
        return next(
            (
                each
                for each in reversed(self.t.declarations)
                if each.address_index == address_index and each.status not in ("undone", "superseded")
            ),
            None,
        )

    def last_from_each(self, address_indexes: Sequence[bytes]) -> dict[bytes, Declaration]:
        return {index: found for index in address_indexes if (found := self.last_from(index))}

    def set_status(self, reference: str, revision: int, status: str) -> None:
        revisions = [(each.reference, each.revision) for each in self.t.declarations]
        if (reference, revision) not in revisions:
            raise LookupError(reference)
        number = revisions.index((reference, revision))
        self.t.declarations[number] = replace(self.t.declarations[number], status=status)

    def since(self, since: datetime | None) -> Iterator[Declaration]:
        counting = [each for each in self.t.declarations if each.status in ("pending", "complete")]
        late = (each for each in counting if since is None or each.received_at >= since)
        return iter(sorted(late, key=lambda each: each.received_at))


class Accounts:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def phone_of(self, account: str) -> str | None:
        return self.t.links.get(account)

    def account_of(self, address_index: bytes, medium: Medium) -> str | None:
        return next((account for account, phone in self.t.links.items() if phone.encode() == address_index), None)

    def propose(self, account: str, medium: Medium, phone: str) -> None:
        self.t.proposed[account] = phone

    def proposed(self, account: str) -> str | None:
        return self.t.proposed.get(account)

    def link(self, account: str, medium: Medium, phone: str, now: datetime) -> None:
        self.t.links = {each: owner for each, owner in self.t.links.items() if owner != phone} | {account: phone}
        self.t.proposed.pop(account, None)

    def merge(self, source: Conversation, target: Conversation) -> None:
        self.t.merged.append((source.address, target.address))
