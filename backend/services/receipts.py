"""Delivery receipts: they move a message forward, never back; one that comes early waits in the store."""

from __future__ import annotations

from collections.abc import Sequence

from backend.services.ports import Clock, Units
from channels.contract import Receipt


class Receipts:
    """Takes receipts in."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def take(self, receipts: Sequence[Receipt]) -> None:
        """Record a batch in one commit; raises StoreUnavailable, then the provider is to come again."""
        now = self._clock.now()
        with self._units() as unit:
            for receipt in receipts:
                unit.outbox.receipt(receipt.channel, receipt.state, receipt.reference, receipt.key, receipt.code, now)
            unit.commit()
