"""Doing the same with several things at the same time, for work that mostly waits for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor


class AtOnce:
    """As the built-in `map`, but on up to `threads` things at a time; the threads start when they are first needed."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="at-once")

    def __call__[T, R](self, work: Callable[[T], R], things: Sequence[T]) -> Iterable[R]:
        """The results in the order of the things; a single one is done here."""
        return self._pool.map(work, things) if len(things) > 1 else map(work, things)
