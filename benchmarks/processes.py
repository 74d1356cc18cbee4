"""Programs under measurement: started, watched and stopped by process id."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "var" / "bench"
APP_PYTHON = str(ROOT / ".venv-app" / "bin" / "python")
BOT_PYTHON = str(ROOT / ".venv-bot" / "bin" / "python")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
LOOPBACK = {"SANIC_HOST": "127.0.0.1"}  # the action server of rasa-sdk listens everywhere otherwise


@contextmanager
def running(
    name: str, command: Sequence[str], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a process group of its own, its output in var/bench/<name>.log; the group is ended afterwards."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with (SCRATCH / f"{name}.log").open("wb") as log:
        environment = {**os.environ, **QUIET, **LOOPBACK, **(env or {})}
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


async def until(
    name: str, process: subprocess.Popen[bytes], attempt: Callable[[], Awaitable[object]], seconds: float
) -> float:
    """Try until it succeeds; seconds it took.  RuntimeError naming the log when the program ends or is too slow."""
    start = time.perf_counter()
    while True:
        try:
            await attempt()
        except (OSError, RuntimeError, asyncio.IncompleteReadError):
            if process.poll() is not None or time.perf_counter() - start > seconds:
                raise RuntimeError(f"{name} does not answer; see var/bench/{name}.log") from None
            await asyncio.sleep(0.05)
        else:
            return time.perf_counter() - start


def family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants."""
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


def cpu_seconds(*pids: int) -> float:
    """User and system time these processes and their descendants have used so far."""
    times = [process.cpu_times() for pid in pids for process in family(pid)]
    return float(sum(used.user + used.system for used in times))


def private_mb(pid: int) -> float:
    """Memory of one process that it shares with nobody, in MB (10^6 bytes); its resident set where /proc is missing."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except FileNotFoundError:
        return float(psutil.Process(pid).memory_info().rss) / 1e6
    return sum(int(kb) for kb in re.findall(r"^Private_\w+: +(\d+) kB", text, re.MULTILINE)) * 1024 / 1e6
