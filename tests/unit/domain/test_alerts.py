"""Two people for one alert."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.domain.alerts import Alert, AlertStatus, check_proposer, decided
from backend.domain.refusals import Refused
from backend.domain.staff import ROLES, StaffUser

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OFFICER, APPROVER = (StaffUser(number, role, role, "", NOW) for number, role in enumerate(("officer", "approver"), 1))
PROPOSED = Alert(1, 1, AlertStatus.PROPOSED, OFFICER.id, NOW)


@pytest.mark.parametrize(("approve", "status"), [(True, AlertStatus.APPROVED), (False, AlertStatus.REJECTED)])
def test_a_second_person_decides(approve: bool, status: AlertStatus) -> None:
    alert = decided(PROPOSED, APPROVER, approve, "sure", NOW)
    assert (alert.status, alert.decided_by, alert.reason) == (status, APPROVER.id, "sure")


@pytest.mark.parametrize("approve", [True, False])
def test_who_proposed_does_not_decide(approve: bool) -> None:
    proposer = StaffUser(OFFICER.id, "x", "admin", "", NOW)
    with pytest.raises(Refused, match="same_person"):
        decided(PROPOSED, proposer, approve, "", NOW)


def test_only_approvers_decide_and_only_once() -> None:
    with pytest.raises(Refused, match="role_wrong"):
        decided(PROPOSED, StaffUser(9, "x", "officer", "", NOW), True, "", NOW)
    rejected = decided(PROPOSED, APPROVER, False, "", NOW)
    with pytest.raises(Refused, match="already_decided"):
        decided(rejected, APPROVER, True, "", NOW)


def test_who_may_propose() -> None:
    allowed = set()
    for role in ROLES:
        try:
            check_proposer(StaffUser(1, "x", role, "", NOW))
            allowed.add(role)
        except Refused:
            continue
    assert allowed == {"officer", "approver", "admin"}
