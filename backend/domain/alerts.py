"""Alerts: nobody is warned without two people; one proposes, another approves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from backend.domain.refusals import Refused
from backend.domain.staff import StaffUser, check_decider

MAY_PROPOSE = frozenset({"officer", "approver", "admin"})


class AlertStatus(StrEnum):
    """proposed -> approved -> finished (every notice is queued) | rejected."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    FINISHED = "finished"


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
    """Raises Refused for a role that may not propose."""
    if user.role not in MAY_PROPOSE:
        raise Refused("role_wrong")


def decided(alert: Alert, user: StaffUser, approve: bool, reason: str, now: datetime) -> Alert:
    """The alert after somebody's decision; raises Refused."""
    if alert.status is not AlertStatus.PROPOSED:
        raise Refused("already_decided")
    check_decider(user, alert.proposed_by)
    status = AlertStatus.APPROVED if approve else AlertStatus.REJECTED
    return replace(alert, status=status, decided_by=user.id, decided_at=now, reason=reason)
