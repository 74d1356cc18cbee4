"""Stock Rasa as everyone runs it: default pipeline, action server, REST channel, SQLite tracker store."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Timings
from benchmarks.http import Connection
from benchmarks.processes import BOT_PYTHON, QUIET, SCRATCH, cpu_seconds, running, until

SOURCE = Path(__file__).parent / "vanilla"
ACTION_PORT, PORT = 15055, 15005  # the first stands in vanilla/endpoints.yml
WEBHOOK = "/webhooks/rest/webhook"
TURNS = ("khai báo y tế", "Nguyễn Văn An", "1980", "xã Tân Lập", "0", "không tiếp xúc ai", "1", "cảm ơn")
SUBMITTED = 6  # the turn that answers with the reference


@dataclass(frozen=True)
class Vanilla:
    """Turns per second and latencies by number of users; CPU time of both its processes per turn at one user."""

    by_users: dict[int, Timings]
    cpu_ms_per_turn: float


def trained() -> Path:
    """A folder with the project and its model; trained again only when the project changed."""
    content = b"".join(path.read_bytes() for path in sorted(SOURCE.rglob("*")) if path.suffix in (".yml", ".py"))
    home = SCRATCH / f"vanilla-{hashlib.sha256(content).hexdigest()[:12]}"
    if not (home / "models" / "vanilla.tar.gz").exists():
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(SOURCE, home, ignore=shutil.ignore_patterns("__pycache__", ".rasa", "models"))
        print("training the vanilla model (once, about two minutes) ...", flush=True)
        command = [BOT_PYTHON, "-m", "rasa", "train", "--fixed-model-name", "vanilla"]
        with (SCRATCH / "vanilla-train.log").open("wb") as log:
            subprocess.run(command, cwd=home, env={**os.environ, **QUIET}, stdout=log, stderr=log, check=True)
    (home / "tracker.db").unlink(missing_ok=True)
    return home


async def declare(connection: Connection, sender: str, timings: Timings) -> None:
    """One declaration of eight turns, every reply looked at."""
    for number, text in enumerate(TURNS):
        replies = await timings.timed(connection.post_json(WEBHOOK, {"sender": sender, "message": text}))
        said = " ".join(reply.get("text", "") for reply in replies)
        if not said or (number == SUBMITTED and "HD" not in said):
            raise RuntimeError(f"vanilla: turn {number + 1} was answered with {said!r}")


async def drive(users: int, declarations: int) -> Timings:
    """`declarations` complete ones by `users` at once, each over a connection of its own."""
    timings, left = Timings(), iter(range(declarations))

    async def one_user() -> None:
        async with Connection(PORT) as connection:
            for _ in left:
                await declare(connection, uuid.uuid4().hex, timings)

    start = time.perf_counter()
    await asyncio.gather(*(one_user() for _ in range(users)))
    timings.seconds = time.perf_counter() - start
    return timings


async def measure(declarations: dict[int, int]) -> Vanilla:
    """Run it and drive it; `declarations` by number of users."""
    home = trained()
    actions = [BOT_PYTHON, "-m", "rasa_sdk", "--actions", "actions", "--port", str(ACTION_PORT)]
    server = [BOT_PYTHON, "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(PORT), "-m", "models/vanilla.tar.gz"]
    with running("vanilla-actions", actions, cwd=home) as helper, running("vanilla", server, cwd=home) as rasa:

        async def first_answer() -> None:
            async with Connection(PORT) as connection:
                await declare(connection, uuid.uuid4().hex, Timings())

        await until("vanilla", rasa, first_answer, 400)
        results, cpu = {}, 0.0
        for users, count in declarations.items():
            before = cpu_seconds(rasa.pid, helper.pid)
            results[users] = await drive(users, count)
            if users == 1:
                cpu = (cpu_seconds(rasa.pid, helper.pid) - before) / len(results[users].latencies) * 1e3
    return Vanilla(results, cpu)
