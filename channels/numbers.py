"""Whose number a gateway shows as the sender of a message."""

from __future__ import annotations

import re

from backend.forms.phones import normalise_phone

_INTERNATIONAL = re.compile(r"[1-9]\d{9,14}", re.ASCII)


def sender_number(shown: str) -> str | None:
    """E.164 digits without "+"; None for short codes, names and withheld numbers, which nobody can answer.

    Gateways write 0…, 84… and +84…, and also international numbers without "+" or with one that became a space.
    """
    digits = shown.strip()
    return normalise_phone(digits) or (digits if _INTERNATIONAL.fullmatch(digits) else None)
