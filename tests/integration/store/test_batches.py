"""What is written for many rows at once is what is written for each, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from backend.services.ports.inbox import Closing, InboxState
from backend.services.ports.outbox import Draft, MessageClass, OutboxState, Outcome, Reply
from backend.services.ports.unit import LeaseLost, StaleVersion
from backend.store.unit_of_work import SqlUnits
from channels.contract import DeliveryState
from tests.integration.store.support import LATER, NOW, claim, claim_out, conversation, receive, send, sms

PHONES = [f"8490123456{number}" for number in range(5)]


def test_conversations_are_found_or_made_in_the_order_of_their_messages(units: SqlUnits) -> None:
    known = conversation(units, PHONES[2])
    rows = receive(units, *(sms(phone, phone) for phone in reversed(PHONES)))
    with units() as unit:
        found = unit.conversations.of_senders(rows, "vi", NOW)
        unit.commit()
    assert [each.address for each in found] == PHONES[::-1]
    assert [each.created for each in found] == [each.address != PHONES[2] for each in found]
    assert known.id in {each.id for each in found}


def test_each_conversation_keeps_its_own_changes(units: SqlUnits) -> None:
    changed = [(conversation(units, phone), {"state": {"of": phone}}) for phone in PHONES]
    changed[3] = (changed[3][0], {"question": 7, "open_form": "health"})
    with units() as unit:
        saved = unit.conversations.save_each(list(reversed(changed)))
        unit.commit()
    assert [each.address for each in saved] == PHONES[::-1]
    with units() as unit:
        found = [unit.conversations.find(units.blind_index(phone, "address")) for phone in PHONES]
    states = [{"of": phone} if phone != PHONES[3] else None for phone in PHONES]
    assert [each and each.state for each in found] == states
    assert [each and each.version for each in found] == [1] * len(PHONES)
    assert found[3]
    assert (found[3].question, found[3].open_form) == (7, "health")


def test_one_stale_conversation_stops_the_unit_of_work(units: SqlUnits) -> None:
    read = [conversation(units, phone) for phone in PHONES]
    conversation(units, PHONES[2], question=1)
    with units() as unit, pytest.raises(StaleVersion):
        unit.conversations.save_each([(each, {"question": 9}) for each in read])
    with units() as unit:
        found = [unit.conversations.find(each.address_index) for each in read]
    assert [each and each.question for each in found] == [0, 0, 1, 0, 0]


def test_one_lost_lease_closes_nothing(units: SqlUnits) -> None:
    receive(units, *(sms(phone, phone) for phone in PHONES))
    rows = claim(units, until=NOW + timedelta(seconds=1))
    with units() as unit:
        unit.inbox.retry(rows[2], "w1", NOW, "test")
        unit.commit()
    closings = [Closing(row, InboxState.DONE, row.event.sender) for row in rows]
    with units() as unit, pytest.raises(LeaseLost):
        unit.inbox.finish_each(closings, "w1", NOW)
    with units() as unit:
        unit.inbox.finish_each([each for each in closings if each.row is not rows[2]], "w1", NOW)
        unit.commit()
    assert [row.id for row in claim(units)] == [rows[2].id]
    repeated, fresh = _repeated(units, PHONES[4])
    assert (repeated.state, repeated.answer, fresh) == (InboxState.DONE, PHONES[4], False)


def _repeated(units: SqlUnits, phone: str):
    with units() as unit:
        return unit.inbox.add(sms(phone, phone), NOW)


def test_messages_are_numbered_in_their_order_and_hold_their_own_words(units: SqlUnits) -> None:
    drafts = [Draft(conversation(units, phone), [Reply(f"say_{phone}")], MessageClass.REPLY, None) for phone in PHONES]
    with units() as unit:
        added = unit.outbox.add_each(drafts, NOW)
        unit.commit()
    claimed = claim_out(units)
    assert [row.id for row in claimed] == [row.id for row in added] == sorted(row.id for row in added)
    assert [(row.key, row.address, row.replies[0].name) for row in claimed] == [
        (row.key, phone, f"say_{phone}") for row, phone in zip(added, PHONES, strict=True)
    ]
    assert len({row.key for row in added}) == len(PHONES)


def test_outcomes_of_all_kinds_are_recorded_together_and_a_lost_row_is_left_out(units: SqlUnits) -> None:
    for phone in PHONES:
        send(units, conversation(units, phone))
    rows = claim_out(units)
    states = [OutboxState.SENT, OutboxState.WAITING, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.SENT]
    outcomes = [
        Outcome(row, state, f"ref{row.id}" if state is OutboxState.SENT else None,
                retry_at=LATER if state in (OutboxState.WAITING, OutboxState.UNKNOWN) else None)
        for row, state in zip(rows, states, strict=True)
    ]  # fmt: skip
    early = (DeliveryState.DELIVERED, f"ref{rows[0].id}", None), (DeliveryState.FAILED, None, rows[4].key)
    with units() as unit:
        for state, reference, key in early:
            unit.outbox.receipt("kannel", state, reference, key, None, NOW)
        assert unit.outbox.record(outcomes[1:4], "w2", NOW) == set()
        assert unit.outbox.record(outcomes, "s1", NOW) == {row.id for row in rows[:4]}  # the last has failed already
        unit.commit()
    with units.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT state, attempts, unknowns FROM outbox ORDER BY id").all()
        receipts = connection.exec_driver_sql("SELECT count(*) FROM receipts").scalar_one()
    assert [tuple(each) for each in kept] == [
        ("delivered", 0, 0),
        ("waiting", 1, 0),
        ("unknown", 1, 1),
        ("failed", 0, 0),
        ("failed", 0, 0),
    ]
    assert receipts == 0
    assert [row.id for row in claim_out(units, "s2", LATER)] == [rows[1].id, rows[2].id]


def test_what_goes_together_is_done_in_order_and_wholly_or_not_at_all(units: SqlUnits) -> None:
    read = conversation(units, PHONES[0])
    (row,) = receive(units, sms("m", PHONES[0]))
    shown = Draft(read, [Reply("hello")], MessageClass.REPLY, row.id, state=OutboxState.ANSWERED, text="hello")
    with units() as unit:
        unit.conversations.save(read, question=1)
        unit.outbox.show(shown, NOW)
        found = unit.conversations.find(read.address_index)
        assert found, "what was written is there for whoever reads after it"
        assert found.question == 1
        unit.conversations.save(found, question=2)
        unit.commit()
    with units() as unit:
        unit.conversations.save(replace(read, version=2), question=3)
        unit.outbox.show(shown, NOW)  # its position is taken
        unit.conversations.save(read, question=4)  # stale
        with pytest.raises(IntegrityError):
            unit.commit()
    with units() as unit:
        unit.conversations.save(replace(read, version=2), question=5)
        unit.conversations.save(read, question=6)
        with pytest.raises(StaleVersion):
            unit.commit()
    with units() as unit:
        unit.conversations.save(replace(read, version=2), question=7)
    with units() as unit:
        after = unit.conversations.find(read.address_index)
    assert after
    assert (after.question, after.version) == (2, 2)
