"""Phones that make a dialogue read like one: `phone.sends("KB").reads("ho va ten")`.

Everything between the phone and the reply is real: the simulator's webhooks, the store, the bot, the outbox.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from flask.testing import FlaskClient

from backend.bootstrap import Bootstrap
from backend.services.house import House
from backend.services.ports.people import Declaration
from channels.contract import Outgoing, SendResult
from channels.text import fits_screen, is_gsm7, segments

MOST_SEGMENTS = 3
MOST_SEGMENTS_UCS2 = 4  # a first receipt in a script outside GSM-7


START = datetime(2026, 11, 25, 3, tzinfo=UTC)  # ten in the morning in Viet Nam, a Wednesday


class MovingClock:
    """It begins at the same moment in every test, goes as fast as ours, and forward by what a test adds."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.ahead = timedelta()

    def now(self) -> datetime:
        return START + timedelta(seconds=time.monotonic() - self._began) + self.ahead

    def forward(self, **span: float) -> None:
        self.ahead += timedelta(**span)


class Network:
    """The service and the air between it and its phones."""

    def __init__(self, parts: Bootstrap, clock: MovingClock) -> None:
        self.parts, self.clock = parts, clock
        self.client: FlaskClient = parts.web().test_client()
        self.sent: list[tuple[str, Outgoing]] = []
        self._listen_in(parts)

    @property
    def house(self) -> House:
        return self.parts.house

    def _listen_in(self, parts: Bootstrap) -> None:
        send = parts.carrier.send

        def hear(channel: str, message: Outgoing) -> SendResult:
            self.sent.append((channel, message))
            return send(channel, message)

        parts.carrier.send = hear  # type: ignore[method-assign]

    def work(self) -> None:
        """Everything that is due, to the end."""
        while self.house.process.round("worker", 50) + self.house.deliver.round("sender", 50):
            pass

    def waits(self, **span: float) -> None:
        """Time passes; sweeps and workers do what it brings."""
        self.clock.forward(**span)
        self.house.sweep.run()
        self.work()

    def post(self, path: str, **body: Any) -> Any:
        response = self.client.post(f"/webhooks/simulator/{path}", json=body)
        assert response.status_code == 200, response.text
        return response.json

    def declarations(self) -> Sequence[Declaration]:
        with self.house.units() as unit:
            return list(unit.declarations.since(None))

    def phone(self, number: str | None = None) -> Phone:
        return Phone(self, number or f"8490{secrets.randbelow(10_000_000):07d}")


@dataclass
class Phone:
    """A feature phone: texts and USSD.  `heard` is what came back last."""

    network: Network
    number: str
    heard: list[str] = field(default_factory=list)
    final: bool = True
    session: str = ""
    step: int = 0
    latin: bool = True  # whether screens must be in the alphabet of SMS, as in Vietnamese, English and French

    def sends(self, text: str, id: str | None = None) -> Self:
        """Text the short code and wait for whatever comes."""
        self.submits(text, id)
        return self.waits()

    def submits(self, text: str, id: str | None = None) -> Self:
        """Text, but look at nothing yet."""
        self.network.post("sms", id=id or secrets.token_hex(8), **{"from": f"+{self.number}"}, text=text)
        return self

    def waits(self, **span: float) -> Self:
        """Let time pass and read what came as SMS."""
        before = len(self.network.sent)
        self.network.waits(**span)
        self.heard = [message.text for _, message in self.network.sent[before:] if message.recipient == self.number]
        for text in self.heard:
            most = MOST_SEGMENTS if is_gsm7(text) else MOST_SEGMENTS_UCS2
            assert segments(text).number <= most, f"{segments(text).number} segments: {text}"
        return self

    def dials(self, path: str = "", session: str | None = None) -> Self:
        """Open a USSD session: `path` is what stands between the code and #."""
        self.session, self.step = session or secrets.token_hex(8), 0
        return self._screen("start", path)

    def types(self, text: str) -> Self:
        """Answer the screen."""
        assert not self.final, "the session is over"
        self.step += 1
        return self._screen("text", text)

    def repeats(self, text: str) -> Self:
        """The same step once more, as a gateway does that lost our answer."""
        return self._screen("text" if self.step else "start", text)

    def hangs_up(self) -> Self:
        """End the session from the phone's side."""
        self.network.post("ussd", **self._step("close", "", self.step + 1))
        self.final = True
        return self

    def reads(self, *wanted: str) -> Self:
        """Exactly one message or screen, and every word in it."""
        assert len(self.heard) == 1, f"expected one message, got {self.heard}"
        for words in wanted:
            assert words in self.heard[0], f"{words!r} is not in {self.heard[0]!r}"
        return self

    def reads_not(self, *unwanted: str) -> Self:
        for words in unwanted:
            assert words not in self.heard[0], f"{words!r} is in {self.heard[0]!r}"
        return self

    def reads_nothing(self) -> Self:
        assert self.heard == []
        return self

    def session_ends(self) -> Self:
        assert self.final
        return self

    def session_goes_on(self) -> Self:
        assert not self.final
        return self

    def choice(self, words: str) -> str:
        """The digit in front of these words in the list that was read."""
        options = self.heard[0].replace("\n", ", ").split(", ")
        return next(option.split()[0] for option in options if words.lower() in option.lower())

    @property
    def reference(self) -> str:
        """The reference code in what was read."""
        found = re.search(r"(?<!\d)\d{10}(?!\d)", self.heard[0], re.ASCII)
        assert found, f"no reference in {self.heard[0]!r}"
        return found.group()

    @property
    def declarations(self) -> Sequence[Declaration]:
        """What this phone has declared, oldest first."""
        return [each for each in self.network.declarations() if each.address == self.number]

    @property
    def subjects(self) -> Sequence[str]:
        """The names of those it declared for."""
        with self.network.house.units() as unit:
            names = {
                person.id: person.identity["full_name"] for person in unit.people.on_phone(unit.index(self.number))
            }
        return [names[each.person_id] for each in self.declarations]

    def _step(self, kind: str, text: str, step: int) -> dict[str, Any]:
        return {"session": self.session, "step": step, "from": f"+{self.number}", "kind": kind, "text": text}

    def _screen(self, kind: str, text: str) -> Self:
        answer = self.network.post("ussd", **self._step(kind, text, self.step))
        assert fits_screen(answer["text"]), f"too long for a screen: {answer['text']}"
        assert is_gsm7(answer["text"]) or not self.latin
        self.heard, self.final = [answer["text"]], answer["final"]
        return self


def change_pack(network, monkeypatch, **changes):
    """From now on the pack in force differs in these fields."""
    other = replace(network.house.packs.in_force(), **changes)
    monkeypatch.setattr(network.house.packs._shelf, "named", lambda name, moment: other)
