"""The queue's tasks."""

from __future__ import annotations

from types import SimpleNamespace

from dramatiq.brokers.stub import StubBroker

from backend.jobs.queue import make_actors


def test_no_two_tasks_hold_leases_under_one_name():
    """A slow task would pass for the one that took its rows over."""
    owners = []

    def round(owner, limit, ids):
        owners.append((owner, limit, ids))
        return 0

    works = SimpleNamespace(round=round)
    actors = make_actors(StubBroker(), lambda: SimpleNamespace(process=works, deliver=works))
    for actor in (actors.inbox, actors.inbox, actors.outbox, actors.outbox):
        actor.fn([7, 8])
    assert [(limit, ids) for _, limit, ids in owners] == [(2, [7, 8])] * 4
    assert len({owner for owner, _, _ in owners}) == 4
