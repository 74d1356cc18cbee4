"""Our bot's turn endpoint: one worker over its unix socket, as the backend talks to it."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.dialogue import declare, request, sentences
from benchmarks.figures import Timings
from benchmarks.http import Connection
from benchmarks.processes import BOT_PYTHON, SCRATCH, cpu_seconds, private_mb, running, until

SOCKET = SCRATCH / "bot.sock"
EVENTS_PER_TURN = 6  # what Rasa's own tracker would have kept of an answer: user, slots, action, bot, listen
SHORT, LONG = 60, 3000  # events


@dataclass(frozen=True)
class BotFigures:
    """Turns per CPU-second of the worker, latencies at one user, memory, start."""

    answers: Timings
    answers_per_core_s: float
    free_text: Timings
    free_text_per_core_s: float
    growth_ratio: float
    private_mb: float
    start_s: float


class Bot:
    """The running endpoint and its one worker."""

    def __init__(self, connection: Connection, pid: int, start_s: float) -> None:
        self.connection, self.pid, self.start_s = connection, pid, start_s

    async def turn(self, content: Mapping[str, Any]) -> Any:
        """One turn."""
        return await self.connection.post_json("/turn", content)

    def cpu(self) -> float:
        """CPU-seconds the worker has used."""
        return cpu_seconds(self.pid)


@asynccontextmanager
async def bot(socket: Path = SOCKET, workers: int = 1) -> AsyncIterator[Bot]:
    """Start it; ready when it has answered a turn."""
    socket.unlink(missing_ok=True)
    command = [BOT_PYTHON, "-m", "bot.server", "--socket", str(socket), "--workers", str(workers)]
    with running("bot", command) as process:
        async with Connection(socket) as connection:

            async def first_answer() -> None:
                await connection.post_json("/turn", request(None, "KB"))

            start_s = await until("bot", process, first_answer, 60)
            _, health = await connection.get("/healthz")
            yield Bot(connection, int(json.loads(health)["pid"]), start_s)


async def form_answers(running_bot: Bot, declarations: int) -> tuple[Timings, float]:
    """Complete declarations by one user: latencies, CPU-seconds of the worker."""
    timings, before, start = Timings(), running_bot.cpu(), time.perf_counter()

    async def timed(content: Mapping[str, Any]) -> Any:
        return await timings.timed(running_bot.turn(content))

    for _ in range(declarations):
        await declare(timed)
    timings.seconds = time.perf_counter() - start
    return timings, running_bot.cpu() - before


async def free_text(running_bot: Bot, count: int) -> tuple[Timings, float]:
    """Single sentences the classifier decides: latencies, CPU-seconds of the worker."""
    timings, before, start = Timings(), running_bot.cpu(), time.perf_counter()
    for text in sentences(count):
        await timings.timed(running_bot.turn(request(None, text)))
    timings.seconds = time.perf_counter() - start
    return timings, running_bot.cpu() - before


async def growth(running_bot: Bot, rounds: int = 5) -> float:
    """CPU cost of a turn after 3,000 events of one conversation, over that after 60: the median of several rounds."""
    young_state = await _aged(running_bot, SHORT)
    old_state = await _aged(running_bot, LONG)
    ratios = []
    for _ in range(rounds):
        young = await _cost(running_bot, young_state)
        ratios.append(await _cost(running_bot, old_state) / young)
    return statistics.median(ratios)


async def _aged(running_bot: Bot, events: int) -> Any:
    """The state of one conversation after so many events, declaration after declaration."""
    state: Any = None
    turns = 0
    while turns * EVENTS_PER_TURN < events:
        texts, state = await declare(running_bot.turn, state)
        turns += len(texts)
    return state


async def _cost(running_bot: Bot, state: Any, declarations: int = 60) -> float:
    """CPU-seconds of declarations that each begin in this state."""
    before = running_bot.cpu()
    for _ in range(declarations):
        await declare(running_bot.turn, state)
    return running_bot.cpu() - before


async def measure(declarations: int, texts: int) -> BotFigures:
    """Everything about the endpoint."""
    async with bot() as running_bot:
        await form_answers(running_bot, 20)  # warm
        answers, answers_cpu = await form_answers(running_bot, declarations)
        free, free_cpu = await free_text(running_bot, texts)
        ratio = await growth(running_bot)
        return BotFigures(
            answers=answers,
            answers_per_core_s=len(answers.latencies) / answers_cpu,
            free_text=free,
            free_text_per_core_s=len(free.latencies) / free_cpu,
            growth_ratio=ratio,
            private_mb=private_mb(running_bot.pid),
            start_s=running_bot.start_s,
        )
