"""Sessions: answered in the request, in order, in time, once."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

from backend.services.ports.bot import BotUnavailable, TurnFailed
from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import MessageClass, OutboxState
from channels.contract import EventKind
from tests.unit.services.fakes import dial, says, shown, sms
from tests.unit.services.test_turn import RECEIPT, SUBMIT

OPEN = {"form": "health", "field": "full_name"}


def asks(request):
    return says(f"heard {request['text']}", open=OPEN, state={"n": 1})


def test_the_screen_is_the_answer_and_an_answered_outbox_row(house):
    house.bot.answer = asks
    assert shown(house.ussd.answer(dial("1*2"))) == "CON heard 1*2"
    assert house.bot.requests[0]["event"] == "start"
    (row,) = house.tables.outbox.values()
    assert (row.state, row.text) == (OutboxState.ANSWERED, "heard 1*2")
    assert house.tables.inbox[1].state is InboxState.DONE
    assert house.deliver.round("w", 10) == 0


def test_without_an_open_question_the_session_ends(house):
    assert shown(house.ussd.answer(dial())) == "END heard"


def test_a_list_to_choose_from_keeps_the_session(house):
    house.bot.answer = lambda request: says("menu", choices=[{"send": "1", "key": "health"}])
    assert shown(house.ussd.answer(dial())).startswith("CON menu")


def test_a_repeated_step_gets_the_same_screen_and_no_second_turn(house):
    house.bot.answer = asks
    house.ussd.answer(dial())
    first = house.ussd.answer(dial("x", 1))
    assert house.ussd.answer(dial("x", 1)) == first
    assert len(house.bot.requests) == 2


def test_where_the_session_is_the_numbers_every_dial_begins_anew(house):
    house.bot.answer = asks
    for text in ("", "x", ""):
        event = replace(dial(text, 1 if text else 0), step=None, provider_id="of-the-number:uncounted")
        assert shown(house.ussd.answer(event)) == f"CON heard {text}".rstrip()
    assert [request["event"] for request in house.bot.requests] == ["start", "text", "start"]


def test_a_repeated_step_waits_for_the_first_to_be_answered(house):
    house.bot.answer = asks
    house.ussd.answer(dial())
    with house.units() as unit:
        unit.inbox.add(dial("x", 1), house.clock.now(), ("other", house.clock.now() + house.policy.lease))
        unit.commit()
    pauses = []

    def pause(seconds):
        pauses.append(seconds)
        with house.units() as unit:
            unit.inbox.finish(house.tables.inbox[2], "other", InboxState.DONE, house.clock.now(), "CON done there")
            unit.commit()

    house.ussd._pause = pause
    assert shown(house.ussd.answer(dial("x", 1))) == "CON done there"
    assert len(pauses) == 1


def test_earlier_messages_of_the_person_come_first_and_are_answered_by_sms(house):
    house.receive.take([sms("earlier")])
    house.bot.answer = asks
    assert shown(house.ussd.answer(dial("now"))) == "CON heard now"
    assert [request["text"] for request in house.bot.requests] == ["earlier", "now"]
    house.settle()
    assert house.sent == ["heard earlier"]


def test_an_earlier_message_that_fails_is_not_tried_in_circles(house):
    house.receive.take([sms("earlier")])

    def answer(request):
        raise TurnFailed("no_reply")

    house.bot.answer = answer
    assert shown(house.ussd.answer(dial())) == "END finish_by_sms"
    assert len(house.bot.requests) == 1


def test_while_somebody_else_works_on_the_conversation_the_session_waits_until_the_deadline(house):
    house.receive.take([sms("earlier")])
    house.process.claim("other", 1)
    began = house.clock.now()
    assert shown(house.ussd.answer(dial())) == "END finish_by_sms"
    assert house.clock.now() - began >= house.policy.ussd_deadline
    assert house.tables.inbox[2].state is InboxState.WAITING


def test_past_the_deadline_the_worker_finishes_by_sms(house):
    def slow(request):
        house.clock.forward(seconds=10)
        raise BotUnavailable

    house.bot.answer = slow
    assert shown(house.ussd.answer(dial())) == "END finish_by_sms"
    house.bot.answer = asks
    house.settle()
    assert house.sent == ["heard"]
    assert house.carrier.sent[0][0] == "kannel"


def test_who_finds_no_place_in_time_is_stored_and_answered_by_sms(house):
    class Crowd:
        @contextmanager
        def place(self, seconds):
            house.clock.forward(seconds=seconds)
            yield False

    house.ussd._gate = Crowd()
    house.bot.answer = asks
    assert shown(house.ussd.answer(dial())) == "END finish_by_sms"
    assert house.bot.requests == []
    house.settle()
    assert house.sent == ["heard"]


def test_an_answer_that_comes_after_the_lease_was_taken_over_is_dropped(house):
    def late(request):
        if len(house.bot.requests) == 1:
            house.clock.forward(hours=1)
            house.sweep.run()
            house.settle()
        return asks(request)

    house.bot.answer = late
    assert shown(house.ussd.answer(dial())) == "END finish_by_sms"
    assert [row.state for row in house.tables.outbox.values()] == [OutboxState.SENT]


def test_a_bot_that_is_away_is_said_and_nothing_comes_later(house):
    def away(request):
        raise BotUnavailable

    house.bot.answer = away
    assert shown(house.ussd.answer(dial())) == "END busy_ussd"
    house.bot.answer = asks
    house.clock.forward(hours=1)
    house.settle()
    assert house.sent == []


def test_without_a_database_the_session_is_told_to_come_again(house):
    house.units.down = True
    assert shown(house.ussd.answer(dial())) == "END busy_ussd"
    assert not house.spool.pending()


def test_pages_are_turned_without_the_bot(house):
    house.bot.answer = lambda request: says("word " * 60, open=OPEN)
    first = house.ussd.answer(dial())
    assert first.text.endswith("ussd_more")
    second = house.ussd.answer(dial("98", 1))
    assert second.text.endswith("ussd_back")
    assert not second.final
    assert house.ussd.answer(dial("99", 2)) == first
    assert len(house.bot.requests) == 1


def test_the_last_page_of_a_last_message_ends_the_session(house):
    house.bot.answer = lambda request: says("word " * 60)
    assert not house.ussd.answer(dial()).final
    assert house.ussd.answer(dial("98", 1)).final


def test_99_on_the_first_page_is_for_the_dialogue(house):
    house.bot.answer = asks
    house.ussd.answer(dial())
    assert shown(house.ussd.answer(dial("99", 1))) == "CON heard 99"


def test_only_the_newest_session_of_a_phone_goes_on(house):
    house.bot.answer = asks
    house.ussd.answer(dial(session="old"))
    house.ussd.answer(dial(session="new"))
    assert shown(house.ussd.answer(dial("x", 1, session="old"))) == "END ussd_stale"
    assert shown(house.ussd.answer(dial("x", 1, session="new"))) == "CON heard x"


def test_a_provider_that_repeats_all_inputs_is_read_from_where_the_session_stands(house):
    house.bot.answer = asks
    house.ussd.answer(replace(dial(), entered=""))
    house.ussd.answer(replace(dial("b", 2), entered="a*b"))
    house.ussd.answer(replace(dial("c", 3), entered="a*b*c"))
    assert [(request["event"], request["text"]) for request in house.bot.requests] == [
        ("start", ""),
        ("text", "a*b"),
        ("text", "c"),
    ]


def test_a_dialled_path_opens_the_session_with_it(house):
    house.bot.answer = asks
    house.ussd.answer(replace(dial("2", 2), entered="1*2"))
    assert (house.bot.requests[0]["event"], house.bot.requests[0]["text"]) == ("start", "1*2")


def test_hanging_up_is_an_event_and_gets_no_screen(house):
    house.bot.answer = asks
    house.ussd.answer(dial())
    assert house.ussd.answer(dial("", 1, kind=EventKind.CLOSE)) is None
    house.bot.answer = lambda request: replace(says(""), replies=[])
    house.settle()
    assert house.bot.requests[-1]["event"] == "close"
    assert house.sent == []


def test_the_receipt_of_a_session_also_comes_by_sms(house):
    house.bot.answer = lambda request: replace(says("x", [SUBMIT]), replies=[RECEIPT])
    screen = house.ussd.answer(dial())
    assert screen.final or "ussd_more" in screen.text
    house.settle()
    (text,) = house.sent
    assert house.tables.declarations[0].reference in text
    assert [row.message_class for row in house.tables.outbox.values()] == [MessageClass.RECEIPT] * 2
