"""Chat accounts: linked with a phone, answered by hand, left, withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.services.ports.bot import TurnResult
from backend.services.ports.inbox import InboxState
from channels.contract import EventKind, InboundEvent, Medium
from tests.unit.services.fakes import PHONE, says

ACCOUNT, OTHER = "zalo:246845883529197922", "zalo:111"
SMS = InboundEvent("kannel", Medium.SMS, EventKind.TEXT, "s1", PHONE, "KB")


def chat(number: str, text: str = "", kind: EventKind = EventKind.TEXT, sender: str = ACCOUNT) -> InboundEvent:
    return InboundEvent("zalo", Medium.ZALO, kind, f"z{number}", sender, text)


@pytest.fixture
def sent(house):
    """(channel, address, text) of everything that went out."""
    return lambda: [(channel, message.recipient, message.text) for channel, message in house.carrier.sent]


def code_of(house) -> str:
    return next(kept[0] for (purpose, _), kept in house.tables.codes.items() if purpose == "link")


def linked(house) -> None:
    house.hears(chat("share", PHONE, EventKind.SHARED))


def phone(house):
    return next(each for each in house.tables.conversations.values() if each.address == PHONE)


def test_a_shared_number_links_the_account_and_joins_the_histories(house, sent):
    house.hears(SMS, chat("1", "KB"))
    linked(house)
    assert house.tables.links == {ACCOUNT: PHONE}
    assert house.tables.merged == [(ACCOUNT, PHONE)]
    assert sent()[-1] == ("zalo", ACCOUNT, "phone_linked digits=567")
    assert (phone(house).medium, phone(house).channel) == (Medium.ZALO, "zalo")


def test_a_linked_account_speaks_in_the_phones_conversation(house, sent):
    linked(house)
    house.hears(chat("2", "KB"))
    assert sent()[-1] == ("zalo", ACCOUNT, "heard KB")
    assert house.tables.outbox[max(house.tables.outbox)].conversation_id == phone(house).id
    assert house.tables.inbox[max(house.tables.inbox)].event.account == ACCOUNT


def test_sms_and_chat_of_one_person_take_turns_in_one_dialogue(house):
    linked(house)
    house.bot.answer = lambda request: says("next", state={"told": request["text"]})
    house.hears(SMS)
    house.hears(chat("3", "0"))
    assert house.bot.requests[-1]["state"] == {"told": "KB"}


def test_a_form_begun_in_the_chat_goes_on_after_linking(house):
    house.bot.answer = lambda request: TurnResult({"half": 1}, ({"name": "ask_fever"},), (), (), {}, {"form": "health"})
    house.hears(chat("4", "KB"))
    linked(house)
    assert phone(house).state == {"half": 1}
    assert phone(house).open_form == "health"
    former = next(each for each in house.tables.conversations.values() if each.address == ACCOUNT)
    assert former.state is None


def test_a_form_open_on_the_phone_is_not_replaced(house):
    house.bot.answer = lambda request: TurnResult(
        {"from": request["channel"]}, ({"name": "ask_fever"},), (), (), {}, {"form": "health"}
    )
    house.hears(SMS, chat("5", "KB"))
    linked(house)
    assert phone(house).state == {"from": "sms"}


def test_linking_by_a_code_that_comes_by_sms(house, sent):
    house.hears(chat("6", "lk 0901 234 567"))
    assert ("kannel", PHONE, f"link_code confirmation={code_of(house)}") in sent()
    assert ("zalo", ACCOUNT, "link_code_sent digits=567") in sent()
    assert house.tables.links == {}
    house.hears(chat("7", f"LK {code_of(house)}"))
    assert house.tables.links == {ACCOUNT: PHONE}
    assert house.bot.requests == []


@pytest.mark.parametrize("text", ["LK", "LK 12", "LK abc", "LK 123456"])
def test_a_link_that_names_nothing_is_explained(house, sent, text):
    house.hears(chat("8", text))
    assert sent() == [("zalo", ACCOUNT, "link_how")]


def test_a_wrong_code_links_nobody_and_is_counted(house, sent):
    house.hears(chat("9", "LK 0901234567"))
    right = code_of(house)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for number in range(house.policy.confirmation_tries):
        house.clock.forward(minutes=3)
        house.hears(chat(f"w{number}", f"LK {wrong}"))
        assert sent()[-1][2] == "link_wrong_code"
    house.hears(chat("right", f"LK {right}"))
    assert house.tables.links == {}


def test_a_phone_gets_one_code_at_a_time_whoever_asks(house, sent):
    house.hears(chat("10", "LK 0901234567"), chat("11", "LK 0901234567", sender=OTHER))
    codes = [text for channel, _, text in sent() if channel == "kannel"]
    assert len(codes) == 1
    house.hears(chat("12", f"LK {code_of(house)}", sender=OTHER))
    assert house.tables.links == {OTHER: PHONE}


def test_the_newest_account_of_a_phone_is_its_account(house, sent):
    linked(house)
    house.hears(chat("13", PHONE, EventKind.SHARED, sender=OTHER))
    assert house.tables.links == {OTHER: PHONE}


def test_an_account_that_moves_to_another_phone_leaves_the_history_where_it_was(house):
    linked(house)
    house.tables.merged.clear()
    house.hears(chat("14", "84987654321", EventKind.SHARED))
    assert house.tables.links == {ACCOUNT: "84987654321"}
    assert house.tables.merged == []


def test_following_invites_to_share_the_number_on_a_card(house, sent):
    house.hears(chat("15", kind=EventKind.START))
    assert [text for _, _, text in sent()] == ["heard ", "share_phone"]
    assert [message.asks_phone for _, message in house.carrier.sent] == [False, True]


def test_nobody_is_invited_twice_or_anonymously(house, sent):
    linked(house)
    house.hears(chat("16", kind=EventKind.START))
    house.hears(chat("17", kind=EventKind.START, sender="zalo:anonymous:a:c"))
    assert "share_phone" not in [text for _, _, text in sent()]


def test_while_one_of_ours_answers_by_hand_the_bot_says_nothing(house, sent):
    house.hears(chat("18", kind=EventKind.STAFF), chat("19", "KB"))
    assert sent() == []
    assert house.bot.requests == []
    assert {row.state for row in house.tables.inbox.values()} == {InboxState.DONE}
    house.clock.forward(seconds=house.policy.staff_silence.total_seconds() + 1)
    house.hears(chat("20", "KB"))
    assert [text for _, _, text in sent()] == ["heard KB"]


def test_silence_holds_in_the_chat_only(house, sent):
    linked(house)
    house.hears(chat("21", kind=EventKind.STAFF), SMS)
    assert sent()[-1] == ("kannel", PHONE, "heard KB")
    assert phone(house).silent_until - house.clock.now() == timedelta(minutes=30)


def test_whoever_leaves_the_chat_is_written_to_by_sms(house):
    linked(house)
    house.hears(chat("22", kind=EventKind.LEFT))
    assert (phone(house).medium, phone(house).channel) == (Medium.SMS, "kannel")


def test_withdrawing_erases_and_says_nothing(house, sent):
    house.bot.answer = lambda request: says("ok", state={"a": 1})
    house.hears(chat("23", "KB"))
    before = len(sent())
    house.hears(chat("24", kind=EventKind.ERASE))
    assert house.tables.erased == [ACCOUNT]
    assert next(iter(house.tables.conversations.values())).state is None
    assert len(sent()) == before


def test_anonymous_and_known_are_two_people_until_they_link(house):
    house.bot.answer = lambda request: says("ok", state={"by": request["text"]})
    house.hears(chat("25", "secret", sender="zalo:anonymous:a:c"))
    house.hears(chat("26", "KB"))
    assert house.bot.requests[-1]["state"] is None
