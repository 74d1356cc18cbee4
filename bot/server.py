"""The turn endpoint: `python -m bot.server --socket PATH | --port N [--workers N] [--model PATH]`.

The model is loaded once, then workers are forked and share its memory; they share one listening socket.  A worker
that dies is replaced; SIGTERM and SIGINT stop everything.  Only loopback addresses are served.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from bot.http import Connection, Handler
from bot.speed import without_tensorflow
from bot.train import MODEL, quiet

DEADLINE = 2.0  # seconds of one turn
DEEPEST_JSON = 40  # levels of nesting
_JSON = json.JSONEncoder(ensure_ascii=False)
_RESTART_PAUSE = 0.5  # seconds between two restarts of a worker
log = logging.getLogger("khaibao.bot")


class DeadlinePassed(BaseException):
    """Raised by the timer inside a turn; not an Exception, so that nothing on the way swallows it."""


def limited(work: Callable[[], Any], seconds: float = DEADLINE) -> Any:
    """Run `work` in the main thread; raises DeadlinePassed when it takes longer."""

    def on_alarm(number: int, frame: FrameType | None) -> None:
        raise DeadlinePassed

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def answer(engine: Any, body: bytes) -> tuple[int, dict[str, Any]]:
    """(HTTP status, answer) of one turn; whatever comes in, a worker survives it."""
    from bot.engine import BadRequest, TurnFailed
    from bot.snapshot import BadSnapshot

    try:
        return 200, limited(lambda: engine.turn(read_json(body)))
    except BadRequest as error:
        return 400, {"error": str(error)}
    except BadSnapshot as error:
        return 422, {"error": str(error)}
    except DeadlinePassed:
        log.error("turn over its deadline")
        return 503, {"error": "deadline"}
    except TurnFailed as error:
        log.error("turn failed: %s", error.code)
        return 500, {"error": error.code}
    except Exception as error:  # noqa: BLE001 - a bug must cost one turn, not the worker
        log.error("turn failed: %s", type(error).__name__)
        return 500, {"error": "internal"}


def read_json(body: bytes) -> Any:
    """The object in a body; raises BadRequest for anything that is no reasonable JSON."""
    from bot.engine import BadRequest

    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("not_json") from error
    if body.count(b"{") + body.count(b"[") > DEEPEST_JSON and _depth(request) > DEEPEST_JSON:
        raise BadRequest("too_deep")
    return request


def _depth(value: Any) -> int:
    """Levels of nesting, counted without recursion."""
    depth, level = 0, [value]
    while level:
        nested = [one for one in level if isinstance(one, (dict, list))]
        level = [child for one in nested for child in (one.values() if isinstance(one, dict) else one)]
        depth += bool(nested)
    return depth


def route(engine: Any) -> Handler:
    """The two addresses there are."""

    def handle(method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if (method, path) == ("POST", "/turn"):
            status, content = answer(engine, body)
        elif (method, path) == ("GET", "/healthz"):
            status, content = 200, {"model": engine.model, "catalogue": engine.version, "pid": os.getpid()}
        else:
            status, content = 404, {"error": "no_such_address"}
        return status, _JSON.encode(content).encode("utf-8", "replace")

    return handle


def serve(engine: Any, listener: socket.socket) -> None:
    """A worker's life: answer until SIGTERM, or until the process that keeps the workers is gone."""
    asyncio.run(_serve(route(engine), listener))


async def _serve(handle: Handler, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_signal_handler(signal.SIGINT, stopped.set)
    make = lambda: Connection(handle)  # noqa: E731 - a factory
    if listener.family == socket.AF_UNIX:
        await loop.create_unix_server(make, sock=listener)
    else:
        await loop.create_server(make, sock=listener)
    watch = asyncio.ensure_future(_end_with_parent(os.getppid()))
    await stopped.wait()
    watch.cancel()


async def _end_with_parent(parent: int) -> None:
    """Without its parent nobody would stop or replace this worker."""
    while os.getppid() == parent:
        await asyncio.sleep(1.0)
    os._exit(1)


def listen(path: Path | None, port: int | None) -> socket.socket:
    """The socket all workers accept from: a unix socket only its owner may use, or loopback."""
    if path is None:
        return socket.create_server(("127.0.0.1", port or 0), backlog=1024)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(1024)
    return listener


class Prefork:
    """Keeps `count` workers alive until told to stop."""

    def __init__(self, work: Callable[[], None], count: int) -> None:
        self._work = work
        self._count = count
        self._pids: set[int] = set()
        self._stopping = False

    def run(self) -> None:
        """Blocks until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping or self._pids:
            while len(self._pids) < self._count and not self._stopping:
                self._fork()
            self._wait()

    def _fork(self) -> None:
        pid = os.fork()
        if pid:
            self._pids.add(pid)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        status = 1
        try:
            self._work()
            status = 0
        except BaseException as error:  # noqa: BLE001 - the fork must never return into the parent's code
            log.error("worker ended: %s", type(error).__name__)
        finally:
            os._exit(status)

    def _wait(self) -> None:
        try:
            pid, status = os.wait()
        except ChildProcessError:
            return
        self._pids.discard(pid)
        if not self._stopping:
            log.warning("worker %d ended with status %d; starting another", pid, status)
            time.sleep(_RESTART_PAUSE)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
        for pid in self._pids:
            os.kill(pid, signal.SIGTERM)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.server", description="Serve turns, see docs/turn.md.")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--socket", type=Path, help="unix socket")
    place.add_argument("--port", type=int, help="port on 127.0.0.1")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    if options.workers < 1:
        parser.error("--workers must be at least 1")
    return options


def main() -> int:
    """The command."""
    options = _options()
    without_tensorflow.install()
    quiet()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger().setLevel(logging.ERROR)
    log.setLevel(logging.INFO)
    if not options.model.exists():
        print(f"no model at {options.model}: run `python -m bot.train` first", file=sys.stderr)
        return 1
    from bot.engine import Engine

    engine = Engine(options.model)
    engine.freeze()
    listener = listen(options.socket, options.port)
    log.info("serving turns with %d workers, catalogue %s", options.workers, engine.version)
    Prefork(lambda: serve(engine, listener), options.workers).run()
    if options.socket:
        options.socket.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
