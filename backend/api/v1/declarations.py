"""Declarations, by the reference a traveller shows; every look has a reason and is audited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.api.v1.operation import CODE, Call, Operation
from backend.api.v1.schema import MOMENT, Schema, or_null, record, text
from backend.services.refusals import REASON_MOST
from backend.services.rights import Right

DECLARATION: Schema = record(
    {
        "reference": {"type": "string"},
        "form": {"type": "string"},
        "version": {"type": "integer"},
        "channel": {"type": "string"},
        "phone": {"type": "string", "description": "E.164 digits"},
        "declared_for": {"type": "string"},
        "subject": {"type": "object", "description": "identity of the person, by field"},
        "answers": {
            "type": "object",
            "description": "by question: see schemas/Answers_<form>",
        },
        "triage": or_null({"type": "string"}),
        "received_at": MOMENT,
        "status": {"type": "string"},
    }
)
REASON: Schema = record({"reason": text(REASON_MOST, description="why you look; kept in the audit log")})


def show(call: Call) -> Mapping[str, Any]:
    """The newest revision under a reference."""
    return call.house.look_up.declaration(call.path["reference"], call.user, call.query["reason"])


OPERATIONS = (
    Operation(
        "GET", f"/declarations/<{CODE}:reference>", Right.LOOK_UP, "A declaration in clear; audited", show,
        DECLARATION, query=REASON, refusals=(404, 422),
    ),
)  # fmt: skip
