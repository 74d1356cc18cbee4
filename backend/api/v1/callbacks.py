"""The hotline's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.api.v1.operation import ROW, Body, Call, Operation
from backend.api.v1.schema import MOMENT, NUMBER, Schema, record, text
from backend.services.records import CALLBACK_REASONS, callback_record
from backend.services.refusals import REASON_MOST
from backend.services.rights import Right

AT_ONCE = 200
CALLBACK: Schema = record(
    {
        "callback": NUMBER,
        "phone": {"type": "string", "description": "E.164 digits, or a chat account that is linked with no phone"},
        "reason": {"type": "string", "enum": list(CALLBACK_REASONS)},
        "language": {"type": "string"},
        "since": MOMENT,
    }
)
CALLBACKS: Schema = record({"callbacks": {"type": "array", "items": CALLBACK}})
OUTCOME: Schema = record({"outcome": text(REASON_MOST, description="kept in the audit log; no names")})
CLOSED: Schema = record({"callback": NUMBER})


def waiting(call: Call) -> Mapping[str, Any]:
    """Who waits, in the order in which to ring."""
    return {"callbacks": [callback_record(each) for each in call.house.callbacks.open(call.user, AT_ONCE)]}


def close(call: Call) -> Mapping[str, Any]:
    """Somebody has been rung."""
    number: int = call.path["callback"]
    call.house.callbacks.close(number, call.user, call.body["outcome"])
    return {"callback": number}


OPERATIONS = (
    Operation("GET", "/callbacks", Right.RING, "Phones to ring, emergencies first; audited", waiting, CALLBACKS),
    Operation("POST", f"/callbacks/<{ROW}:callback>/close", Right.RING, "A phone has been rung", close, CLOSED,
              body=Body(OUTCOME), refusals=(404,)),
)  # fmt: skip
