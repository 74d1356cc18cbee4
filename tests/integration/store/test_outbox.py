from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from backend.services.ports.conversations import Conversation
from backend.services.ports.outbox import Draft, MessageClass, Outbound, OutboxState, Outcome, Reply
from backend.services.ports.unit import LeaseLost
from backend.store.unit_of_work import SqlUnits
from channels.contract import DeliveryState
from tests.integration.store.support import (
    LATER,
    NOW,
    OTHER_PHONE,
    claim_out,
    conversation,
    hand_to_provider,
    receive,
    send,
    sms,
)
from tests.unit.services.fakes_store import FakeUnits


def state_of(units: SqlUnits, row_id: int) -> str:
    if isinstance(units, FakeUnits):
        return units.tables.outbox[row_id].state
    with units.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT state FROM outbox WHERE id = {row_id}").scalar_one()


def record(units: SqlUnits, row, state: OutboxState, **more) -> None:
    with units() as unit:
        unit.outbox.record([Outcome(row, state, **more)], "s1", NOW)
        unit.commit()


def receipt(units: SqlUnits, state: DeliveryState, reference: str | None = None, key: str | None = None) -> bool:
    with units() as unit:
        known = unit.outbox.receipt("kannel", state, reference, key, None, NOW)
        unit.commit()
    return known


@pytest.mark.in_memory
def test_a_message_comes_back_as_it_went_in(units: SqlUnits) -> None:
    to = conversation(units, question=2, accents=True)
    (cause,) = receive(units, sms("1"))
    replies = [
        Reply("ask_sex", {"name": "Ánh", "when": {"$date": "2026-11-22"}}, [{"send": "1", "key": "choice_male"}])
    ]
    with units() as unit:
        made = unit.outbox.add(Draft(to, replies, MessageClass.RESULT, inbox_id=cause.id, position=1, text="CON"), NOW)
        unit.commit()
    (row,) = claim_out(units)
    assert row.replies == tuple(replies)
    assert (row.key, row.address, row.question, row.text, row.position) == (made.key, to.address, 2, "CON", 1)
    assert (row.id, row.state, row.message_class, row.accents) == (
        made.id,
        OutboxState.LEASED,
        MessageClass.RESULT,
        True,
    )


def test_a_cause_has_one_message_per_position(units: SqlUnits) -> None:
    to = conversation(units)
    (cause,) = receive(units, sms("1"))
    send(units, to, inbox_id=cause.id)
    with pytest.raises(IntegrityError):
        send(units, to, inbox_id=cause.id)


@pytest.mark.in_memory
def test_a_screen_already_shown_is_never_claimed(units: SqlUnits) -> None:
    send(units, conversation(units), state=OutboxState.ANSWERED, text="END")
    assert claim_out(units) == []


@pytest.mark.in_memory
def test_a_conversation_gets_its_messages_in_order(units: SqlUnits) -> None:
    to, other = conversation(units), conversation(units, OTHER_PHONE)
    first, second, third = send(units, to, "a"), send(units, to, "b"), send(units, other, "c")
    rows = claim_out(units)
    assert [row.id for row in rows] == [first.id, third.id]
    assert claim_out(units, "s2") == []
    hand_to_provider(units, rows[0])
    assert claim_out(units, "s2") == []
    record(units, rows[0], OutboxState.SENT, reference="r1")
    assert [row.id for row in claim_out(units, "s2")] == [second.id]


