"""Kannel: texts from an operator's SMSC by GET, and back through sendsms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from channels.contract import (
    Accepted,
    Answer,
    Dead,
    DeliveryState,
    EventKind,
    InboundEvent,
    Limits,
    Malformed,
    Medium,
    Outgoing,
    Receipt,
    Request,
    Response,
    Retry,
    Route,
    SendResult,
    Unknown,
)
from channels.guard import Guard
from channels.numbers import sender_number
from channels.sending import HttpAnswer, HttpClient
from channels.text import Encoding, concatenation_of, decode, encoding, incoming, raw_parameter

# dlr-mask bits: delivered, failed, buffered, accepted by the SMSC, rejected by the SMSC.
DLR_STATES = {
    1: DeliveryState.DELIVERED,
    2: DeliveryState.FAILED,
    4: DeliveryState.SENT,
    8: DeliveryState.SENT,
    16: DeliveryState.FAILED,
}
DLR_MASK = sum(DLR_STATES)


class Kannel:
    """One Kannel: its smsbox calls us with `get-url` and takes our messages at `send_url`."""

    name = "kannel"
    medium = Medium.SMS
    limits = Limits(segments=6)
    routes = (Route("/kannel/mo", ("GET",)), Route("/kannel/dlr", ("GET",), "receipt"))

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `kannel_send_url`, `_user`, `_password`, `_token`, `_allow`, `short_code`, `public_url`, `demo`."""
        self._guard = Guard.of(values, "kannel")
        self._send_url = values.get("kannel_send_url", "")
        self._login = (("username", values.get("kannel_user", "")), ("password", values.get("kannel_password", "")))
        self._short_code = values.get("short_code", "")
        self._public_url = values.get("public_url", "").rstrip("/")
        self._http = http

    def verify(self, request: Request) -> None:
        """The token in the query, and the allow list."""
        self._guard.check(request)

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """A text (`/mo`) or a delivery report (`/dlr`)."""
        query = dict(reversed(request.query))
        if request.path.endswith("/dlr"):
            return [_receipt(query)]
        return [_text(query, urlsplit(request.url).query)]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """200 with nothing in it; smsbox would send any text on to the phone and takes 204 for a failure."""
        return Response()

    def send(self, message: Outgoing) -> SendResult:
        """Hand over to sendsms; delivery reports come back with our key."""
        if not self._send_url:
            return Retry("kannel_not_configured")
        coding = "0" if encoding(message.text) is Encoding.GSM7 else "2"
        answer = self._http.exchange(
            "GET",
            self._send_url,
            query=[
                *self._login,
                ("from", self._short_code),
                ("to", message.recipient),
                ("text", message.text),
                ("coding", coding),
                ("charset", "UTF-8"),
                ("dlr-mask", str(DLR_MASK)),
                ("dlr-url", self._dlr_url(message.key)),
            ],
        )
        return _sent(answer) if isinstance(answer, HttpAnswer) else answer

    def lookup(self, message: Outgoing) -> SendResult | None:
        """Kannel cannot be asked about a message; a delivery report may still tell."""
        return None

    def _dlr_url(self, key: str) -> str:
        """%d is filled in by Kannel with the report's type."""
        return f"{self._public_url}/webhooks/kannel/dlr?{urlencode({'token': self._guard.token, 'key': key})}&type=%d"


def _text(query: Mapping[str, str], raw_query: str) -> InboundEvent:
    if not query.get("from"):
        raise Malformed("sender_missing")
    sender = sender_number(query["from"])
    if sender is None:
        raise Malformed("sender_unknown")
    raw = raw_parameter(raw_query, "text")
    if raw is None:
        raise Malformed("text_missing")
    text = decode(raw, query.get("charset") or ("UTF-16BE" if query.get("coding") == "2" else "UTF-8"))
    part = concatenation_of(raw_parameter(raw_query, "udh") or b"")
    return InboundEvent(
        channel=Kannel.name,
        medium=Medium.SMS,
        kind=EventKind.TEXT,
        provider_id=_provider_id(query, raw),
        sender=sender,
        text=text if part else incoming(text),
        recipient=query.get("to", ""),
        sent_at=_time(query.get("ts", "")),
        concatenation=part,
    )


def _provider_id(query: Mapping[str, str], raw: bytes) -> str:
    """Kannel's id where it is a UUID; a counter that restarts, or none, is told apart by the message itself.

    With neither id nor time a person's second "1" could not be told from a redelivery: refused.
    """
    given = query.get("id", "")
    if not given and not query.get("ts"):
        raise Malformed("id_missing")
    try:
        return str(UUID(given))
    except ValueError:
        parts = [given, query["from"], query.get("to", ""), query.get("ts", ""), raw.hex()]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _time(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _receipt(query: Mapping[str, str]) -> Receipt:
    kind = query.get("type", "")
    if not query.get("key"):
        raise Malformed("key_missing")
    if not kind.isdecimal() or int(kind) not in DLR_STATES:
        raise Malformed("type_unknown")
    return Receipt(channel=Kannel.name, state=DLR_STATES[int(kind)], key=query["key"], code=f"kannel_dlr_{int(kind)}")


def _sent(answer: HttpAnswer) -> SendResult:
    """202 is the only yes; 400 is this message's fault, 502 and 504 come from something in between."""
    if answer.status == 202:
        return Accepted()
    code = f"kannel_{answer.status}"
    if answer.status == 400:
        return Dead(code)
    if answer.status in (502, 504):
        return Unknown(code)
    return Retry(code, answer.retry_after)
