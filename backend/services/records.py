"""Venues, facilities, cases, alerts, call-backs as plain JSON, the same for terminal and API; never with a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.domain.broadcasts import Audience, Broadcast, BroadcastStatus
from backend.domain.callbacks import REASONS as CALLBACK_REASONS
from backend.domain.callbacks import Callback
from backend.domain.cases import Case
from backend.domain.checklists import Colour
from backend.domain.exposure import Exposure
from backend.domain.facilities import Facility, Feedback, Report, Standing
from backend.domain.venues import Venue
from backend.services.alerts import AlertReport
from backend.services.broadcasts import BroadcastReport, Preview
from backend.services.facilities import FacilityState
from backend.services.follow_up_desk import Course
from backend.services.ports.follow_up import HealthWorker
from backend.services.ports.outbox import OutboxState

__all__ = [
    "AUDIENCES", "BROADCAST_STATUSES", "CALLBACK_REASONS", "COLOURS", "Exposure", "broadcast_record",
    "broadcast_status_record",
    "callback_record", "case_record", "course_record", "exposure_record", "facility_record", "feedback_record",
    "preview_record", "report_record", "standing_record", "state_record", "venue_record", "worker_record",
]  # fmt: skip

AUDIENCES = [each.value for each in Audience]
BROADCAST_STATUSES = [each.value for each in BroadcastStatus]
COLOURS = [each.value for each in Colour]


def course_record(course: Course, days: bool = False) -> dict[str, Any]:
    """A follow-up and how it goes; with `days` each day's answer, newest first; never the person."""
    follow_up, questions = course.follow_up, course.questions
    shown = {
        "reference": follow_up.reference, "state": follow_up.state.value, "pack": follow_up.pack,
        "source": follow_up.source, "ends": follow_up.ends_on.isoformat(), "asked": len(questions),
        "answered": course.answered, "last": questions[0].answer if questions else None,
        "escalated": follow_up.escalated_at is not None,
    }  # fmt: skip
    if not days:
        return shown
    return {**shown, "days": [
        {"day": notice.day.isoformat() if notice.day else None, "answer": notice.answer,
         "reminded": notice.reminded_at is not None}
        for notice in questions
    ]}  # fmt: skip


def worker_record(worker: HealthWorker) -> dict[str, Any]:
    """A health worker; the phone is that of the office."""
    return {"commune": worker.commune, "phone": worker.phone, "office": worker.office}


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


def broadcast_record(broadcast: Broadcast) -> dict[str, Any]:
    """A broadcast as it was written, and where it stands."""
    return {
        "broadcast": broadcast.id, "status": broadcast.status.value, "audience": broadcast.audience.value,
        "areas": list(broadcast.areas), "urgent": broadcast.urgent, "texts": dict(broadcast.texts),
        "proposed_at": broadcast.proposed_at.isoformat(),
    }  # fmt: skip


def preview_record(preview: Preview) -> dict[str, Any]:
    """What would be sent, to how many phones of each language, at what cost in SMS."""
    shown = [
        {"language": each.language, "text": each.text, "segments": each.segments.number,
         "phones": each.phones, "opted_out": each.opted_out}
        for each in preview.shown
    ]  # fmt: skip
    return {
        **broadcast_record(preview.broadcast), "phones": preview.phones, "segments": preview.segments, "shown": shown,
    }  # fmt: skip


def broadcast_status_record(report: BroadcastReport) -> dict[str, Any]:
    """The counters of a broadcast: messages by what became of them, as long as messages are kept."""
    counts = report.messages
    delivered, sent = counts.get(OutboxState.DELIVERED, 0), counts.get(OutboxState.SENT, 0)
    failed = counts.get(OutboxState.FAILED, 0)
    return {
        **broadcast_record(report.broadcast), "queued": sum(counts.values()), "sent": sent + delivered,
        "delivered": delivered, "failed": failed, "cancelled": counts.get(OutboxState.CANCELLED, 0),
    }  # fmt: skip


def facility_record(facility: Facility) -> dict[str, Any]:
    """A facility by its venue's code, and what it answers."""
    return {"code": facility.venue.code, "name": facility.venue.name, "checklist": facility.checklist}


def standing_record(standing: Standing) -> dict[str, Any]:
    """How a facility stands today."""
    return {
        "code": standing.code, "name": standing.name, "kind": standing.kind, "province": standing.province,
        "commune": standing.commune, "colour": standing.colour.value,
        "reported_at": standing.reported_at.isoformat() if standing.reported_at else None,
        "feedback": standing.feedback,
    }  # fmt: skip


def state_record(state: FacilityState) -> dict[str, Any]:
    """A facility with the report that counts; its officers are only counted."""
    return {
        **facility_record(state.facility), "colour": state.standing.colour.value, "feedback": state.standing.feedback,
        "officers": len(state.officers), "report": _report(state.report) if state.report else None,
    }  # fmt: skip


def _report(report: Report) -> dict[str, Any]:
    return {
        "day": report.day.isoformat(), "bits": report.bits, "level": report.level, "colour": report.colour.value,
        "score": report.score, "most": report.most, "reported_at": report.reported_at.isoformat(),
    }  # fmt: skip


def feedback_record(feedback: Feedback) -> dict[str, Any]:
    """What a citizen wrote, by number; never who."""
    return {"number": feedback.id, "text": feedback.text, "received_at": feedback.received_at.isoformat()}
