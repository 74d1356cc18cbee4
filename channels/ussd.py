"""USSD gateways that speak HTTP: one session, many dialects.

A dialect reads a provider's request into a step and writes a screen back; everything they share is in `Ussd`.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from channels.numbers import dialled_path, sender_number
from channels.payload import json_object, json_response, text_field
from channels.sending import HttpClient
from channels.text import incoming


@dataclass(frozen=True)
class Step:
    """One request of a session as a provider puts it.

    `step` is None where the provider does not count, `entered` is given where it repeats all inputs.
    """

    session: str
    number: str
    kind: EventKind
    step: int | None
    text: str = ""
    code: str = ""
    entered: str | None = None


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
        if step.kind is EventKind.CLOSE and not step.number:
            return ()  # nobody is named; the session ends by itself, and a provider that is refused asks again
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
    """What follows the session in the id; a step without a number is numbered by `contract.settle`."""
    if step.kind is EventKind.CLOSE:
        return "close"
    return "uncounted" if step.step is None else str(step.step)


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


class Hubtel(Ussd):
    """JSON with a Type (Initiation, Response, Release) and a Sequence that counts from 1."""

    name = "hubtel"

    def read(self, request: Request) -> Step:
        """A dialled path follows the service code: "*711*8*1#" for the code 711*8."""
        body = json_object(request)
        kind = _kind(body, "Type", _HUBTEL_KINDS)
        code, text = text_field(body, "ServiceCode"), text_field(body, "Message")
        if kind is EventKind.START:
            text = dialled_path(text, code)
        step = None if kind is EventKind.CLOSE else _sequence(body)
        return Step(text_field(body, "SessionId"), text_field(body, "Mobile"), kind, step, text, code)

    def screen(self, answer: Answer, request: Request | None) -> Response:
        """`release` ends the session; the session's id is repeated."""
        kind = "release" if answer.final else "response"
        session = text_field(json_object(request), "SessionId") if request else ""
        fields = {"Label": "", "DataType": "display" if answer.final else "input", "FieldType": "text"}
        return json_response({"SessionId": session, "Type": kind, "Message": answer.text, **fields})


class Infobip(Ussd):
    """REST: POST …/session/{id}/start, PUT …/response, PUT …/end; steps are not counted."""

    name = "infobip"

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """As every dialect; the session and the action are part of the address."""
        super().__init__(values, http)
        self.routes = (Route(f"/ussd/{self.name}/session/<session>/<action>", ("POST", "PUT")),)

    def read(self, request: Request) -> Step:
        """The text of a start is not an input; the dialled code is `shortCode`."""
        session, action = ["", "", *request.path.rstrip("/").split("/")][-2:]
        if action not in _INFOBIP_KINDS:
            raise Malformed("kind_unknown")
        body, kind = json_object(request), _INFOBIP_KINDS[action]
        text = "" if kind is EventKind.START else text_field(body, "text")
        return Step(session, text_field(body, "msisdn"), kind, None, text, text_field(body, "shortCode"))

    def screen(self, answer: Answer, request: Request | None) -> Response:
        """`shouldClose` ends the session; exit code 200 is success."""
        menu = {"ussdMenu": answer.text, "shouldClose": answer.final}
        return json_response({**menu, "responseExitCode": 200, "responseMessage": ""})


class Nalo(Ussd):
    """JSON; MSGTYPE true is the dial, false an input; steps are not counted.

    Without SESSIONID, which not every account sends, the session is the number's.
    """

    name = "nalo"

    def read(self, request: Request) -> Step:
        """USERDATA of the dial is the code with its path, "*920*34*1#"; which part is the code is unknown here."""
        body = json_object(request)
        first = body.get("MSGTYPE")
        if not isinstance(first, bool):
            raise Malformed("kind_unknown")
        data = text_field(body, "USERDATA")
        text, code = ("", data) if first else (data, "")
        kind = EventKind.START if first else EventKind.TEXT
        number = text_field(body, "MSISDN")
        return Step(text_field(body, "SESSIONID") or _session_of(number), number, kind, None, text, code)

    def screen(self, answer: Answer, request: Request | None) -> Response:
        """MSGTYPE false ends the session; USERID and MSISDN are repeated."""
        body = json_object(request) if request else {}
        repeated = {name: text_field(body, name) for name in ("USERID", "MSISDN")}
        return json_response({**repeated, "MSG": answer.text, "MSGTYPE": not answer.final})


_HUBTEL_KINDS = {"initiation": EventKind.START, "response": EventKind.TEXT, "release": EventKind.CLOSE}
_HUBTEL_KINDS["timeout"] = EventKind.CLOSE
_INFOBIP_KINDS = {"start": EventKind.START, "response": EventKind.TEXT, "end": EventKind.CLOSE}


def _kind(body: Mapping[str, Any], name: str, kinds: Mapping[str, EventKind]) -> EventKind:
    kind = kinds.get(text_field(body, name).lower())
    if kind is None:
        raise Malformed("kind_unknown")
    return kind


def _session_of(number: str) -> str:
    """The one session of a number; ids hold no numbers."""
    return hashlib.sha256(f"nalo {number}".encode()).hexdigest()[:32]


def _sequence(body: Mapping[str, Any]) -> int:
    number = text_field(body, "Sequence")
    if not number.isdecimal() or int(number) < 1:
        raise Malformed("step_missing")
    return int(number) - 1
