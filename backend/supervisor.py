"""`khaibao run`: the model, the database, then bot, web and worker together on one machine.

The Procfile names the same processes for a machine whose own supervisor keeps them.  Nothing heavy is imported: it
starts at once and has little that could fail before the children do.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from backend.config import Config, load
from backend.leash import SIGNALS, Leash, signal_group
from backend.settings import PREFIX, ConfigError

ROOT = Path(__file__).resolve().parent.parent
APP_PYTHON = str(ROOT / ".venv-app" / "bin" / "python")
KHAIBAO = (APP_PYTHON, "-m", "backend.cli")
BOT_PYTHON = str(ROOT / ".venv-bot" / "bin" / "python")
QUIET = {"PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}  # Rasa's old pins warn about each other at length
GRACE = 10.0  # seconds a child gets to finish what it has in hand
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps failing
STEADY = 60.0  # seconds of running after which earlier failures are forgotten
TRIES = 3  # starts a child gets before everything has been ready once


class CannotRun(Exception):
    """Starting makes no sense; the message says why and what to do."""


@dataclass(frozen=True)
class Program:
    """One process of the Procfile.  A `bare` one gets none of our settings: keys are the backend's alone."""

    name: str
    command: Sequence[str]
    bare: bool = False


def programs(config: Config) -> tuple[Program, ...]:
    """Bot, web and worker, in starting order; and a line where one is configured."""
    bot = ["-m", "bot.server", "--socket", str(config.bot_socket), "--workers", str(config.bot_workers)]
    return (
        Program("bot", [BOT_PYTHON, *bot], bare=True),
        Program("web", [*KHAIBAO, "web"]),
        Program("worker", [*KHAIBAO, "worker"]),
        *([Program("line", [*KHAIBAO, "line"])] if config.lines else ()),
    )


def environment(program: Program) -> Mapping[str, str]:
    """What a program finds in its environment."""
    if not program.bare:
        return os.environ
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | QUIET


def say(text: str) -> None:
    """Progress, for the person at the terminal."""
    print(text, flush=True)


@dataclass
class Child:
    """A program, started again with growing pauses when it ends by itself."""

    program: Program
    held: Leash
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C in the terminal reaches the supervisor alone."""
        self.process = subprocess.Popen(
            self.program.command,
            cwd=ROOT,
            env=environment(self.program),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.held.hold(self.process.pid)
        self.started = time.monotonic()

    def ended(self) -> int | None:
        """Its exit status once it has ended; whatever it left in its group is ended too."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        signal_group(self.process.pid, signal.SIGKILL)
        self.held.release(self.process.pid)
        self.process = None
        return status

    def schedule(self) -> float:
        """Count the failure and set the next start; the pause in seconds."""
        now = time.monotonic()
        self.failures = 1 if now - self.started > STEADY else self.failures + 1
        pause = min(0.5 * 2.0 ** (self.failures - 1), LONGEST_PAUSE)
        self.due = now + pause
        return pause

    def terminate(self) -> None:
        """Ask it to finish."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """End it and its group at once."""
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.ended()


class Supervisor:
    """Starts the children, keeps them running, and ends them all."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = False
        self.leash = Leash(GRACE)
        self._wake, tell = socket.socketpair()
        tell.setblocking(False)
        signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
        self._tell = tell  # kept open as long as signals may come
        for number in SIGNALS:
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes wait()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def wait(self, seconds: float) -> None:
        """Until a signal comes, at most so long."""
        if select.select([self._wake], [], [], max(seconds, 0.0))[0]:
            self._wake.recv(4096)

    def step(self, program: Program) -> None:
        """Run a program to its end; CannotRun when it fails."""
        if (child := self.start(program)) is None:
            return
        while (status := child.ended()) is None and not self.stopping:
            self.wait(1.0)
        if status is not None:
            self.children.remove(child)
            if status:
                raise CannotRun(f"{program.name} failed (exit status {status}); the reason stands above.")

    def start(self, program: Program) -> Child | None:
        """Start one more child; None when a stop was asked for."""
        if self.stopping:
            return None
        say(f"{program.name} ...")
        child = Child(program, self.leash)
        child.start()
        self.children.append(child)
        return child

    def keep(self, *, ready: bool) -> None:
        """Start again what has ended; before everything was ready once, only a few times."""
        for child in self.children:
            status = child.ended()
            if status is not None and not self.stopping:
                pause = child.schedule()
                if not ready and child.failures >= TRIES:
                    raise CannotRun(f"{child.program.name} does not start (status {status}); the reason stands above.")
                say(f"{child.program.name} ended with status {status}; starting it again in {pause:g} s")
            if child.process is None and not self.stopping and time.monotonic() >= child.due:
                child.start()

    def run(self, is_ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Until a stop is asked for; `announce` is called once, when `is_ready` first says so."""
        ready = False
        while not self.stopping:
            self.keep(ready=ready)
            if not ready and is_ready():
                ready = True
                announce()
            self.wait(1.0 if ready else 0.2)

    def close(self) -> None:
        """End every child: first ask, then insist."""
        for child in self.children:
            child.terminate()
        end = time.monotonic() + GRACE
        while any(child.ended() is None and child.process for child in self.children) and time.monotonic() < end:
            self.wait(end - time.monotonic())
        for child in self.children:
            child.kill()
        self.leash.close()


def answers(url: str) -> bool:
    """Whether a request to our own address succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - http, our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def check_free(config: Config) -> None:
    """CannotRun when another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise CannotRun(
                f"port {config.port} cannot be used ({error.strerror}): stop what uses it, or choose another: "
                f"PORT={config.port + 1} make run"
            ) from error


def configuration() -> Config:
    """The configuration, for a demo where nothing else is said; CannotRun with all that is wrong with it."""
    if not (ROOT / ".env").exists():
        os.environ.setdefault(f"{PREFIX}DEMO", "1")
    try:
        return load(root=ROOT)
    except ConfigError as error:
        raise CannotRun("the configuration cannot be used:\n  " + "\n  ".join(error.problems)) from error


def start_all(supervisor: Supervisor, wanted: Sequence[Program]) -> None:
    """Train if needed, then let the bot load while the database is brought up to date, then the rest."""
    bot, *rest = wanted
    supervisor.step(Program("training", [BOT_PYTHON, "-m", "bot.train"], bare=True))
    supervisor.start(bot)
    supervisor.step(Program("migration", [*KHAIBAO, "migrate"]))
    for program in rest:
        supervisor.start(program)


def run_all(config: Config) -> None:
    """Until a stop is asked for; CannotRun when something does not start."""
    address = f"http://{'localhost' if config.host == '127.0.0.1' else config.host}:{config.port}"
    page = "/simulator" if config.demo else "/healthz"
    (ROOT / config.bot_socket).parent.mkdir(parents=True, exist_ok=True)
    supervisor = Supervisor()
    try:
        start_all(supervisor, programs(config))
        supervisor.run(
            lambda: answers(f"{address}/readyz"),
            lambda: say(f"\nKhai Báo is ready: {address}{page}   (Ctrl-C stops everything)"),
        )
    finally:
        say("Stopping ...")
        supervisor.close()


def supervise() -> int:
    """`khaibao run`: exit status 0 after a stop that was asked for, 1 when it could not run."""
    try:
        config = configuration()
        check_free(config)
        run_all(config)
    except CannotRun as reason:
        print(f"khaibao run: {reason}", file=sys.stderr)
        return 1
    return 0
