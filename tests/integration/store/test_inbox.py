from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.services.ports.inbox import Inbound, InboxState, SenderLimit
from backend.services.ports.unit import LeaseLost
from backend.store.unit_of_work import SqlUnits
from channels.contract import EventKind, InboundEvent, Medium
from tests.integration.store.support import LATER, NOW, OTHER_PHONE, PHONE, claim, finish, index_of, receive, sms

pytestmark = pytest.mark.in_memory


def test_an_event_comes_back_as_it_went_in(units: SqlUnits) -> None:
    event = InboundEvent(
        "africastalking", Medium.USSD, EventKind.START, "s1:0", PHONE, "1*2", "*098#", "s1", 0, NOW, ("7", 2, 1), "1*2"
    )
    receive(units, event)
    (row,) = claim(units)
    assert row.event == event
    assert (row.state, row.attempts, row.received_at) == (InboxState.LEASED, 0, NOW)


def test_a_repeat_gives_the_first_row_and_its_answer(units: SqlUnits) -> None:
    receive(units, sms("1"))
    (row,) = claim(units)
    with units() as unit:
        unit.inbox.finish(row, "w1", InboxState.DONE, NOW, answer="CON Họ tên?")
        unit.commit()
    with units() as unit:
        again, fresh = unit.inbox.add(sms("1"), LATER)
    assert not fresh
    assert (again.id, again.state, again.answer, again.received_at) == (row.id, InboxState.DONE, "CON Họ tên?", NOW)


def test_the_same_id_on_another_channel_is_another_message(units: SqlUnits) -> None:
    receive(units, sms("1"))
    with units() as unit:
        other = InboundEvent("twilio", Medium.SMS, EventKind.TEXT, "1", PHONE)
        assert unit.inbox.add(other, NOW)[1]


def test_leaving_without_commit_stores_nothing(units: SqlUnits) -> None:
    with units() as unit:
        unit.inbox.add(sms("1"), NOW)
    assert claim(units) == []


def test_a_sender_has_one_turn_at_a_time_and_in_order(units: SqlUnits) -> None:
    receive(units, sms("1", text="a"), sms("2", text="b"), sms("3", OTHER_PHONE, text="c"))
    first = claim(units)
    assert [row.event.text for row in first] == ["a", "c"]
    assert claim(units, "w2") == []
    finish(units, first[0])
    assert [row.event.text for row in claim(units, "w2")] == ["b"]


def test_a_row_waiting_for_its_retry_holds_back_the_later_ones(units: SqlUnits) -> None:
    receive(units, sms("1", text="a"), sms("2", text="b"))
    (row,) = claim(units)
    with units() as unit:
        unit.inbox.retry(row, "w1", LATER, "bot_unavailable")
        unit.commit()
    assert claim(units) == []
    (again,) = claim(units, now=LATER, until=LATER + timedelta(minutes=1))
    assert (again.event.text, again.attempts) == ("a", 1)


def test_a_retry_need_not_count(units: SqlUnits) -> None:
    receive(units, sms("1"))
    (row,) = claim(units)
    with units() as unit:
        unit.inbox.retry(row, "w1", NOW, "bot_unavailable", counted=False)
        unit.commit()
    assert claim(units)[0].attempts == 0


def test_claim_takes_the_oldest_rows_and_not_more_than_the_limit(units: SqlUnits) -> None:
    rows = receive(units, *(sms(str(n), f"8490000000{n}") for n in range(4)))
    assert [row.id for row in claim(units, limit=2)] == [rows[0].id, rows[1].id]


def test_an_expired_lease_goes_back_and_its_owner_cannot_finish(units: SqlUnits) -> None:
    receive(units, sms("1"))
    (row,) = claim(units)
    with units() as unit:
        assert unit.inbox.release_expired(LATER - timedelta(seconds=1)) == []
        assert unit.inbox.release_expired(LATER) == [row.id]
        unit.commit()
    with pytest.raises(LeaseLost):
        finish(units, row)
    (again,) = claim(units, "w2", now=LATER, until=LATER + timedelta(minutes=1))
    assert again.attempts == 1


def test_a_session_row_is_born_leased_and_waits_for_earlier_ones(units: SqlUnits) -> None:
    receive(units, sms("1", text="a"))
    index = index_of(units, PHONE)
    with units() as unit:
        own, _ = unit.inbox.add(sms("2", text="b"), NOW, ("request", LATER))
        unit.commit()
    with units() as unit:
        earlier = unit.inbox.claim_sender(index, "request", NOW, LATER)
        assert earlier is not None
        assert earlier.event.text == "a"
        unit.commit()
    assert claim(units) == []
    finish(units, earlier, "request")
    with units() as unit:
        mine = unit.inbox.claim_sender(index, "request", NOW, LATER)
        assert mine is not None
        assert mine.id == own.id
        unit.inbox.finish(mine, "request", InboxState.DONE, NOW, "END")
        assert unit.inbox.claim_sender(index, "request", NOW, LATER) is None
        unit.commit()


