"""The same work spread over machines: Dramatiq on Redis wakes whoever is free, and who is woken takes a whole batch.

The tables stay the truth: a lost task costs a look at the tables, never a message.  `khaibao worker` runs the actors
beside one polling thread for what no task speaks of: retries that came due, rows of dead workers, reminders.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import dramatiq
from dramatiq import Broker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Retries, ShutdownNotifications, TimeLimit
from redis.exceptions import RedisError

from backend.jobs.worker import Worker
from backend.services.house import House

INBOX, OUTBOX = "inbox", "outbox"
TASK_MILLISECONDS = 120_000  # of one task; its leases run out earlier and the sweep brings the rest back
AGE_MILLISECONDS = 600_000  # older tasks are about rows a sweep has brought back already
MARK_MILLISECONDS = 5_000  # after so long a task that nobody took counts as lost, and the next hint sends another
LONGEST = 30.0  # seconds one task goes on for while there is work
IDLE_MILLISECONDS = 100  # longest pause between two looks at a queue that is empty

_log = logging.getLogger(__name__)


def make_broker(url: str, prefix: str = "khaibao") -> RedisBroker:
    """A broker that keeps its keys under `prefix` and never retries: the tables do."""
    middleware = [AgeLimit(max_age=AGE_MILLISECONDS), TimeLimit(time_limit=TASK_MILLISECONDS), ShutdownNotifications(),
                  Retries(max_retries=0)]  # fmt: skip
    return RedisBroker(url=url, namespace=prefix, middleware=middleware)  # type: ignore[no-untyped-call]


Round = Callable[[str, int], int]
"""Takes up to so many rows in under the name of an owner; how many there were."""


def new_owner() -> str:
    """Each task holds its own leases: a slow one must not pass for the one that took its rows over."""
    return f"queue-{secrets.token_hex(6)}"


class Task:
    """One kind of work.  At most one task of it waits in the queue: who takes it takes all that waits in the table."""

    def __init__(self, kind: str, broker: Broker, marks: Marks, work: Callable[[], Round], batch: int) -> None:
        """`work` is asked for when a task comes, in the process that does it; `batch`, rows claimed at once."""
        self._mark, self._marks, self._work, self._batch = f"{kind}-waits", marks, work, batch
        self.actor = dramatiq.actor(actor_name=kind, queue_name=kind, broker=broker)(self.run)

    def wake(self) -> None:
        """Send a task unless one waits.  A queue that is away costs a poll interval, never a message."""
        try:
            if self._marks.set(self._mark):
                self.actor.send()
        except RedisError as error:
            _log.warning("queue_away error=%s", type(error).__name__)

    def run(self) -> None:
        """Batch after batch until nothing is left; a full one calls for another pair of hands."""
        self._marks.clear(self._mark)  # before the first look: what comes after it needs a task of its own
        owner, end, work = new_owner(), time.monotonic() + LONGEST, self._work()
        while done := work(owner, self._batch):
            late = time.monotonic() > end
            if late or done == self._batch:
                self.wake()
            if late:
                return


class Marks(Protocol):
    """What all processes know of the queue."""

    def set(self, name: str) -> object:
        """Set a mark; false if it is set already."""

    def clear(self, name: str) -> None:
        """Take it away."""


class RedisMarks:
    """Keys beside the queue's own, each for some seconds."""

    def __init__(self, broker: RedisBroker) -> None:
        self._client, self._prefix = broker.client, broker.namespace

    def set(self, name: str) -> object:
        """Set a mark; false if it is set already."""
        return self._client.set(f"{self._prefix}:{name}", 1, nx=True, px=MARK_MILLISECONDS)

    def clear(self, name: str) -> None:
        """Take it away."""
        self._client.delete(f"{self._prefix}:{name}")


@dataclass(frozen=True)
class Actors:
    """What the queue wakes."""

    inbox: Task
    outbox: Task


def make_actors(broker: Broker, marks: Marks, house: Callable[[], House], batch: int) -> Actors:
    """The two actors; `house` is asked when a task comes, in the process that works on it."""
    return Actors(
        inbox=Task(INBOX, broker, marks, lambda: house().process.round, batch),
        outbox=Task(OUTBOX, broker, marks, lambda: house().deliver.round, batch),
    )


class QueueHints:
    """ports.outside.Hints over the queue."""

    def __init__(self, actors: Actors) -> None:
        self._actors = actors

    def inbox(self, ids: Sequence[int]) -> None:
        """These inbox rows are ready."""
        if ids:
            self._actors.inbox.wake()

    def outbox(self, ids: Sequence[int]) -> None:
        """These outbox rows are ready."""
        if ids:
            self._actors.outbox.wake()


class QueueWorker:
    """The actors' threads, and a polling worker beside them.

    Arguments: `threads` for each of inbox and outbox; `polling`, what finds rows without a task.
    """

    def __init__(self, broker: RedisBroker, threads: int, polling: Worker) -> None:
        self._broker, self._polling = broker, polling
        self._tasks = [
            dramatiq.Worker(broker, queues={kind}, worker_threads=threads, worker_timeout=IDLE_MILLISECONDS)
            for kind in (INBOX, OUTBOX)
        ]

    def run(self) -> None:
        """Work until `stop`; returns when everything in hand is finished."""
        for tasks in self._tasks:
            tasks.start()
        self._polling.run()
        for tasks in self._tasks:
            tasks.stop()
        self._broker.close()

    def stop(self) -> None:
        """Finish what is in hand and end; may be called from a signal handler."""
        self._polling.stop()
