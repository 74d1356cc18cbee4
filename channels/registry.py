"""Every channel there is, one line each, built from configuration values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import NamedTuple, cast

from channels.contract import Adapter, TokenVault
from channels.sending import HttpClient

Values = Mapping[str, str]
"""Configuration by environment name without KHAIBAO_, lower case: `kannel_token`, `public_url`, `demo` ("1")."""


class _Channel(NamedTuple):
    """Where an adapter is; its module, and the provider's library with it, is loaded when it is built."""

    module: str
    factory: str
    demo_only: bool = False
    keeps_tokens: bool = False


CHANNELS: Mapping[str, _Channel] = {
    "africastalking": _Channel("ussd", "AfricasTalking"),
    "esms": _Channel("esms", "Esms"),
    "gsup": _Channel("gsup", "Gsup"),
    "hubtel": _Channel("ussd", "Hubtel"),
    "infobip": _Channel("ussd", "Infobip"),
    "kannel": _Channel("kannel", "Kannel"),
    "nalo": _Channel("ussd", "Nalo"),
    "simulator": _Channel("simulator", "SimulatorSms", demo_only=True),
    "simulator_ussd": _Channel("simulator", "SimulatorUssd", demo_only=True),
    "twilio": _Channel("twilio_sms", "TwilioSms"),
    "twilio_voice": _Channel("twilio_voice", "TwilioVoice"),
    "zalo": _Channel("zalo", "Zalo", keeps_tokens=True),
}


def build(values: Values, http: HttpClient | None = None, vault: TokenVault | None = None) -> dict[str, Adapter]:
    """All channels by name, in the order above; those for the demo only when `demo` is "1".

    `vault` keeps tokens that providers renew; without one they end with the process.

    A channel without its secrets is built too and refuses every request, so that a forgotten setting is
    a 403 and not a hole.  Adapters whose `limits.can_start` also have `send` and `lookup`.
    Raises ValueError for a value that cannot be used.
    """
    client = http or HttpClient()
    wanted = {name: at for name, at in CHANNELS.items() if values.get("demo") == "1" or not at.demo_only}
    return {name: _factory(at, vault)(values, client) for name, at in wanted.items()}


def _factory(at: _Channel, vault: TokenVault | None) -> Callable[[Values, HttpClient], Adapter]:
    made = getattr(import_module(f"channels.{at.module}"), at.factory)
    return cast(Callable[[Values, HttpClient], Adapter], partial(made, vault=vault) if at.keeps_tokens else made)
