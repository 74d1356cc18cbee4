"""After erasure nothing of a person opens any more, and what the law obliges is still there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from backend.domain.visits import Visit
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import MessageClass, OutboxState, Reply
from backend.services.ports.tracing import Notice, NoticeState
from backend.store.keys import SEALED, check_index_key, reindex
from backend.store.tables import inbox, outbox
from backend.store.tables_health import audit, callbacks, declarations, people
from backend.store.tables_tracing import contacts, notices
from backend.store.tables_visits import visits
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import (
    INDEX_KEY,
    LATER,
    NOW,
    OTHER_INDEX_KEY,
    OTHER_PHONE,
    PHONE,
    claim,
    conversation,
    finish,
    receive,
    send,
    sms,
    units_on,
)
from tests.integration.store.test_sealing import NAME, fill
from tests.integration.store.test_tracing import HOUR, add_venue


def opened(units: SqlUnits) -> list[Any]:
    """Everything sealed, in clear, but the address that a dialogue needs to answer."""
    found: list[Any] = []
    with units() as unit:
        for table, columns in SEALED.items():
            kept = [column for column in columns if f"{table.name}.{column.name}" != "conversations.address"]
            for row in unit.access.all(select(table.c.uid, *kept)) if kept else ():
                found += [unit.access.cipher.open_optional(each, row.uid, getattr(row, each.name)) for each in kept]
    return found


def count(units: SqlUnits, table: Any) -> int:
    with units() as unit:
        number: int = unit.access.run(select(func.count()).select_from(table)).scalar_one()
    return number


def erase(units: SqlUnits, phone: str = PHONE) -> None:
    """As the command does it: the phone's people, and the dialogue's state with it."""
    to = conversation(units, phone)
    with units() as unit:
        ids = [person.id for person in unit.people.on_phone(to.address_index)]
        unit.erasure.erase(phone, to.id, ids, NOW)
        unit.conversations.save(to, state=None)
        unit.commit()


def test_nothing_of_a_person_opens_any_more(units: SqlUnits) -> None:
    fill(units)
    assert NAME in str(opened(units))
    with units() as unit:
        for venue in unit.venues.kept_by(unit.index(PHONE)):
            unit.venues.update(venue, status="removed")
        unit.venues.forget_keeper(unit.index(PHONE))
        unit.commit()
    erase(units)
    shown = str(opened(units))
    for secret in (NAME, PHONE, OTHER_PHONE, "ho va sot", "KB"):
        assert secret not in shown.replace(f"REF-{PHONE}", "")
    assert [count(units, table) for table in (people, declarations, contacts, callbacks)] == [0, 0, 0, 0]


def test_visits_and_the_audit_stay(units: SqlUnits) -> None:
    fill(units)
    venue = add_venue(units, "20000005")
    with units() as unit:
        (person,) = unit.people.on_phone(unit.index(PHONE))
        unit.visits.add(Visit(0, venue.id, person.id, NOW, NOW + HOUR))
        unit.commit()
    lines = count(units, audit)
    erase(units)
    with units() as unit:
        assert unit.visits.any_of([person.id])
    assert (count(units, visits), count(units, audit)) == (1, lines)


def test_messages_that_wait_are_not_sent_and_a_late_repetition_is_no_new_message(units: SqlUnits) -> None:
    to = conversation(units)
    receive(units, sms("1", text="XOA"))
    (row,) = claim(units)
    waiting = send(units, to, message_class=MessageClass.ADVICE)
    erase(units)
    finish(units, row)
    with units() as unit:
        state = unit.access.run(select(outbox.c.state).where(outbox.c.id == waiting.id)).scalar_one()
        assert state == OutboxState.CANCELLED.value
        assert not unit.outbox.claim("s", NOW, LATER, 10)
        again, fresh = unit.inbox.add(sms("1", text="XOA"), NOW)
    assert (fresh, again.state, again.event.text) == (False, InboxState.DONE, "")


def test_messages_after_the_request_wait_for_their_turn(units: SqlUnits) -> None:
    conversation(units)
    receive(units, sms("1"), sms("2", text="KB 00000"))
    (row,) = claim(units)
    erase(units)
    finish(units, row)
    assert [row.event.text for row in claim(units)] == ["KB 00000"]


def test_others_keep_their_data(units: SqlUnits) -> None:
    fill(units)
    with units() as unit:
        other = unit.people.add(unit.index(OTHER_PHONE), "self", {"full_name": "Le B"}, NOW)
        unit.commit()
    before = count(units, inbox)
    erase(units, OTHER_PHONE)
    assert NAME in str(opened(units))
    assert count(units, inbox) == before
    with units() as unit:
        assert unit.people.get(other.id) is None
        assert unit.contacts.of([unit.people.on_phone(unit.index(PHONE))[0].id]) == []


def test_a_notice_that_waits_for_approval_is_withdrawn(units: SqlUnits) -> None:
    to = conversation(units)
    with units() as unit:
        unit.notices.add(Notice(0, "exposure", NoticeState.PROPOSED, to.address_index, "a" * 32, NOW))
        unit.commit()
    erase(units)
    with units() as unit:
        row = unit.access.run(select(notices.c.state, notices.c.address_index)).one()
    assert (row.state, row.address_index) == (NoticeState.WITHDRAWN.value, b"")


def test_a_new_index_key_after_erasures(units: SqlUnits, database_url: str) -> None:
    check_index_key(units)
    receive(units, sms("1"), sms("2", OTHER_PHONE))
    for row in claim(units):
        finish(units, row)
    for phone in (PHONE, OTHER_PHONE):
        send(units, conversation(units, phone))
        erase(units, phone)
    both = units_on(database_url, index_keys=(OTHER_INDEX_KEY, INDEX_KEY))
    reindex(both, lambda *_: None, batch_rows=1)
    assert count(both, inbox) == 2
    assert Reply("apology").name not in str(opened(both))
