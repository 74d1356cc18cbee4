"""Taking messages in: safe first, once, within limits."""

from __future__ import annotations

import threading

import pytest

from backend.jobs import spool_keeper
from backend.services.ports.inbox import InboxState
from backend.services.ports.unit import StoreUnavailable
from backend.services.receipts import Receipts
from backend.services.ways import Ways
from channels.contract import DeliveryState, Receipt
from tests.servers import wait_until
from tests.unit.services.fakes import dial, shown, sms


def test_a_batch_is_one_commit_and_wakes_the_workers(house):
    received = house.receive.take([sms("a", "m1"), sms("b", "m2", sender="84900000001")])
    assert [each.fresh for each in received] == [True, True]
    assert house.units.commits == 1
    assert house.hints.woken == [("inbox", [1, 2])]


def test_a_duplicate_gives_the_first_row(house):
    (first,) = house.receive.take([sms("a")])
    (again,) = house.receive.take([sms("a")])
    assert (again.row.id, again.fresh) == (first.row.id, False)
    assert house.hints.woken[-1] == ("inbox", [])


def test_over_the_limit_messages_are_refused_and_the_sender_told_once(house):
    for number in range(house.policy.inbound_limit + 3):
        house.hears(sms(f"text {number}", f"m{number}"))
    states = [row.state for row in house.tables.inbox.values()]
    assert states.count(InboxState.DONE) == house.policy.inbound_limit
    assert states.count(InboxState.REFUSED) == 3
    assert house.sent.count("too_many_messages") == 1


def test_the_limit_is_of_a_window(house):
    for number in range(house.policy.inbound_limit + 1):
        house.hears(sms(f"text {number}", f"m{number}"))
    house.clock.forward(seconds=house.policy.inbound_window.total_seconds() + 1)
    house.hears(sms("later", "later"))
    assert house.sent[-1] == "heard later"


def test_one_sender_does_not_use_up_the_limit_of_another(house):
    for number in range(house.policy.inbound_limit + 1):
        house.hears(sms(f"text {number}", f"m{number}"))
    house.hears(sms("hello", "other", sender="84900000001"))
    assert house.sent[-1] == "heard hello"


def test_a_session_over_the_limit_is_told_on_its_screen_only(house):
    for number in range(house.policy.inbound_limit):
        house.hears(sms(f"text {number}", f"m{number}"))
    assert shown(house.ussd.answer(dial())) == "END too_many_messages"
    house.settle()
    assert "too_many_messages" not in house.sent


def test_pieces_of_a_long_text_are_one_message(house):
    house.hears(sms("lo ", "m1", concatenation=("7", 2, 2)))
    assert house.tables.inbox == {}
    house.hears(sms("hel", "m2", concatenation=("7", 2, 1)))
    assert house.sent == ["heard hello"]


def test_a_text_whose_last_piece_never_comes_is_taken_as_it_is(house):
    house.hears(sms("hel", "m1", concatenation=("7", 2, 1)))
    house.clock.forward(seconds=house.policy.parts_wait.total_seconds() + 1)
    house.sweep.run()
    house.settle()
    assert house.sent == ["heard hel"]


def test_with_the_database_down_everything_goes_to_the_spool_in_order(house):
    house.units.down = True
    assert house.receive.take([sms("a", "m1")]) == ()
    house.units.down = False
    house.receive.take([sms("b", "m2")])
    assert house.tables.inbox == {}
    assert house.receive.drain_spool() == 2
    assert [row.event.text for row in house.tables.inbox.values()] == ["a", "b"]


def test_a_spool_that_cannot_be_emptied_keeps_its_messages(house):
    house.units.down = True
    house.receive.take([sms("a")])
    with pytest.raises(StoreUnavailable):
        house.receive.drain_spool()
    assert house.spool.pending()


def test_the_keeper_also_takes_in_what_dead_processes_left(house, monkeypatch):
    house.spool.events = [sms("a", "m1")]
    monkeypatch.setattr(house.spool, "pending", lambda: False)  # nothing of this process's own
    stop = threading.Event()
    keeper = spool_keeper.keep(house.receive, stop)
    wait_until(lambda: house.tables.inbox, seconds=20, what="the spooled text")
    stop.set()
    keeper.join()
    assert [row.event.text for row in house.tables.inbox.values()] == ["a"]


def test_receipts_reach_the_outbox(house):
    ways = Ways(house.policy, house.carrier.medium)
    Receipts(house.units, house.clock, ways).take([Receipt("kannel", DeliveryState.DELIVERED, "r1", "k1", "0")])
    assert house.tables.receipts == [("kannel", DeliveryState.DELIVERED, "r1", "k1", "0", house.clock.now())]
