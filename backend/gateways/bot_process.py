"""A bot of one's own, for a command or a test that finds none running."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from backend.gateways.bot_client import BotClient

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / ".venv-bot" / "bin" / "python"
START_SECONDS = 120.0
POLL = 0.1  # seconds


class BotCannotStart(Exception):
    """The message says why and what to do."""


@contextmanager
def own_bot(log: Path | None = None) -> Iterator[str]:
    """Address of a bot that lives as long as the block; trains the model first if its sources changed.

    Arguments: `log`, where its output goes (default: nowhere).  Raises BotCannotStart.
    """
    if not PYTHON.exists():
        raise BotCannotStart("the bot's environment is missing: run `make run` or `make test` once")
    with tempfile.TemporaryDirectory(prefix="khaibao-bot-") as home, open(log or os.devnull, "ab") as output:
        training = [str(PYTHON), "-m", "bot.train"]
        if subprocess.run(training, cwd=ROOT, env=_clean(), stdout=output, stderr=output, check=False).returncode:
            raise BotCannotStart("the model could not be trained: `khaibao model train` says why")
        socket = Path(home) / "bot.sock"
        command = [str(PYTHON), "-m", "bot.server", "--socket", str(socket)]
        process = subprocess.Popen(command, cwd=ROOT, env=_clean(), stdout=output, stderr=output)
        try:
            address = f"unix:{socket}"
            _wait(process, BotClient(address))
            yield address
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen[bytes], client: BotClient) -> None:
    end = time.monotonic() + START_SECONDS
    while not client.healthy():
        if process.poll() is not None or time.monotonic() > end:
            raise BotCannotStart("the bot does not start")
        time.sleep(POLL)


def _clean() -> Mapping[str, str]:
    """The bot needs none of our keys."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KHAIBAO_")}
