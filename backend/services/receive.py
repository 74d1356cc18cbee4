"""An incoming message is made safe: one insert, one commit, and only then an acknowledgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.services.policy import SESSIONS, Policy
from backend.services.ports import (
    Clock,
    Hints,
    Inbound,
    InboxState,
    MessageClass,
    Reply,
    Spool,
    StoreUnavailable,
    UnitOfWork,
    Units,
)
from channels.contract import InboundEvent
from channels.text import clean

GATE = "limit"  # owner of the lease under which a row over the limit is closed


@dataclass(frozen=True)
class Received:
    """What became of one event: its row, whether it is new, and whether it is over the sender's limit."""

    row: Inbound
    fresh: bool

    @property
    def refused(self) -> bool:
        """Over the sender's limit."""
        return self.row.state is InboxState.REFUSED


class Receive:
    """Takes verified events in."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, spool: Spool, policy: Policy) -> None:
        self._units, self._clock, self._hints, self._spool, self._policy = units, clock, hints, spool, policy

    def take(self, events: Sequence[InboundEvent]) -> Sequence[Received]:
        """Make a batch safe; empty when it went to the spool because the database is down.

        Raises:
            OSError: neither database nor spool took it; nothing may be acknowledged.
        """
        if self._spool.pending():
            self._spool.append(events)
            return ()
        try:
            return self.store(events)
        except StoreUnavailable:
            self._spool.append(events)
            return ()

    def store(self, events: Sequence[InboundEvent]) -> Sequence[Received]:
        """Insert and commit; raises StoreUnavailable with nothing stored."""
        now = self._clock.now()
        with self._units() as unit:
            whole = [event for event in (self._whole(unit, event, now) for event in events) if event]
            received = [self.insert(unit, event, now) for event in whole]
            unit.commit()
        self._hints.inbox([each.row.id for each in received if each.fresh and not each.refused])
        return received

    def insert(self, unit: UnitOfWork, event: InboundEvent, now: datetime, owner: str | None = None) -> Received:
        """Insert one event, leased to `owner` if given; over the limit it is closed at once."""
        event = phones_own(unit, event)
        over = self._over_limit(unit, event, now)
        holder = GATE if over else owner
        row, fresh = unit.inbox.add(event, now, (holder, now + self._policy.lease) if holder else None)
        if over and fresh:
            row = self._refuse(unit, row, now)
        return Received(row, fresh)

    def give_up_waiting(self) -> int:
        """Take in the long texts whose missing piece never came; how many."""
        now = self._clock.now()
        with self._units() as unit:
            late = unit.parts.overdue(now - self._policy.parts_wait)
            received = [self.insert(unit, replace(event, text=clean(event.text)), now) for event in late]
            unit.commit()
        self._hints.inbox([each.row.id for each in received if each.fresh and not each.refused])
        return len(received)

    def drain_spool(self) -> int:
        """Bring what this process and dead ones have spooled into the inbox, in order; raises StoreUnavailable."""
        return self._spool.drain(self.store)

    def _whole(self, unit: UnitOfWork, event: InboundEvent, now: datetime) -> InboundEvent | None:
        """The event, or the long text it completes; pieces are cleaned together, a cut may fall inside a letter."""
        if not event.concatenation:
            return event
        joined = unit.parts.add(event, now)
        return replace(joined, text=clean(joined.text)) if joined else None

    def _over_limit(self, unit: UnitOfWork, event: InboundEvent, now: datetime) -> bool:
        since = now - self._policy.inbound_window
        return unit.inbox.count_since(unit.index(event.sender), since) >= self._policy.inbound_limit

    def _refuse(self, unit: UnitOfWork, row: Inbound, now: datetime) -> Inbound:
        unit.inbox.finish(row, GATE, InboxState.REFUSED, now)
        if row.event.medium not in SESSIONS:
            self._tell(unit, row, now)
        return replace(row, state=InboxState.REFUSED)

    def _tell(self, unit: UnitOfWork, row: Inbound, now: datetime) -> None:
        """Say so once per window; a session says it on its screen."""
        conversation = unit.conversations.get_or_create(row.event, row.address_index, self._policy.language, now)
        if conversation.limited_at is None or conversation.limited_at <= now - self._policy.inbound_window:
            told = unit.conversations.save(conversation, limited_at=now)
            reply = Reply("too_many_messages")
            unit.outbox.add(told, [reply], MessageClass.REPLY, now, inbox_id=row.id, channel=row.event.channel)


def phones_own(unit: UnitOfWork, event: InboundEvent) -> InboundEvent:
    """An event of an account that is linked with a phone is the phone's."""
    if ":" not in event.sender:
        return event
    phone = unit.accounts.phone_of(event.sender)
    return event if phone is None else replace(event, sender=phone, account=event.sender)
