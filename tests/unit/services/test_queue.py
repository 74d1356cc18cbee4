"""The queue's tasks."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dramatiq.brokers.stub import StubBroker
from redis.exceptions import ConnectionError as RedisAway

from backend.jobs import queue
from backend.jobs.queue import QueueHints, make_actors

BATCH = 32


class Marks:
    def __init__(self) -> None:
        self.given = set[str]()

    def set(self, name: str) -> bool:
        new = name not in self.given
        self.given.add(name)
        return new

    def clear(self, name: str) -> None:
        self.given.discard(name)


class Work:
    """Rounds that find so many rows each, then none."""

    def __init__(self, *found: int) -> None:
        self.found, self.owners, self.limits = list(found), list[str](), set[int]()

    def round(self, owner: str, limit: int) -> int:
        self.owners.append(owner)
        self.limits.add(limit)
        return self.found.pop(0) if self.found else 0


@pytest.fixture
def broker() -> StubBroker:
    return StubBroker()


def actors_of(broker, marks, inbox, outbox=None):
    house = SimpleNamespace(process=inbox, deliver=outbox or Work())
    return make_actors(broker, marks, lambda: house, BATCH)


def waiting(broker, kind="inbox"):
    return broker.queues[kind].qsize()


def test_no_two_tasks_hold_leases_under_one_name(broker):
    """A slow task would pass for the one that took its rows over."""
    work = Work()
    actors = actors_of(broker, Marks(), work, work)
    for task in (actors.inbox, actors.inbox, actors.outbox, actors.outbox):
        task.run()
    assert len(set(work.owners)) == 4
    assert work.limits == {BATCH}


def test_hints_wake_once_until_somebody_has_woken(broker):
    actors = actors_of(broker, Marks(), Work())
    hints = QueueHints(actors)
    for number in range(5):
        hints.inbox([number])
    assert waiting(broker) == 1
    assert waiting(broker, "outbox") == 0
    actors.inbox.run()
    hints.inbox([6])
    assert waiting(broker) == 2, "the first is in hand, what comes now may be too late for it"
    hints.outbox([])
    assert waiting(broker, "outbox") == 0


def test_a_task_goes_on_until_nothing_is_left_and_calls_for_help_with_full_batches(broker):
    work = Work(3, BATCH, 1)
    actors_of(broker, Marks(), work).inbox.run()
    assert len(work.owners) == 4
    assert len(set(work.owners)) == 1
    assert waiting(broker) == 1


def test_a_task_ends_after_a_while_and_leaves_the_rest_to_the_next(broker, monkeypatch):
    monkeypatch.setattr(queue, "LONGEST", -1.0)
    work = Work(3, 3)
    actors_of(broker, Marks(), work).inbox.run()
    assert work.found == [3]
    assert waiting(broker) == 1


def test_a_queue_that_is_away_stops_nobody(broker, monkeypatch, caplog):
    def away(name):
        raise RedisAway

    marks = Marks()
    monkeypatch.setattr(marks, "set", away)
    QueueHints(actors_of(broker, marks, Work())).inbox([1])
    assert waiting(broker) == 0
    assert "queue_away" in caplog.text
