"""Blind index: equality look-ups on values that are stored sealed.

HMAC-SHA256 with a secret key, cut to 16 bytes: without the key nobody can try all phone numbers.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from backend.store.encryption import key_id
from channels.contract import InboundEvent

INDEX_BYTES = 16


class BlindIndex:
    """Digests with the first key of KHAIBAO_INDEX_KEYS; the others only serve `keys reindex`.

    Arguments: `keys`, 32 bytes each.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("at least one index key is needed")
        self._keys = tuple(keys)

    def __call__(self, value: str, purpose: str) -> bytes:
        """16 bytes; the same value under another `purpose` gives other bytes."""
        return _digest(self._keys[0], value, purpose)

    def address(self, address: str) -> bytes:
        """Of a phone number or a provider's user id."""
        return self(address, "address")

    def former_addresses(self, address: str) -> list[bytes]:
        """What `address` gave under the keys that were replaced."""
        return [_digest(key, address, "address") for key in self._keys[1:]]

    def provider(self, channel: str, provider_id: str) -> bytes:
        """Of a provider's id of an incoming message; some hold a phone number."""
        return self(f"{channel}\x00{provider_id}", "provider")

    def reference(self, channel: str, reference: str) -> bytes:
        """Of a provider's id of an outgoing message."""
        return self(f"{channel}\x00{reference}", "reference")

    def session(self, channel: str, session_id: str) -> bytes:
        """Of a provider's id of a USSD session."""
        return self(f"{channel}\x00{session_id}", "session")

    def pieces(self, event: InboundEvent) -> bytes:
        """Of the long text that a piece belongs to; the sender is part of it, references repeat between phones."""
        if event.concatenation is None:
            raise ValueError("the event is not a piece of a longer text")
        reference, total, _ = event.concatenation
        names = (event.channel, event.sender, event.recipient, reference, str(total))
        return self("\x00".join(names), "sms_parts")

    @property
    def key_ids(self) -> tuple[str, ...]:
        """Names of all keys in hex, current one first."""
        return tuple(key_id(key).hex() for key in self._keys)


def _digest(key: bytes, value: str, purpose: str) -> bytes:
    return hmac.digest(key, f"{purpose}\x00{value}".encode(), "sha256")[:INDEX_BYTES]
