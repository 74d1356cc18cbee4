"""Venues, cases, exposures, alerts and call-backs as plain JSON, the same for terminal and API; never with a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.domain.callbacks import REASONS as CALLBACK_REASONS
from backend.domain.callbacks import Callback
from backend.domain.cases import Case
from backend.domain.exposure import Exposure
from backend.domain.venues import Venue
from backend.services.alerts import AlertReport

__all__ = [
    "CALLBACK_REASONS", "Exposure", "callback_record", "case_record", "exposure_record", "report_record",
    "venue_record",
]  # fmt: skip


def venue_record(shown: Venue) -> dict[str, Any]:
    """A venue without its keeper."""
    return {
        "code": shown.code, "name": shown.name, "kind": shown.kind, "province": shown.province,
        "commune": shown.commune, "address": shown.address, "status": shown.status.value,
    }  # fmt: skip


def case_record(case: Case) -> dict[str, Any]:
    """A case by its number and the time it infects."""
    return {
        "case": case.id, "pack": case.pack, "infectious_from": case.infectious_from.isoformat(),
        "infectious_until": case.infectious_until.isoformat(),
    }  # fmt: skip


def exposure_record(found: Exposure, codes: Mapping[int, str]) -> dict[str, Any]:
    """An exposure; a person is a random id, a venue its code."""
    start, end = (found.span.start.isoformat(), found.span.end.isoformat()) if found.span else (None, None)
    return {
        "person": found.person_id, "tier": found.tier, "source": found.source,
        "venue": None if found.venue_id is None else codes[found.venue_id],
        "start": start, "end": end, "visitors": found.visitors,
    }  # fmt: skip


def callback_record(callback: Callback) -> dict[str, Any]:
    """Whom to ring; the number is what the list is for, and every look at it is audited."""
    return {
        "callback": callback.id, "phone": callback.address, "reason": callback.reason, "language": callback.language,
        "since": callback.requested_at.isoformat(),
    }  # fmt: skip


def report_record(report: AlertReport) -> dict[str, Any]:
    """The counters of an alert."""
    counts = report.counts
    return {
        "alert": report.alert.id, "case": report.alert.case_id, "status": report.alert.status.value,
        "proposed": counts.proposed, "queued": counts.queued, "sent": counts.sent, "delivered": counts.delivered,
        "answered": counts.answered, "symptoms": counts.symptoms, "minutes": report.minutes,
    }  # fmt: skip
