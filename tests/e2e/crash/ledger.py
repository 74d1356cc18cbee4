"""What the tables say, opened with the house's own keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from backend.bootstrap import Bootstrap
from backend.config import load
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import MessageClass, OutboxState
from backend.store.events import event_from_json
from backend.store.tables import inbox, outbox

OPEN = (InboxState.WAITING.value, InboxState.LEASED.value)
ON_THE_WAY = tuple(state.value for state in (OutboxState.WAITING, OutboxState.LEASED, OutboxState.SENDING))


@dataclass(frozen=True)
class Said:
    """An outbox row: where it stands, how often its outcome was unknown, and what kind it is."""

    state: OutboxState
    unknowns: int
    kind: MessageClass


class Ledger:
    """Reads a house's database from outside."""

    def __init__(self, environment: Mapping[str, str], root: Path) -> None:
        self._parts = Bootstrap(load(environment, root))

    def close(self) -> None:
        """Give the connections back."""
        self._parts.close()

    def closed(self) -> int:
        """Inbox rows that were brought to an end."""
        return self._count(select(func.count()).where(inbox.c.state.not_in(OPEN)))

    def unfinished(self) -> int:
        """Inbox rows that are open, and messages that are still to be sent or looked into."""
        due = outbox.c.state.in_(ON_THE_WAY) | (
            (outbox.c.state == OutboxState.UNKNOWN.value) & outbox.c.due_at.is_not(None)
        )
        return self._count(select(func.count()).where(inbox.c.state.in_(OPEN))) + self._count(
            select(func.count()).where(due)
        )

    def attempts(self) -> int:
        """Grows whenever something was tried."""
        return self._count(select(func.coalesce(func.sum(outbox.c.attempts), 0)))

    def texts(self, channel: str) -> dict[str, tuple[str, InboxState]]:
        """Sender and state of every text that came by a channel, by its id."""
        columns = select(inbox.c.uid, inbox.c.event, inbox.c.state)
        with self._parts.engine.connect() as connection:
            rows = connection.execute(columns.where(inbox.c.channel == channel)).all()
        events = (event_from_json(self._parts.cipher.open(inbox.c.event, row.uid, row.event)) for row in rows)
        states = (InboxState(row.state) for row in rows)
        return {event.provider_id: (event.sender, state) for event, state in zip(events, states, strict=True)}

    def declared(self) -> Counter[str]:
        """How many declarations each phone has."""
        with self._parts.units() as unit:
            return Counter(each.address for each in unit.declarations.since(None))

    def said(self) -> dict[str, Said]:
        """Every outgoing message by its key."""
        columns = (outbox.c.uid, outbox.c.state, outbox.c.unknowns, outbox.c.message_class)
        with self._parts.engine.connect() as connection:
            rows = connection.execute(select(*columns)).all()
        return {
            row.uid.hex(): Said(OutboxState(row.state), row.unknowns, MessageClass(row.message_class)) for row in rows
        }

    def _count(self, statement) -> int:
        with self._parts.engine.connect() as connection:
            return connection.execute(statement).scalar_one()
