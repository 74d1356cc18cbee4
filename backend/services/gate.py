"""A door that lets only so many in at once, in the order of their coming."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """More than `places` at once would only slow each other down, and nobody would be answered in time.

    A place that becomes free is handed to who has waited longest; who comes just then cannot take it.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[threading.Lock] = deque()  # each released when its owner has a place
        self._guard = threading.Lock()

    @contextmanager
    def place(self, seconds: float) -> Iterator[bool]:
        """A place for the `with` block; False if none became free within `seconds`."""
        entered = self._enter(seconds)
        try:
            yield entered
        finally:
            if entered:
                self._leave()

    def _enter(self, seconds: float) -> bool:
        turn = threading.Lock()
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            turn.acquire()
            self._waiting.append(turn)
        return turn.acquire(timeout=max(seconds, 0.0)) or not self._give_up(turn)

    def _give_up(self, turn: threading.Lock) -> bool:
        """False if a place was handed over at the last moment."""
        with self._guard:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            return True

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
