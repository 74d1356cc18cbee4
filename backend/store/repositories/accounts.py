"""Chat accounts and the phones they are linked with; joining what was kept under both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, select, update

from backend.domain.people import same_person
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import InboxState
from backend.services.ports.people import Person
from backend.store.access import Access, insert_for
from backend.store.encryption import new_uid
from backend.store.events import event_from_json, event_to_json
from backend.store.repositories.people import SqlPeople
from backend.store.tables import inbox
from backend.store.tables_accounts import accounts
from backend.store.tables_facilities import feedback
from backend.store.tables_follow_up import follow_ups
from backend.store.tables_health import callbacks, declarations, people
from backend.store.tables_review import unclear_texts
from backend.store.tables_tracing import cases, contacts, exposures, notices
from backend.store.tables_visits import venues, visits
from channels.contract import Medium


class SqlAccounts:
    """ports.people.AccountRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def phone_of(self, account: str) -> str | None:
        row = self._access.first(self._own(account))
        return None if row is None else self._open(accounts.c.address, row.uid, row.address)

    def account_of(self, address_index: bytes, medium: Medium) -> str | None:
        linked = (accounts.c.address_index == address_index, accounts.c.medium == medium.value)
        row = self._access.first(select(accounts).where(*linked))
        return None if row is None else self._open(accounts.c.account, row.uid, row.account)

    def propose(self, account: str, medium: Medium, phone: str) -> None:
        uid = self._kept(account, medium)
        proposed = self._access.cipher.seal(accounts.c.proposed, uid, phone)
        self._change(accounts.c.uid == uid, proposed=proposed)

    def proposed(self, account: str) -> str | None:
        row = self._access.first(self._own(account))
        return None if row is None else self._open(accounts.c.proposed, row.uid, row.proposed)

    def link(self, account: str, medium: Medium, phone: str, now: datetime) -> None:
        uid, index = self._kept(account, medium), self._access.index.address(phone)
        taken = (accounts.c.address_index == index, accounts.c.medium == medium.value, accounts.c.uid != uid)
        self._access.run(delete(accounts).where(*taken))
        address = self._access.cipher.seal(accounts.c.address, uid, phone)
        self._change(accounts.c.uid == uid, address_index=index, address=address, proposed=None, linked_at=now)

    def merge(self, source: Conversation, target: Conversation) -> None:
        known = SqlPeople(self._access)
        theirs = known.on_phone(target.address_index)
        for person in known.on_phone(source.address_index):
            twin = _twin(person, theirs)
            self._move(person, target, theirs) if twin is None else self._unite(person, twin)
        self._move_declarations(source, target)
        self._move_venues(source, target)
        self._move_waiting(source, target)
        for table in (notices, follow_ups, unclear_texts, feedback):
            own = table.c.address_index == source.address_index
            self._access.run(update(table).where(own).values(address_index=target.address_index))
        self._move_callbacks(source, target)

    def _own(self, account: str) -> Any:
        return select(accounts).where(accounts.c.account_index == self._access.index.address(account))

    def _open(self, column: Any, uid: bytes, sealed: bytes | None) -> str | None:
        clear: str | None = self._access.cipher.open_optional(column, uid, sealed)
        return clear

    def _kept(self, account: str, medium: Medium) -> bytes:
        """The row id of an account, inserted if it is new."""
        uid = new_uid()
        values = {
            "uid": uid,
            "medium": medium.value,
            "account_index": self._access.index.address(account),
            "account": self._access.cipher.seal(accounts.c.account, uid, account),
        }
        once = insert_for(self._access.dialect, accounts).on_conflict_do_nothing(index_elements=["account_index"])
        self._access.run(once, values)
        row = self._access.first(self._own(account))
        if row is None:
            raise LookupError("the account disappeared")
        kept: bytes = row.uid
        return kept

    def _change(self, which: ColumnElement[bool], **values: Any) -> None:
        self._access.run(update(accounts).where(which).values(**values))

    def _move(self, person: Person, target: Conversation, theirs: Sequence[Person]) -> None:
        """A second person who declares for themselves shares the phone."""
        second = person.role == "self" and any(each.role == "self" for each in theirs)
        values = {"address_index": target.address_index, "role": "shared" if second else person.role}
        self._access.run(update(people).where(people.c.uid == bytes.fromhex(person.id)).values(**values))

    def _unite(self, person: Person, twin: Person) -> None:
        """Everything known of one becomes known of the other."""
        of_person = declarations.c.person_id == person.id
        self._access.run(update(declarations).where(of_person).values(person_id=twin.id))
        for table, keys in _ONCE_A_PERSON.items():
            self._repoint(table, keys, bytes.fromhex(person.id), bytes.fromhex(twin.id))
        self._access.run(delete(people).where(people.c.uid == bytes.fromhex(person.id)))

    def _repoint(self, table: Table, keys: Sequence[Sequence[str]], former: bytes, current: bytes) -> None:
        """What is known of both already stays under the random id that nobody has any more."""
        other = table.alias("other")
        known = [
            exists().where(other.c.person_id == current, *(other.c[name] == table.c[name] for name in key))
            for key in keys
        ]
        statement = update(table).where(table.c.person_id == former, *(~each for each in known))
        self._access.run(statement.values(person_id=current))

    def _move_declarations(self, source: Conversation, target: Conversation) -> None:
        own = declarations.c.address_index == source.address_index
        for row in self._access.all(select(declarations.c.id, declarations.c.uid).where(own)):
            address = self._access.cipher.seal(declarations.c.address, row.uid, target.address)
            values = {"address": address, "address_index": target.address_index}
            self._access.run(update(declarations).where(declarations.c.id == row.id).values(**values))

    def _move_venues(self, source: Conversation, target: Conversation) -> None:
        own = venues.c.keeper_index == source.address_index
        for row in self._access.all(select(venues.c.id, venues.c.uid).where(own)):
            keeper = self._access.cipher.seal(venues.c.keeper, row.uid, target.address)
            values = {"keeper": keeper, "keeper_index": target.address_index}
            self._access.run(update(venues).where(venues.c.id == row.id).values(**values))

    def _move_waiting(self, source: Conversation, target: Conversation) -> None:
        """Messages that wait for their turn take it in the phone's conversation."""
        waiting = (inbox.c.address_index == source.address_index, inbox.c.state == InboxState.WAITING.value)
        for row in self._access.all(select(inbox.c.id, inbox.c.uid, inbox.c.event).where(*waiting)):
            event = self._access.cipher.open(inbox.c.event, row.uid, row.event)
            moved = event_to_json(event_from_json({**event, "sender": target.address, "account": event["sender"]}))
            sealed = self._access.cipher.seal(inbox.c.event, row.uid, moved)
            values = {"event": sealed, "address_index": target.address_index}
            self._access.run(update(inbox).where(inbox.c.id == row.id).values(**values))

    def _move_callbacks(self, source: Conversation, target: Conversation) -> None:
        """An open request moves unless the phone has one itself."""
        opened = callbacks.c.closed_at.is_(None)
        there = select(callbacks.c.id).where(callbacks.c.conversation_id == target.id, opened)
        if self._access.first(there) is not None:
            self._access.run(delete(callbacks).where(callbacks.c.conversation_id == source.id, opened))
        own = callbacks.c.conversation_id == source.id
        self._access.run(update(callbacks).where(own).values(conversation_id=target.id))


def _twin(person: Person, others: Sequence[Person]) -> Person | None:
    """The same person among others; a visitor, who has no name yet, is whoever carries the phone."""
    if not person.identity.get("full_name"):
        return next(iter(others), None)
    named = (other for other in others if other.identity.get("full_name"))
    return next((other for other in named if same_person(other.identity, person.identity)), None)


# Tables that know people, each with what may stand only once a person.
_ONCE_A_PERSON: Mapping[Table, Sequence[Sequence[str]]] = {
    visits: (),
    contacts: (("phone_index",),),
    cases: (("pack", "infectious_from"),),
    exposures: (),
    notices: (("alert_id",), ("case_id",)),
    follow_ups: (("state",),),
}
