"""The door for sessions: few at once, first come first served."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.services.gate import Gate
from tests.servers import wait_until

LONG = 30.0


def test_there_are_never_more_inside_than_places():
    gate, inside, most, guard = Gate(3), [0], [0], threading.Lock()

    def visit(_):
        with gate.place(LONG) as entered:
            with guard:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with guard:
                inside[0] -= 1
        return entered

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(visit, range(400)))
    assert most[0] <= 3


def test_places_are_given_in_the_order_of_coming():
    gate, order, threads = Gate(1), [], []

    def visit(number):
        with gate.place(LONG):
            order.append(number)

    with gate.place(LONG):
        for number in range(5):
            threads.append(threading.Thread(target=visit, args=(number,)))
            threads[-1].start()
            wait_until(lambda: len(gate._waiting) == len(threads), seconds=LONG, what="a visitor in the queue")
    for thread in threads:
        thread.join()
    assert order == list(range(5))


def test_who_waits_in_vain_leaves_no_gap():
    gate = Gate(1)
    with gate.place(LONG) as first, gate.place(0.0) as second:
        assert (first, second) == (True, False)
    with gate.place(0.0) as third:
        assert third


def test_a_place_is_given_back_when_its_work_fails():
    gate = Gate(1)
    with pytest.raises(ZeroDivisionError), gate.place(LONG):
        1 / 0  # noqa: B018 - any error
    with gate.place(0.0) as entered:
        assert entered
