"""Twilio SMS: signed webhooks in, REST out (https://www.twilio.com/docs/messaging)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

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
from channels.numbers import sender_number
from channels.sending import HttpClient
from channels.text import incoming
from channels.twilio_client import EXPECTED, failure_of, make_client
from channels.twilio_signature import TwilioSignature

STATES = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending"), DeliveryState.ACCEPTED),
    "sent": DeliveryState.SENT,
    **dict.fromkeys(("delivered", "read"), DeliveryState.DELIVERED),
    **dict.fromkeys(("undelivered", "failed", "canceled"), DeliveryState.FAILED),
}
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
        self._signature = TwilioSignature(values)
        self._from = values.get("twilio_from", "")
        self._callback = values.get("public_url", "").rstrip("/") + "/webhooks/twilio/status"
        self._client = make_client(values, http)

    def verify(self, request: Request) -> None:
        """The signature under any token; it covers the public address with its query, and the form."""
        self._signature.check(request)

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
        except EXPECTED as error:
            return failure_of(error)
        return Accepted(created.sid) if isinstance(created.sid, str) else Unknown("twilio_unreadable")

    def lookup(self, message: Outgoing) -> SendResult | None:
        """Look for the text among the newest messages to the number, none older than `message.created_at`."""
        if self._client is None:
            return None
        try:
            found = self._client.messages.list(to=f"+{message.recipient}", limit=LOOKED_THROUGH)
        except EXPECTED as error:
            failure = failure_of(error)
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
