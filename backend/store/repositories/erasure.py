"""Erasure: a phone's people leave the store; what the law obliges stays under random ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Row, Table, delete, or_, select, update

from backend.domain.follow_up import FollowUpState
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import OutboxState
from backend.services.ports.tracing import NoticeState
from backend.store.access import Access
from backend.store.events import event_to_json
from backend.store.tables import inbox, outbox, sms_parts, ussd_sessions
from backend.store.tables_accounts import accounts
from backend.store.tables_facilities import feedback
from backend.store.tables_follow_up import follow_ups
from backend.store.tables_health import callbacks, declarations, people
from backend.store.tables_review import unclear_texts
from backend.store.tables_tracing import contacts, notices
from channels.contract import EventKind, InboundEvent, Medium

_UNSENT = (OutboxState.WAITING.value, OutboxState.LEASED.value, OutboxState.UNKNOWN.value)


class SqlErasure:
    """ports.tracing.ErasureRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def erase(self, address: str, conversation_id: int, person_ids: Sequence[str], now: datetime) -> None:
        index = self._access.index.address(address)
        ids = [bytes.fromhex(person_id) for person_id in person_ids]
        self._delete(declarations, declarations.c.address_index, index)
        self._delete(people, people.c.address_index, index)
        self._blank_feedback(index)
        self._delete(unclear_texts, unclear_texts.c.address_index, index)
        self._delete(ussd_sessions, ussd_sessions.c.address_index, index)
        self._delete(callbacks, callbacks.c.conversation_id, conversation_id)
        self._access.run(delete(contacts).where(or_(contacts.c.person_id.in_(ids), contacts.c.phone_index == index)))
        own = or_(accounts.c.address_index == index, accounts.c.account_index == index)
        self._access.run(delete(accounts).where(own))
        self._scrub_inbox(index)
        self._scrub_outbox(index, now)
        self._drop_parts(address)
        self._withdraw_notices(index)
        self._close_follow_ups(index, now)

    def _delete(self, table: Table, column: Column[object], value: object) -> None:
        self._access.run(delete(table).where(column == value))

    def _scrub_inbox(self, index: bytes) -> None:
        """Texts and numbers go, rows stay: their provider index keeps a late repetition from being taken as new.

        Messages that came after the request and wait for their turn are not touched.
        """
        seen = inbox.c.state != InboxState.WAITING.value
        for row in self._access.all(select(inbox.c.id, inbox.c.uid).where(inbox.c.address_index == index, seen)):
            blank = self._access.cipher.seal(inbox.c.event, row.uid, event_to_json(nobody(row.uid)))
            changes = {"event": blank, "answer": None, "address_index": row.uid}
            self._access.run(update(inbox).where(inbox.c.id == row.id).values(**changes))

    def _scrub_outbox(self, index: bytes, now: datetime) -> None:
        own = outbox.c.address_index == index
        unsent = {"state": OutboxState.CANCELLED.value, "due_at": None, "lease_owner": None, "lease_until": None}
        self._access.run(update(outbox).where(own, outbox.c.state.in_(_UNSENT)).values(**unsent, changed_at=now))
        for row in self._access.all(select(outbox.c.id, outbox.c.uid).where(own)):
            self._blank_message(row)

    def _blank_message(self, row: Row[tuple[int, bytes]]) -> None:
        cipher = self._access.cipher
        blank = {
            "address": cipher.seal(outbox.c.address, row.uid, ""),
            "replies": cipher.seal(outbox.c.replies, row.uid, []),
            "text": None,
            "address_index": row.uid,
        }
        self._access.run(update(outbox).where(outbox.c.id == row.id).values(**blank))

    def _blank_feedback(self, index: bytes) -> None:
        """The words go; that something was reported stays, so that the place is still looked into."""
        for row in self._access.all(select(feedback.c.id, feedback.c.uid).where(feedback.c.address_index == index)):
            blank = self._access.cipher.seal(feedback.c.content, row.uid, "")
            statement = update(feedback).where(feedback.c.id == row.id)
            self._access.run(statement.values(content=blank, address_index=row.uid))

    def _drop_parts(self, address: str) -> None:
        """Pieces of long texts know their sender only inside the seal; they are few and live briefly."""
        for row in self._access.all(select(sms_parts.c.id, sms_parts.c.uid, sms_parts.c.event)):
            if self._access.cipher.open(sms_parts.c.event, row.uid, row.event)["sender"] == address:
                self._access.run(delete(sms_parts).where(sms_parts.c.id == row.id))

    def _withdraw_notices(self, index: bytes) -> None:
        own = notices.c.address_index == index
        waiting = notices.c.state == NoticeState.PROPOSED.value
        self._access.run(update(notices).where(own, waiting).values(state=NoticeState.WITHDRAWN.value))
        self._access.run(update(notices).where(own).values(address_index=b""))

    def _close_follow_ups(self, index: bytes, now: datetime) -> None:
        """What was answered stays under a random id; nobody is asked any more."""
        own = follow_ups.c.address_index == index
        is_open = follow_ups.c.state == FollowUpState.OPEN.value
        closed = {"state": FollowUpState.CLOSED.value, "closed_at": now, "due_at": None}
        self._access.run(update(follow_ups).where(own, is_open).values(**closed))
        self._access.run(update(follow_ups).where(own).values(address_index=b""))


def nobody(uid: bytes) -> InboundEvent:
    """A message of nobody; its ids are random, so that a new index key finds them different too."""
    return InboundEvent("", Medium.SMS, EventKind.TEXT, uid.hex(), uid.hex(), "")
