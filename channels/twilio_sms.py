"""Twilio SMS: signed webhooks in, REST out (https://www.twilio.com/docs/messaging)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient as TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)
from twilio.rest import Client

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
    Unauthorised,
    Unknown,
)
from channels.guard import Guard
from channels.numbers import sender_number
from channels.sending import HttpAnswer, HttpClient
from channels.text import incoming

STATES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending"), DeliveryState.ACCEPTED),
    "sent": DeliveryState.SENT,
    **dict.fromkeys(("delivered", "read"), DeliveryState.DELIVERED),
    **dict.fromkeys(("undelivered", "failed", "canceled"), DeliveryState.FAILED),
}
OPTED_OUT = 21610
# Account, limits and carrier trouble: https://www.twilio.com/docs/api/errors
LATER = frozenset({20003, 20005, 20429, 30001, 30003, 30008})
IN_BETWEEN = frozenset({502, 504})  # a proxy's answer: Twilio itself may have taken the message
LOOKED_THROUGH = 50
"""Newest messages to a number among which a lost one is looked for."""


class TwilioSms:
    """One Twilio account and number, or messaging service (`twilio_from` = MG…)."""

    name = "twilio"
    medium = Medium.SMS
    limits = Limits(characters=1600, segments=6)
    routes = (Route("/twilio/sms"), Route("/twilio/status", purpose="receipt"))

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `twilio_account_sid`, `_auth_tokens` (first sends, all verify), `_from`, `_api_url`, `public_url`."""
        tokens = [token for token in values.get("twilio_auth_tokens", "").split(",") if token]
        self._validators = [RequestValidator(token) for token in tokens]
        self._unconfigured = Guard(token="", demo=values.get("demo") == "1")
        self._from = values.get("twilio_from", "")
        self._callback = values.get("public_url", "").rstrip("/") + "/webhooks/twilio/status"
        transport = _Transport(http, values.get("twilio_api_url", ""))
        sid = values.get("twilio_account_sid", "")
        self._client = Client(sid, tokens[0], http_client=transport) if sid and tokens else None

    def verify(self, request: Request) -> None:
        """The signature under any token; it covers the public address with its query, and the form."""
        if not self._validators:
            self._unconfigured.check(request)
            return
        signature = request.headers.get(SIGNATURE_HEADER.lower(), "")
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER.lower()))
        form = _Form(request.form)
        if not any(each.validate(request.url, form, signature, algorithm) for each in self._validators):
            raise Unauthorised("wrong_signature")

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """A text (`/sms`) or the status of one of ours (`/status`)."""
        form = dict(reversed(request.form))
        if request.path.endswith("/status"):
            return [_receipt(form, dict(request.query).get("key"))]
        return [self._text(form)]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """An empty TwiML document: the reply goes through the outbox, a text here would be sent twice on a retry."""
        return Response(
            body='<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml; charset=utf-8"
        )

    def send(self, message: Outgoing) -> SendResult:
        """Create the message; its status callback carries our key, and the signature covers it."""
        if self._client is None:
            return Retry("twilio_not_configured")
        source = {"messaging_service_sid" if self._from.startswith("MG") else "from_": self._from}
        try:
            created = self._client.messages.create(
                to=f"+{message.recipient}",
                body=message.text,
                status_callback=f"{self._callback}?{urlencode({'key': message.key})}",
                **source,
            )
        except _EXPECTED as error:
            return _failure(error)
        return Accepted(created.sid) if isinstance(created.sid, str) else Unknown("twilio_unreadable")

    def lookup(self, message: Outgoing) -> SendResult | None:
        """Look for the text among the newest messages to the number, none older than `message.created_at`."""
        if self._client is None:
            return None
        try:
            found = self._client.messages.list(to=f"+{message.recipient}", limit=LOOKED_THROUGH)
        except _EXPECTED as error:
            failure = _failure(error)
            return Unknown(failure.code) if isinstance(failure, Retry | Dead) else failure
        ours = [each for each in found if each.body == message.text and _is_new(each.date_created, message.created_at)]
        return Accepted(ours[0].sid) if ours else Retry("twilio_never_came")

    def _text(self, form: Mapping[str, str]) -> InboundEvent:
        for name, code in (("MessageSid", "id_missing"), ("From", "sender_missing")):
            if not form.get(name):
                raise Malformed(code)
        sender = sender_number(form["From"])
        if sender is None:
            raise Malformed("sender_unknown")
        if "Body" not in form:
            raise Malformed("text_missing")
        return InboundEvent(
            channel=self.name,
            medium=self.medium,
            kind=EventKind.TEXT,
            provider_id=form["MessageSid"],
            sender=sender,
            text=incoming(form["Body"]),
            recipient=form.get("To", "").lstrip("+"),
        )


class _Form(dict[str, list[str]]):
    """Form fields with their repeats, as the validator wants them."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        return self[name]


class _NoAnswer(Exception):
    """The transport's way through Twilio's library."""

    def __init__(self, result: Retry | Unknown) -> None:
        super().__init__(result.code)
        self.result = result


# The transport's, the library's, and what the library raises on an answer that is not what it should be.
_EXPECTED = (_NoAnswer, TwilioException, ValueError, KeyError, TypeError, AttributeError)


class _Transport(TwilioHttpClient):  # type: ignore[misc]  # twilio ships without types
    """Twilio's client on the shared connections, pointed at the configured address."""

    def __init__(self, http: HttpClient, api_url: str) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._http = http
        self._base = urlsplit(api_url)

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        """One exchange; raises _NoAnswer when there was none."""
        form = _pairs(data) if data else None
        answer = self._http.exchange(
            method, self._address(uri), query=_pairs(params or {}), form=form, headers=headers, auth=auth
        )
        if not isinstance(answer, HttpAnswer):
            raise _NoAnswer(answer)
        return TwilioResponse(answer.status, answer.body.decode("utf-8", "replace"), answer.headers)

    def _address(self, uri: str) -> str:
        if not self._base.netloc:
            return uri
        asked = urlsplit(uri)
        return urlunsplit(
            (self._base.scheme, self._base.netloc, self._base.path.rstrip("/") + asked.path, asked.query, "")
        )


def _pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, str(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    ]


def _failure(error: Exception) -> Retry | Dead | Unknown:
    """What an exception of Twilio's client means for the message."""
    if isinstance(error, _NoAnswer):
        return error.result
    if isinstance(error, TwilioRestException):
        return _refusal(error.status, error.code)
    return Unknown("twilio_unreadable")


def _refusal(status: int, number: int | None) -> Retry | Dead | Unknown:
    code = f"twilio_{number or status}"
    if number == OPTED_OUT:
        return Dead(code, opted_out=True)
    if status in IN_BETWEEN:
        return Unknown(code)
    if number in LATER or status != 400:
        return Retry(code)
    return Dead(code)


def _is_new(created: datetime | None, since: datetime | None) -> bool:
    return since is None or created is None or created >= since.replace(microsecond=0)


def _receipt(form: Mapping[str, str], key: str | None) -> Receipt:
    if not form.get("MessageSid"):
        raise Malformed("id_missing")
    state = STATES.get(form.get("MessageStatus", ""))
    if state is None:
        raise Malformed("status_unknown")
    error = form.get("ErrorCode", "")
    code = f"twilio_{error}" if error.isdecimal() else None
    return Receipt(channel=TwilioSms.name, state=state, reference=form["MessageSid"], key=key, code=code)
