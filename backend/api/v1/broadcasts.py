"""Broadcasts: one user proposes a text to many phones, another lets it go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backend.api.v1.operation import ROW, Body, Call, Operation
from backend.api.v1.schema import COUNT, MOMENT, NUMBER, Schema, record, text
from backend.services.broadcasts import Broadcasts, NewBroadcast
from backend.services.records import (
    AUDIENCES,
    BROADCAST_STATUSES,
    broadcast_record,
    broadcast_status_record,
    preview_record,
)
from backend.services.refusals import REASON_MOST
from backend.services.rights import Right

ONE = f"/broadcasts/<{ROW}:broadcast>"
AT_ONCE = 50
TEXT = text(1000, description="a text that would take too many SMS is refused")
AREAS = text(2000, least=0, description="provinces or communes with their province, one a line; empty: everywhere")
AUDIENCE: Schema = {"type": "string", "enum": AUDIENCES}
YES_NO: Schema = {"type": "boolean"}
NEW: Schema = record(
    {
        "vi": TEXT,
        "en": TEXT,
        "areas": AREAS,
        "audience": AUDIENCE,
        "urgent": {**YES_NO, "description": "at night too, and to people who have stopped advice; audited as such"},
    },
    optional=("en", "areas", "audience", "urgent"),
)
WRITTEN: Mapping[str, Schema] = {
    "broadcast": NUMBER,
    "status": {"type": "string", "enum": BROADCAST_STATUSES},
    "audience": AUDIENCE,
    "areas": {"type": "array", "items": {"type": "string"}, "description": "codes"},
    "urgent": YES_NO,
    "texts": {"type": "object", "description": "by language", "additionalProperties": {"type": "string"}},
    "proposed_at": MOMENT,
}
BROADCAST: Schema = record(WRITTEN)
BROADCASTS: Schema = record({"broadcasts": {"type": "array", "items": BROADCAST}})
SHOWN: Schema = record(
    {"language": {"type": "string"}, "text": {"type": "string"}, "segments": COUNT, "phones": COUNT, "opted_out": COUNT}
)
PREVIEW: Schema = record({**WRITTEN, "phones": COUNT, "segments": COUNT, "shown": {"type": "array", "items": SHOWN}})
STATUS: Schema = record({**WRITTEN, **dict.fromkeys(("queued", "sent", "delivered", "failed", "cancelled"), COUNT)})
REASON: Schema = record({"reason": text(REASON_MOST, description="kept with the decision")})


def create(call: Call) -> Mapping[str, Any]:
    """Propose a broadcast."""
    said = call.body
    texts = {language: said[language] for language in ("vi", "en") if language in said}
    areas = [area for line in said.get("areas", "").splitlines() if (area := line.strip())]
    new = NewBroadcast(texts, areas, said.get("audience", AUDIENCES[0]), said.get("urgent", False))
    return broadcast_record(call.house.broadcasts.create(new, call.user))


def listed(call: Call) -> Mapping[str, Any]:
    """The last ones."""
    return {"broadcasts": [broadcast_record(each) for each in call.house.broadcasts.listed(AT_ONCE)]}


def status(call: Call) -> Mapping[str, Any]:
    """How far it is."""
    return broadcast_status_record(call.house.broadcasts.report(call.path["broadcast"]))


def preview(call: Call) -> Mapping[str, Any]:
    """What it says and costs."""
    return preview_record(call.house.broadcasts.preview(call.path["broadcast"]))


def decide(decision: Callable[..., object], *, reasoned: bool) -> Callable[[Call], Mapping[str, Any]]:
    """What takes a decision and shows how far the broadcast is then."""

    def run(call: Call) -> Mapping[str, Any]:
        why = (call.body["reason"],) if reasoned else ()
        decision(call.house.broadcasts, call.path["broadcast"], call.user, *why)
        return status(call)

    return run


def _decision(name: str, right: Right, summary: str, decision: Callable[..., object], reasoned: bool) -> Operation:
    body = Body(REASON) if reasoned else None
    return Operation("POST", f"{ONE}/{name}", right, summary, decide(decision, reasoned=reasoned), STATUS, body=body,
                     refusals=(404, 409))  # fmt: skip


OPERATIONS = (
    Operation("POST", "/broadcasts", Right.BROADCAST, "Propose one text to many phones", create, BROADCAST, 201,
              Body(NEW)),
    Operation("GET", "/broadcasts", Right.BROADCAST, "The last broadcasts, newest first", listed, BROADCASTS),
    Operation("GET", ONE, Right.BROADCAST, "How far a broadcast is", status, STATUS, refusals=(404,)),
    Operation("GET", f"{ONE}/preview", Right.BROADCAST, "What a broadcast says, to how many, at what cost", preview,
              PREVIEW, refusals=(404,)),
    _decision("approve", Right.DECIDE, "Let somebody else's broadcast go", Broadcasts.approve, True),
    _decision("pause", Right.BROADCAST, "Hold a broadcast up", Broadcasts.pause, False),
    _decision("resume", Right.BROADCAST, "Let a broadcast go on", Broadcasts.resume, False),
    _decision("stop", Right.BROADCAST, "End a broadcast, or refuse a proposed one", Broadcasts.stop, True),
)  # fmt: skip
