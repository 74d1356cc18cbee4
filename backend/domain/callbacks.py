"""Phones the hotline is to ring: somebody in danger first, then whoever has waited longest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

EMERGENCY, SYMPTOMS, ASKED, SILENT, INCOMPLETE = "emergency", "symptoms", "asked", "silent", "incomplete"
REASONS = (EMERGENCY, SYMPTOMS, ASKED, SILENT, INCOMPLETE)  # most urgent first
MAY_RING = frozenset({"hotline", "health_worker", "officer", "approver", "admin"})


@dataclass(frozen=True)
class Callback:
    """An open request; `address` is a phone, or a chat account that is linked with none."""

    id: int
    address: str
    language: str
    reason: str
    requested_at: datetime


def calmer_than(reason: str) -> tuple[str, ...]:
    """The reasons of an open request that a new one with this reason makes more urgent."""
    return REASONS[REASONS.index(reason) + 1 :]
