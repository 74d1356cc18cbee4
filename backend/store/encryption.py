"""Field encryption: AES-256-GCM, every value bound to its table, column and row.

A sealed value is  version (1 byte) · key id (4) · nonce (12) · ciphertext with tag.  The additional
data is "table.column" and the row's random `uid`, so a value copied to another row or column cannot
be opened.  The first key of KHAIBAO_FIELD_KEYS seals, all of them open.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
UID_BYTES = 16
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES


class SealBroken(Exception):
    """A sealed value was altered, belongs to another row or column, or its key is missing.

    `code` is loggable: unknown_version, unknown_key or wrong_seal.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def new_uid() -> bytes:
    """16 random bytes that name a row before the database has numbered it."""
    return os.urandom(UID_BYTES)


def key_id(key: bytes) -> bytes:
    """Four bytes that name a key without telling anything about it."""
    return hashlib.sha256(b"khaibao key id\x00" + key).digest()[:KEY_ID_BYTES]


class FieldCipher:
    """Seals and opens values.

    Arguments: `keys`, 32 bytes each, first one seals.  Random nonces: change the key before it has
    sealed 2**32 values (NIST SP 800-38D, 8.3).
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("at least one field key is needed")
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.current = key_id(keys[0])
        self._sealer = self._ciphers[self.current]

    def seal_bytes(self, context: bytes, clear: bytes) -> bytes:
        """Encrypt `clear` so that only the same `context` opens it."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + self.current + nonce + self._sealer.encrypt(nonce, clear, context)

    def open_bytes(self, context: bytes, sealed: bytes) -> bytes:
        """Decrypt; raises SealBroken."""
        if sealed[:1] != VERSION or len(sealed) < HEADER_BYTES:
            raise SealBroken("unknown_version")
        cipher = self._ciphers.get(sealed_with(sealed))
        if cipher is None:
            raise SealBroken("unknown_key")
        try:
            return cipher.decrypt(sealed[HEADER_BYTES - NONCE_BYTES : HEADER_BYTES], sealed[HEADER_BYTES:], context)
        except InvalidTag:
            raise SealBroken("wrong_seal") from None

    def seal(self, column: Column[Any], uid: bytes, value: Any) -> bytes:
        """Seal a JSON value for one column of the row `uid`."""
        return self.seal_bytes(
            context_of(column, uid), json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        )

    def open(self, column: Column[Any], uid: bytes, sealed: bytes) -> Any:
        """The JSON value sealed for this column of this row; raises SealBroken."""
        return json.loads(self.open_bytes(context_of(column, uid), sealed))

    def seal_optional(self, column: Column[Any], uid: bytes, value: Any | None) -> bytes | None:
        """As `seal`; None stays NULL."""
        return None if value is None else self.seal(column, uid, value)

    def open_optional(self, column: Column[Any], uid: bytes, sealed: bytes | None) -> Any | None:
        """As `open`; NULL stays None."""
        return None if sealed is None else self.open(column, uid, sealed)


def sealed_with(sealed: bytes) -> bytes:
    """Id of the key that sealed a value."""
    return sealed[len(VERSION) : len(VERSION) + KEY_ID_BYTES]


def context_of(column: Column[Any], uid: bytes) -> bytes:
    """The additional authenticated data of one field of one row."""
    return f"{column.table.name}.{column.name}\x00".encode() + uid
