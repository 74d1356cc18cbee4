"""Twilio's signature, the same for texts and calls (https://www.twilio.com/docs/usage/security)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from channels.contract import Request, Unauthorised
from channels.guard import Guard


class TwilioSignature:
    """Passes what is signed with any token of the account; without one, loopback in the demo."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Reads `twilio_auth_tokens`, `demo`."""
        self.tokens = [token for token in values.get("twilio_auth_tokens", "").split(",") if token]
        self._validators = [RequestValidator(token) for token in self.tokens]
        self._unconfigured = Guard(token="", demo=values.get("demo") == "1")

    def check(self, request: Request) -> None:
        """Raise Unauthorised; the signature covers the public address with its query, and the form."""
        if not self._validators:
            self._unconfigured.check(request)
            return
        signature = request.headers.get(SIGNATURE_HEADER.lower(), "")
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER.lower()))
        form = _Form(request.form)
        if not any(each.validate(request.url, form, signature, algorithm) for each in self._validators):
            raise Unauthorised("wrong_signature")


class _Form(dict[str, list[str]]):
    """Form fields with their repeats, as the validator wants them."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        return self[name]
