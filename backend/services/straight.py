"""Answers that leave right after the commit of their turns, which has marked them as being sent: nobody claims them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from backend.services.deliver import Deliver, Going
from backend.services.faces import Put, Said, Written
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Outbound, OutboxState
from backend.services.ports.outside import Clock
from backend.services.ports.unit import StoreUnavailable, UnitOfWork

_log = logging.getLogger(__name__)


class Leaving(Written):
    """As Written, but what nothing of its conversation goes before is marked as being sent, and kept in `going`."""

    def __init__(self, policy: Policy, deliver: Deliver, owner: str) -> None:
        super().__init__(policy)
        self._deliver, self.owner = deliver, owner
        self.going: Sequence[Going] = ()

    def put(self, unit: UnitOfWork, said: Sequence[Said], now: datetime) -> Sequence[Put]:
        """Add the outbox rows; advice waits for the last look at who has opted out."""
        drafts = [self._draft(each) for each in said if each.spoken.replies]
        lease = None if any(draft.message_class is MessageClass.ADVICE for draft in drafts) else self._lease(now)
        rows = unit.outbox.add_each(drafts, now, lease)
        marked = [row for row in rows if row.state is OutboxState.SENDING]
        self.going = self._deliver.rendered(unit, marked, self.owner, now)
        added = iter(rows)
        return [_put(next(added)) if each.spoken.replies else Put() for each in said]

    def _lease(self, now: datetime) -> tuple[str, datetime]:
        return self.owner, now + self._policy.lease


class Straight:
    """Sends them, in threads of its own.

    Arguments: `batches` that may be under way at once; the answers of more wait for the outbox's threads like any
    other message, so that a slow provider holds up no turn.
    """

    def __init__(self, deliver: Deliver, clock: Clock, policy: Policy, batches: int) -> None:
        self._deliver, self._clock, self._policy, self._batches = deliver, clock, policy, batches
        self._written = Written(policy)
        self._guard, self._under_way = threading.Lock(), 0
        self._pool: ThreadPoolExecutor | None = None

    def start(self) -> None:
        """From now on answers may leave this way."""
        self._pool = ThreadPoolExecutor(self._batches, thread_name_prefix="straight")

    def stop(self) -> None:
        """No more; returns when those under way are sent and recorded."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown()

    def face(self, owner: str) -> Written:
        """How the answers of a batch of turns, taken by `owner`, are put down."""
        if self._pool is None or self._under_way >= self._batches:
            return self._written
        return Leaving(self._policy, self._deliver, owner)

    def committed(self, face: Written) -> None:
        """Sends what was put down with this face."""
        if not isinstance(face, Leaving) or not face.going:
            return
        with self._guard:
            self._under_way += 1
        end = self._clock.now() + self._policy.lease / 2
        if not self._later(face.going, face.owner, end):
            self._send(face.going, face.owner, end)  # stopped since; they are marked, so they go from here

    def _later(self, going: Sequence[Going], owner: str, end: datetime) -> bool:
        pool = self._pool
        try:
            return pool is not None and bool(pool.submit(self._send, going, owner, end))
        except RuntimeError:  # it has been shut down
            return False

    def _send(self, going: Sequence[Going], owner: str, end: datetime) -> None:
        try:
            self._deliver.send(going, owner, end)
        except StoreUnavailable as error:
            _log.warning("store_unavailable code=%s", error.code)
        except Exception as error:  # noqa: BLE001 - its text may hold personal data; the sweep finds the rows
            _log.error("straight_crashed error=%s", type(error).__name__)
        finally:
            with self._guard:
                self._under_way -= 1


def _put(row: Outbound) -> Put:
    return Put() if row.state is OutboxState.SENDING else Put([row.id])
