"""A feature phone in the terminal, over the same webhooks and inbox as the one in the browser.

The web server has to run: `khaibao phone` talks to it as a gateway would.
"""

from __future__ import annotations

import json
import textwrap
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.services.ports.outside import Texts

TIMEOUT_S = 30
LOOKS = 20  # for an answer, one every LOOK_S
LOOK_S = 0.4
SCREEN = 40  # characters a line

Ask = Callable[[str], str]
Tell = Callable[[str], None]


class NoNetwork(Exception):
    """The server cannot be reached or refused; `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Network:
    """The way of a phone to the server at `base` (http://127.0.0.1:8080); `number` is E.164 digits."""

    base: str
    number: str
    seen: int = 0

    def text(self, text: str) -> None:
        """Send an SMS."""
        self._post("/webhooks/simulator/sms", {"id": uuid.uuid4().hex, "from": f"+{self.number}", "text": text})

    def step(self, session: str, step: int, kind: str, text: str) -> Mapping[str, Any]:
        """One step of a USSD session; {"text", "final"}."""
        body = {"session": session, "step": step, "from": f"+{self.number}", "kind": kind, "text": text}
        return self._post("/webhooks/simulator/ussd", body)

    def received(self) -> Sequence[Mapping[str, Any]]:
        """Messages that came since the last look: [{"id", "text", "segments", "time"}]."""
        query = urllib.parse.urlencode({"number": f"+{self.number}", "after": self.seen})
        found: Sequence[Mapping[str, Any]] = self._open(f"/simulator/messages?{query}", None)["messages"]
        self.seen = max([self.seen, *(message["id"] for message in found)])
        return found

    def _post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        return self._open(path, json.dumps(body).encode())

    def _open(self, path: str, body: bytes | None) -> Mapping[str, Any]:
        url = self.base.rstrip("/") + path
        if not url.startswith(("http://", "https://")):
            raise NoNetwork("address_not_http")
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  checked above
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310  checked above
                answer: Mapping[str, Any] = json.load(response)
        except urllib.error.HTTPError as error:
            raise NoNetwork(f"http_{error.code}") from error
        except OSError as error:
            raise NoNetwork("unreachable") from error
        return answer


@dataclass
class TerminalPhone:
    """Reads lines and shows what the service says.

    `always` holds short_code, ussd_code and hotline; `ask` shows a prompt and returns a line or raises EOFError;
    `pause` waits so many seconds between looks for an answer.
    """

    network: Network
    texts: Texts
    language: str
    always: Mapping[str, str]
    ask: Ask
    tell: Tell
    pause: Callable[[float], None] = field(default=time.sleep)

    def run(self) -> None:
        """Until the end of input."""
        self.network.received()
        self.tell(self._words("phone_intro", number=f"+{self.network.number}"))
        while True:
            try:
                line = self.ask(self._words("phone_text_prompt") + "> ").strip()
            except EOFError:
                return
            self.take(line)

    def take(self, line: str) -> None:
        """A dialled code, a text, or an empty line that only looks for messages."""
        path = dialled_path(line, self.always["ussd_code"])
        if path is not None:
            self._session(path)
            self._show(self.network.received())
            return
        if line:
            self.network.text(line)
        self._show(self._wait() if line else self.network.received())

    def _session(self, path: str) -> None:
        session, step = uuid.uuid4().hex, 0
        screen = self.network.step(session, step, "start", path)
        self.tell(framed(screen["text"]))
        while not screen["final"]:
            step += 1
            try:
                answer = self.ask(self._words("phone_ussd_prompt") + "> ").strip()
            except EOFError:
                self.network.step(session, step, "close", "")
                return
            screen = self.network.step(session, step, "text", answer)
            self.tell(framed(screen["text"]))
        self.tell(self._words("phone_session_over"))

    def _wait(self) -> Sequence[Mapping[str, Any]]:
        for _ in range(LOOKS):
            found = self.network.received()
            if found:
                return found
            self.pause(LOOK_S)
        return ()

    def _show(self, messages: Sequence[Mapping[str, Any]]) -> None:
        for message in messages:
            self.tell(self._words("phone_received", count=message["segments"]))
            self.tell(framed(message["text"]))

    def _words(self, key: str, **args: Any) -> str:
        return self.texts.text(key, self.language, "terminal", **args)


def dialled_path(line: str, code: str) -> str | None:
    """What follows the service code: "*098*1*2#" → "1*2"; "" for the code alone; None for anything else."""
    wanted = code.removesuffix("#")
    if not line.endswith("#") or not line.startswith(wanted):
        return None
    rest = line.removesuffix("#").removeprefix(wanted)
    if rest and not rest.startswith("*"):
        return None
    return rest.removeprefix("*")


def framed(text: str) -> str:
    """A text in the frame of a small screen."""
    lines = [piece for line in text.splitlines() for piece in textwrap.wrap(line, SCREEN) or [""]] or [""]
    width = max(len(line) for line in lines)
    body = "\n".join(f"│ {line.ljust(width)} │" for line in lines)
    return f"┌{'─' * (width + 2)}┐\n{body}\n└{'─' * (width + 2)}┘"
