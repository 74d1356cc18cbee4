"""A person wants to be rung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.services.commands.base import Work

REASONS = ("emergency", "asked")


def request_callback(work: Work, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put the phone on the hotline's list; asking twice changes nothing while a request is open."""
    reason = args.get("reason")
    work.unit.callbacks.request(work.conversation, reason if reason in REASONS else "asked", work.now)
    return {}
