"""What ends the children of `khaibao run` when the supervisor itself is killed: a process that outlives it a little."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; whether anybody is left in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return False
    return True


class Leash:
    """A helper that ends every child when the supervisor disappears in whatever way, kill -9 included.

    It reads group numbers from a pipe whose other end only the supervisor holds; end of file is the supervisor's end.
    """

    def __init__(self, grace: float) -> None:
        """`grace`: seconds the children then get to finish."""
        command = [sys.executable, "-m", "backend.leash", str(grace)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd=ROOT, text=True)

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            print(line, file=self._process.stdin, flush=True)

    def hold(self, group: int) -> None:
        """End this group with us."""
        self._tell(f"+{group}")

    def release(self, group: int) -> None:
        """This group has ended; its number may be somebody else's soon."""
        self._tell(f"-{group}")

    def close(self) -> None:
        """All children have ended."""
        self._process.communicate()


def leash(grace: float) -> None:
    """The helper's main: wait for the supervisor's end, then end what it left behind within `grace` seconds."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    end = time.monotonic() + grace
    left = {group for group in groups if signal_group(group, signal.SIGTERM)}
    while left and time.monotonic() < end:
        time.sleep(0.1)
        left = {group for group in left if signal_group(group, 0)}
    for group in left:
        signal_group(group, signal.SIGKILL)


if __name__ == "__main__":
    leash(float(sys.argv[1]))
