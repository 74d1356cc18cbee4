"""Numbers as gateways show them: whose message it is, and what somebody has dialled."""

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


def dialled_path(dialled: str, code: str) -> str:
    """What was dialled after the service code, without the frame of * and #: "2*1" of "*098*2*1#" for "*098#"."""
    inner, prefix = dialled.strip().strip("*#"), code.strip().strip("*#")
    return inner[len(prefix) :].lstrip("*") if inner == prefix or inner.startswith(prefix + "*") else ""
