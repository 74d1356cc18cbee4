"""Who works with the service, and what two people must do together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backend.domain.refusals import Refused

ROLES = ("officer", "approver", "health_worker", "border", "hotline", "facility", "admin")
MAY_DECIDE = frozenset({"approver", "admin"})


@dataclass(frozen=True)
class StaffUser:
    """Somebody who works with the service; `office` is what citizens read when they ask who looked."""

    id: int
    name: str
    role: str
    office: str
    created_at: datetime


def check_decider(user: StaffUser, proposed_by: int) -> None:
    """Nothing goes to many phones without two people.

    Raises:
        Refused: `role_wrong`, or `same_person` for who proposed it.
    """
    if user.role not in MAY_DECIDE:
        raise Refused("role_wrong")
    if user.id == proposed_by:
        raise Refused("same_person")
