"""USSD gateways that speak HTTP: one session, many dialects.

A dialect reads a provider's request into a step and writes a screen back; everything they share is in `Ussd`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.contract import (
    Answer,
    EventKind,
    InboundEvent,
    Limits,
    Malformed,
    Medium,
    Receipt,
    Request,
    Response,
    Route,
)
from channels.guard import Guard
from channels.numbers import sender_number
from channels.sending import HttpClient
from channels.text import incoming


@dataclass(frozen=True)
class Step:
    """One request of a session as a provider puts it; `entered` only where all inputs are repeated."""

    session: str
    number: str
    kind: EventKind
    step: int | None
    text: str = ""
    code: str = ""
    entered: str | None = None
    mark: str = ""  # what tells two steps apart when the provider does not count them


class Ussd(ABC):
    """A session channel guarded by a secret in the callback address; a dialect adds `read` and `screen`."""

    name: str
    medium = Medium.USSD
    limits = Limits(characters=182, can_start=False)

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `<name>_token`, `<name>_allow`, `demo`; none of these providers signs its requests."""
        self.routes = (Route(f"/ussd/{self.name}"),)
        self._guard = Guard.of(values, self.name)

    @abstractmethod
    def read(self, request: Request) -> Step:
        """One request as a step; raises Malformed when something required is missing."""

    @abstractmethod
    def screen(self, answer: Answer, request: Request | None) -> Response:
        """Show a screen, and end the session when it is final."""

    def verify(self, request: Request) -> None:
        """The token in the query, and the allow list."""
        self._guard.check(request)

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """One step of a session; its id is the session and the number of the step."""
        step = self.read(request)
        if not step.session:
            raise Malformed("session_missing")
        if not step.number:
            raise Malformed("sender_missing")
        sender = sender_number(step.number)
        if sender is None:
            raise Malformed("sender_unknown")
        return [
            InboundEvent(
                channel=self.name,
                medium=Medium.USSD,
                kind=step.kind,
                provider_id=f"{step.session}:{_place(step)}",
                sender=sender,
                text=incoming(step.text),
                recipient=step.code,
                session_id=step.session,
                step=step.step,
                entered=None if step.entered is None else incoming(step.entered),
            )
        ]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """The screen in the provider's words; an empty 200 for a session that is over."""
        return Response() if answer is None else self.screen(answer, request)


def _place(step: Step) -> str:
    if step.kind is EventKind.CLOSE:
        return "close"
    return step.mark or str(step.step)


class AfricasTalking(Ussd):
    """Form post with all inputs joined by "*"; the answer is plain text that starts with CON or END."""

    name = "africastalking"

    def read(self, request: Request) -> Step:
        """`status` without `text` is the notice that a session has ended."""
        form = dict(reversed(request.form))
        session, number, code = (form.get(name, "") for name in ("sessionId", "phoneNumber", "serviceCode"))
        if "text" not in form:
            if "status" not in form:
                raise Malformed("text_missing")
            return Step(session, number, EventKind.CLOSE, step=None, code=code)
        entered = form["text"].strip()
        inputs = entered.split("*") if entered else []
        kind = EventKind.TEXT if inputs else EventKind.START
        last = inputs[-1] if inputs else ""
        return Step(session, number, kind, len(inputs), last, code, entered)

    def screen(self, answer: Answer, request: Request | None) -> Response:
        """CON keeps the session, END closes it."""
        return Response(body=f"{'END' if answer.final else 'CON'} {answer.text}")
