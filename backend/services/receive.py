"""An incoming message is made safe: one insert, one commit, and only then an acknowledgement."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.services.policy import SESSIONS, Policy
from backend.services.ports.inbox import Inbound, InboxState, SenderLimit
from backend.services.ports.outbox import Draft, MessageClass, Reply
from backend.services.ports.outside import Clock, Hints, Spool
from backend.services.ports.unit import StaleVersion, StoreUnavailable, UnitOfWork, Units
from channels.contract import InboundEvent
from channels.text import clean

_log = logging.getLogger(__name__)


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
        single = len(events) == 1 and not events[0].concatenation
        with self._units.single() if single else self._units() as unit:
            whole = [event for event in (self._whole(unit, event, now) for event in events) if event]
            received = [self.insert(unit, event, now) for event in whole]
            unit.commit()
        self._taken(received, now)
        return received

    def insert(self, unit: UnitOfWork, event: InboundEvent, now: datetime, owner: str | None = None) -> Received:
        """Insert one event, leased to `owner` if given, refused over the sender's limit: one statement."""
        event = phones_own(unit, event)
        held = self._policy.session_lease if event.medium in SESSIONS else self._policy.lease
        limit = SenderLimit(self._policy.inbound_limit, now - self._policy.inbound_window)
        return Received(*unit.inbox.add(event, now, (owner, now + held) if owner else None, limit))

    def give_up_waiting(self) -> int:
        """Take in the long texts whose missing piece never came; how many."""
        now = self._clock.now()
        with self._units() as unit:
            late = unit.parts.overdue(now - self._policy.parts_wait)
            received = [self.insert(unit, replace(event, text=clean(event.text)), now) for event in late]
            unit.commit()
        self._taken(received, now)
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

    def _taken(self, received: Sequence[Received], now: datetime) -> None:
        """What follows once the messages are safe."""
        fresh = [each for each in received if each.fresh]
        self._hints.inbox([each.row.id for each in fresh if not each.refused])
        for each in fresh:
            if each.refused and each.row.event.medium not in SESSIONS:
                try:
                    self._tell(each.row, now)
                except (StaleVersion, StoreUnavailable) as error:  # the next one over the limit is told
                    _log.warning("limit_untold inbox=%s error=%s", each.row.id, type(error).__name__)

    def _tell(self, row: Inbound, now: datetime) -> None:
        """Say that there were too many, once per window; a session says it on its screen."""
        with self._units() as unit:
            conversation = unit.conversations.get_or_create(row.event, row.address_index, self._policy.language, now)
            if conversation.limited_at is None or conversation.limited_at <= now - self._policy.inbound_window:
                told = unit.conversations.save(conversation, limited_at=now)
                reply, channel = Reply("too_many_messages"), row.event.channel
                unit.outbox.add(Draft(told, [reply], MessageClass.REPLY, row.id, channel=channel), now)
                unit.commit()


def phones_own(unit: UnitOfWork, event: InboundEvent) -> InboundEvent:
    """An event of an account that is linked with a phone is the phone's."""
    if ":" not in event.sender:
        return event
    phone = unit.accounts.phone_of(event.sender)
    return event if phone is None else replace(event, sender=phone, account=event.sender)
