"""Failures of services that a face explains by their code, and the rules several services refuse by."""

from __future__ import annotations

from backend.domain.refusals import Refused, Unknown
from backend.forms.phones import normalise_phone
from backend.services.ports.unit import StoreUnavailable

__all__ = ["REASON_MOST", "Refused", "StoreUnavailable", "Unknown", "checked_phone", "checked_reason", "readable"]

REASON_MOST = 500  # characters, as the audit log and decisions hold


def readable(text: str) -> bool:
    """Whether a text has only signs that people can see and databases can hold."""
    return text.isprintable()


def checked_reason(reason: str) -> str:
    """A reason for the audit log without blanks around it; raises Refused."""
    said = reason.strip()
    if not 0 < len(said) <= REASON_MOST or not readable(said):
        raise Refused("reason_wrong", f"a reason has 1 to {REASON_MOST} characters, on one line")
    return said


def checked_phone(text: str) -> str:
    """E.164 digits of a telephone number in any spelling; raises Refused."""
    number = normalise_phone(text)
    if number is None:
        raise Refused("phone_wrong", "not a telephone number")
    return number
