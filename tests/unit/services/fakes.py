"""Stand-ins for everything outside the services that is not the store: time, bot, texts, carriers, pack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.domain.follow_up import FollowUpRules
from backend.domain.packs import Exposure, Notices
from backend.domain.visits import VisitRules
from backend.services.ports.bot import BotUnavailable, TurnFailed, TurnResult
from backend.services.ports.outbox import Reply
from channels.contract import Accepted, Answer, EventKind, InboundEvent, Limits, Medium, Outgoing, SendResult
from tests.unit.services.fakes_store import FakeUnits

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
PHONE = "84901234567"
FACES = {"zalo": Medium.ZALO, "twilio_voice": Medium.VOICE}


class FakeClock:
    """Stands still unless moved."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def forward(self, **span: float) -> None:
        self.time += timedelta(**span)


class FakeBot:
    """Answers with whatever the test's function makes of the request; notes that no transaction was open."""

    def __init__(self, units: FakeUnits, clock: FakeClock) -> None:
        self.units, self.clock, self.requests = units, clock, list[Mapping[str, Any]]()
        self.answer: Callable[[Mapping[str, Any]], TurnResult] = lambda request: says(f"heard {request['text']}")

    def turns(self, requests: Sequence[Mapping[str, Any]], timeout: float | None = None) -> Sequence[Any]:
        end = timeout and self.clock.now() + timedelta(seconds=timeout)
        return [BotUnavailable("timeout") if end and self.clock.now() >= end else self.turn(each) for each in requests]

    def turn(self, request: Mapping[str, Any]) -> TurnResult | BotUnavailable | TurnFailed:
        assert self.units.open == 0, "the bot was called inside a unit of work"
        self.requests.append(request)
        try:
            return self.answer(request)
        except (BotUnavailable, TurnFailed) as failure:
            return failure


class FakeSpool:
    def __init__(self) -> None:
        self.events: list[InboundEvent] = []

    def pending(self) -> bool:
        return bool(self.events)

    def append(self, events: Sequence[InboundEvent]) -> None:
        self.events += events

    def drain(self, take: Callable[[Sequence[InboundEvent]], object]) -> int:
        if not self.events:
            return 0
        take(self.events)
        count = len(self.events)
        self.events = []
        return count


class FakeHints:
    def __init__(self) -> None:
        self.woken: list[tuple[str, Sequence[int]]] = []

    def inbox(self, ids: Sequence[int]) -> None:
        self.woken.append(("inbox", ids))

    def outbox(self, ids: Sequence[int]) -> None:
        self.woken.append(("outbox", ids))


class FakeCarrier:
    """Sends nowhere; `results` says what the provider answers, in order, then Accepted."""

    def __init__(self, units: FakeUnits) -> None:
        self.units, self.sent, self.results = units, list[tuple[str, Outgoing]](), list[SendResult]()
        self.found: SendResult | None = None
        self.limit = Limits()

    def medium(self, channel: str) -> Medium:
        return FACES.get(channel, Medium.USSD if "ussd" in channel else Medium.SMS)

    def limits(self, channel: str) -> Limits:
        return self.limit

    def send(self, channel: str, message: Outgoing) -> SendResult:
        assert self.units.open == 0, "sent inside a unit of work"
        self.sent.append((channel, message))
        return self.results.pop(0) if self.results else Accepted(f"ref{len(self.sent)}")

    def lookup(self, channel: str, message: Outgoing) -> SendResult | None:
        return self.found


class FakeTexts:
    """A text is its key and arguments."""

    def render_all(self, replies: Sequence[Reply], language: str, medium: str) -> str:
        return "\n".join(self.text(reply.name, language, medium, **reply.args) for reply in replies)

    def text(self, key: str, language: str, medium: str, /, **args: Any) -> str:
        return " ".join([key, *(f"{name}={value}" for name, value in args.items())])

    def folding(self, language: str) -> str:
        return "gsm7"


class FakePack:
    name, legal_basis, window_days = "test", "consent", 14
    visits = VisitRules(
        timedelta(hours=3),
        timedelta(hours=12),
        {
            "restaurant": timedelta(hours=3),
            "office": timedelta(hours=9),
            "hotel": timedelta(hours=20),
            "other": timedelta(hours=2),
        },
    )
    exposure = Exposure(2, 2, 15, 10)
    notices = Notices(5, 3)
    retention_days: Mapping[str, int] = {"declarations": 60, "visits": 28, "contacts": 28}

    def asks(self, form: str) -> Sequence[str]:
        return ("travelled", "has_symptoms", "symptoms", "symptoms_since", "contact_case")

    def consent(self, form: str) -> bool:
        return False

    def takes(self, form: str, day: Any) -> bool:
        return form == "health"

    def concerns(self, form: str, answers: Mapping[str, Any]) -> bool:
        return True

    def only(self, form: str) -> Mapping[str, Sequence[str]]:
        return {}

    def limits(self, form: str) -> Mapping[str, int]:
        return {}

    def triage(self, form: str, answers: Mapping[str, Any], today: Any) -> str:
        return "red" if answers.get("contact_case") else "green"

    follow_up = FollowUpRules(8, 17, 20, 2, frozenset({"red"}))

    def options(self, form: str) -> Mapping[str, Sequence[str]]:
        return {}

    def texts(self, form: str) -> Mapping[str, str]:
        return {}

    def advice(self, triage: str) -> str:
        return f"advice_{triage}"


def says(
    name: str,
    commands: Sequence[Any] = (),
    open: Mapping[str, str] | None = None,
    state: Any = None,
    queries: Sequence[str] = (),
    **reply: Any,
) -> TurnResult:
    """What the bot answers."""
    return TurnResult(state, [{"name": name, "args": {}, **reply}], list(commands), list(queries), {}, open)


def sms(text: str, number: str = "m1", sender: str = PHONE, **more: Any) -> InboundEvent:
    return InboundEvent("kannel", Medium.SMS, EventKind.TEXT, number, sender, text, **more)


def dial(
    text: str = "", step: int = 0, session: str = "s1", kind: EventKind | None = None, sender: str = PHONE
) -> InboundEvent:
    kind = kind or (EventKind.TEXT if step else EventKind.START)
    return InboundEvent("ussd", Medium.USSD, kind, f"{session}:{step}", sender, text, session_id=session, step=step)


def shown(answer: Answer | None) -> str:
    """A screen as `CON text` or `END text`."""
    assert answer is not None
    return f"{'END' if answer.final else 'CON'} {answer.text}"
