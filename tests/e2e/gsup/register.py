"""A real osmo-hlr on a loopback address of its own: its GSUP port is fixed, so addresses tell tests apart."""

from __future__ import annotations

import secrets
import shutil
import socket
import struct
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.servers import listening, wait_until

CONFIGURATION = Path(__file__).with_name("hlr.cfg")
GSUP_PORT, CONTROL_PORT = 4222, 4259
NAME, CODE = "khaibao", "*098"  # a prefix: the path a person dials follows it


def installed() -> bool:
    """Whether osmo-hlr is on this machine."""
    return shutil.which("osmo-hlr") is not None


def own_address() -> str:
    """An address of the loopback network that nobody uses now."""
    while True:
        address = f"127.{secrets.randbelow(200) + 20}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 1}"
        if not listening((address, GSUP_PORT)):
            return address


class Register:
    """osmo-hlr in `home`, an empty folder."""

    def __init__(self, home: Path) -> None:
        self.home, self.address = home, own_address()
        words = {"address": self.address, "name": NAME, "code": CODE}
        (home / "hlr.cfg").write_text(CONFIGURATION.read_text().format(**words))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """What the house needs to connect."""
        return {"KHAIBAO_GSUP_HOST": self.address, "KHAIBAO_GSUP_NAME": NAME, "KHAIBAO_USSD_CODE": f"{CODE}#"}

    def start(self) -> None:
        """Ready when both ports are."""
        with (self.home / "hlr.log").open("ab") as out:
            command = ["osmo-hlr", "-c", "hlr.cfg", "-l", "hlr.db"]
            self._process = subprocess.Popen(command, cwd=self.home, stdout=out, stderr=out)
        for port in (GSUP_PORT, CONTROL_PORT):
            wait_until(lambda port=port: listening((self.address, port)), seconds=20, what="osmo-hlr")

    def stop(self) -> None:
        """At once, as a crash would; its database stays."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def subscriber(self, imsi: str, number: str) -> None:
        """Somebody's card and number."""
        self._control(f"SET 1 subscriber.create {imsi}")
        if number:
            self._control(f"SET 2 subscriber.by-imsi-{imsi}.msisdn {number}")

    def log(self) -> str:
        """What it wrote."""
        return (self.home / "hlr.log").read_text(errors="replace")

    def _control(self, command: str) -> None:
        with socket.create_connection((self.address, CONTROL_PORT), 5) as line:
            payload = b"\x00" + command.encode()
            line.sendall(struct.pack(">HB", len(payload), 0xEE) + payload)
            answer = line.recv(1024)
        assert b"SET_REPLY" in answer, answer
