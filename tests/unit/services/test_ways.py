"""One message, one row, several ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.services.policy import Policy
from backend.services.ports.outbox import Draft, MessageClass, OutboxState, Reply
from backend.services.receipts import Receipts
from backend.services.ways import Ways
from channels.contract import (
    Accepted,
    Dead,
    DeliveryState,
    EventKind,
    InboundEvent,
    Medium,
    Receipt,
    Retry,
    Unknown,
)
from tests.unit.services.conftest import Small
from tests.unit.services.fakes import PHONE

ACCOUNT = "zalo:246845883529197922"
CLOSED, NO_ZALO, NO_PHONE = Dead("zalo_230"), Dead("zalo_118"), Dead("kannel_400")
ALL = Policy(sms_channel="kannel", voice_channel="twilio_voice", templates=("exposure",))


@pytest.fixture
def house() -> Small:
    return Small(ALL)


def notice(house: Small, message_class=MessageClass.EXPOSURE, address=PHONE, channel="zalo", link=True) -> None:
    with house.units() as unit:
        if link:
            unit.accounts.link(ACCOUNT, Medium.ZALO, PHONE, house.clock.now())
        event = InboundEvent(channel, Medium.ZALO, EventKind.TEXT, "", address, "")
        conversation = unit.conversations.get_or_create(event, unit.index(address), "vi", house.clock.now())
        draft = Draft(conversation, [Reply("told")], message_class, inbox_id=None, channel=channel)
        unit.outbox.add(draft, house.clock.now())
        unit.commit()
    house.settle()


def ways(house: Small) -> list[tuple[str, str]]:
    return [(channel, message.recipient) for channel, message in house.carrier.sent]


def row(house: Small):
    [only] = house.tables.outbox.values()
    return only


def test_the_chat_window_is_closed_then_template_then_sms_then_a_call(house):
    house.carrier.results = [CLOSED, NO_ZALO, NO_PHONE, Accepted("call1")]
    notice(house)
    assert ways(house) == [("zalo", ACCOUNT), ("zalo", PHONE), ("kannel", PHONE), ("twilio_voice", PHONE)]
    assert row(house).tried == ("chat:zalo_230", "template:zalo_118", "sms:kannel_400")
    assert (row(house).state, row(house).channel, row(house).reference) == (OutboxState.SENT, "twilio_voice", "call1")


def test_when_no_way_works_the_row_says_so(house):
    house.carrier.results = [CLOSED, NO_ZALO, NO_PHONE, Dead("busy")]
    notice(house)
    assert row(house).state is OutboxState.FAILED
    assert len(house.carrier.sent) == 4


def test_sms_first_for_whoever_texts_and_the_chat_after_it(house):
    house.carrier.results = [NO_PHONE, CLOSED, NO_ZALO, Accepted()]
    notice(house, channel="kannel")
    assert [channel for channel, _ in ways(house)] == ["kannel", "zalo", "zalo", "twilio_voice"]


def test_a_receipt_is_not_worth_a_call(house):
    house.carrier.results = [CLOSED, NO_PHONE]
    notice(house, MessageClass.RECEIPT)
    assert [channel for channel, _ in ways(house)] == ["zalo", "kannel"]
    assert row(house).state is OutboxState.FAILED


@pytest.mark.parametrize("message_class", [MessageClass.REPLY, MessageClass.ADVICE])
def test_answers_and_advice_go_one_way_only(house, message_class):
    house.carrier.results = [CLOSED]
    notice(house, message_class)
    assert ways(house) == [("zalo", ACCOUNT)]
    assert row(house).state is OutboxState.FAILED


def test_whoever_told_the_provider_to_stop_is_not_written_to_another_way(house):
    house.carrier.results = [Dead("twilio_21610", opted_out=True)]
    notice(house, channel="kannel")
    assert len(house.carrier.sent) == 1
    assert row(house).state is OutboxState.FAILED


def test_an_account_without_a_phone_has_one_way(house):
    house.carrier.results = [CLOSED]
    notice(house, address=ACCOUNT, link=False)
    assert ways(house) == [("zalo", ACCOUNT)]
    assert row(house).state is OutboxState.FAILED


def test_an_account_linked_meanwhile_has_the_phones_ways(house):
    house.carrier.results = [CLOSED]
    notice(house, address=ACCOUNT)
    assert ways(house) == [("zalo", ACCOUNT), ("zalo", PHONE)]


def test_a_link_that_is_gone_leaves_the_phone(house):
    notice(house, link=False)
    assert ways(house) == [("zalo", PHONE)]  # by template


def test_a_provider_that_keeps_refusing_is_given_up_for_the_next(house):
    house.carrier.results = [Retry("zalo_oauth_14014", 60)] * ALL.give_up_sending
    notice(house)
    for _ in range(ALL.give_up_sending):
        house.clock.forward(minutes=2)
        house.settle()
    assert ways(house)[-1] == ("zalo", PHONE)
    assert row(house).tried == ("chat:zalo_oauth_14014",)


def test_an_outcome_nobody_knows_is_tried_once_more_and_then_another_way(house):
    house.carrier.results = [Unknown("lost"), Unknown("lost")]
    notice(house)
    for _ in range(2):
        house.clock.forward(seconds=ALL.receipt_wait.total_seconds() + 1)
        house.settle()
    assert ways(house) == [("zalo", ACCOUNT), ("zalo", ACCOUNT), ("zalo", PHONE)]


def test_every_way_has_its_own_words(house):
    house.carrier.results = [CLOSED, NO_ZALO]
    seen = []
    house.deliver._renderer.message = lambda replies, language, accents, medium: seen.append(medium) or medium.value
    notice(house)
    assert [message.text for _, message in house.carrier.sent] == ["zalo", "zalo", "sms"]
    assert {message.purpose for _, message in house.carrier.sent} == {"exposure"}


def test_what_the_provider_could_not_deliver_goes_another_way(house):
    notice(house, channel="kannel", link=False)
    with house.units() as unit:
        unit.t.outbox[1] = replace(unit.t.outbox[1], state=OutboxState.FAILED)  # as the store does with the report
        unit.commit()
    report = Receipt("kannel", DeliveryState.FAILED, row(house).reference, None, "absent")
    Receipts(house.units, house.clock, Ways(ALL, house.carrier.medium)).take([report, report])
    house.settle()
    assert row(house).tried[0] == "sms:absent"
    assert len(house.carrier.sent) == 2
