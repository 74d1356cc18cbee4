from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from backend.domain.venues import Venue, VenueStatus
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import Draft, MessageClass, OutboxState, Outcome, Reply
from backend.services.ports.tracing import Notice, NoticeState
from backend.store.encryption import SealBroken
from backend.store.migrate import METADATA
from backend.store.tables import conversations, inbox
from backend.store.tables_health import declarations, people
from backend.store.unit_of_work import SqlUnits
from channels.contract import DeliveryState
from tests.integration.store.support import (
    NOW,
    OTHER_PHONE,
    PHONE,
    claim,
    claim_out,
    conversation,
    declaration,
    receive,
    send,
    sms,
)

NAME = "Nguyễn Thị Ánh Nguyệt"
SECRETS = (PHONE, PHONE[2:], OTHER_PHONE, NAME, NAME.rsplit(maxsplit=1)[-1], "ho va sot", "REF-" + PHONE)


def fill(units: SqlUnits) -> None:
    """A whole life of personal data through every repository."""
    receive(units, sms(f"id-{PHONE}", text=f"KB {NAME} ho va sot"))
    (row,) = claim(units)
    to = conversation(units, state={"slots": {"full_name": NAME}})
    with units() as unit:
        unit.inbox.finish(row, "w1", InboxState.DONE, NOW, answer=NAME)
        person = unit.people.add(to.address_index, "self", {"full_name": NAME, "phone": PHONE}, NOW)
        unit.people.update(person, identity={"full_name": NAME, "symptoms": "ho va sot"})
        unit.declarations.add(declaration(to.address_index, answers={"full_name": NAME, "symptoms": "ho va sot"}))
        reply = Reply("receipt", {"name": NAME}, [{"send": "1", "text": NAME}])
        unit.outbox.add(Draft(to, [reply], MessageClass.RECEIPT, inbox_id=row.id, text=f"Chào {NAME}"), NOW)
        unit.ussd_sessions.put("at", f"s-{PHONE}", to.address_index, step=1, pages=[NAME], page=0, open=True, now=NOW)
        unit.parts.add(sms("part", text="ho va sot", concatenation=("7", 2, 1)), NOW)
        unit.venues.add(
            Venue(0, "10000009", "Hoa Sen", "shop", None, None, "", VenueStatus.ACTIVE, PHONE, to.address_index, NOW)
        )
        unit.contacts.put(person.id, OTHER_PHONE, NOW)
        unit.notices.add(Notice(0, "venue_confirm", NoticeState.QUEUED, to.address_index, None, NOW))
        unit.callbacks.request(to, "asked", NOW)
        unit.audit.add("citizen", "declare", person.id, "health", NOW)
        unit.outbox.receipt("kannel", DeliveryState.DELIVERED, "REF-" + PHONE, None, None, NOW)
        unit.commit()
    (message,) = claim_out(units)
    with units() as unit:
        unit.outbox.record([Outcome(message, OutboxState.UNKNOWN, "REF-" + PHONE)], "s1", NOW)
        unit.commit()


def forms(secret: str) -> list[bytes]:
    return [secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()]


def test_no_clear_text_in_the_database(units: SqlUnits, database_url: str) -> None:
    fill(units)
    if database_url.startswith("sqlite"):
        file = Path(database_url.removeprefix("sqlite:///"))
        everything = b"".join(path.read_bytes() for path in file.parent.glob(file.name + "*"))
    else:
        with units.engine.connect() as connection:
            tables = [f'"{table}"' for table in METADATA.tables]
            rows = [connection.execute(text(f"SELECT t::text FROM {table} t")).scalars().all() for table in tables]
        assert all(rows[tables.index(f'"{filled}"')] for filled in ("inbox", "outbox", "people", "declarations"))
        everything = "\n".join(row for table in rows for row in table).encode()
    assert b"26734" in everything  # an open column: the search would find clear text
    for secret in SECRETS:
        for form in forms(secret):
            assert form not in everything


def test_sealed_values_do_not_open_in_another_row(units: SqlUnits) -> None:
    for phone in (PHONE, OTHER_PHONE):
        conversation(units, phone, state={"phone": phone})
    with units.engine.begin() as connection:
        rows = connection.execute(select(conversations.c.id, conversations.c.state).order_by("id")).all()
        for row, other in zip(rows, reversed(rows), strict=True):
            connection.execute(conversations.update().where(conversations.c.id == row.id).values(state=other.state))
    with units() as unit, pytest.raises(SealBroken, match="wrong_seal"):
        unit.conversations.find(units.blind_index.address(PHONE))


def test_sealed_values_do_not_open_in_another_column_or_table(units: SqlUnits) -> None:
    conversation(units, state={"a": 1})
    with units.engine.begin() as connection:
        connection.execute(conversations.update().values(state=conversations.c.address))
    with units() as unit, pytest.raises(SealBroken, match="wrong_seal"):
        unit.conversations.find(units.blind_index.address(PHONE))
    with units() as unit:
        unit.people.add(b"x", "self", {"a": 1}, NOW)
        unit.declarations.add(declaration(b"x"))
        unit.commit()
    with units.engine.begin() as connection:
        uid, identity = connection.execute(select(people.c.uid, people.c.identity)).one()
        connection.execute(declarations.update().values(uid=uid, answers=identity, address=identity))
    with units() as unit, pytest.raises(SealBroken, match="wrong_seal"):
        unit.declarations.latest("KB-0001-3")


def test_an_altered_value_is_noticed(units: SqlUnits) -> None:
    receive(units, sms("1"))
    with units.engine.begin() as connection:
        event = connection.execute(select(inbox.c.event)).scalar_one()
        connection.execute(inbox.update().values(event=event[:-1] + bytes([event[-1] ^ 1])))
    with pytest.raises(SealBroken, match="wrong_seal"):
        claim(units)


@pytest.mark.parametrize("change", ["UPDATE audit SET reason = 'x'", "DELETE FROM audit"])
def test_the_audit_log_refuses_changes(units: SqlUnits, change: str) -> None:
    with units() as unit:
        unit.audit.add("officer", "view", "p" * 32, "case", NOW)
        unit.commit()
    with units.engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.execute(text(change))
    with units.engine.connect() as connection:
        assert connection.execute(text("SELECT reason FROM audit")).scalar_one() == "case"


def test_the_audit_log_cannot_be_emptied_on_postgresql(units: SqlUnits) -> None:
    if units.engine.dialect.name == "postgresql":
        with units.engine.begin() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text("TRUNCATE audit"))


def test_a_database_error_shows_no_values(units: SqlUnits) -> None:
    (cause,) = receive(units, sms("1"))
    to = conversation(units)
    send(units, to, inbox_id=cause.id)
    with pytest.raises(DBAPIError) as caught:
        send(units, to, NAME, inbox_id=cause.id)
    assert NAME not in str(caught.value)
    assert to.address_index.hex() not in str(caught.value)
