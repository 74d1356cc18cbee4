"""A message, its turn and its answer: once, in order, and all or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from backend.services.ports.bot import BotUnavailable, StateRejected, TurnFailed
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import OutboxState
from tests.unit.services.fakes import PHONE, says, sms

OPEN = {"form": "health", "field": "full_name"}
ANSWERS = {"travelled": False, "has_symptoms": False, "contact_case": False}
IDENTITY = {
    "full_name": "Nguyen Van A",
    "birth_year": 1958,
    "gender": "male",
    "address": {"province": "79", "commune": "26740"},
}
SUBMIT = {
    "name": "submit_declaration",
    "args": {"form": "health", "subject": None, "role": "self", "identity": IDENTITY, "answers": ANSWERS},
}
RECEIPT = {"name": "receipt_health", "args": {}, "result_of": 0}


def states(house):
    return [row.state for row in house.tables.inbox.values()]


def talk(house):
    return next(iter(house.tables.conversations.values()))


def raising(error, times):
    def answer(request):
        nonlocal times
        times -= 1
        if times >= 0:
            raise error
        return says("better")

    return answer


def test_a_text_is_answered_once_and_its_row_closed(house):
    house.hears(sms("KB"))
    assert house.sent == ["heard KB"]
    assert states(house) == [InboxState.DONE]
    assert [row.state for row in house.tables.outbox.values()] == [OutboxState.SENT]


def test_the_state_of_one_turn_is_what_the_next_one_starts_from(house):
    house.bot.answer = lambda request: says("ok", state={"n": (request["state"] or {"n": 0})["n"] + 1})
    house.hears(sms("a", "m1"))
    house.hears(sms("b", "m2"))
    assert [request["state"] for request in house.bot.requests] == [None, {"n": 1}]
    assert talk(house).state == {"n": 2}


def test_a_redelivery_is_answered_only_once(house):
    house.hears(sms("KB"))
    house.hears(sms("KB"))
    assert house.sent == ["heard KB"]


def test_the_same_text_before_the_answer_was_handed_over_is_a_duplicate(house):
    house.receive.take([sms("KB", "m1")])
    house.process.round("worker", 1)
    house.hears(sms("KB", "m2"))
    assert house.sent == ["heard KB"]
    assert states(house) == [InboxState.DONE, InboxState.DUPLICATE]


def test_the_same_text_after_the_answer_was_handed_over_is_a_new_one(house):
    house.hears(sms("1", "m1"))
    house.clock.forward(seconds=1)
    house.hears(sms("1", "m2"))
    assert house.sent == ["heard 1", "heard 1"]


def test_all_replies_of_a_turn_are_one_message(house):
    house.bot.answer = lambda request: replace(says("a"), replies=[{"name": "a"}, {"name": "b"}])
    house.hears(sms("x"))
    assert house.sent == ["a\nb"]


def test_a_declaration_its_receipt_and_its_state_are_stored_together(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    house.hears(sms("KB Nguyen Van A; ..."))
    (stored,) = house.tables.declarations
    assert (stored.triage, stored.declared_for, stored.status, stored.commune) == ("green", "self", "complete", "26740")
    assert f"reference={stored.reference}" in house.sent[0]
    assert "kept_consent" in house.sent[0]
    assert house.tables.people[stored.person_id].identity["nationality"] == "VN"


def test_only_the_first_receipt_says_what_is_kept(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    house.hears(sms("one", "m1"))
    person = next(iter(house.tables.people))
    again = {**SUBMIT, "args": {"form": "health", "subject": person, "answers": ANSWERS}}
    house.bot.answer = lambda request: replace(says("x", [again]), replies=[RECEIPT])
    house.hears(sms("two", "m2"))
    assert "kept_consent" in house.sent[0]
    assert "kept_consent" not in house.sent[1]


def test_a_failed_command_discards_the_turn_and_tells_the_bot(house):
    gone = {**SUBMIT, "args": {"form": "health", "subject": "nobody", "answers": ANSWERS}}
    house.bot.answer = lambda request: (
        says("sorry") if "failed" in request["facts"] else says("ok", [gone], state={"no": 1})
    )
    house.hears(sms("KB"))
    assert house.sent == ["sorry"]
    assert house.bot.requests[-1]["facts"]["failed"] == {
        "command": "submit_declaration",
        "code": "subject_gone",
        "args": {},
    }
    assert talk(house).state is None
    assert house.tables.declarations == []


def test_a_declaration_that_lacks_an_answer_is_not_stored(house):
    half = {**SUBMIT, "args": {**SUBMIT["args"], "answers": {"travelled": False}}}
    house.bot.answer = lambda request: says("sorry") if "failed" in request["facts"] else says("ok", [half])
    house.hears(sms("KB"))
    assert house.bot.requests[-1]["facts"]["failed"]["code"] == "answers_missing"
    assert house.tables.people == {}


def test_a_command_that_fails_every_time_parks_the_message_with_an_apology(house):
    gone = {**SUBMIT, "args": {"form": "health", "subject": "nobody", "answers": ANSWERS}}
    house.bot.answer = lambda request: says("ok", [gone])
    for _ in range(house.policy.park_after):
        house.hears(sms("KB"))
        house.clock.forward(minutes=5)
    assert states(house) == [InboxState.PARKED]
    assert house.sent == ["apology"]


def test_queries_are_answered_before_the_unit_of_work(house):
    house.bot.answer = lambda request: (
        says("arrived") if request["facts"]["answered"] else says("", queries=["venue:10234567"])
    )
    house.hears(sms("DD 10234567"))
    assert house.bot.requests[1]["facts"]["answered"] == {"venue:10234567": {"known": False, "near": []}}
    assert house.sent == ["arrived"]


def test_an_unknown_query_fails_the_turn(house):
    house.bot.answer = lambda request: says("", queries=["moon:1"])
    house.hears(sms("x"))
    assert states(house) == [InboxState.WAITING]


def test_a_bot_that_is_away_makes_the_message_wait_without_counting(house):
    house.bot.answer = raising(BotUnavailable(), 10)
    for _ in range(10):
        house.hears(sms("KB"))
        house.clock.forward(minutes=1)
    assert states(house) == [InboxState.WAITING]
    assert house.tables.inbox[1].attempts == 0
    house.settle()
    assert house.sent == ["better"]


def test_a_failing_turn_is_retried_and_may_succeed(house):
    house.bot.answer = raising(TurnFailed("no_reply"), 2)
    for _ in range(3):
        house.hears(sms("KB"))
        house.clock.forward(minutes=5)
    assert house.sent == ["better"]
    assert states(house) == [InboxState.DONE]


def test_a_parked_message_does_not_stop_the_conversation(house):
    house.bot.answer = raising(TurnFailed("no_reply"), 3)
    for _ in range(3):
        house.hears(sms("KB", "m1"))
        house.clock.forward(minutes=5)
    house.hears(sms("KB 00000", "m2"))
    assert house.sent == ["apology", "better"]


def test_a_bug_in_a_handler_costs_one_message(house):
    house.bot.answer = lambda request: says("ok", [{"name": "set_language", "args": {}}])
    for _ in range(3):
        house.hears(sms("EN"))
        house.clock.forward(minutes=5)
    assert states(house) == [InboxState.PARKED]


def test_a_snapshot_that_cannot_be_restored_is_dropped(house):
    def answer(request):
        if request["state"]:
            raise StateRejected("old")
        return says("ok", state={"fresh": True})

    house.bot.answer = answer
    house.hears(sms("a", "m1"))
    house.hears(sms("b", "m2"))
    assert house.sent == ["ok", "ok"]


def test_a_conversation_saved_meanwhile_makes_the_turn_be_done_again(house):
    def answer(request):
        if len(house.bot.requests) == 1:
            with house.units() as unit:
                unit.conversations.save(unit.conversations.find(PHONE.encode()), state={"other": 1})
                unit.commit()
        return says("ok", state=request["state"])

    house.bot.answer = answer
    house.hears(sms("a"))
    assert house.bot.requests[1]["state"] == {"other": 1}
    assert house.sent == ["ok"]


def test_a_lost_lease_leaves_everything_as_it_is(house):
    def answer(request):
        house.clock.forward(hours=1)
        house.sweep.run()
        return says("late", state={"late": 1})

    house.bot.answer = answer
    house.receive.take([sms("a")])
    house.process.round("slow", 1)
    assert house.sent == []
    assert talk(house).state is None
    assert states(house) == [InboxState.WAITING]


def test_a_new_language_holds_for_the_very_reply(house):
    house.bot.answer = lambda request: says("language_set", [{"name": "set_language", "args": {"language": "en"}}])
    house.hears(sms("EN"))
    assert house.carrier.sent[0][1].language == "en"
    house.hears(sms("x", "m2"))
    assert house.bot.requests[1]["facts"]["language"] == "en"


def test_a_form_left_half_done_is_reminded_once_and_then_let_go(house):
    def answer(request):
        if request["event"] == "timeout":
            return replace(says(""), replies=[])
        return says(request["event"], open=OPEN, state={"form": 1})

    house.bot.answer = answer
    house.hears(sms("KB"))
    for _ in range(3):
        house.clock.forward(seconds=house.policy.remind_after.total_seconds())
        house.sweep.run()
        house.settle()
    assert house.sent == ["text", "resume"]
    house.clock.forward(seconds=house.policy.expire_after.total_seconds())
    house.sweep.run()
    house.settle()
    assert talk(house).state is None
    assert talk(house).expires_at is None
    assert house.sent == ["text", "resume"]


def test_an_undo_takes_the_declaration_back_only_in_time(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    house.hears(sms("KB", "m1"))
    reference = house.tables.declarations[0].reference
    undo = {"name": "undo_declaration", "args": {"reference": reference}}
    house.bot.answer = lambda request: says("late") if "failed" in request["facts"] else says("undone", [undo])
    house.clock.forward(seconds=house.policy.undo_within.total_seconds() + 1)
    house.hears(sms("HUY", "m2"))
    assert house.sent[-1] == "late"
    assert house.tables.declarations[0].status == "complete"
    house.clock.forward(seconds=-2)
    house.hears(sms("HUY!", "m3"))
    assert house.sent[-1] == "undone"
    assert house.tables.declarations[0].status == "undone"


def test_nobody_corrects_the_declaration_of_another_phone(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    house.hears(sms("KB", "m1"))
    amend = {
        "name": "amend_declaration",
        "args": {"reference": house.tables.declarations[0].reference, "changes": {"contact_case": True}},
    }
    house.bot.answer = lambda request: says("no") if "failed" in request["facts"] else says("ok", [amend])
    house.hears(sms("SUA", "m2", sender="84900000000"))
    assert house.sent[-1] == "no"
    assert len(house.tables.declarations) == 1


def test_a_correction_is_a_new_revision_with_its_own_triage(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    house.hears(sms("KB", "m1"))
    reference = house.tables.declarations[0].reference
    amend = {
        "name": "amend_declaration",
        "args": {"reference": reference, "changes": {"contact_case": True, "birth_year": 1960}},
    }
    house.bot.answer = lambda request: replace(says("x", [amend]), replies=[RECEIPT])
    house.hears(sms("SUA", "m2"))
    assert [(d.revision, d.status, d.triage) for d in house.tables.declarations] == [
        (1, "superseded", "green"),
        (2, "complete", "red"),
    ]
    assert next(iter(house.tables.people.values())).identity["birth_year"] == 1960


def test_a_wish_for_accents_is_kept(house):
    house.bot.answer = lambda request: says("ok", [{"name": "set_accents", "args": {"on": True}}])
    house.hears(sms("x"))
    assert talk(house).accents


def test_asking_to_be_rung_is_noted(house):
    house.bot.answer = lambda request: says("hotline", [{"name": "request_callback", "args": {"reason": "emergency"}}])
    house.hears(sms("cuu"))
    assert list(house.tables.callbacks.values()) == ["emergency"]


def test_a_very_long_text_is_shown_to_the_bot_up_to_the_limit(house):
    house.hears(sms("a" * 10_000))
    assert len(house.bot.requests[0]["text"]) == house.policy.text_limit


def test_the_wait_after_a_failure_grows_up_to_a_limit(house):
    waits = [house.policy.back_off(attempts) for attempts in range(20)]
    assert waits[0] == timedelta(seconds=1)
    assert waits == sorted(waits)
    assert waits[-1] == house.policy.retry_most


def test_the_same_text_waits_while_the_answer_to_the_first_is_being_sent(house, monkeypatch):
    """Five times "2" answers five questions, also when a slow gateway has shown the second one already."""
    send = house.carrier.send

    def answered_at_once(channel, message):
        house.receive.take([sms("2", "m2")])
        house.process.round("worker", 10)
        monkeypatch.undo()
        return send(channel, message)

    monkeypatch.setattr(house.carrier, "send", answered_at_once)
    house.hears(sms("2", "m1"))
    house.clock.forward(seconds=2)
    house.settle()
    assert house.sent == ["heard 2", "heard 2"]


def test_a_bot_slower_than_the_lease_costs_those_behind_no_attempt(house):
    def slow(request):
        house.clock.forward(seconds=house.policy.lease.total_seconds() / 2)
        return says("hello")

    house.bot.answer = slow
    house.receive.take([sms("KB", f"m{number}", f"8490123456{number}") for number in range(3)])
    house.process.round("w", 10)
    rows = list(house.tables.inbox.values())
    assert Counter(row.state for row in rows) == {InboxState.DONE: 1, InboxState.WAITING: 2}
    assert {row.attempts for row in rows} == {0}
