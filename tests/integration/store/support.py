"""What the store's tests share: keys, a fixed time and ready-made events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Inbound, InboxState
from backend.services.ports.outbox import Draft, MessageClass, Outbound, Reply
from backend.services.ports.people import Declaration
from backend.store.blind_index import BlindIndex
from backend.store.encryption import FieldCipher
from backend.store.engine import make_engine
from backend.store.unit_of_work import SqlUnits
from channels.contract import EventKind, InboundEvent, Medium

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)
FIELD_KEY, OTHER_FIELD_KEY = bytes(range(32)), bytes(range(1, 33))
INDEX_KEY, OTHER_INDEX_KEY = bytes(range(2, 34)), bytes(range(3, 35))
PHONE = "84901234567"
OTHER_PHONE = "84987654321"
OPENED: list[Engine] = []  # closed after each test by conftest.py


def units_on(
    url: str, field_keys: tuple[bytes, ...] = (FIELD_KEY,), index_keys: tuple[bytes, ...] = (INDEX_KEY,)
) -> SqlUnits:
    """Units of work on a database."""
    engine = make_engine(url)
    OPENED.append(engine)
    return SqlUnits(engine, FieldCipher(field_keys), BlindIndex(index_keys))


def index_of(units: SqlUnits, phone: str) -> bytes:
    """A phone's blind index."""
    with units() as unit:
        return unit.index(phone)


def sms(provider_id: str, sender: str = PHONE, text: str = "KB", **more: Any) -> InboundEvent:
    """An incoming SMS."""
    return InboundEvent("kannel", Medium.SMS, EventKind.TEXT, provider_id, sender, text, **more)


def receive(units: SqlUnits, *events: InboundEvent) -> list[Inbound]:
    """Insert events in order, one unit of work each."""
    rows = []
    for event in events:
        with units() as unit:
            rows.append(unit.inbox.add(event, NOW)[0])
            unit.commit()
    return rows


def claim(
    units: SqlUnits, owner: str = "w1", now: datetime = NOW, until: datetime = LATER, **more: Any
) -> list[Inbound]:
    """Lease inbox rows and commit."""
    with units() as unit:
        rows = unit.inbox.claim(owner, now, until, more.pop("limit", 100), **more)
        unit.commit()
    return list(rows)


def finish(units: SqlUnits, row: Inbound, owner: str = "w1") -> None:
    """Close an inbox row and commit."""
    with units() as unit:
        unit.inbox.finish(row, owner, InboxState.DONE, NOW)
        unit.commit()


def conversation(units: SqlUnits, sender: str = PHONE, **changes: Any) -> Conversation:
    """The sender's conversation, with changes saved."""
    with units() as unit:
        found = unit.conversations.get_or_create(sms("x", sender), unit.index(sender), "vi", NOW)
        if changes:
            found = unit.conversations.save(found, **changes)
        unit.commit()
    return found


def send(
    units: SqlUnits,
    to: Conversation,
    name: str = "ask_fever",
    message_class: MessageClass = MessageClass.REPLY,
    **more: Any,
) -> Outbound:
    """Insert an outbox row and commit."""
    with units() as unit:
        row = unit.outbox.add(Draft(to, [Reply(name)], message_class, inbox_id=more.pop("inbox_id", None), **more), NOW)
        unit.commit()
    return row


def claim_out(
    units: SqlUnits, owner: str = "s1", now: datetime = NOW, until: datetime = LATER, **more: Any
) -> list[Outbound]:
    """Lease outbox rows and commit."""
    with units() as unit:
        rows = unit.outbox.claim(owner, now, until, more.pop("limit", 100), **more)
        unit.commit()
    return list(rows)


def hand_to_provider(units: SqlUnits, row: Outbound, owner: str = "s1") -> None:
    """Mark a leased row as being sent, and commit."""
    with units() as unit:
        assert unit.outbox.mark_sending([row], owner, NOW)
        unit.commit()


def declaration(address_index: bytes, **changes: Any) -> Declaration:
    """A complete health declaration."""
    return replace(
        Declaration(
            reference="KB-0001-3",
            revision=1,
            form="health",
            form_version=1,
            person_id="p" * 32,
            address_index=address_index,
            address=PHONE,
            declared_for="self",
            channel="kannel",
            answers={"full_name": "Nguyễn Thị Ánh", "fever": True},
            triage="green",
            province="79",
            commune="26734",
            status="complete",
            pack="covid-19",
            legal_basis="law",
            received_at=NOW,
        ),
        **changes,
    )
