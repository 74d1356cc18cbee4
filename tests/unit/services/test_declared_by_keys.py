"""A declaration by the keys of a telephone: what keys cannot say is left to the hotline."""

from __future__ import annotations

import pytest

from backend.domain.people import same_person
from backend.forms.catalogue import FORMS
from backend.forms.questions import asked_on, by_digits
from channels.contract import EventKind, InboundEvent, Medium
from tests.unit.services.fakes import PHONE, says
from tests.unit.services.test_turn import ANSWERS, IDENTITY

BY_KEYS = {name: IDENTITY[name] for name in ("birth_year", "gender")}


def submits(identity):
    args = {"form": "health", "subject": None, "role": "self", "identity": identity, "answers": ANSWERS}
    return lambda request: says("receipt_health", [{"name": "submit_declaration", "args": args}])


def call(step: int = 1) -> InboundEvent:
    return InboundEvent("twilio_voice", Medium.VOICE, EventKind.TEXT, f"CA1:{step}", PHONE, "1", session_id="CA1",
                        step=step)  # fmt: skip


def test_keys_answer_numbers_days_and_choices_only():
    assert {field.name for field in FORMS["health"].fields if by_digits(field)} == {
        "birth_year", "gender", "travelled", "has_symptoms", "symptoms", "symptoms_since", "contact_case",
        "contact_area", "contact_symptomatic",
    }  # fmt: skip


@pytest.mark.parametrize("channel", ["sms", "ussd", "zalo"])
def test_every_other_channel_asks_everything(channel):
    assert all(asked_on(channel, field) for form in FORMS.values() for field in form.fields)


def test_a_caller_without_a_name_is_stored_and_rung_up(house):
    house.bot.answer = submits(BY_KEYS)
    house.ussd.answer(call())
    [declaration] = house.tables.declarations
    assert (declaration.channel, declaration.status, declaration.answers) == ("voice", "complete", ANSWERS)
    assert set(house.tables.callbacks.values()) == {"incomplete"}


def test_what_keys_can_say_is_still_required_in_a_call(house):
    house.bot.answer = submits({"gender": "male"})
    house.ussd.answer(call())
    assert house.tables.declarations == []


def test_a_text_without_a_name_is_still_refused(house):
    house.bot.answer = submits(BY_KEYS)
    house.hears(InboundEvent("kannel", Medium.SMS, EventKind.TEXT, "s1", PHONE, "KB"))
    assert house.tables.declarations == []
    assert house.tables.callbacks == {}


def test_the_name_given_later_completes_the_same_person(house):
    house.bot.answer = submits(BY_KEYS)
    house.ussd.answer(call())
    house.bot.answer = submits(IDENTITY)
    house.hears(InboundEvent("kannel", Medium.SMS, EventKind.TEXT, "s1", PHONE, "KB"))
    [person] = house.tables.people.values()
    assert person.identity["full_name"] == IDENTITY["full_name"]
    assert {each.person_id for each in house.tables.declarations} == {person.id}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({**BY_KEYS, "full_name": "Nguyen Van A"}, True),
        (BY_KEYS, True),
        ({**BY_KEYS, "birth_year": 1960}, False),
        ({"birth_year": BY_KEYS["birth_year"], "gender": "other"}, False),
        ({}, False),
    ],
)
def test_who_a_caller_without_a_name_is(other, same):
    assert same_person(BY_KEYS, other) is same
    assert same_person(other, BY_KEYS) is same