@pytest.mark.in_memory
def test_a_refused_send_comes_back_and_keeps_its_key(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    hand_to_provider(units, row)
    record(units, row, OutboxState.WAITING, code="throttled", retry_at=LATER)
    assert claim_out(units) == []
    (again,) = claim_out(units, now=LATER, until=LATER + timedelta(minutes=1))
    assert (again.key, again.attempts, again.unknowns) == (row.key, 1, 0)


@pytest.mark.in_memory
def test_an_unknown_outcome_lets_later_messages_pass_and_comes_back(units: SqlUnits) -> None:
    to = conversation(units)
    first, second = send(units, to, "a"), send(units, to, "b")
    (row,) = claim_out(units)
    hand_to_provider(units, row)
    record(units, row, OutboxState.UNKNOWN, code="timeout", retry_at=LATER)
    (passing,) = claim_out(units)
    assert passing.id == second.id
    record(units, passing, OutboxState.SENT)
    (again,) = claim_out(units, now=LATER, until=LATER + timedelta(minutes=1))
    assert (again.id, again.unknowns) == (first.id, 1)


@pytest.mark.in_memory
def test_an_unknown_and_a_waiting_message_are_not_claimed_together(units: SqlUnits) -> None:
    to = conversation(units)
    send(units, to, "a")
    (row,) = claim_out(units)
    hand_to_provider(units, row)
    send(units, to, "b")
    record(units, row, OutboxState.UNKNOWN, retry_at=NOW)
    assert [claimed.id for claimed in claim_out(units)] == [row.id]


@pytest.mark.in_memory
def test_an_unknown_without_a_time_never_comes_back(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    record(units, row, OutboxState.UNKNOWN)
    assert claim_out(units, now=LATER + timedelta(days=9)) == []


@pytest.mark.in_memory
def test_opting_out_stops_advice_only(units: SqlUnits) -> None:
    to = conversation(units)
    advice = send(units, to, message_class=MessageClass.ADVICE)
    (row,) = claim_out(units)
    other = conversation(units, OTHER_PHONE)
    warning = send(units, other, message_class=MessageClass.EXPOSURE)
    (second,) = claim_out(units)
    conversation(units, opted_out=True)
    conversation(units, OTHER_PHONE, opted_out=True)
    with units() as unit:
        going = unit.outbox.mark_sending([row, second], "s1", NOW)
        unit.commit()
    assert [left.id for left in going] == [warning.id]
    assert state_of(units, advice.id) == "cancelled"
    assert state_of(units, warning.id) == "sending"


@pytest.mark.in_memory
def test_another_owner_can_neither_send_nor_record(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    with units() as unit:
        assert unit.outbox.mark_sending([row], "s2", NOW) == []
        assert unit.outbox.record([Outcome(row, OutboxState.SENT)], "s2", NOW) == set()
        unit.commit()
    assert state_of(units, row.id) == "leased"


def test_what_a_dead_sender_left_is_released(units: SqlUnits) -> None:
    leased = send(units, conversation(units))
    sending = send(units, conversation(units, OTHER_PHONE))
    rows = {row.id: row for row in claim_out(units)}
    hand_to_provider(units, rows[sending.id])
    with units() as unit:
        assert unit.outbox.release_expired(NOW) == []
        assert unit.outbox.release_expired(LATER) == [leased.id, sending.id]
        unit.commit()
    assert state_of(units, sending.id) == "unknown"
    again = claim_out(units, now=LATER, until=LATER + timedelta(minutes=1))
    assert [(row.id, row.unknowns) for row in again] == [(leased.id, 0), (sending.id, 1)]


def test_receipts_move_forward_only(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    record(units, row, OutboxState.SENT, reference="r1")
    assert receipt(units, DeliveryState.DELIVERED, "r1")
    assert receipt(units, DeliveryState.SENT, "r1")
    assert receipt(units, DeliveryState.FAILED, key=row.key)
    assert state_of(units, row.id) == "delivered"


@pytest.mark.parametrize("by_key", [True, False])
def test_an_early_receipt_waits_for_its_row(units: SqlUnits, by_key: bool) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    hand_to_provider(units, row)
    known = receipt(units, DeliveryState.DELIVERED, None if by_key else "r1", row.key if by_key else None)
    assert not known
    assert state_of(units, row.id) == "sending"
    record(units, row, OutboxState.SENT, reference="r1")
    assert state_of(units, row.id) == "delivered"


def test_a_receipt_that_crossed_with_the_recording_is_settled_by_the_sweep(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    receipt(units, DeliveryState.FAILED, "r1")
    with units.engine.begin() as connection:  # the state the race leaves: recorded, receipt still kept
        index = units.blind_index("kannel\x00r1", "reference")
        connection.exec_driver_sql(
            "UPDATE outbox SET state = 'sent', lease_owner = NULL, reference_index = "
            + (f"x'{index.hex()}'" if connection.dialect.name == "sqlite" else f"'\\x{index.hex()}'::bytea")
        )
    with units() as unit:
        unit.outbox.release_expired(NOW)
        unit.commit()
    assert state_of(units, row.id) == "failed"


def test_a_receipt_ends_the_doubt(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    record(units, row, OutboxState.UNKNOWN, retry_at=LATER)
    assert receipt(units, DeliveryState.SENT, key=row.key)
    assert state_of(units, row.id) == "sent"
    assert claim_out(units, now=LATER) == []


def test_a_receipt_for_somebody_elses_message_changes_nothing(units: SqlUnits) -> None:
    row = send(units, conversation(units))
    assert not receipt(units, DeliveryState.FAILED, key="not-hex")
    assert not receipt(units, DeliveryState.FAILED, "unheard-of")
    assert not receipt(units, DeliveryState.FAILED)
    assert state_of(units, row.id) == "waiting"


def test_a_report_that_came_while_the_gateway_answered_no_ends_the_message(units: SqlUnits) -> None:
    send(units, conversation(units))
    (row,) = claim_out(units)
    hand_to_provider(units, row)
    receipt(units, DeliveryState.DELIVERED, key=row.key)
    record(units, row, OutboxState.WAITING, code="kannel_503", retry_at=NOW)
    assert state_of(units, row.id) == "delivered"
    assert claim_out(units, now=LATER) == []


def test_a_question_whose_sender_died_counts_as_asked_when_sending_began(units: SqlUnits) -> None:
    send(units, conversation(units, question=3))
    (row,) = claim_out(units)
    hand_to_provider(units, row)
    with units() as unit:
        unit.outbox.release_expired(LATER)
        unit.commit()
    assert conversation(units).question_handed_at == NOW


@pytest.mark.in_memory
def test_a_question_is_handed_over_once(units: SqlUnits) -> None:
    to = conversation(units, question=3)
    for moment in (NOW, LATER):
        with units() as unit:
            unit.conversations.handed_over([(to.id, 3, moment)])
            unit.commit()
    assert conversation(units).question_handed_at == NOW


@pytest.mark.in_memory
def test_a_conversation_knows_that_something_is_being_sent(units: SqlUnits) -> None:
    to = conversation(units)
    send(units, to)
    (row,) = claim_out(units)
    seen = []
    for step in (lambda: None, lambda: hand_to_provider(units, row), lambda: record(units, row, OutboxState.SENT)):
        step()
        with units() as unit:
            seen.append(unit.outbox.being_sent(to.id))
    assert seen == [False, True, False]


def part_goes(units: SqlUnits, owner: str = "s1"):
    """Claim the message and hand its next part over."""
    (row,) = claim_out(units, owner)
    with units() as unit:
        unit.outbox.keep_text(row, f"cut from this, not from part {row.parts_sent}")
        unit.commit()
    hand_to_provider(units, row, owner)
    return row


def part_sent(units: SqlUnits, row, owner: str = "s1") -> None:
    with units() as unit:
        unit.outbox.part_sent(row, owner, NOW)
        unit.commit()


@pytest.mark.in_memory
def test_a_message_of_parts_waits_for_its_next_one_before_later_messages(units: SqlUnits) -> None:
    to = conversation(units)
    long, later = send(units, to, "long"), send(units, to, "later")
    row = part_goes(units)
    part_sent(units, row)
    again = part_goes(units, "s2")
    assert (again.id, again.parts_sent, again.text) == (long.id, 1, "cut from this, not from part 0")
    with units() as unit:
        assert unit.outbox.record([Outcome(again, OutboxState.SENT)], "s2", NOW) == {again.id}
        unit.commit()
    assert [each.id for each in claim_out(units)] == [later.id]


@pytest.mark.in_memory
def test_a_part_is_noted_only_by_who_holds_the_row(units: SqlUnits) -> None:
    send(units, conversation(units))
    row = part_goes(units)
    with pytest.raises(LeaseLost):
        part_sent(units, row, "s2")


@pytest.mark.in_memory
def test_the_doubt_about_one_part_is_not_the_doubt_about_the_next(units: SqlUnits) -> None:
    send(units, conversation(units))
    row = part_goes(units)
    record(units, row, OutboxState.UNKNOWN, retry_at=NOW)
    part_sent(units, part_goes(units))
    (again,) = claim_out(units)
    assert (again.parts_sent, again.unknowns, again.attempts) == (1, 0, 0)


def test_a_report_on_an_early_part_ends_nothing_but_the_doubt_about_it(units: SqlUnits) -> None:
    send(units, conversation(units))
    row = part_goes(units)
    record(units, row, OutboxState.UNKNOWN, retry_at=LATER)
    assert receipt(units, DeliveryState.DELIVERED, key=f"{row.key}-2")
    assert state_of(units, row.id) == "unknown"
    assert receipt(units, DeliveryState.DELIVERED, "r1", key=f"{row.key}-1")
    assert receipt(units, DeliveryState.FAILED, key=f"{row.key}-1")
    (again,) = claim_out(units)
    assert (again.parts_sent, again.unknowns) == (1, 0)


def test_an_early_part_that_failed_in_doubt_ends_the_message(units: SqlUnits) -> None:
    send(units, conversation(units))
    row = part_goes(units)
    record(units, row, OutboxState.UNKNOWN, retry_at=LATER)
    receipt(units, DeliveryState.FAILED, key=f"{row.key}-1")
    assert state_of(units, row.id) == "failed"


def failed_on(units: SqlUnits, channel: str) -> Outbound:
    """A message the provider took and then reported as not delivered."""
    row = send(units, conversation(units), channel=channel)
    sent_with(units, row, "r1")
    with units() as unit:
        unit.outbox.receipt(channel, DeliveryState.FAILED, "r1", None, "absent", NOW)
        found = unit.outbox.undelivered(channel, "r1", None)
        unit.commit()
    assert found is not None
    return found


def sent_with(units: SqlUnits, row: Outbound, reference: str) -> None:
    """Claim the only due row and record that the provider took it."""
    with units() as unit:
        [claimed] = unit.outbox.claim("w1", NOW, LATER, 10)
        unit.outbox.mark_sending([claimed], "w1", NOW)
        unit.outbox.record([Outcome(claimed, OutboxState.SENT, reference)], "w1", NOW)
        unit.commit()
    assert claimed.id == row.id


def test_what_was_not_delivered_starts_anew_on_another_channel(units: SqlUnits) -> None:
    row = failed_on(units, "kannel")
    with units() as unit:
        unit.outbox.reroute(row, None, "twilio_voice", ["sms:absent"], NOW)
        unit.commit()
    with units() as unit:
        [claimed] = unit.outbox.claim("w1", NOW, LATER, 10)
        unit.commit()
    assert (claimed.id, claimed.channel) == (row.id, "twilio_voice")
    assert (claimed.tried, claimed.attempts, claimed.reference) == (("sms:absent",), 0, None)


def test_a_late_report_of_a_way_given_up_changes_nothing(units: SqlUnits) -> None:
    row = failed_on(units, "kannel")
    with units() as unit:
        unit.outbox.reroute(row, None, "twilio_voice", ["sms:absent"], NOW)
        assert unit.outbox.receipt("kannel", DeliveryState.FAILED, "r1", row.key, "absent", NOW)
        assert unit.outbox.undelivered("kannel", "r1", row.key) is None
        unit.commit()
    with units() as unit:
        assert [each.id for each in unit.outbox.claim("w1", NOW, LATER, 10)] == [row.id]


@pytest.mark.in_memory
def test_only_a_row_that_failed_or_is_held_changes_its_way(units: SqlUnits) -> None:
    row = send(units, conversation(units))
    for owner in (None, "w2"):
        with units() as unit, pytest.raises(LeaseLost):
            unit.outbox.reroute(row, owner, "twilio_voice", ["sms:absent"], NOW)


def draft(to: Conversation) -> Draft:
    return Draft(to, [Reply("ask_fever")], MessageClass.REPLY, inbox_id=None)


@pytest.mark.in_memory
def test_what_nothing_goes_before_is_being_sent_from_its_birth(units: SqlUnits) -> None:
    busy, free = conversation(units), conversation(units, OTHER_PHONE, question=1)
    first = send(units, busy)
    with units() as unit:
        behind, alone = unit.outbox.add_each([draft(busy), draft(free)], NOW, ("s1", LATER))
        unit.commit()
    assert (behind.state, alone.state) == (OutboxState.WAITING, OutboxState.SENDING)
    assert [row.id for row in claim_out(units, "s2")] == [first.id]
    with units() as unit:
        assert unit.outbox.record([Outcome(behind, OutboxState.SENT)], "s1", NOW) == set()
        assert unit.outbox.record([Outcome(alone, OutboxState.SENT, "r1")], "s2", NOW) == set()
        assert unit.outbox.record([Outcome(alone, OutboxState.SENT, "r1")], "s1", NOW) == {alone.id}
        unit.commit()
    assert state_of(units, alone.id) == "sent"


def test_what_was_being_sent_from_its_birth_is_in_doubt_after_a_crash(units: SqlUnits) -> None:
    to = conversation(units, question=1)
    with units() as unit:
        (row,) = unit.outbox.add_each([draft(to)], NOW, ("dead", LATER))
        unit.commit()
    with units() as unit:
        assert unit.outbox.release_expired(NOW) == []
        assert unit.outbox.release_expired(LATER) == [row.id]
        unit.commit()
    with units() as unit:
        found = unit.conversations.find(to.address_index)
    assert found is not None
    assert found.question_handed_at == NOW
    (again,) = claim_out(units, now=LATER, until=LATER + timedelta(minutes=1))
    assert (again.key, again.unknowns) == (row.key, 1)
