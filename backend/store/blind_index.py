"""Blind index: equality look-ups on values that are stored sealed.

HMAC-SHA256 with a secret key, cut to 16 bytes: without the key nobody can try all phone numbers.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from backend.store.encryption import key_id

INDEX_BYTES = 16


class BlindIndex:
    """Digests with the first key of KHAIBAO_INDEX_KEYS; the others only serve `keys reindex`.

    Arguments: `keys`, 32 bytes each.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("at least one index key is needed")
        self._keys = tuple(keys)
        self.current = key_id(keys[0])

    def __call__(self, value: str, purpose: str) -> bytes:
        """16 bytes; the same value under another `purpose` gives other bytes."""
        return _digest(self._keys[0], value, purpose)

    def every(self, value: str, purpose: str) -> list[bytes]:
        """The digests under all keys, current one first."""
        return [_digest(key, value, purpose) for key in self._keys]


def _digest(key: bytes, value: str, purpose: str) -> bytes:
    return hmac.digest(key, f"{purpose}\x00{value}".encode(), "sha256")[:INDEX_BYTES]
