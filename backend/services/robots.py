"""Loop breaker: answering machines answer us, and two machines would write to each other for ever.

A machine is known by what people do not do many times within an hour: send the same sentence again after its answer,
or nothing that is understood.  It gets silence; a different text that is understood is answered as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.services.asking import Turn
from backend.services.policy import SESSIONS, Policy
from backend.services.ports.inbox import Inbound
from backend.services.ports.outbox import Reply
from backend.services.ports.unit import UnitOfWork, Units
from channels.contract import EventKind

UNHEARD = "not_understood_again"  # what the bot says to the third text in a row that it does not understand, and on


class Robots:
    """Tells machines from people.  Who dials or calls is none."""

    def __init__(self, units: Units, policy: Policy) -> None:
        self._units, self._policy = units, policy

    def may_repeat(self, turn: Turn) -> bool:
        """Whether this is the same sentence again; short answers may well repeat."""
        row = turn.cause.row
        if row is None or not _may_be(row) or len(row.event.text) < self._policy.robot_text:
            return False
        return turn.conversation.last_text_index == turn.cause.text_index

    def repeats(self, turn: Turn) -> bool:
        """Whether this is the same sentence again, from somebody who writes a lot."""
        row = turn.cause.row
        if row is None or not self.may_repeat(turn):
            return False
        with self._units() as unit:
            return self._writes_a_lot(unit, row, row.received_at)

    def unheard(self, unit: UnitOfWork, row: Inbound | None, replies: Sequence[Reply], now: datetime) -> bool:
        """Whether one more answer to what is never understood would help nobody."""
        if row is None or not _may_be(row) or all(reply.name != UNHEARD for reply in replies):
            return False
        return self._writes_a_lot(unit, row, now)

    def _writes_a_lot(self, unit: UnitOfWork, row: Inbound, now: datetime) -> bool:
        since = now - self._policy.robot_window
        return unit.inbox.count_since(row.address_index, since) > self._policy.robot_after


def _may_be(row: Inbound) -> bool:
    return row.event.kind is EventKind.TEXT and row.event.medium not in SESSIONS
