"""A domestic aggregator in eSMS's shape: signed texts by GET, sending by JSON (https://developers.esms.vn)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

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
from channels.text import Encoding, encoding, incoming

_SEND_PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_CUSTOMER_CARE = "2"  # SmsType of a registered brand name writing to its own customers
TAKEN = "100"
TAKEN_BEFORE = "124"  # this RequestId came within the last day
# The account, its balance or the aggregator itself is in trouble, not this message.
LATER = frozenset({"99", "101", "102", "103", "104", "177"})


class Esms:
    """One account; texts arrive signed, delivery reports unsigned at a secret address."""

    name = "esms"
    medium = Medium.SMS
    limits = Limits(characters=480, segments=3)
    routes = (Route("/esms/mo", ("GET",)), Route("/esms/dlr", ("GET",), "receipt"))

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads `public_url`, `esms_api_url`, `_api_key`, `_secret_key`, `_brandname`, `_mo_key`, `_token`, …."""
        self._guard = Guard.of(values, "esms")
        self._mo_key = values.get("esms_mo_key", "")
        self._unconfigured = Guard(token="", demo=values.get("demo") == "1")
        self._address = values.get("esms_api_url", "").rstrip("/")
        self._account = {"ApiKey": values.get("esms_api_key", ""), "SecretKey": values.get("esms_secret_key", "")}
        self._brandname = values.get("esms_brandname", "")
        self._public_url = values.get("public_url", "").rstrip("/")
        self._http = http

    def verify(self, request: Request) -> None:
        """A text: `sign`, the MD5 over cpid, smsid, content, receiverTime and our key.  A report: the token."""
        if request.path.endswith("/dlr"):
            self._guard.check(request)
        elif not self._mo_key:
            self._unconfigured.check(request)
        elif not hmac.compare_digest(_signature(dict(reversed(request.query)), self._mo_key), _given(request)):
            raise Unauthorised("wrong_signature")

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """A text (`/mo`) or a delivery report (`/dlr`)."""
        query = dict(reversed(request.query))
        return [_receipt(query) if request.path.endswith("/dlr") else self._text(query)]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """200 with nothing in it: a text would be sent on to the phone."""
        return Response()

    def send(self, message: Outgoing) -> SendResult:
        """Hand over under our key, which the aggregator refuses to take twice within a day."""
        if not self._address:
            return Retry("esms_not_configured")
        body = {
            **self._account,
            "Phone": message.recipient,
            "Content": message.text,
            "Brandname": self._brandname,
            "SmsType": _CUSTOMER_CARE,
            "IsUnicode": "0" if encoding(message.text) is Encoding.GSM7 else "1",
            "RequestId": message.key,
            "CallbackUrl": f"{self._public_url}/webhooks/esms/dlr?token={self._guard.token}",
        }
        answer = self._http.exchange("POST", self._address + _SEND_PATH, json=body)
        return _sent(answer) if isinstance(answer, HttpAnswer) else answer

    def lookup(self, message: Outgoing) -> SendResult | None:
        """Sending again is how one asks: a key known already is answered with 124 and nothing is sent."""
        return Retry("esms_ask_by_sending")

    def _text(self, query: Mapping[str, str]) -> InboundEvent:
        for name, code in (("smsid", "id_missing"), ("sender", "sender_missing")):
            if not query.get(name):
                raise Malformed(code)
        sender = sender_number(query["sender"])
        if sender is None:
            raise Malformed("sender_unknown")
        if "content" not in query:
            raise Malformed("text_missing")
        return InboundEvent(
            channel=self.name,
            medium=self.medium,
            kind=EventKind.TEXT,
            provider_id=query["smsid"],
            sender=sender,
            text=incoming(query["content"]),
            recipient=query.get("serviceNumber", ""),
        )


def _signature(query: Mapping[str, str], key: str) -> bytes:
    signed = "".join(query.get(name, "") for name in ("cpid", "smsid", "content", "receiverTime")) + key
    # MD5 is the aggregator's choice.
    return base64.b64encode(hashlib.md5(signed.encode(), usedforsecurity=False).digest())


def _given(request: Request) -> bytes:
    return next((value for name, value in request.query if name == "sign"), "").replace(" ", "+").encode()


def _receipt(query: Mapping[str, str]) -> Receipt:
    if not query.get("SMSID"):
        raise Malformed("id_missing")
    if query.get("SendSuccess", "0") not in ("", "0"):
        state = DeliveryState.DELIVERED
    elif query.get("SendFailed", "0") not in ("", "0"):
        state = DeliveryState.FAILED
    else:
        state = DeliveryState.SENT
    return Receipt(channel=Esms.name, state=state, reference=query["SMSID"], key=query.get("RequestId") or None)


def _sent(answer: HttpAnswer) -> SendResult:
    if answer.status != 200:
        code = f"esms_http_{answer.status}"
        return Unknown(code) if answer.status >= 500 else Retry(code, answer.retry_after)
    body = _body(answer)
    result = str(body.get("CodeResult", ""))
    if result in (TAKEN, TAKEN_BEFORE):
        return Accepted(str(body["SMSID"]) if body.get("SMSID") else None)
    if not result:
        return Unknown("esms_unreadable")
    return Retry(f"esms_{result}") if result in LATER else Dead(f"esms_{result}")


def _body(answer: HttpAnswer) -> Mapping[str, Any]:
    try:
        body = json.loads(answer.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
