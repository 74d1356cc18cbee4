"""Alerts: one user proposes to warn the exposed, another decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backend.api.v1.operation import ROW, Body, Call, Operation
from backend.api.v1.schema import COUNT, NUMBER, Schema, or_null, record, text
from backend.services.alerts import Alerts
from backend.services.records import report_record
from backend.services.refusals import REASON_MOST
from backend.services.rights import Right

ONE = f"/alerts/<{ROW}:alert>"
NEW: Schema = record({"case": NUMBER})
PROPOSED: Schema = record({"alert": NUMBER, "people": COUNT})
REASON: Schema = record({"reason": text(REASON_MOST, description="kept with the decision")})
COUNTS = ("proposed", "queued", "sent", "delivered", "answered", "symptoms")
STATUS: Schema = record(
    {
        "alert": NUMBER,
        "case": NUMBER,
        "status": {"type": "string", "enum": ["proposed", "approved", "rejected", "finished"]},
        **dict.fromkeys(COUNTS, COUNT),
        "minutes": or_null({"type": "number", "description": "from the confirmation to the last message queued"}),
    }
)


def propose(call: Call) -> Mapping[str, Any]:
    """Propose to warn everybody a case exposed."""
    alert, people = call.house.alerts.propose(call.body["case"], call.user)
    return {"alert": alert.id, "people": people}


def status(call: Call) -> Mapping[str, Any]:
    """How far an alert is."""
    return report_record(call.house.alerts.report(call.path["alert"]))


def decide(decision: Callable[[Alerts, int, str, str], object]) -> Callable[[Call], Mapping[str, Any]]:
    """What takes a decision and shows how far the alert is then."""

    def run(call: Call) -> Mapping[str, Any]:
        decision(call.house.alerts, call.path["alert"], call.user, call.body["reason"])
        return status(call)

    return run


OPERATIONS = (
    Operation("POST", "/alerts", Right.PROPOSE, "Propose to warn everybody a case exposed", propose, PROPOSED, 201,
              Body(NEW), refusals=(404, 409)),
    Operation("GET", ONE, Right.TRACE, "How far an alert is", status, STATUS, refusals=(404,)),
    Operation("POST", f"{ONE}/approve", Right.DECIDE, "Approve somebody else's alert: its messages go out",
              decide(Alerts.approve), STATUS, body=Body(REASON), refusals=(404, 409)),
    Operation("POST", f"{ONE}/reject", Right.DECIDE, "Reject somebody else's alert: nobody is warned",
              decide(Alerts.reject), STATUS, body=Body(REASON), refusals=(404, 409)),
)  # fmt: skip
