"""A declaration by telephone: nothing but keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.services.ports.bot import Bot
from tests.conversations.calls import TOKEN, Call
from tests.conversations.conftest import networks
from tests.conversations.doing import opened
from tests.conversations.phones import Network

NUMBER = "84901234567"


@pytest.fixture
def network(bot: Bot, sqlite_url: str, tmp_path: Path) -> Iterator[Network]:
    """A service with a number that can be called."""
    yield from networks(bot, sqlite_url, tmp_path, KHAIBAO_TWILIO_AUTH_TOKENS=TOKEN)


@pytest.fixture
def call(network: Network) -> Call:
    return Call(network, f"+{NUMBER}").picks_up()


def declares(call: Call) -> Call:
    """A first health declaration, all well."""
    call.presses("1").hears("Sinh năm nào").presses("1958").hears("nam hay nữ").presses("1")
    for _ in range(5):
        call.hears("Bấm 1: Có", "Bấm 0: Không").presses("0")
    return call


def test_a_grandmother_declares_with_keys_only(call):
    declares(call.hears("Bấm 1: Khai y tế")).hears("Bấm 1: Nộp khai báo").presses("1").hears("Đã nhận khai báo")
    [declaration] = call.network.declarations()
    assert (declaration.address, declaration.channel, declaration.status) == (NUMBER, "voice", "complete")
    assert set(declaration.answers.values()) == {False}


def test_the_code_comes_by_sms_and_the_hotline_asks_for_the_name(call):
    declares(call).presses("1").hears("Người trực sẽ gọi lại")
    call.network.work()
    [(channel, message)] = call.network.sent
    assert (channel, message.recipient) == ("simulator", NUMBER)
    assert "(1958)" in message.text
    with call.network.house.units() as unit:
        conversation = unit.conversations.find(unit.index(NUMBER))
        assert conversation is not None
        assert unit.callbacks.waiting(conversation)


def test_the_name_is_asked_by_sms_the_next_time(call):
    declares(call).presses("1")
    phone = call.network.phone(NUMBER)
    phone.waits()
    phone.sends("KB 00000").reads("ho va ten")
    phone.sends("Tran Thi Hoa").sends("Ben Nghe, TP HCM").sends("1").reads("Tran Thi Hoa")
    with call.network.house.units() as unit:
        [person] = unit.people.on_phone(unit.index(NUMBER))
    assert person.identity["full_name"] == "Tran Thi Hoa"


def test_a_silent_caller_hears_the_question_three_times_and_then_nothing(call):
    call.presses("1")
    question = call.heard
    for _ in range(3):
        assert call.is_silent().heard == question
    assert call.is_silent().over


def test_a_wrong_key_is_explained_and_asked_again(call):
    call.presses("1").presses("1958").presses("7").hears("Xin bấm 1, 2 hoặc 3")
    assert not call.over


def test_the_hotline_is_a_key_away(call):
    more = next(part for part in call.heard.split("Bấm ") if "khác" in part.lower())[0]
    call.presses(more)
    person = next(part for part in call.heard.split("Bấm ") if "người trực" in part)[0]
    assert call.presses(person).dialled == "19009095"


def test_whoever_hides_the_number_talks_to_a_person(network):
    assert Call(network, "anonymous").picks_up().dialled == "19009095"
    assert network.declarations() == []


def test_checking_in_and_leaving_with_keys_only(call):
    venue = opened(call.network)
    call.presses("2").hears("tám chữ số").presses(venue.code).hears("Cho Ben Thanh")
    leaving = Call(call.network, f"+{NUMBER}").picks_up()
    leaving.presses("3").hears("Cho Ben Thanh")


def test_another_language_is_a_key_away_and_spoken_at_once(call):
    call.presses("5").hears("Bấm 4: English").presses("4").hears("From now on: English.", "Press 4: Entry to Viet Nam.")
    call.presses("4").hears("Which year of birth?", "hash key").presses("1990").hears("Man or woman?", "Press 1: Man.")
    call.presses("1").hears("How do you come to Viet Nam?").presses("1").hears("Which day do you depart?")


def test_a_caller_who_texts_in_korean_is_spoken_to_in_english(network):
    network.phone(NUMBER).sends("안녕하세요")
    call = Call(network, f"+{NUMBER}").picks_up()
    call.hears("Welcome to the health declaration line", "Press 1: Health declaration.")
