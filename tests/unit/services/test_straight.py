"""Answers leave right after the commit of their turns: marked before they are sent, and never ahead of others."""

from __future__ import annotations

import threading

import pytest

from backend.services.ports.outbox import Draft, MessageClass, OutboxState, Reply
from backend.services.ports.unit import StoreUnavailable
from backend.services.render import Renderer
from channels.contract import Accepted, Limits, Retry, Unknown
from tests.unit.services.fakes import FakeTexts, sms

PHONES = [f"8490123000{number}" for number in range(3)]


@pytest.fixture
def straight(house):
    house.straight.start()
    yield house.straight
    house.straight.stop()


def write(house, *phones):
    """A text from each phone, and their turns in one round."""
    house.receive.take([sms("KB", f"m-{phone}", phone) for phone in phones])
    house.process.round("w", 10)


def states(house):
    return [row.state for row in house.tables.outbox.values()]


def told(house):
    """The outbox rows that the workers were told of."""
    return [number for kind, ids in house.hints.woken if kind == "outbox" for number in ids]


def test_answers_are_sent_and_recorded_without_a_claim(house, straight, monkeypatch):
    monkeypatch.setattr(house.deliver, "round", None)
    write(house, *PHONES)
    straight.stop()
    assert sorted(message.recipient for _, message in house.carrier.sent) == PHONES
    assert states(house) == [OutboxState.SENT] * 3
    assert all(row.question_handed_at for row in house.tables.conversations.values())
    assert not told(house)


def test_they_are_marked_and_committed_before_the_provider_is_asked(house, straight):
    seen = []
    send = house.carrier.send
    house.carrier.send = lambda *args: seen.append(states(house)) or send(*args)
    write(house, *PHONES)
    straight.stop()
    assert seen[0] == [OutboxState.SENDING] * 3


def test_where_none_of_it_is_started_they_wait(house):
    write(house, *PHONES)
    assert states(house) == [OutboxState.WAITING] * 3
    assert told(house) == [1, 2, 3]


def test_nothing_overtakes_a_message_to_the_same_person(house, straight):
    write(house, PHONES[0])
    straight.stop()
    with house.units() as unit:
        conversation = house.tables.conversations[1]
        unit.outbox.add(Draft(conversation, [Reply("advice")], MessageClass.ADVICE, inbox_id=None), house.clock.now())
        unit.commit()
    straight.start()
    house.receive.take([sms("1", "m2", PHONES[0])])
    house.process.round("w", 10)
    straight.stop()
    assert states(house) == [OutboxState.SENT, OutboxState.WAITING, OutboxState.WAITING]


def test_the_answers_of_more_batches_than_can_be_under_way_wait(house, straight):
    asked, answer = threading.Event(), threading.Event()
    send = house.carrier.send

    def slow(*args):
        asked.set()
        answer.wait(10)
        return send(*args)

    house.carrier.send = slow
    write(house, PHONES[0])
    assert asked.wait(10)
    write(house, PHONES[1])
    assert states(house) == [OutboxState.SENDING, OutboxState.WAITING]
    answer.set()
    straight.stop()
    assert states(house) == [OutboxState.SENT, OutboxState.WAITING]


@pytest.mark.parametrize(
    ("result", "state"), [(Retry("refused"), OutboxState.WAITING), (Unknown("timeout"), OutboxState.UNKNOWN)]
)
def test_what_the_provider_does_not_take_goes_on_as_ever(house, straight, result, state):
    house.carrier.results = [result]
    write(house, PHONES[0])
    straight.stop()
    assert states(house) == [state]
    house.clock.forward(hours=1)
    house.carrier.found = Accepted("found")
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT]


def test_what_has_not_begun_in_time_goes_back_unsent(house, straight, monkeypatch):
    later = house.straight._later
    late = house.policy.lease.total_seconds()
    monkeypatch.setattr(house.straight, "_later", lambda *args: house.clock.forward(seconds=late) or later(*args))
    write(house, PHONES[0])
    straight.stop()
    assert house.sent == []
    assert states(house) == [OutboxState.WAITING]


def test_a_long_answer_goes_on_in_parts_of_the_same_text(house, straight, monkeypatch):
    long = "one two three four five six"
    monkeypatch.setattr(FakeTexts, "render_all", lambda *_: long)
    house.carrier.limit = Limits(characters=10)
    write(house, PHONES[0])
    straight.stop()
    monkeypatch.setattr(FakeTexts, "render_all", lambda *_: "something else that the catalogue says today")
    while house.deliver.round("w", 10):
        pass
    assert "".join(house.sent) == long
    assert states(house) == [OutboxState.SENT]


def test_an_answer_that_cannot_be_rendered_waits_and_holds_up_no_other(house, straight, monkeypatch):
    whole = Renderer.message

    def break_once(self, *args):
        monkeypatch.setattr(Renderer, "message", whole)
        raise KeyError

    monkeypatch.setattr(Renderer, "message", break_once)
    write(house, *PHONES)
    straight.stop()
    assert states(house) == [OutboxState.WAITING, OutboxState.SENT, OutboxState.SENT]
    assert house.deliver.round("w", 10) == 0
    house.clock.forward(seconds=house.policy.lease.total_seconds())
    house.deliver.round("w", 10)
    assert states(house) == [OutboxState.SENT] * 3


def test_a_store_that_is_away_when_they_are_recorded_leaves_them_in_doubt(house, straight, monkeypatch):
    def away(*_):
        raise StoreUnavailable("gone")

    monkeypatch.setattr(house.deliver, "_record", away)
    write(house, PHONES[0])
    straight.stop()
    assert len(house.sent) == 1
    assert states(house) == [OutboxState.SENDING]


def test_stopping_between_the_commit_and_the_sending_loses_none(house, straight, monkeypatch):
    committed = house.straight.committed
    monkeypatch.setattr(house.straight, "committed", lambda face: straight.stop() or committed(face))
    write(house, *PHONES)
    assert states(house) == [OutboxState.SENT] * 3
