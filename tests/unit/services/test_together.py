"""The turns of a batch are taken together, and whatever is wrong with one of them costs the others nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from backend.services.ports.bot import BotUnavailable, StateRejected, TurnFailed
from backend.services.ports.inbox import InboxState
from tests.unit.services.fakes import says, sms

MANY = 6
THIRD = "84901230002"


def phone(number: int) -> str:
    return f"8490123000{number}"


def all_write(house, text="KB"):
    """One text from each of many phones, taken in one round of turns."""
    house.receive.take([sms(f"{text} {number}", f"m{text}{number}", phone(number)) for number in range(MANY)])
    before = house.units.commits
    house.process.round("w", MANY)
    return house.units.commits - before


def states(house):
    return Counter(row.state for row in house.tables.inbox.values())


def answered(house):
    return {row.address: row.replies[0].name for row in house.tables.outbox.values()}


def on_the_third(wrong):
    """A bot that is well but for one phone's text."""

    def answer(request):
        return wrong(request) if request["text"].endswith(" 2") else says("fine", state={"saved": True})

    return answer


def raises(error):
    def wrong(request):
        raise error

    return wrong


def test_many_turns_take_two_commits_and_one_call_of_the_bot(house):
    all_write(house, "first")
    calls = []
    turns = house.bot.turns
    house.bot.turns = lambda requests, timeout=None: calls.append(len(requests)) or turns(requests, timeout)
    assert all_write(house) == 2  # claimed, saved
    assert calls == [MANY]
    assert states(house) == {InboxState.DONE: 2 * MANY}


def test_each_gets_its_own_answer(house):
    all_write(house)
    assert answered(house) == {phone(number): f"heard KB {number}" for number in range(MANY)}


@pytest.mark.parametrize("error", [BotUnavailable(), TurnFailed("no_reply"), RuntimeError("bug")])
def test_a_turn_that_fails_leaves_the_others_saved(house, error):
    def crash(request):
        if isinstance(error, RuntimeError):
            return says("ok", [{"name": "set_language", "args": {}}])  # a bug of its handler
        raise error

    house.bot.answer = on_the_third(crash)
    all_write(house)
    assert states(house) == {InboxState.DONE: MANY - 1, InboxState.WAITING: 1}
    assert set(answered(house)) == {phone(number) for number in range(MANY)} - {THIRD}


def test_a_poisoned_message_is_parked_and_the_others_are_answered_once(house):
    house.bot.answer = on_the_third(lambda request: says("ok", [{"name": "set_language", "args": {}}]))
    all_write(house)
    for _ in range(house.policy.park_after):
        house.clock.forward(minutes=5)
        house.process.round("w", MANY)
    assert states(house) == {InboxState.DONE: MANY - 1, InboxState.PARKED: 1}
    assert Counter(answered(house).values()) == {"fine": MANY - 1, "apology": 1}


def test_a_command_refused_to_one_is_told_to_that_one(house):
    def wrong(request):
        return (
            says("sorry")
            if request["facts"].get("failed")
            else says("ok", [{"name": "undo_declaration", "args": {"reference": "none"}}])
        )

    house.bot.answer = on_the_third(wrong)
    all_write(house)
    assert states(house) == {InboxState.DONE: MANY}
    assert Counter(answered(house).values()) == {"fine": MANY - 1, "sorry": 1}


def test_a_conversation_saved_meanwhile_is_read_again(house):
    all_write(house, "first")

    def wrong(request):
        if not (request["state"] or {}).get("other"):
            with house.units() as unit:
                unit.conversations.save(unit.conversations.find(THIRD.encode()), state={"other": True})
                unit.commit()
        return says("late", state=request["state"])

    house.bot.answer = on_the_third(wrong)
    all_write(house)
    assert states(house) == {InboxState.DONE: 2 * MANY}
    (third,) = [each for each in house.tables.conversations.values() if each.address == THIRD]
    assert third.state == {"other": True}


def test_a_lease_lost_for_one_leaves_that_one_as_it_is(house):
    def wrong(request):
        number = next(row.id for row in house.tables.inbox.values() if row.address_index == THIRD.encode())
        house.tables.leases[number] = ("other", house.clock.now())
        return says("late", state={"late": True})

    house.bot.answer = on_the_third(wrong)
    all_write(house)
    assert states(house) == {InboxState.DONE: MANY - 1, InboxState.LEASED: 1}
    assert THIRD not in answered(house)


def test_two_texts_of_one_phone_are_answered_in_order(house):
    house.bot.answer = lambda request: says(request["text"], state={"n": (request["state"] or {"n": 0})["n"] + 1})
    house.receive.take([sms("one", "m1"), sms("two", "m2"), sms("other", "m3", THIRD)])
    house.settle()
    assert [row.replies[0].name for row in house.tables.outbox.values() if row.address != THIRD] == ["one", "two"]
    (theirs,) = [each for each in house.tables.conversations.values() if each.address != THIRD]
    assert theirs.state == {"n": 2}


def test_a_state_that_cannot_be_restored_is_dropped_for_that_one(house):
    house.bot.answer = lambda request: says("ok", state={"mine": request["text"]})
    all_write(house, "first")

    def wrong(request):
        if request["state"]:
            raise StateRejected("old")
        return says("anew")

    house.bot.answer = on_the_third(wrong)
    all_write(house)
    assert Counter(row.replies[0].name for row in house.tables.outbox.values()) == {
        "ok": MANY,
        "fine": MANY - 1,
        "anew": 1,
    }


def test_what_the_bot_asks_back_is_looked_up_for_each(house):
    house.bot.answer = on_the_third(
        lambda request: says("here") if request["facts"]["answered"] else says("", queries=["venue:10234567"])
    )
    all_write(house)
    assert answered(house)[THIRD] == "here"
    assert house.bot.requests[-1]["facts"]["answered"] == {"venue:10234567": {"known": False, "near": []}}


def test_a_question_nobody_can_answer_fails_that_turn_only(house):
    house.bot.answer = on_the_third(lambda request: says("", queries=["moon:1"]))
    all_write(house)
    assert states(house) == {InboxState.DONE: MANY - 1, InboxState.WAITING: 1}


def test_a_batch_that_cannot_even_be_read_is_worked_one_by_one(house, monkeypatch):
    gather = house.turns._facts.gather

    def broken(unit, conversations, said, now):
        if any(each.address == THIRD for each in conversations):
            raise ValueError("a seal is broken")
        return gather(unit, conversations, said, now)

    monkeypatch.setattr(house.turns._facts, "gather", broken)
    all_write(house)
    assert states(house) == {InboxState.DONE: MANY - 1, InboxState.WAITING: 1}


def test_a_repetition_in_a_batch_is_a_duplicate(house):
    house.receive.take([sms("KB", "m1"), sms("x", "m2", THIRD)])
    house.process.round("w", MANY)
    house.receive.take([sms("KB", "m3"), sms("y", "m4", THIRD)])
    house.process.round("w", MANY)
    assert states(house) == {InboxState.DONE: 3, InboxState.DUPLICATE: 1}


def test_a_turn_without_a_reply_is_closed_with_the_others(house):
    house.bot.answer = on_the_third(lambda request: replace(says(""), replies=[]))
    all_write(house)
    assert states(house) == {InboxState.DONE: MANY}
    assert THIRD not in answered(house)
