"""The running product: bot, web and worker as `khaibao run` starts them, on a database and a port of their own."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
KHAIBAO = (sys.executable, "-m", "backend.cli")
READY_S = 300  # a model may have to be trained first


class House:
    """Everything `khaibao run` starts.

    Arguments: `home`, an empty folder; `settings`, what differs from a database in `home` and the defaults.
    """

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KHAIBAO_")},
            "PORT": str(self.port),
            "KHAIBAO_DEMO": "0",
            "KHAIBAO_PUBLIC_URL": self.url,
            "KHAIBAO_DATABASE_URL": f"sqlite:///{home / 'house.db'}",
            "KHAIBAO_SPOOL_PATH": str(home / "spool"),
            "KHAIBAO_BOT_SOCKET": str(home / "bot.sock"),
            "KHAIBAO_HINT_SOCKET": str(home / "hints.sock"),
            "KHAIBAO_SECRET_KEY": secrets.token_hex(32),
            "KHAIBAO_FIELD_KEYS": _key(),
            "KHAIBAO_INDEX_KEYS": _key(),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Ready when /readyz says so."""
        with (self.home / "house.log").open("ab") as out:
            self._process = subprocess.Popen([*KHAIBAO, "run"], cwd=ROOT, env=self.environment, stdout=out, stderr=out)
        wait_until(self._ready, seconds=READY_S, what="the house")

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self._process:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
            self._process = None

    def log(self) -> str:
        """What its processes wrote."""
        return (self.home / "house.log").read_text(errors="replace")

    def declarations(self) -> list[dict]:
        """What `khaibao export` gives out."""
        lines = self.khaibao("export", "declarations", "--format", "jsonl").splitlines()
        return [json.loads(line) for line in lines]

    def khaibao(self, *words: str) -> str:
        """What a command prints that succeeds."""
        command = [*KHAIBAO, *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, timeout=60)
        return done.stdout.decode()

    def group(self, name: str) -> int | None:
        """Process group of `bot`, `web`, `worker` or `line`; None while it is not there (Linux only: reads /proc)."""
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        words = {"bot": "bot.server"}.get(name, name).encode()
        return next((int(child) for child in children if words in _command(int(child))), None)

    def kill(self, name: str) -> None:
        """End a process and everything it has started with kill -9, once it is there."""
        group = self.tell(name, signal.SIGKILL)
        wait_until(lambda: self.group(name) != group, seconds=READY_S, what=f"the end of {name}")

    def tell(self, name: str, number: int) -> int:
        """Send a signal to a process and everything it has started, once it is there; its group."""
        wait_until(lambda: self.group(name), seconds=READY_S, what=f"{name} to come back")
        group = self.group(name)
        assert group
        os.killpg(group, number)
        return group

    def _ready(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self.log()
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


def _command(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
