"""Two machines do not write to each other for ever."""

from __future__ import annotations

import itertools

import pytest

from backend.services.policy import Policy
from channels.contract import EventKind, InboundEvent, Medium
from tests.unit.services.conftest import Small
from tests.unit.services.fakes import PHONE, says

AWAY = "Toi dang ban, se goi lai sau"
_ids = itertools.count(1)


@pytest.fixture
def house() -> Small:
    return Small(Policy(sms_channel="kannel", inbound_limit=1000, robot_after=10))


def hears(house: Small, text: str, medium: Medium = Medium.SMS) -> None:
    """A text, some time after our answer to the one before."""
    house.clock.forward(seconds=60)
    house.hears(InboundEvent("kannel", medium, EventKind.TEXT, f"m{next(_ids)}", PHONE, text))


def test_an_answering_machine_that_repeats_itself_gets_silence(house):
    for _ in range(40):
        hears(house, AWAY)
    assert len(house.sent) == 10


def test_a_machine_with_new_words_each_time_that_nobody_understands_gets_silence(house):
    house.bot.answer = lambda request: says("not_understood_again")
    for number in range(40):
        hears(house, f"Ticket {number} has been opened")
    assert len(house.sent) == 10


def test_a_person_behind_the_machine_is_answered(house):
    for _ in range(40):
        hears(house, AWAY)
    hears(house, "KB")
    assert len(house.sent) == 11


def test_the_same_short_answer_to_one_question_after_the_other_is_no_machine(house):
    for _ in range(40):
        hears(house, "0")
    assert len(house.sent) == 40


def test_a_sentence_said_again_by_somebody_who_writes_little_is_answered(house):
    for _ in range(3):
        house.clock.forward(hours=1)
        hears(house, AWAY)
    assert len(house.sent) == 3
