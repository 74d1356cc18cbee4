from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from backend.services.ports.inbox import InboxState
from backend.services.ports.outbox import OutboxState, Outcome
from backend.services.ports.unit import LeaseLost, StaleVersion, StoreUnavailable
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import (
    LATER,
    NOW,
    PHONE,
    claim_out,
    conversation,
    finish,
    receive,
    send,
    sms,
    units_on,
)

SENDERS, MESSAGES = 8, 10


def work(units: SqlUnits, owner: str, log: list[tuple[str, str]], busy: dict[str, threading.Lock]) -> None:
    """Claim and finish until everything is done; fails when two workers meet on one sender."""
    while True:
        try:
            with units() as unit:
                rows = unit.inbox.claim(owner, NOW, LATER, 4)
                unit.commit()
        except StoreUnavailable:
            continue
        for row in rows:
            assert busy[row.event.sender].acquire(blocking=False), "two workers hold one sender"
            log.append((row.event.sender, row.event.text))
            busy[row.event.sender].release()
            finish(units, row, owner)
        if len(log) == SENDERS * MESSAGES:
            return


def test_workers_share_the_inbox_without_meeting(units: SqlUnits) -> None:
    phones = [f"8490000000{n}" for n in range(SENDERS)]
    for number in range(MESSAGES):
        receive(units, *(sms(f"{phone}-{number}", phone, str(number)) for phone in phones))
    log: list[tuple[str, str]] = []
    busy = {phone: threading.Lock() for phone in phones}
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, units, f"w{n}", log, busy) for n in range(4)]:
            done.result()
    for phone in phones:
        assert [said for sender, said in log if sender == phone] == [str(number) for number in range(MESSAGES)]


def claim_in_process(url: str, owner: str, found: multiprocessing.Queue) -> None:
    units = units_on(url)
    empty = 0
    while empty < 3:
        with units() as unit:
            rows = unit.outbox.claim(owner, NOW, LATER, 3)
            unit.commit()
        empty = 0 if rows else empty + 1
        for row in rows:
            found.put(row.key)
    found.put(None)


def test_processes_never_lease_the_same_message(units: SqlUnits, database_url: str) -> None:
    keys = [send(units, conversation(units, f"849000000{n:02}")).key for n in range(40)]
    context = multiprocessing.get_context("spawn")
    found = context.Queue()
    processes = [context.Process(target=claim_in_process, args=(database_url, f"p{n}", found)) for n in range(2)]
    for process in processes:
        process.start()
    seen: Counter[str] = Counter()
    open_ends = len(processes)
    while open_ends:
        key = found.get(timeout=60)
        if key is None:
            open_ends -= 1
        else:
            seen[key] += 1
    for process in processes:
        process.join()
    assert seen == Counter(keys)


def test_one_of_many_equal_deliveries_is_new(units: SqlUnits) -> None:
    def deliver(_: int) -> bool:
        with units() as unit:
            fresh = unit.inbox.add(sms("same"), NOW)[1]
            unit.commit()
        return fresh

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(deliver, range(12))) == 1


def test_one_of_many_equal_saves_wins(units: SqlUnits) -> None:
    old = conversation(units)

    def save(question: int) -> bool:
        try:
            with units() as unit:
                unit.conversations.save(old, question=question)
                unit.commit()
        except StaleVersion:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(save, range(1, 9))) == 1


def test_a_conversation_is_made_once_by_many(units: SqlUnits) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: conversation(units), range(8)))
    assert len({each.id for each in made}) == 1
    assert sum(each.created for each in made) == 1


def test_a_row_that_arrived_late_does_not_start_a_second_turn(units: SqlUnits) -> None:
    """A lower id may be committed after a higher one was claimed; the sender still has one turn."""
    first, second = receive(units, sms("1"), sms("2"))
    with units.engine.begin() as connection:
        connection.execute(text(f"UPDATE inbox SET state = 'done' WHERE id = {first.id}"))
    with units() as unit:
        assert [row.id for row in unit.inbox.claim("w1", NOW, LATER, 9)] == [second.id]
        unit.commit()
    with units.engine.begin() as connection:
        connection.execute(text(f"UPDATE inbox SET state = 'waiting' WHERE id = {first.id}"))
    with units() as unit:
        assert unit.inbox.claim("w2", NOW, LATER, 9) == []


def test_a_worker_that_died_loses_its_rows_and_cannot_come_back(units: SqlUnits) -> None:
    (row,) = receive(units, sms("1"))
    old = datetime(2026, 1, 1, tzinfo=UTC)
    with units() as unit:
        (held,) = unit.inbox.claim("dead", NOW, NOW + timedelta(seconds=1), 1)
        unit.commit()
    with units() as unit:
        assert unit.inbox.release_expired(old) == []
        assert unit.inbox.release_expired(LATER) == [row.id]
        (again,) = unit.inbox.claim("alive", LATER, LATER + timedelta(minutes=1), 1)
        unit.commit()
    with units() as unit:
        unit.inbox.finish(held, "dead", InboxState.DONE, LATER)
        with pytest.raises(LeaseLost):
            unit.commit()
    finish(units, again, "alive")


def test_a_sender_that_died_cannot_record(units: SqlUnits) -> None:
    send(units, conversation(units, PHONE))
    (row,) = claim_out(units, "dead")
    with units() as unit:
        unit.outbox.release_expired(LATER)
        unit.commit()
    with units() as unit:
        assert unit.outbox.record([Outcome(row, OutboxState.SENT)], "dead", LATER) == set()
