"""One register of a core network, which routes a code that phones dial to us."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

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
    Unauthorised,
)
from channels.gsup import component
from channels.gsup.component import ASK, DIAL, Component, Kind
from channels.gsup.directory import Directory
from channels.gsup.ipa import EXT_GSUP, OSMO, frame
from channels.gsup.line import METHOD, GsupLine
from channels.gsup.message import SS_ERROR, SS_REQUEST, SS_RESULT, Message, State, decode, encode
from channels.numbers import dialled_path, sender_number
from channels.sending import HttpClient
from channels.text import incoming


class Gsup:
    """An external USSD entity of one register.

    Nothing of a session is kept here: we ask under the invoke id of the dial, the phone's answers carry it back,
    and the last screen answers the dial under it.  (Phone and network count their invokes apart, TS 24.080 §3.6.3.)
    """

    name = "gsup"
    medium = Medium.USSD
    limits = Limits(characters=182, can_start=False)
    routes: Sequence[Route] = ()

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `gsup_host`, `gsup_port`, `gsup_name`, `gsup_control_port`, `ussd_code`."""
        host = values.get("gsup_host", "")
        self.address = (host, int(values.get("gsup_port") or 0)) if host else None
        self._name = f"EUSE-{values.get('gsup_name', '')}"
        self._directory = Directory(host, int(values.get("gsup_control_port") or 0))
        self._code = values.get("ussd_code", "")

    def connect(self) -> GsupLine:
        """A line just made."""
        return GsupLine(self._name, self.address[0] if self.address else "")

    def verify(self, request: Request) -> None:
        """GSUP has no secrets: what is true is what came over the line that we made."""
        if self.address is None:
            raise Unauthorised("not_configured")
        if request.method != METHOD or request.remote != self.address[0]:
            raise Unauthorised("address_not_allowed")

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """One step of a session; nobody counts them.  Raises Malformed, and Unavailable while numbers are unknown."""
        message = decode(request.body)
        kind, text = _said(message)
        sender = sender_number(message.number or self._directory.number(message.imsi))
        if sender is None:
            raise Malformed("sender_unknown")
        session = _session(message, request.headers.get("begun", ""))
        return [
            InboundEvent(
                channel=self.name,
                medium=self.medium,
                kind=kind,
                provider_id=f"{session}:{'close' if kind is EventKind.CLOSE else 'uncounted'}",
                sender=sender,
                text=incoming(dialled_path(text, self._code) if kind is EventKind.START else text),
                recipient=self._code,
                session_id=session,
            )
        ]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """The screen; without one a session that still stands is ended, and the phone shows its own words."""
        try:
            message = decode(request.body) if request else None
        except Malformed:
            message = None
        if message is None or message.type == SS_ERROR or message.state is State.END:
            return Response(body=b"")
        return Response(body=frame(OSMO, bytes([EXT_GSUP]) + encode(_reply(message, answer))))


def _said(message: Message) -> tuple[EventKind, str]:
    """What a step means; a phone that answers with an error has cancelled."""
    if message.type == SS_ERROR or message.state is State.END:
        return EventKind.CLOSE, ""
    found = component.read(message.component)
    if (message.state, found.kind, found.operation) == (State.BEGIN, Kind.INVOKE, DIAL):
        return EventKind.START, found.text
    if message.state is State.CONTINUE and found.kind in (Kind.ERROR, Kind.REJECT):
        return EventKind.CLOSE, ""
    if (message.state, found.kind, found.operation) == (State.CONTINUE, Kind.RESULT, ASK):
        return EventKind.TEXT, found.text
    raise Malformed("operation_unknown")


def _session(message: Message, begun: str) -> str:
    """An IMSI is a person's: what tells sessions apart is digested."""
    return hashlib.sha256(f"{message.imsi} {message.session} {begun}".encode()).hexdigest()[:32]


def _reply(message: Message, answer: Answer | None) -> Message:
    invoke = _invoke(message.component)
    if answer is None:
        kind, state, said = SS_RESULT, State.END, component.refuse(invoke)
    elif answer.final:
        kind, state, said = SS_RESULT, State.END, component.tell(invoke, answer.text)
    else:
        kind, state, said = SS_REQUEST, State.CONTINUE, component.ask(invoke, answer.text)
    return Message(kind, message.imsi, message.session, state, said)


def _invoke(raw: bytes) -> int:
    """The invoke id of a component that may be anything."""
    try:
        found: Component = component.read(raw)
    except Malformed:
        return 0
    return found.invoke
