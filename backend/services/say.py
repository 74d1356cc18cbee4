"""Messages typed at a terminal, through the whole path: inbox, turn, one commit, outbox."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from backend.services.deliver import Deliver
from backend.services.ports.inbox import Inbound
from backend.services.ports.outbox import Outbound
from backend.services.ports.outside import Clock
from backend.services.ports.unit import Units
from backend.services.receive import Receive
from backend.services.render import Renderer
from backend.services.turn import Turns
from backend.services.ussd import Ussd
from channels.contract import EventKind, InboundEvent, Medium

TERMINAL = {Medium.SMS: "terminal", Medium.ZALO: "terminal_zalo", Medium.USSD: "terminal_ussd"}
"""The channels of a terminal; what is written to them counts as sent."""
LEASE = timedelta(seconds=30)
MOST = 50
PAUSE, PATIENCE = 0.05, 10.0  # seconds between two looks at what another process holds; how long it is waited for


class NotAnswered(Exception):
    """The message is stored and waits: the bot is away, or another process holds on to it for long."""


class TooMany(Exception):
    """The number has sent more than one may within the window: the message is refused."""


@dataclass(frozen=True)
class Said:
    """What came back for one text; `final` ends a session."""

    text: str
    replies: Sequence[str]
    final: bool | None = None


class Say:
    """One person at a terminal."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        receive: Receive,
        turns: Turns,
        ussd: Ussd,
        deliver: Deliver,
        renderer: Renderer,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._units, self._clock, self._receive, self._turns = units, clock, receive, turns
        self._ussd, self._deliver, self._renderer, self._pause = ussd, deliver, renderer, pause

    def write(self, medium: Medium, sender: str, text: str) -> Said:
        """One written message and its answers; raises NotAnswered, TooMany."""
        owner = f"say-{secrets.token_hex(8)}"
        event = InboundEvent(TERMINAL[medium], medium, EventKind.TEXT, secrets.token_hex(16), sender, text)
        with self._units() as unit:
            received = self._receive.insert(unit, event, self._clock.now(), owner)
            unit.commit()
        if received.refused:
            raise TooMany
        row = received.row
        sent = self._delivered(row, medium, self._take_turns(row, owner), owner)
        return Said(text, [self._shown(each, medium) for each in sent])

    def dial(self, sender: str, session: str, step: int, text: str) -> Said:
        """One step of a session; step 0 is the dial and `text` the path."""
        kind = EventKind.TEXT if step else EventKind.START
        event = InboundEvent(
            TERMINAL[Medium.USSD], Medium.USSD, kind, f"{session}:{step}", sender, text, session_id=session, step=step
        )
        answer = self._ussd.answer(event)
        return Said(text, [answer.text] if answer else [], answer.final if answer else True)

    def _take_turns(self, row: Inbound, owner: str) -> Sequence[int]:
        """Earlier messages of the person first, as for everybody; the outbox rows of this one."""
        tried: set[int] = set()
        while True:
            current = self._claim(row, owner)
            if current is None or current.id in tried:
                raise NotAnswered
            tried.add(current.id)
            put = self._turns.work(current, owner)
            if current.id == row.id:
                if put is None:
                    raise NotAnswered
                return put.outbox_ids

    def _claim(self, row: Inbound, owner: str) -> Inbound | None:
        """The person's oldest open message, as soon as no worker is at one; None when that takes too long."""
        for _ in self._looks():
            now = self._clock.now()
            with self._units() as unit:
                current = unit.inbox.claim_sender(row.address_index, owner, now, now + LEASE)
                unit.commit()
            if current is not None:
                return current
        return None

    def _delivered(self, row: Inbound, medium: Medium, ids: Sequence[int], owner: str) -> Sequence[Outbound]:
        """The outbox rows `ids`, sent here or by a worker that was faster."""
        for _ in self._looks():
            self._deliver.round(owner, MOST, ids)
            sent = self._sent(row, medium, ids)
            if len(sent) == len(ids):
                return sent
            self._deliver.round(owner, MOST)  # no worker may run: what waits ahead of them goes first
        raise NotAnswered

    def _looks(self) -> Iterator[None]:
        """One look now, then one after each pause."""
        yield
        for _ in range(round(PATIENCE / PAUSE)):
            self._pause(PAUSE)
            yield

    def _sent(self, row: Inbound, medium: Medium, ids: Sequence[int]) -> Sequence[Outbound]:
        if not ids:
            return ()
        with self._units() as unit:
            sent = unit.outbox.sent_to(row.address_index, TERMINAL[medium], min(ids) - 1, MOST)
        return [each for each in sent if each.id in ids]

    def _shown(self, row: Outbound, medium: Medium) -> str:
        return row.text or self._renderer.message(row.replies, row.language, row.accents, medium)