def test_a_sender_whose_row_another_holds_cannot_be_claimed(units: SqlUnits) -> None:
    receive(units, sms("1"))
    claim(units)
    index = index_of(units, PHONE)
    with units() as unit:
        assert unit.inbox.claim_sender(index, "request", NOW, LATER) is None
        assert unit.inbox.claim_sender(index, "request", LATER, LATER + timedelta(minutes=1)) is not None


def test_messages_of_a_sender_are_counted_from_a_moment_on(units: SqlUnits) -> None:
    receive(units, sms("1"), sms("2"), sms("3", OTHER_PHONE))
    with units() as unit:
        index = unit.index(PHONE)
        assert unit.inbox.count_since(index, NOW) == 2
        assert unit.inbox.count_since(index, NOW + timedelta(microseconds=1)) == 0


def test_over_the_limit_of_its_sender_a_row_is_born_refused(units: SqlUnits) -> None:
    receive(units, sms("1"), sms("2"), sms("3", OTHER_PHONE))
    with units() as unit:
        within, _ = unit.inbox.add(sms("4"), LATER, limit=SenderLimit(3, NOW))
        of_old, _ = unit.inbox.add(sms("5"), LATER, limit=SenderLimit(3, NOW + timedelta(microseconds=1)))
        over, fresh = unit.inbox.add(sms("6"), LATER, ("request", LATER), SenderLimit(4, NOW))
        unit.commit()
    assert (within.state, of_old.state) == (InboxState.WAITING, InboxState.WAITING)
    assert (over.state, over.turning, fresh) == (InboxState.REFUSED, False, True)
    with units() as unit:
        assert unit.inbox.add(sms("6"), LATER)[0].state is InboxState.REFUSED
        assert unit.inbox.release_expired(LATER + timedelta(hours=1)) == []


def test_a_single_unit_of_work_commits_its_one_change_by_itself(units: SqlUnits) -> None:
    with units.single() as unit:
        row, _ = unit.inbox.add(sms("1"), NOW, limit=SenderLimit(1, NOW))
        unit.commit()
    assert [each.id for each in claim(units)] == [row.id]


def test_nothing_of_a_unit_of_work_without_commit_is_kept(units: SqlUnits) -> None:
    with units() as unit:
        assert unit.inbox.claim_sender(unit.index(PHONE), "request", NOW, LATER) is None
        unit.inbox.add(sms("1"), NOW)
    assert claim(units) == []


def test_a_row_born_leased_has_its_turn_unless_another_of_its_sender_is_open(units: SqlUnits) -> None:
    with units() as unit:
        first, _ = unit.inbox.add(sms("1"), NOW, ("request", LATER))
        second, _ = unit.inbox.add(sms("2"), NOW, ("other", LATER))
        unit.commit()
    assert (first.turning, second.turning) == (True, False)
    finish(units, first, "request")
    with units() as unit:
        assert unit.inbox.add(sms("3"), NOW, ("third", LATER))[0].turning is False


@pytest.mark.in_memory(False)  # it has no moment
def test_of_rows_born_at_the_same_moment_one_has_the_turn(units: SqlUnits) -> None:
    def born(number: int) -> Inbound:
        with units() as unit:
            row, _ = unit.inbox.add(sms(str(number)), NOW, (f"request-{number}", LATER))
            unit.commit()
        return row

    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(born, range(8)))
    assert len({row.id for row in rows}) == 8
    assert sum(row.turning for row in rows) == 1


MOVES = st.lists(
    st.tuples(st.sampled_from(["receive", "claim", "finish", "retry", "expire"]), st.integers(0, 2)), max_size=30
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_any_history_keeps_each_sender_in_order(units: SqlUnits, moves: list[tuple[str, int]]) -> None:
    """Whatever happens to the rows, a sender's messages are finished in the order they came."""
    run = secrets.token_hex(8)  # rows of the runs before are still there
    phones = [f"{run}{n}" for n in range(3)]
    senders = [index_of(units, phone) for phone in phones]
    came: list[list[str]] = [[], [], []]
    done: list[list[str]] = [[], [], []]
    held: dict[int, list] = {0: [], 1: [], 2: []}
    now = NOW
    for number, (move, who) in enumerate(moves):
        now += timedelta(seconds=1)
        if move == "receive":
            text = f"{number}"
            receive(units, sms(f"{phones[who]}:{number}", phones[who], text))
            came[who].append(text)
        elif move == "claim":
            for row in claim(units, now=now, until=now + timedelta(minutes=1)):
                if row.address_index in senders:
                    held[senders.index(row.address_index)].append(row)
        elif move == "finish" and held[who]:
            row = held[who].pop()
            finish(units, row)
            done[who].append(row.event.text)
        elif move == "retry" and held[who]:
            with units() as unit:
                unit.inbox.retry(held[who].pop(), "w1", now, "again")
                unit.commit()
        elif move == "expire":
            now += timedelta(minutes=2)
            with units() as unit:
                unit.inbox.release_expired(now)
                unit.commit()
            held = {0: [], 1: [], 2: []}
        assert all(len(rows) <= 1 for rows in held.values())
    for who in range(3):
        assert done[who] == came[who][: len(done[who])]
