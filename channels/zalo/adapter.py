"""One official account: its webhook and its ways of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channels.contract import (
    Accepted,
    Answer,
    Dead,
    InboundEvent,
    Limits,
    Medium,
    Outgoing,
    Receipt,
    Request,
    Response,
    Retry,
    Route,
    SendResult,
    TokenVault,
    Unknown,
)
from channels.payload import json_object
from channels.sending import HttpAnswer, HttpClient
from channels.zalo.events import ACCOUNT, ANONYMOUS, CHANNEL, read
from channels.zalo.signature import Signature, says_nothing
from channels.zalo.tokens import MemoryVault, TokenKeeper, error_code, json_body

TOKEN_REFUSED = frozenset({-216, -220, -124})
RATE = -32
RATE_WAIT = 60.0  # seconds
# Zalo has the message's answer ready for good: closed window, not followed, wrong parameter, no Zalo on that
# phone, night, quota, template off.  The house tries another way.
FINAL = frozenset(
    {-108, -114, -118, -119, -131, -132, -133, -139, -144, -147, -201, -213, -227, -230, -232, -234, -244}
)
TEMPLATE_TEXT = 400  # characters one parameter of a template takes


class Zalo:
    """One official account.  A recipient that is a phone number is written to by template."""

    name = CHANNEL
    medium = Medium.ZALO
    limits = Limits(characters=2000)
    routes = (Route("/zalo", ("GET", "POST")),)

    def __init__(self, values: Mapping[str, str], http: HttpClient, vault: TokenVault | None = None) -> None:
        """Reads `zalo_api_url`, `zalo_template_url`, `zalo_templates`, `zalo_image_url`; see also its parts."""
        self._signature = Signature(values)
        self._tokens = TokenKeeper(values, http, vault or MemoryVault())
        self._api = values.get("zalo_api_url", "").rstrip("/")
        self._template_api = values.get("zalo_template_url", "").rstrip("/")
        self._templates = _templates(values.get("zalo_templates", ""))
        self._image = values.get("zalo_image_url", "")
        self._http = http

    def verify(self, request: Request) -> None:
        """The signature, in any of its variants."""
        self._signature.check(request)

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """One event; none for the console's try-out."""
        return () if says_nothing(request) else read(json_object(request))

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """200 with nothing in it, which has to come within two seconds."""
        return Response()

    def send(self, message: Outgoing) -> SendResult:
        """A chat message, or a template to a phone; a refused token is renewed once."""
        if not self._tokens.configured:
            return Retry("zalo_not_configured")
        wanted = self._wanted(message)
        if isinstance(wanted, Dead):
            return wanted
        token = self._tokens.access()
        if isinstance(token, Retry):
            return token
        answer = self._post(*wanted, token)
        if _error(answer) in TOKEN_REFUSED:
            token = self._tokens.access(refused=token)
            if isinstance(token, Retry):
                return token
            answer = self._post(*wanted, token)
        return _outcome(answer) if isinstance(answer, HttpAnswer) else answer

    def lookup(self, message: Outgoing) -> SendResult | None:
        """Zalo cannot be asked; a receipt may still tell."""
        return None

    def _wanted(self, message: Outgoing) -> tuple[str, Mapping[str, Any]] | Dead:
        """Address and body of the request."""
        if message.recipient.startswith(ACCOUNT):
            content = self._form(message) if message.asks_phone else {"text": message.text}
            return f"{self._api}/v3.0/oa/message/cs", {"recipient": _recipient(message.recipient), "message": content}
        template = self._templates.get(message.purpose)
        if template is None:
            return Dead("zalo_no_template")
        body = {"phone": message.recipient, "template_id": template, "tracking_id": message.key,
                "template_data": {"content": message.text[:TEMPLATE_TEXT]}}  # fmt: skip
        return f"{self._template_api}/message/template", body

    def _form(self, message: Outgoing) -> Mapping[str, Any]:
        """The card on which a person may share name and phone number."""
        title, _, subtitle = message.text.partition("\n")
        element = {"title": title[:100], "subtitle": (subtitle or title)[:500], "image_url": self._image}
        payload = {"template_type": "request_user_info", "elements": [element]}
        return {"attachment": {"type": "template", "payload": payload}}

    def _post(self, url: str, body: Mapping[str, Any], token: str) -> HttpAnswer | Retry | Unknown:
        return self._http.exchange("POST", url, json=body, headers={"access_token": token})


def _templates(listed: str) -> Mapping[str, str]:
    """`exposure=1234,result=5678` as {"exposure": "1234", …}."""
    pairs = (item.partition("=") for item in listed.split(",") if item)
    return {purpose.strip(): template.strip() for purpose, _, template in pairs}


def _recipient(address: str) -> Mapping[str, str]:
    if not address.startswith(ANONYMOUS):
        return {"user_id": address.removeprefix(ACCOUNT)}
    person, _, chat = address.removeprefix(ANONYMOUS).partition(":")
    return {"anonymous_id": person, "conversation_id": chat}


def _error(answer: HttpAnswer | Retry | Unknown) -> int | None:
    """The error in a body, whatever the status; None when there is no number."""
    error = json_body(answer).get("error") if isinstance(answer, HttpAnswer) else None
    return error if isinstance(error, int) else None


def _outcome(answer: HttpAnswer) -> SendResult:
    body, error = json_body(answer), _error(answer)
    if error == 0:
        data = body.get("data")
        reference = data.get("message_id") or data.get("msg_id") if isinstance(data, dict) else None
        return Accepted(str(reference) if reference else None)
    if error is None:
        return _without_error(answer)
    code = f"zalo{error_code(body)}"
    if error in FINAL:
        return Dead(code)
    return Retry(code, RATE_WAIT if error == RATE else answer.retry_after)


def _without_error(answer: HttpAnswer) -> SendResult:
    """Something in front of Zalo answered: refused it, or broke off after passing it on."""
    code = f"zalo_http_{answer.status}"
    if answer.status == 200 or answer.status >= 500:
        return Unknown(code)
    return Retry(code, answer.retry_after)
