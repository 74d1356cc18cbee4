"""The test phones: the same contract as a real gateway, spoken by the simulator's web page.

Built in the demo only.  What a phone receives is read from the outbox, so sending is merely accepting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channels.contract import (
    Accepted,
    Answer,
    EventKind,
    InboundEvent,
    Limits,
    Malformed,
    Medium,
    Outgoing,
    Receipt,
    Request,
    Response,
    Route,
    SendResult,
    Unauthorised,
)
from channels.numbers import sender_number
from channels.payload import json_object, json_response, required_field, text_field
from channels.sending import HttpClient
from channels.text import incoming

_JSON = "application/json"


class SimulatorSms:
    """Texts of a test phone: JSON {"id", "from", "text"}."""

    name = "simulator"
    medium = Medium.SMS
    limits = Limits(segments=6)
    routes = (Route("/simulator/sms"),)

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `short_code`."""
        self._short_code = values.get("short_code", "")

    def verify(self, request: Request) -> None:
        """A page of another site cannot post JSON without asking."""
        _check_json(request)

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """One text."""
        body = json_object(request)
        return [
            InboundEvent(
                channel=self.name,
                medium=self.medium,
                kind=EventKind.TEXT,
                provider_id=required_field(body, "id"),
                sender=_sender(body),
                text=incoming(text_field(body, "text")),
                recipient=self._short_code,
            )
        ]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """An empty JSON object."""
        return json_response({})

    def send(self, message: Outgoing) -> SendResult:
        """Every test phone is on."""
        return Accepted(message.key)

    def lookup(self, message: Outgoing) -> SendResult | None:
        """What was sent has arrived."""
        return Accepted(message.key)


class SimulatorUssd:
    """Dialling on a test phone: JSON {"session", "step", "from", "kind": start|text|close, "text"}."""

    name = "simulator_ussd"
    medium = Medium.USSD
    limits = Limits(characters=182, can_start=False)
    routes = (Route("/simulator/ussd"),)

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `ussd_code`."""
        self._code = values.get("ussd_code", "")

    def verify(self, request: Request) -> None:
        """A page of another site cannot post JSON without asking."""
        _check_json(request)

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """One step; a dialled path ("1*2") is the text of the start."""
        body = json_object(request)
        session, step = required_field(body, "session"), body.get("step")
        if not isinstance(step, int) or isinstance(step, bool) or step < 0:
            raise Malformed("step_missing")
        return [
            InboundEvent(
                channel=self.name,
                medium=self.medium,
                kind=_kind(body),
                provider_id=f"{session}:{step}",
                sender=_sender(body),
                text=incoming(text_field(body, "text")),
                recipient=self._code,
                session_id=session,
                step=step,
            )
        ]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """{"text", "final"}: what the screen shows; empty and final when nothing is to be shown."""
        shown = answer or Answer("", final=True)
        return json_response({"text": shown.text, "final": shown.final})


def _check_json(request: Request) -> None:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _JSON:
        raise Unauthorised("not_json")


def _sender(body: Mapping[str, Any]) -> str:
    sender = sender_number(required_field(body, "from"))
    if sender is None:
        raise Malformed("sender_unknown")
    return sender


def _kind(body: Mapping[str, Any]) -> EventKind:
    try:
        return EventKind(required_field(body, "kind"))
    except ValueError:
        raise Malformed("kind_unknown") from None
