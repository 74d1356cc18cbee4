"""Latencies and what is made of them."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from dataclasses import dataclass, field


@dataclass
class Timings:
    """Latencies of one run, in seconds, and how long the whole run took."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    async def timed[T](self, request: Awaitable[T]) -> T:
        """Await it and keep how long it took."""
        start = time.perf_counter()
        result = await request
        self.latencies.append(time.perf_counter() - start)
        return result

    @property
    def per_second(self) -> float:
        """Requests per second of wall clock."""
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The latency that `share` (0 to 1) of the requests did not exceed, in ms."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1e3
