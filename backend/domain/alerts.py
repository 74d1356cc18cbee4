"""Alerts: nobody is warned without two people; one proposes, another approves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from backend.domain.refusals import Refused

MAY_PROPOSE = frozenset({"officer", "approver", "admin"})
MAY_DECIDE = frozenset({"approver", "admin"})
ROLES = ("officer", "approver", "health_worker", "border", "hotline", "facility", "admin")


class AlertStatus(StrEnum):
    """proposed -> approved -> finished (every notice is queued) | rejected."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    FINISHED = "finished"


class AlertRefused(Refused):
    """What may not be done with an alert; `code` is same_person, role_wrong, already_decided or nobody_exposed."""


@dataclass(frozen=True)
class StaffUser:
    """Somebody who works with the service; `office` is what citizens read when they ask who looked."""

    id: int
    name: str
    role: str
    office: str
    created_at: datetime


@dataclass(frozen=True)
class Alert:
    """A proposal to warn everybody a case exposed; users by id."""

    id: int
    case_id: int
    status: AlertStatus
    proposed_by: int
    proposed_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str = ""


def check_proposer(user: StaffUser) -> None:
    """Raises AlertRefused for a role that may not propose."""
    if user.role not in MAY_PROPOSE:
        raise AlertRefused("role_wrong")


def decided(alert: Alert, user: StaffUser, approve: bool, reason: str, now: datetime) -> Alert:
    """The alert after somebody's decision; raises AlertRefused."""
    if alert.status is not AlertStatus.PROPOSED:
        raise AlertRefused("already_decided")
    if user.role not in MAY_DECIDE:
        raise AlertRefused("role_wrong")
    if user.id == alert.proposed_by:
        raise AlertRefused("same_person")
    status = AlertStatus.APPROVED if approve else AlertStatus.REJECTED
    return replace(alert, status=status, decided_by=user.id, decided_at=now, reason=reason)
