"""What a test phone has received: the simulator's channel delivers by being looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.forms.phones import normalise_phone
from backend.services.ports.outbox import Outbound
from backend.services.ports.unit import Units
from backend.services.render import Renderer
from channels.contract import Medium
from channels.text import segments

CHANNEL = "simulator"
NEWEST = 50


class UnknownNumber(ValueError):
    """The number is none a phone can have."""


@dataclass(frozen=True)
class Received:
    """A message as the phone shows it; `segments` is what it costs to send."""

    id: int
    text: str
    segments: int
    at: datetime


class Handset:
    """Reads the outbox for the test phones; made in the demo only."""

    def __init__(self, units: Units, renderer: Renderer) -> None:
        self._units, self._renderer = units, renderer

    def messages(self, number: str, after: int) -> Sequence[Received]:
        """The newest messages to a number with an id above `after`, oldest first.

        Raises:
            UnknownNumber: the number cannot be read.
        """
        address = normalise_phone(number)
        if address is None:
            raise UnknownNumber
        with self._units() as unit:
            rows = unit.outbox.sent_to(unit.index(address), CHANNEL, after, NEWEST)
        return [self._received(row) for row in rows]

    def _received(self, row: Outbound) -> Received:
        text = row.text or self._renderer.message(row.replies, row.language, row.accents, Medium.SMS)
        return Received(row.id, text, segments(text).number, row.created_at)
