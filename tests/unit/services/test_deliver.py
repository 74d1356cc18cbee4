"""Sending: checked once more, never inside a transaction, and never twice without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import Draft, MessageClass, OutboxState, Reply
from backend.services.render import Renderer
from channels.contract import Accepted, Dead, DeliveryState, Limits, Retry, Unknown
from tests.unit.services.fakes import FakeTexts, sms


def states(house):
    return [row.state for row in house.tables.outbox.values()]


def queue(house, message_class=MessageClass.REPLY, name="hello"):
    """One message to somebody who has written before."""
    with house.units() as unit:
        row, _ = unit.inbox.add(sms("x"), house.clock.now(), ("test", house.clock.now()))
        conversation = unit.conversations.get_or_create(row.event, row.address_index, "vi", house.clock.now())
        unit.outbox.add(Draft(conversation, [Reply(name)], message_class, inbox_id=row.id), house.clock.now())
        unit.inbox.finish(row, "test", InboxState.DONE, house.clock.now())
        unit.commit()


def test_what_was_handed_over_is_noted_for_its_question(house):
    queue(house)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT]
    assert house.tables.conversations[1].question_handed_at == house.clock.now()
    assert house.tables.outbox[1].reference == "ref1"


def test_a_refused_connection_is_tried_again_later_with_the_same_key(house):
    queue(house)
    house.carrier.results = [Retry("refused"), Accepted("r")]
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.WAITING]
    assert house.deliver.round("w", 10) == 0
    house.clock.forward(minutes=5)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT]
    assert len({message.key for _, message in house.carrier.sent}) == 1


def test_the_provider_says_how_long_to_wait(house):
    queue(house)
    house.carrier.results = [Retry("busy", after=600)]
    house.deliver.round("w", 10)
    house.clock.forward(seconds=599)
    assert house.deliver.round("w", 10) == 0
    house.clock.forward(seconds=1)
    assert house.deliver.round("w", 10) == 1


def test_refused_for_ever_ends_as_failed(house):
    queue(house)
    house.carrier.results = [Retry("refused")] * 20
    for _ in range(20):
        house.deliver.round("w", 10)
        house.clock.forward(hours=1)
    assert states(house) == [OutboxState.FAILED]
    assert len(house.sent) == house.policy.give_up_sending


def test_a_dead_number_is_not_tried_again(house):
    queue(house)
    house.carrier.results = [Dead("unknown_number")]
    house.deliver.round("w", 10)
    house.clock.forward(hours=1)
    assert house.deliver.round("w", 10) == 0
    assert states(house) == [OutboxState.FAILED]
    assert not house.tables.conversations[1].opted_out


def test_who_told_the_provider_to_stop_is_opted_out(house):
    queue(house)
    house.carrier.results = [Dead("stopped", opted_out=True)]
    house.deliver.round("w", 10)
    assert house.tables.conversations[1].opted_out
    queue_again = house.tables.conversations[1]
    with house.units() as unit:
        unit.outbox.add(Draft(queue_again, [Reply("advice")], MessageClass.ADVICE, inbox_id=None), house.clock.now())
        unit.commit()
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.FAILED, OutboxState.CANCELLED]


@pytest.mark.parametrize(
    ("message_class", "sends"),
    [
        (MessageClass.RECEIPT, 2),
        (MessageClass.RESULT, 2),
        (MessageClass.EXPOSURE, 2),
        (MessageClass.REPLY, 1),
        (MessageClass.ADVICE, 1),
        (MessageClass.FOLLOW_UP, 1),
    ],
)
def test_an_unknown_outcome_is_sent_once_more_only_where_it_matters(house, message_class, sends):
    queue(house, message_class)
    house.carrier.results = [Unknown("timeout"), Unknown("timeout"), Unknown("timeout")]
    for _ in range(5):
        house.deliver.round("w", 10)
        house.clock.forward(seconds=house.policy.receipt_wait.total_seconds())
    assert len(house.sent) == sends
    assert states(house) == [OutboxState.FAILED]


def test_nothing_is_asked_before_a_receipt_had_time_to_come(house):
    queue(house, MessageClass.RECEIPT)
    house.carrier.results = [Unknown("timeout")]
    house.deliver.round("w", 10)
    house.clock.forward(seconds=house.policy.receipt_wait.total_seconds() - 1)
    assert house.deliver.round("w", 10) == 0


def test_a_provider_that_can_be_asked_decides(house):
    queue(house)
    house.carrier.results = [Unknown("timeout")]
    house.carrier.found = Accepted("found")
    house.deliver.round("w", 10)
    house.clock.forward(hours=1)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT]
    assert len(house.sent) == 1


def test_a_provider_that_never_had_it_gets_it_again(house):
    queue(house)
    house.carrier.results = [Unknown("timeout")]
    house.carrier.found = Retry("not_there")
    house.deliver.round("w", 10)
    house.clock.forward(hours=1)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT]
    assert len(house.sent) == 2


def test_an_adapter_that_breaks_leaves_the_outcome_unknown(house, monkeypatch):
    queue(house)

    def breaks(channel, message):
        raise RuntimeError

    monkeypatch.setattr(house.carrier, "send", breaks)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.UNKNOWN]


def test_a_provider_slower_than_the_lease_gets_the_rest_of_the_batch_later(house, monkeypatch):
    queue(house)
    conversation = house.tables.conversations[1]
    with house.units() as unit:
        unit.outbox.add(Draft(conversation, [Reply("second")], MessageClass.REPLY, inbox_id=None), house.clock.now())
        unit.commit()
    send = house.carrier.send

    def slow(channel, message):
        house.clock.forward(seconds=house.policy.lease.total_seconds() / 2)
        return send(channel, message)

    monkeypatch.setattr(house.carrier, "send", slow)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT, OutboxState.WAITING]


def test_who_is_put_off_by_a_slow_batch_loses_no_attempt(house, monkeypatch):
    queue(house)
    monkeypatch.setattr(house.policy.__class__, "lease", property(lambda self: timedelta(0)), raising=False)
    for _ in range(house.policy.give_up_sending + 1):
        house.deliver.round("w", 10)
    assert states(house) == [OutboxState.WAITING]
    assert house.sent == []


def test_a_question_counts_as_asked_from_the_moment_its_sending_began(house, monkeypatch):
    queue(house)
    began = house.clock.now()
    send = house.carrier.send

    def slow(channel, message):
        house.clock.forward(seconds=20)
        return send(channel, message)

    monkeypatch.setattr(house.carrier, "send", slow)
    house.deliver.round("w", 10)
    assert house.tables.conversations[1].question_handed_at == began


@pytest.mark.parametrize("result", [Retry("refused"), Dead("unknown_number"), Unknown("timeout")])
def test_a_question_that_never_arrived_does_not_make_a_repetition_of_the_next_text(house, result):
    house.carrier.results = [result] * house.policy.give_up_sending
    house.receive.take([sms("KB", "m1")])
    house.process.round("w", 10)
    for _ in range(house.policy.give_up_sending):
        house.deliver.round("w", 10)
        house.clock.forward(hours=1)
    assert states(house) == [OutboxState.FAILED]
    house.carrier.results = []
    house.hears(sms("KB", "m2"))
    assert states(house) == [OutboxState.FAILED, OutboxState.SENT]


def test_a_lease_lost_during_a_slow_send_that_succeeded_is_told_like_a_receipt(house, monkeypatch):
    queue(house)
    send = house.carrier.send

    def taken_over(channel, message):
        house.tables.outbox[1] = replace(house.tables.outbox[1], state=OutboxState.UNKNOWN)
        return send(channel, message)

    monkeypatch.setattr(house.carrier, "send", taken_over)
    house.deliver.round("w", 10)
    [(channel, state, _, key, *_)] = house.tables.receipts
    assert (channel, state, key) == ("kannel", DeliveryState.SENT, "key1")


LONG = "mot hai ba bon nam sau"


def in_parts(house, message_class=MessageClass.REPLY):
    """A message of three parts."""
    house.carrier.limit = Limits(characters=10)
    queue(house, message_class, LONG)


def test_a_long_message_goes_in_parts_in_order(house):
    in_parts(house)
    for _ in range(3):
        assert house.deliver.round("w", 10) == 1
    assert house.deliver.round("w", 10) == 0
    assert "".join(house.sent) == LONG
    assert [message.key for _, message in house.carrier.sent] == ["key1-1", "key1-2", "key1"]
    assert states(house) == [OutboxState.SENT]
    assert house.tables.conversations[1].question_handed_at == house.clock.now()


def test_parts_are_cut_from_the_text_the_first_was_cut_from(house, monkeypatch):
    in_parts(house)
    house.deliver.round("w", 10)
    monkeypatch.setattr(FakeTexts, "render_all", lambda *_: "something else that the catalogue says today")
    house.deliver.round("w", 10)
    house.deliver.round("w", 10)
    assert "".join(house.sent) == LONG


def test_a_part_in_doubt_is_the_only_one_sent_again(house):
    in_parts(house, MessageClass.RECEIPT)
    house.carrier.results = [Accepted("a"), Unknown("timeout")]
    for _ in range(6):
        house.deliver.round("w", 10)
        house.clock.forward(hours=1)
    first, second, third = (message.text for _, message in house.carrier.sent[:2] + house.carrier.sent[3:])
    assert house.sent == [first, second, second, third]
    assert states(house) == [OutboxState.SENT]


def test_each_part_has_its_own_attempts(house):
    in_parts(house)
    refused = [Retry("refused")] * (house.policy.give_up_sending - 1)
    house.carrier.results = [*refused, Accepted("a"), *refused, Accepted("b")]
    for _ in range(2 * house.policy.give_up_sending + 1):
        house.deliver.round("w", 10)
        house.clock.forward(hours=1)
    assert states(house) == [OutboxState.SENT]


def test_a_text_that_cannot_be_made_does_not_hold_up_the_others(house, monkeypatch):
    queue(house)
    with house.units() as unit:
        other, _ = unit.inbox.add(sms("y", "m2", "84987654321"), house.clock.now())
        conversation = unit.conversations.get_or_create(other.event, other.address_index, "vi", house.clock.now())
        unit.outbox.add(Draft(conversation, [Reply("broken")], MessageClass.REPLY, other.id), house.clock.now())
        unit.commit()
    whole = Renderer.message

    def break_one(self, replies, *rest):
        if replies[0].name == "broken":
            raise KeyError("broken")
        return whole(self, replies, *rest)

    monkeypatch.setattr(Renderer, "message", break_one)
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT, OutboxState.LEASED]


def test_claiming_sending_and_recording_take_two_commits(house):
    queue(house)
    before = house.units.commits
    house.deliver.round("w", 10)
    assert house.units.commits - before == 2
