"""Delivery receipts: they move a message forward, never back; one that comes early waits in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.services.ports.outside import Clock
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.ways import Ways
from channels.contract import DeliveryState, Receipt


class Receipts:
    """Takes receipts in."""

    def __init__(self, units: Units, clock: Clock, ways: Ways) -> None:
        self._units, self._clock, self._ways = units, clock, ways

    def take(self, receipts: Sequence[Receipt]) -> None:
        """Record a batch in one commit; raises StoreUnavailable, then the provider is to come again."""
        now = self._clock.now()
        with self._units() as unit:
            for receipt in receipts:
                unit.outbox.receipt(receipt.channel, receipt.state, receipt.reference, receipt.key, receipt.code, now)
                self._try_another_way(unit, receipt, now)
            unit.commit()

    def _try_another_way(self, unit: UnitOfWork, receipt: Receipt, now: datetime) -> None:
        """What a provider took and could not deliver goes another way, if it is worth it."""
        if receipt.state is not DeliveryState.FAILED:
            return
        row = unit.outbox.undelivered(receipt.channel, receipt.reference, receipt.key)
        if row is not None:
            self._ways.fall_back(unit, row, None, receipt.code or "undelivered", now)
