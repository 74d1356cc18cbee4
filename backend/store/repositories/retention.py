"""Deleting by age, a limited number of rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select, update

from backend.domain.broadcasts import UNDER_WAY
from backend.services.ports.follow_up import FOLLOW_UP
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import OutboxState
from backend.services.ports.retention import Kept
from backend.store.access import Access, insert_for
from backend.store.tables import inbox, outbox, receipts, sms_parts, ussd_sessions
from backend.store.tables_broadcasts import broadcast_messages, broadcasts
from backend.store.tables_facilities import facility_reminders, feedback
from backend.store.tables_follow_up import follow_ups
from backend.store.tables_health import callbacks, declarations, people, settings
from backend.store.tables_staff import sign_in_failures, staff_tokens
from backend.store.tables_tracing import cases, contacts, notices
from backend.store.tables_visits import confirmations, visits

NOBODY = b""  # the phone of a notice whose phone is forgotten
_DAY = "retention_day"  # of the last run, in the store's settings
_ENDED_OUT = (
    OutboxState.SENT.value, OutboxState.DELIVERED.value, OutboxState.FAILED.value, OutboxState.ANSWERED.value,
    OutboxState.CANCELLED.value, OutboxState.UNKNOWN.value,  # unknown: nobody asks for one that is this old
)  # fmt: skip
_ENDED_IN = (
    InboxState.DONE.value, InboxState.DUPLICATE.value, InboxState.PARKED.value, InboxState.REFUSED.value,
)  # fmt: skip


class SqlRetention:
    """ports.retention.RetentionRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def delete(self, what: Kept, before: datetime, limit: int, pack: str | None = None) -> int:
        gone = sum(self._delete(table, which, limit) for table, which in _over(what, before, pack))
        if what is Kept.CONTACTS:
            gone += self._forget_phones(before, limit)
        return gone

    def packs_declared(self) -> Sequence[str]:
        return [row.pack for row in self._access.all(select(declarations.c.pack).distinct())]

    def begin(self, day: date) -> bool:
        last, today = settings.c.name == _DAY, day.isoformat()
        moved = self._access.run(update(settings).where(last, settings.c.value < today).values(value=today))
        if moved.rowcount:
            return True
        once = insert_for(self._access.dialect, settings).on_conflict_do_nothing().returning(settings.c.name)
        return self._access.first(once, {"name": _DAY, "value": today}) is not None

    def _delete(self, table: Table, which: ColumnElement[bool], limit: int) -> int:
        chosen = select(table.c.id).where(which).order_by(table.c.id).limit(limit)
        return self._access.run(delete(table).where(table.c.id.in_(chosen))).rowcount

    def _forget_phones(self, before: datetime, limit: int) -> int:
        """Notices stay for the counts of their alert, but not whose phone they went to."""
        old = and_(notices.c.created_at < before, notices.c.address_index != NOBODY)
        chosen = select(notices.c.id).where(old).order_by(notices.c.id).limit(limit)
        blank = update(notices).where(notices.c.id.in_(chosen)).values(address_index=NOBODY)
        return self._access.run(blank).rowcount


def _over(what: Kept, before: datetime, pack: str | None) -> Sequence[tuple[Table, ColumnElement[bool]]]:
    """Tables and their rows that are over their time, in an order that foreign keys allow."""
    match what:
        case Kept.DECLARATIONS:
            return [(declarations, and_(declarations.c.received_at < before, declarations.c.pack == pack))]
        case Kept.VISITS:
            return [(visits, visits.c.entered_at < before)]
        case Kept.CONTACTS:
            asked = and_(notices.c.kind == FOLLOW_UP, notices.c.created_at < before)
            followed = follow_ups.c.closed_at < before
            return [(contacts, contacts.c.declared_at < before), (notices, asked), (follow_ups, followed)]
        case Kept.MESSAGES:
            return _messages(before)
        case Kept.PEOPLE:
            return [(people, and_(people.c.created_at < before, ~_lately_of_phone(before)))]


def _messages(before: datetime) -> Sequence[tuple[Table, ColumnElement[bool]]]:
    answered = exists().where(outbox.c.inbox_id == inbox.c.id)
    return [
        (receipts, receipts.c.received_at < before),
        (broadcast_messages, _of_ended_broadcast()),
        (outbox, and_(outbox.c.state.in_(_ENDED_OUT), outbox.c.changed_at < before)),
        (inbox, and_(inbox.c.state.in_(_ENDED_IN), inbox.c.closed_at < before, ~answered)),
        (sms_parts, sms_parts.c.received_at < before),
        (ussd_sessions, ussd_sessions.c.changed_at < before),
        (confirmations, confirmations.c.expires_at < before),
        (callbacks, callbacks.c.closed_at < before),
        (sign_in_failures, sign_in_failures.c.began_at < before),
        (staff_tokens, staff_tokens.c.expires_at < before),
        (feedback, feedback.c.closed_at < before),
        (facility_reminders, facility_reminders.c.reminded_at < before),
    ]


def _of_ended_broadcast() -> ColumnElement[bool]:
    """Whether nobody asks any more who was told: the message is deleted and the broadcast has ended."""
    kept = exists().where(outbox.c.id == broadcast_messages.c.outbox_id)
    ended = broadcasts.c.status.not_in([each.value for each in UNDER_WAY])
    return and_(~kept, exists().where(broadcasts.c.id == broadcast_messages.c.broadcast_id, ended))


def _lately_of_phone(before: datetime) -> ColumnElement[bool]:
    """Whether anybody of the person's phone is new, declares, visits or is a case since `before`.

    A household is kept as a whole, or those who are only declared for now and then would vanish from its list.
    """
    other = people.alias("other")
    declared = exists().where(declarations.c.address_index == other.c.address_index)
    visited = exists().where(visits.c.person_id == other.c.uid)
    ill = exists().where(cases.c.person_id == other.c.uid, cases.c.confirmed_at >= before)
    lately = or_(other.c.created_at >= before, declared, visited, ill)
    return exists().where(other.c.address_index == people.c.address_index, lately)
