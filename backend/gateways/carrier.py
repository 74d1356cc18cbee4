"""The sending half of all adapters behind one door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from channels.contract import Accepted, Adapter, Dead, Limits, Medium, Outgoing, Sender, SendResult


class ChannelCarrier:
    """ports.outside.Carrier over the adapters of channels.registry.

    Arguments: `terminal`, channels without a provider and their face: what is written to them counts as sent.
    """

    def __init__(self, adapters: Mapping[str, Adapter], terminal: Mapping[str, Medium]) -> None:
        self._adapters, self._terminal = adapters, terminal

    def medium(self, channel: str) -> Medium:
        """The face of a channel; a channel that is no longer there is written to as SMS and then refused."""
        if channel in self._terminal:
            return self._terminal[channel]
        adapter = self._adapters.get(channel)
        return adapter.medium if adapter else Medium.SMS

    def limits(self, channel: str) -> Limits:
        """What one message on a channel can carry; no limit where no provider is."""
        adapter = None if channel in self._terminal else self._adapters.get(channel)
        return adapter.limits if adapter else Limits()

    def send(self, channel: str, message: Outgoing) -> SendResult:
        """Hand one message to its provider."""
        if channel in self._terminal:
            return Accepted(message.key)
        sender = self._sender(channel)
        return sender.send(message) if sender else Dead("channel_cannot_send")

    def lookup(self, channel: str, message: Outgoing) -> SendResult | None:
        """Ask what became of an unknown one; None where the provider cannot be asked."""
        sender = self._sender(channel)
        return sender.lookup(message) if sender else None

    def _sender(self, channel: str) -> Sender | None:
        adapter = self._adapters.get(channel)
        return cast(Sender, adapter) if adapter and adapter.limits.can_start else None
