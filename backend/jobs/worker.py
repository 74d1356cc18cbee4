"""One worker process for one machine without Redis: threads that poll the tables, woken by hints."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Protocol

from backend.services.house import House
from backend.services.ports.unit import StoreUnavailable

REST_AFTER_TROUBLE = 1.0  # seconds
RETENTION_LOOK = 600.0  # seconds between looks whether a day has begun
BROADCAST_LOOK, BROADCAST_PAUSE = 1.0, 0.1  # seconds between looks at broadcasts; while one goes on

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """Where hints arrive."""

    def wait(self, seconds: float) -> set[str]:
        """What became ready ("inbox", "outbox"), after at most so long."""

    def close(self) -> None:
        """No more hints are wanted."""


class Silence:
    """A listener where hints arrive another way."""

    def wait(self, seconds: float) -> set[str]:
        """Nothing, after so long."""
        time.sleep(seconds)
        return set()

    def close(self) -> None:
        """Nothing is open."""


class Bell:
    """Wakes one thread a ring, also one that was still busy when it rang: whoever wakes takes all there is."""

    def __init__(self) -> None:
        self.rings = 0
        self._changed = threading.Condition()

    def ring(self) -> None:
        """There is work."""
        with self._changed:
            self.rings += 1
            self._changed.notify()

    def wait(self, heard: int, seconds: float) -> None:
        """Until it has rung more often than `heard` times and it is this thread's turn, at most so long."""
        with self._changed:
            self._changed.wait_for(lambda: self.rings != heard, seconds)


class Worker:
    """Takes turns, sends, sweeps, spreads broadcasts, deletes what is over its time, until told to stop.

    Arguments: `threads` for each of inbox and outbox; `poll` and `sweep`, seconds; `batch`, rows claimed at once.
    """

    def __init__(self, house: House, listener: Listener, threads: int, poll: float, sweep: float, batch: int) -> None:
        self._house, self._listener = house, listener
        self._poll, self._sweep, self._batch = poll, sweep, batch
        self._stop = threading.Event()
        self._bells = {"inbox": Bell(), "outbox": Bell()}
        self._threads = [
            *(self._thread("inbox", house.process.round, number) for number in range(threads)),
            *(self._thread("outbox", house.deliver.round, number) for number in range(threads)),
            threading.Thread(target=self._sweeping, name="sweep"),
            threading.Thread(target=self._aging, name="retention"),
            threading.Thread(target=self._broadcasting, name="broadcasts"),
            threading.Thread(target=self._listening, name="hints"),
        ]

    def run(self) -> None:
        """Work until `stop`; returns when everything in hand is finished."""
        self._house.straight.start()
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            thread.join()
        self._house.straight.stop()
        self._listener.close()

    def stop(self) -> None:
        """Finish what is in hand and end; may be called from a signal handler."""
        self._stop.set()

    def _thread(self, kind: str, work: Callable[[str, int], int], number: int) -> threading.Thread:
        owner = f"{kind}-{number}-{secrets.token_hex(6)}"
        return threading.Thread(target=self._working, args=(kind, work, owner), name=f"{kind}-{number}")

    def _working(self, kind: str, work: Callable[[str, int], int], owner: str) -> None:
        bell = self._bells[kind]
        while not self._stop.is_set():
            heard = bell.rings
            done = self._guarded(lambda: work(owner, self._batch))
            if done == 0:
                bell.wait(heard, self._poll)
            elif done == self._batch:
                bell.ring()  # more than one thread can carry

    def _sweeping(self) -> None:
        while not self._stop.is_set():
            self._guarded(lambda: (self._house.sweep.run(), 1)[1])
            self._stop.wait(self._sweep)

    def _aging(self) -> None:
        while not self._stop.is_set():
            self._guarded(lambda: len(self._house.retention.daily(self._stop.is_set) or ()))
            self._stop.wait(RETENTION_LOOK)

    def _broadcasting(self) -> None:
        while not self._stop.is_set():
            queued = self._guarded(self._house.broadcasts.round)
            self._stop.wait(BROADCAST_PAUSE if queued else BROADCAST_LOOK)

    def _listening(self) -> None:
        while not self._stop.is_set():
            for kind in self._listener.wait(self._poll):
                self._bells[kind].ring()
        for bell in self._bells.values():
            bell.ring()

    def _guarded(self, work: Callable[[], int]) -> int:
        """The work's answer; 0 after a rest when it failed, because the thread must go on."""
        try:
            return work()
        except StoreUnavailable as error:
            _log.warning("store_unavailable code=%s", error.code)
        except Exception as error:  # noqa: BLE001 - a bug must not end the thread; its text may hold personal data
            _log.error("worker_error error=%s", type(error).__name__)
        self._stop.wait(REST_AFTER_TROUBLE)
        return 0
