"""The operator's SMSC: smsc.js on the npm package it pins, and the phones behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.e2e.kannel.gateway import PHONES_PORT, SHORT_CODE
from tests.servers import listening, wait_until

HERE = Path(__file__).parent
INSTALLED = "KHAIBAO_TEST_SMSC"  # names the folder of the npm packages
CONTROL_PORT = 14101
PACKAGES = ("package.json", "package-lock.json")
TAKEN, NO_LINK, NO_RESPONSE = 0, 503, 504  # what became of a text to us: command_status, or one of ours


def install(folder: Path) -> None:
    """The packages of the lock into `folder`, once; takes the network."""
    if all((folder / name).exists() and (folder / name).read_bytes() == (HERE / name).read_bytes()
           for name in PACKAGES) and (folder / "node_modules" / "smpp").exists():  # fmt: skip
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        shutil.copyfile(HERE / name, folder / name)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True,
                   capture_output=True, timeout=300)  # fmt: skip


class Smsc:
    """A running SMSC."""

    def __init__(self, home: Path) -> None:
        environment = {**os.environ, "NODE_PATH": f"{os.environ[INSTALLED]}/node_modules"}
        command = ["node", str(HERE / "smsc.js"), str(PHONES_PORT), str(CONTROL_PORT)]
        with (home / "smsc.log").open("ab") as out:
            self._process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        wait_until(lambda: listening(("127.0.0.1", CONTROL_PORT)), seconds=20, what="the SMSC")

    def stop(self) -> None:
        """Off."""
        self._process.kill()
        self._process.wait()

    def set(self, **how: str | int) -> None:
        """Misbehave; the names are in smsc.js."""
        self._ask("set", **how)

    def count_from(self, last: int) -> None:
        """The next PDU of the SMSC on every link is number `last` + 1."""
        self._ask("sequence", last=last)

    def drop(self) -> None:
        """Break every link."""
        self._ask("drop")

    def unbind(self) -> None:
        """End every link politely."""
        self._ask("unbind")

    def wait_for_link(self, seconds: float = 30) -> None:
        """Until somebody is bound."""
        wait_until(lambda: self.state["links"], seconds=seconds, what="a bind")

    def text(self, number: str, text: str, **how: str | int) -> int:
        """A phone's text to us; what became of it."""
        return self._mo({"from": number, "to": SHORT_CODE, "text": text, **how})

    def octets(self, number: str, octets: bytes, coding: int, header: bytes = b"") -> int:
        """The same as octets in a data coding, with a user data header."""
        how = {"hex": (header + octets).hex(), "dc": coding, "esm": 0x40 if header else 0}
        return self._mo({"from": number, "to": SHORT_CODE, **how})

    def glued(self, number: str, one: str, two: str) -> None:
        """Two texts in one write."""
        self._ask("pair", **{"from": number, "to": SHORT_CODE, "one": one, "two": two})

    def cut(self, number: str, text: str) -> None:
        """One text in two writes."""
        self._ask("pair", **{"from": number, "to": SHORT_CODE, "split": text})

    @property
    def state(self) -> dict[str, Any]:
        """Counters, links, and everything that was submitted."""
        return self._ask("")

    def segments(self, number: str) -> list[dict[str, str]]:
        """What was submitted for a phone."""
        return [each for each in self.state["submitted"] if each["to"] == number]

    def inbox(self, number: str) -> list[str]:
        """What a phone shows: pieces of a long text joined, in the order in which they became whole."""
        shown, pieces = [], dict[str, dict[int, str]]()
        for each in self.segments(number):
            header = bytes.fromhex(each["udh"])
            if not header:
                shown.append(each["text"])
                continue
            reference, total, part = header[-3:]
            whole = pieces.setdefault(str(reference), {})
            whole[part] = each["text"]
            if len(whole) == total:
                shown.append("".join(whole[number] for number in sorted(whole)))
        return shown

    def wait_for(self, number: str, count: int = 1, seconds: float = 60) -> str:
        """The newest text once the phone has `count` of them."""
        wait_until(lambda: len(self.inbox(number)) >= count, seconds=seconds, what=f"text {count} on a phone")
        return self.inbox(number)[count - 1]

    def _mo(self, query: dict[str, str | int]) -> int:
        try:
            with urllib.request.urlopen(self._url("mo", query), timeout=20) as answer:
                return int(answer.read())
        except urllib.error.HTTPError as error:
            return error.code

    def _ask(self, path: str, **query: str | int) -> Any:
        with urllib.request.urlopen(self._url(path, query), timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text.startswith(b"{") else text

    def _url(self, path: str, query: dict[str, str | int]) -> str:
        return f"http://127.0.0.1:{CONTROL_PORT}/{path}?{urlencode(query)}"
