"""What goes wrong between a phone and a dialogue: late, cut off, answered by a machine, changed its mind."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest

from backend.services.ports.outbox import OutboxState
from channels.contract import EventKind, InboundEvent, Medium
from tests.conversations.doing import declares, opened, visits

pytestmark = pytest.mark.timeout(600)


def arrives_late(phone, text, **late):
    """A text that its gateway has held back."""
    network, sent_at = phone.network, phone.network.clock.now() - timedelta(**late)
    network.house.receive.take([
        InboundEvent("simulator", Medium.SMS, EventKind.TEXT, secrets.token_hex(8), phone.number, text, sent_at=sent_at)
    ])  # fmt: skip
    phone.waits()
    return sent_at


@pytest.mark.parametrize("late", [{"days": 2}, {"hours": 5}])
def test_a_late_text_speaks_of_its_own_moment(known, late):
    venue = opened(known.network)
    sent_at = arrives_late(known, f"DD {venue.code}", **late)
    known.reads(venue.name)
    [visit] = visits(known.network)
    assert visit.entered_at == sent_at


@pytest.mark.parametrize("late", [{"minutes": 5}, {"days": 400}, {"days": -3}])
def test_a_short_delay_and_a_clock_that_is_wrong_are_passed_over(known, late):
    venue = opened(known.network)
    before = known.network.clock.now()
    arrives_late(known, f"DD {venue.code}", **late)
    known.reads(venue.name)
    [visit] = visits(known.network)
    assert visit.entered_at >= before


def test_a_session_cut_off_after_the_commit_is_confirmed_by_sms(phone):
    """The last screen never reached the phone: the gateway lost it and said that the session had ended."""
    declares(phone).types("1")
    phone.hangs_up()
    [stored] = phone.declarations
    phone.waits().reads(stored.reference)


def test_a_screen_that_begins_like_the_end_of_a_session_is_text(phone):
    phone.dials("1").types("END").session_goes_on()
    phone.types("END Tran").session_goes_on()


def test_an_answering_machine_and_ours_do_not_write_for_ever(phone):
    for _ in range(40):
        phone.waits(minutes=1)
        phone.sends("Toi dang ban, vui long goi lai sau nhe")
    assert len([each for each in phone.network.sent if each[1].recipient == phone.number]) <= 12
    phone.sends("KB").reads("ho va ten")


def test_whoever_told_the_provider_to_stop_and_then_to_start_gets_advice_again(known):
    house = known.network.house
    with house.units() as unit:
        conversation = unit.conversations.find(unit.index(known.number))
        unit.conversations.save(conversation, opted_out=True)
        unit.commit()
    known.sends("START")
    with house.units() as unit:
        assert not unit.conversations.find(unit.index(known.number)).opted_out


def test_a_provider_that_times_out_after_accepting_is_not_sent_to_twice(known, monkeypatch):
    """A question is never sent again on doubt; its receipt ends the doubt."""
    from channels.contract import DeliveryState, Receipt, Unknown

    network, sent = known.network, []

    def accepts_and_falls_silent(channel, message):
        sent.append(message)
        return Unknown("provider_no_answer")

    monkeypatch.setattr(network.parts.carrier, "send", accepts_and_falls_silent)
    monkeypatch.setattr(network.parts.carrier, "lookup", lambda *_: None)
    known.submits("KB")
    network.waits(seconds=1)
    [message] = sent
    network.house.receipts.take([Receipt("simulator", DeliveryState.DELIVERED, None, message.key)])
    network.waits(minutes=10)
    assert len(sent) == 1
    with network.house.units() as unit:
        rows = unit.outbox.sent_to(unit.index(known.number), "simulator", 0, 50)
        assert [row.state for row in rows if row.key == message.key] == [OutboxState.DELIVERED]


def test_two_people_on_one_phone_are_told_apart(known):
    known.sends("KB Tran Thi Binh; 1970; nu; Ben Nghe, TP HCM; 00000").reads("Tran Thi Binh")
    known.sends("KB").reads("Nguyen Van An", "Tran Thi Binh")
