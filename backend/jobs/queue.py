"""The same work spread over machines: Dramatiq on Redis carries batches of row ids.

The tables stay the truth: a lost task costs a look at the tables, never a message.  `khaibao worker` runs the actors
beside one polling thread for what no task speaks of: retries that came due, rows of dead workers, reminders.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AgeLimit, Retries, ShutdownNotifications, TimeLimit
from redis.exceptions import RedisError

from backend.jobs.worker import Worker
from backend.services.house import House

INBOX, OUTBOX = "inbox", "outbox"
TASK_MILLISECONDS = 120_000  # of one batch; its leases run out earlier and the sweep brings the rest back
AGE_MILLISECONDS = 600_000  # older tasks are about rows a sweep has brought back already

_log = logging.getLogger(__name__)


def make_broker(url: str, prefix: str = "khaibao") -> RedisBroker:
    """A broker that keeps its keys under `prefix` and never retries: the tables do."""
    middleware = [AgeLimit(max_age=AGE_MILLISECONDS), TimeLimit(time_limit=TASK_MILLISECONDS), ShutdownNotifications(),
                  Retries(max_retries=0)]  # fmt: skip
    return RedisBroker(url=url, namespace=prefix, middleware=middleware)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Actors:
    """What takes batches of row ids."""

    inbox: dramatiq.Actor[[list[int]], None]
    outbox: dramatiq.Actor[[list[int]], None]


def new_owner() -> str:
    """Each task holds its own leases: a slow one must not pass for the one that took its rows over."""
    return f"queue-{secrets.token_hex(6)}"


def make_actors(broker: RedisBroker, house: Callable[[], House]) -> Actors:
    """The two actors; `house` is asked when a batch comes, in the process that works on it."""

    def inbox(ids: list[int]) -> None:
        owner = new_owner()
        while house().process.round(owner, len(ids), ids):
            pass  # a sender's next message can be claimed when the one before it is done

    def outbox(ids: list[int]) -> None:
        house().deliver.round(new_owner(), len(ids), ids)

    return Actors(
        inbox=dramatiq.actor(actor_name=INBOX, queue_name=INBOX, broker=broker)(inbox),
        outbox=dramatiq.actor(actor_name=OUTBOX, queue_name=OUTBOX, broker=broker)(outbox),
    )


class QueueHints:
    """ports.outside.Hints over the queue.  A queue that is away costs a sweep, never a message."""

    def __init__(self, actors: Actors, batch: int) -> None:
        self._actors, self._batch = actors, batch

    def inbox(self, ids: Sequence[int]) -> None:
        """These inbox rows are ready."""
        self._send(self._actors.inbox, ids)

    def outbox(self, ids: Sequence[int]) -> None:
        """These outbox rows are ready."""
        self._send(self._actors.outbox, ids)

    def _send(self, actor: dramatiq.Actor[[list[int]], None], ids: Sequence[int]) -> None:
        try:
            for start in range(0, len(ids), self._batch):
                actor.send(list(ids[start : start + self._batch]))
        except RedisError as error:
            _log.warning("queue_away error=%s", type(error).__name__)


class QueueWorker:
    """The actors' threads, and a polling worker beside them.

    Arguments: `threads` for tasks; `polling`, what finds rows without a task.
    """

    def __init__(self, broker: RedisBroker, threads: int, polling: Worker) -> None:
        self._broker, self._polling = broker, polling
        self._tasks = dramatiq.Worker(broker, worker_threads=threads)

    def run(self) -> None:
        """Work until `stop`; returns when everything in hand is finished."""
        self._tasks.start()
        self._polling.run()
        self._tasks.stop()
        self._broker.close()

    def stop(self) -> None:
        """Finish what is in hand and end; may be called from a signal handler."""
        self._polling.stop()
