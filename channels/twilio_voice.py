"""Calls by TwiML: the keys of a phone in, a voice out (https://www.twilio.com/docs/voice/twiml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.contract import (
    Accepted,
    Answer,
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

PATH, STATUS_PATH = "/twilio/voice", "/twilio/voice/status"
VOICES = {"vi": ("vi-VN", "Google.vi-VN-Wavenet-A"), "en": ("en-US", "Google.en-US-Wavenet-F")}
PATIENCE = 8  # seconds without a key
SILENCES = 3  # questions in a row that may stay without a key
STEPS_MOST = 500  # a call is over long before
# Letters on a telephone's keys: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE.
WITHHELD = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
STATES = {
    **dict.fromkeys(("queued", "initiated", "ringing"), DeliveryState.ACCEPTED),
    "in-progress": DeliveryState.SENT,
    "completed": DeliveryState.DELIVERED,
    **dict.fromkeys(("busy", "failed", "no-answer", "canceled"), DeliveryState.FAILED),
}


class TwilioVoice:
    """One number people call, and that calls people up."""

    name = "twilio_voice"
    medium = Medium.VOICE
    limits = Limits(characters=3000)
    routes = (Route(PATH), Route(STATUS_PATH, purpose="receipt"))

    def __init__(self, values: Mapping[str, str], http: HttpClient) -> None:
        """Reads what the account's texts need, `twilio_voice_from` (else `twilio_from`) and `hotline`."""
        self._signature = TwilioSignature(values)
        self._base = values.get("public_url", "").rstrip("/") + "/webhooks"
        self._hotline = values.get("hotline", "")
        self._from = values.get("twilio_voice_from") or values.get("twilio_from", "")
        self._client = make_client(values, http)

    def verify(self, request: Request) -> None:
        """The signature, as for texts; it covers the step in the query."""
        self._signature.check(request)

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """One step of a call, or how one of our own calls ended; nothing for a caller without a number."""
        form = dict(reversed(request.form))
        if not form.get("CallSid"):
            raise Malformed("id_missing")
        if request.path.endswith(STATUS_PATH):
            return [_receipt(form, dict(request.query).get("key"))]
        sender = _caller(form)
        return () if sender is None else [self._step(request, form, sender)]

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """What the caller hears next; a caller whose number is withheld goes to the hotline."""
        spoken = VoiceResponse()
        if answer is not None:
            self._say(spoken, answer, request)
        elif request is not None and _is_unknown_caller(request) and self._hotline:
            spoken.dial(self._hotline)
        elif request is not None and not request.path.endswith(STATUS_PATH):
            spoken.hangup()
        return Response(body=str(spoken), content_type="text/xml; charset=utf-8")

    def send(self, message: Outgoing) -> SendResult:
        """Ring the person up and say it twice; the status callback carries our key."""
        if self._client is None or not self._from:
            return Retry("twilio_voice_not_configured")
        spoken = VoiceResponse()
        language, voice = _voice(message.language)
        spoken.say(message.text, language=language, voice=voice, loop=2)
        callback = f"{self._base}{STATUS_PATH}?{urlencode({'key': message.key})}"
        try:
            call = self._client.calls.create(
                to=f"+{message.recipient}", from_=self._from, twiml=str(spoken), status_callback=callback
            )
        except EXPECTED as error:
            return failure_of(error)
        return Accepted(call.sid) if isinstance(call.sid, str) else Unknown("twilio_unreadable")

    def lookup(self, message: Outgoing) -> SendResult | None:
        """What was said in a call cannot be asked; its status callback may still tell."""
        return None

    def _step(self, request: Request, form: Mapping[str, str], sender: str) -> InboundEvent:
        """The first request of a call has no step; an unanswered question comes back without Digits."""
        session, step = form["CallSid"], _number(request, "step")
        ended = form.get("CallStatus", "") in OVER or _number(request, "silence") > SILENCES
        kind = EventKind.CLOSE if ended else EventKind.TEXT if step else EventKind.START
        return InboundEvent(
            channel=self.name,
            medium=self.medium,
            kind=kind,
            provider_id=f"{session}:{'close' if ended else step}",
            sender=sender,
            text=incoming(form.get("Digits", "")) if kind is EventKind.TEXT else "",
            recipient=form.get("To", "").lstrip("+"),
            session_id=session,
            step=None if ended else step,
        )

    def _say(self, spoken: VoiceResponse, answer: Answer, request: Request | None) -> None:
        language, voice = _voice(answer.language)
        if answer.final or answer.dial:
            spoken.say(answer.text, language=language, voice=voice)
            spoken.dial(answer.dial) if answer.dial else spoken.hangup()
            return
        step = _number(request, "step") + 1 if request else 1
        silent = request is not None and step > 1 and not dict(request.form).get("Digits")
        keys = {"num_digits": 1} if answer.one_key else {"finish_on_key": "#"}
        gather = Gather(input="dtmf", timeout=PATIENCE, action=self._next(step), method="POST", **keys)
        gather.say(answer.text, language=language, voice=voice)
        spoken.append(gather)
        spoken.redirect(self._next(step, _number(request, "silence") + 1 if request and silent else 1), method="POST")

    def _next(self, step: int, silence: int = 0) -> str:
        """Where the next step of the call comes to; `silence` counts questions without a key."""
        return f"{self._base}{PATH}?{urlencode({'step': step, **({'silence': silence} if silence else {})})}"


def _voice(language: str) -> tuple[str, str]:
    return VOICES.get(language, VOICES["en"])


def _number(request: Request | None, name: str) -> int:
    """A count in the query, which is ours and signed."""
    value = dict(request.query).get(name, "") if request else ""
    return min(int(value), STEPS_MOST) if value.isascii() and value.isdecimal() and len(value) < 9 else 0


def _is_unknown_caller(request: Request) -> bool:
    form = dict(reversed(request.form))
    return _caller(form) is None and form.get("CallStatus", "") not in OVER


def _caller(form: Mapping[str, str]) -> str | None:
    shown = form.get("From", "")
    return None if shown.lstrip("+ ") in WITHHELD else sender_number(shown)


def _receipt(form: Mapping[str, str], key: str | None) -> Receipt:
    status = form.get("CallStatus", "")
    if status not in STATES:
        raise Malformed("status_unknown")
    code = f"call_{status.replace('-', '_')}" if STATES[status] is DeliveryState.FAILED else None
    return Receipt(TwilioVoice.name, STATES[status], form["CallSid"], key, code)
