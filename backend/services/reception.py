"""One way in for every provider's request, by HTTP or over a line: verify, parse, make safe, acknowledge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.services.policy import SESSIONS
from backend.services.receipts import Receipts
from backend.services.receive import Receive
from backend.services.ussd import Ussd
from channels.contract import Adapter, Answer, InboundEvent, Receipt, Request, Response


@dataclass(frozen=True)
class Taken:
    """What to answer a provider, and how many events its request held."""

    response: Response
    events: int


class Reception:
    """No check can be forgotten here, because there is no other door."""

    def __init__(self, receive: Receive, receipts: Receipts, ussd: Ussd) -> None:
        self._receive, self._receipts, self._ussd = receive, receipts, ussd

    def take(self, adapter: Adapter, request: Request) -> Taken:
        """Take a request in.

        Raises:
            ChannelError: it must not be taken in, or cannot be now (Unavailable).
            StoreUnavailable, OSError: nothing is safe, nothing may be acknowledged.
        """
        adapter.verify(request)
        found = adapter.parse(request)
        events = [item for item in found if isinstance(item, InboundEvent)]
        receipts = [item for item in found if isinstance(item, Receipt)]
        if receipts:
            self._receipts.take(receipts)
        return Taken(adapter.acknowledge(self._answer(adapter, events), request), len(events))

    def _answer(self, adapter: Adapter, events: Sequence[InboundEvent]) -> Answer | None:
        if adapter.medium in SESSIONS:
            answers = [self._ussd.answer(event) for event in events]
            return answers[-1] if answers else None
        if events:
            self._receive.take(events)
        return None
