"""People who are asked every day how they are, and the health workers who are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.api.v1.operation import CODE, Body, Call, Operation
from backend.api.v1.schema import COUNT, DATE, Schema, or_null, record, text
from backend.api.v1.venues import PHONE_MOST
from backend.services.follow_up_desk import OFFICE_MOST
from backend.services.records import course_record, worker_record
from backend.services.refusals import REASON_MOST
from backend.services.rights import Right

AT_ONCE = 200
LONGEST_DAYS = 60
PLACE_MOST = 100  # characters of a province's or commune's name
NEW: Schema = record(
    {"phone": text(PHONE_MOST), "days": {"type": "integer", "minimum": 1, "maximum": LONGEST_DAYS}, "pack": text(64)},
    optional=("days", "pack"),
)
_ANSWER: Schema = or_null({"type": "string", "enum": ["well", "symptoms"]})
_SHOWN: dict[str, Schema] = {
    "reference": {"type": "string"},
    "state": {"type": "string", "enum": ["open", "ended", "closed"]},
    "pack": {"type": "string"},
    "source": {"type": "string", "enum": ["exposure", "declaration", "staff"]},
    "ends": DATE,
    "asked": COUNT,
    "answered": COUNT,
    "last": _ANSWER,
    "escalated": {"type": "boolean", "description": "a health worker was told of the present silence"},
}
FOLLOW_UP: Schema = record(_SHOWN)
FOLLOW_UPS: Schema = record({"follow_ups": {"type": "array", "items": FOLLOW_UP}})
DAY: Schema = record({"day": DATE, "answer": _ANSWER, "reminded": {"type": "boolean"}})
COURSE: Schema = record({
    **_SHOWN, "days": {"type": "array", "items": DAY}, "phone": {"type": "string"}, "name": {"type": "string"},
})  # fmt: skip
REASON: Schema = record({"reason": text(REASON_MOST)})
WORKER: Schema = record({"commune": {"type": "string"}, "phone": {"type": "string"}, "office": {"type": "string"}})
WORKERS: Schema = record({"health_workers": {"type": "array", "items": WORKER}})
NEW_WORKER: Schema = record({
    "province": text(PLACE_MOST), "commune": text(PLACE_MOST), "phone": text(PHONE_MOST), "office": text(OFFICE_MOST),
})  # fmt: skip


def add(call: Call) -> Mapping[str, Any]:
    """Whoever carries a phone is asked from tomorrow on."""
    desk = call.house.follow_ups
    begun = desk.add(call.body["phone"], call.body.get("days"), call.body.get("pack"), call.actor)
    return course_record(desk.course(begun))


def listed(call: Call) -> Mapping[str, Any]:
    """Those that are open, newest first."""
    return {"follow_ups": [course_record(each) for each in call.house.follow_ups.listed(True, AT_ONCE, call.actor)]}


def look(call: Call) -> Mapping[str, Any]:
    """One with the person's phone and name."""
    course = call.house.follow_ups.look(call.path["reference"], call.actor, call.body["reason"])
    return {**course_record(course, days=True), "phone": course.phone, "name": course.name}


def close(call: Call) -> Mapping[str, Any]:
    """Nobody is asked any more."""
    desk = call.house.follow_ups
    return course_record(desk.course(desk.close(call.path["reference"], call.body["reason"], call.actor)))


def workers(call: Call) -> Mapping[str, Any]:
    """Every health worker."""
    return {"health_workers": [worker_record(each) for each in call.house.follow_ups.workers()]}


def register(call: Call) -> Mapping[str, Any]:
    """Who is told of a commune from now on."""
    commune = call.house.venue_forms.where(call.body["province"], call.body["commune"])[1]
    return worker_record(call.house.follow_ups.register(commune, call.body["phone"], call.body["office"], call.actor))


OPERATIONS = (
    Operation("GET", "/follow-ups", Right.FOLLOW_UP, "Open follow-ups, without names and numbers; audited", listed,
              FOLLOW_UPS),
    Operation("POST", "/follow-ups", Right.FOLLOW_UP, "Ask somebody every day from tomorrow on", add, FOLLOW_UP, 201,
              Body(NEW)),
    Operation("POST", f"/follow-ups/<{CODE}:reference>/look", Right.FOLLOW_UP,
              "One follow-up with the person's phone and name; audited with the reason", look, COURSE,
              body=Body(REASON), refusals=(404,)),
    Operation("POST", f"/follow-ups/<{CODE}:reference>/close", Right.FOLLOW_UP, "Ask somebody no longer", close,
              FOLLOW_UP, body=Body(REASON), refusals=(404, 409)),
    Operation("GET", "/health-workers", Right.FOLLOW_UP, "Who is told of which commune", workers, WORKERS),
    Operation("POST", "/health-workers", Right.KEEP_WORKERS, "Register the health worker of a commune", register,
              WORKER, 201, Body(NEW_WORKER)),
)  # fmt: skip
