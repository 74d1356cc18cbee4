"""A telephone that calls the service: it hears TwiML and presses keys, over Twilio's signed requests."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit
from xml.etree import ElementTree

from twilio.request_validator import RequestValidator

from tests.conversations.phones import Network

TOKEN, BASE, DOOR = "12345", "http://localhost", "/webhooks/twilio/voice"


@dataclass
class Call:
    """One call; `heard` is what was said last, `over` whether it ended, `dialled` whom it was put through to."""

    network: Network
    number: str
    heard: str = ""
    over: bool = False
    dialled: str = ""
    sid: str = field(default_factory=lambda: "CA" + secrets.token_hex(16))
    _action: str = BASE + DOOR
    _silent: str = ""
    _keys: int | None = None

    def picks_up(self) -> Self:
        """Dial the service."""
        return self._ask(self._action, CallStatus="ringing")

    def presses(self, keys: str) -> Self:
        """Answer; more keys than the question takes are a mistake of the test."""
        assert not self.over, "the call is over"
        assert self._keys is None or len(keys) <= self._keys, f"only {self._keys} key is listened to"
        return self._ask(self._action, Digits=keys)

    def is_silent(self) -> Self:
        """Press nothing until the question ends."""
        return self._ask(self._silent)

    def hears(self, *wanted: str) -> Self:
        for words in wanted:
            assert words in self.heard, f"{words!r} is not in {self.heard!r}"
        return self

    def _ask(self, url: str, **more: str) -> Self:
        form = {"CallSid": self.sid, "From": self.number, "To": "+842473000000", "CallStatus": "in-progress", **more}
        signature = RequestValidator(TOKEN).compute_signature(url, form)
        path = url.removeprefix(BASE)
        answer = self.network.client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200, answer.text
        self._listen(ElementTree.fromstring(answer.text))
        return self

    def _listen(self, document: ElementTree.Element) -> None:
        self.heard = " ".join(say.text or "" for say in document.iter("Say"))
        self.dialled = document.findtext("Dial") or ""
        gather, redirect = document.find("Gather"), document.findtext("Redirect")
        self.over = gather is None
        if gather is not None:
            assert urlsplit(redirect or "").path == DOOR
            self._action, self._silent = gather.get("action", ""), redirect or ""
            self._keys = int(gather.get("numDigits", "0")) or None
