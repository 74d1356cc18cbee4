"""Phones of the fake operator: the line protocol of Kannel's fakesmsc, under a test's control."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from tests.e2e.kannel.gateway import PHONES_PORT, SHORT_CODE
from tests.servers import wait_until

_LINE = re.compile(r"(?P<sender>\S+) (?P<recipient>\d+) (?P<kind>text|ucs-2|udh|data) (?P<content>.*)", re.ASCII)


@dataclass
class Sms:
    """What a phone received; pieces of one long text come one by one."""

    sender: str
    recipient: str
    text: str


class Phones:
    """Every phone of the network; only one connection may be open at a time."""

    def __init__(self) -> None:
        self._received: list[Sms] = []
        self._socket = socket.create_connection(("127.0.0.1", PHONES_PORT), timeout=20)
        self._socket.settimeout(None)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def text(self, number: str, text: str) -> None:
        """Send a text as 7-bit characters."""
        self._send(number, "text", text.encode())

    def text_with_accents(self, number: str, text: str) -> None:
        """Send UCS-2 bytes; the fake operator cannot say what they are, so Kannel passes them on as they are."""
        self._send(number, "data", quote(text.encode("utf-16-be")).encode())

    def piece(self, number: str, reference: int, total: int, part: int, text: str) -> None:
        """Send one piece of a long text."""
        header = quote(bytes((5, 0, 3, reference, total, part)))
        self._send(number, "udh", f"{header} {quote(text)}".encode())

    def inbox(self, number: str) -> list[str]:
        """Texts a phone has received, oldest first."""
        return [sms.text for sms in list(self._received) if sms.recipient == number]

    def wait_for(self, number: str, count: int, seconds: float = 30) -> str:
        """The newest text once the phone has `count` of them."""
        wait_until(lambda: len(self.inbox(number)) >= count, seconds=seconds, what=f"text {count} on a phone")
        return self.inbox(number)[count - 1]

    def close(self) -> None:
        """Switch all phones off."""
        with contextlib.suppress(OSError):  # the gateway may have gone first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._reader.join(10)

    def _send(self, number: str, kind: str, content: bytes) -> None:
        self._socket.sendall(f"{number} {SHORT_CODE} {kind} ".encode() + content + b"\n")

    def _read(self) -> None:
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    self._take(line.rstrip(b"\n"))
        except OSError:
            return

    def _take(self, line: bytes) -> None:
        """A line that is not a message continues the one before: texts with line ends are written as they are."""
        match = _LINE.fullmatch(line.decode(errors="replace"))
        if match is None:
            if self._received:
                self._received[-1].text += "\n" + line.decode(errors="replace")
            return
        self._received.append(Sms(match["sender"], match["recipient"], _content(match["kind"], match["content"])))


def _content(kind: str, content: str) -> str:
    """Only "text" is written plain; a piece of a long text is "<header> data <bytes>"."""
    if kind == "text":
        return content
    raw = unquote_to_bytes(content.rpartition(" ")[2].replace("+", " "))
    return raw.decode("utf-16-be" if kind == "ucs-2" or b"\0" in raw else "utf-8")
