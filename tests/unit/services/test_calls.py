"""Calls are sessions too: the same turns, spoken, with keys for answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.services.policy import Policy
from backend.services.ports.bot import BotUnavailable
from backend.services.ports.outbox import MessageClass
from channels.contract import EventKind, InboundEvent, Medium
from tests.unit.services.conftest import Small
from tests.unit.services.fakes import PHONE, says
from tests.unit.services.test_turn import RECEIPT, SUBMIT

YES_NO = [{"send": "1", "key": "choice_yes"}, {"send": "0", "key": "choice_no"}]
FEVER = {"form": "health", "field": "has_symptoms"}
HOTLINE = "19009095"


@pytest.fixture
def house() -> Small:
    return Small(Policy(sms_channel="kannel", hotline=HOTLINE))


def call(keys: str = "", step: int = 0, kind: EventKind | None = None) -> InboundEvent:
    kind = kind or (EventKind.TEXT if step else EventKind.START)
    return InboundEvent("twilio_voice", Medium.VOICE, kind, f"CA1:{step}", PHONE, keys, session_id="CA1", step=step)


def test_a_call_is_one_page_however_long(house):
    house.bot.answer = lambda request: says("long " * 100, open=FEVER)
    answer = house.ussd.answer(call())
    assert len(answer.text) > 400
    assert not answer.final
    assert house.bot.requests[0]["channel"] == "voice"


@pytest.mark.parametrize(("choices", "one_key"), [(YES_NO, True), ([], False), ([{"send": "10", "key": "k"}], False)])
def test_one_key_is_enough_where_every_choice_is_one_key(house, choices, one_key):
    house.bot.answer = lambda request: says("ask", open=FEVER, choices=choices)
    assert house.ussd.answer(call()).one_key is one_key


def test_whoever_presses_nothing_hears_the_question_again_and_it_is_no_wrong_answer(house):
    house.bot.answer = lambda request: says(f"heard {request['text']}", open=FEVER, choices=YES_NO)
    first = house.ussd.answer(call())
    assert house.ussd.answer(call("", 1)) == first
    assert house.ussd.answer(call("", 2)) == first
    assert len(house.bot.requests) == 1
    assert house.ussd.answer(call("1", 3)).text == "heard 1"


def test_the_answer_that_changes_the_language_is_spoken_in_it(house):
    house.bot.answer = lambda request: says("language_set", [{"name": "set_language", "args": {"language": "en"}}])
    assert house.ussd.answer(call()).language == "en"


def test_a_repeated_request_gets_the_same_words_keys_and_language(house):
    house.bot.answer = lambda request: says(
        "ask", commands=[{"name": "set_language", "args": {"language": "en"}}], open=FEVER, choices=YES_NO
    )
    house.ussd.answer(call())
    first = house.ussd.answer(call("1", 1))
    assert house.ussd.answer(call("1", 1)) == first
    assert (first.one_key, first.language) == (True, "en")
    assert len(house.bot.requests) == 2


@pytest.mark.parametrize("name", ["hotline", "emergency"])
def test_whoever_asks_for_a_person_is_put_through(house, name):
    house.bot.answer = lambda request: says(name, open=FEVER)
    answer = house.ussd.answer(call("5", 1))
    assert (answer.dial, answer.final) == (HOTLINE, True)
    assert house.ussd.answer(call("5", 1)).dial == HOTLINE


def test_without_the_bot_a_caller_talks_to_a_person(house):
    def away(request):
        raise BotUnavailable

    house.bot.answer = away
    answer = house.ussd.answer(call())
    assert (answer.dial, answer.final) == (HOTLINE, True)


def test_without_the_database_too(house):
    house.units.down = True
    assert house.ussd.answer(call()).dial == HOTLINE


def test_the_receipt_of_a_call_comes_by_sms_too(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    house.ussd.answer(call())
    house.settle()
    assert [channel for channel, _ in house.carrier.sent] == ["kannel"]
    assert MessageClass.RECEIPT in {row.message_class for row in house.tables.outbox.values()}


def test_hanging_up_ends_the_session(house):
    house.bot.answer = lambda request: says("ask", open=FEVER)
    house.ussd.answer(call())
    assert house.ussd.answer(call(kind=EventKind.CLOSE)) is None
    assert not house.tables.sessions["twilio_voice", "CA1"].open
