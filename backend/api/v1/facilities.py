"""Facilities: registered one by one or as a table, their officers, how they stand today; feedback looked into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.api.v1.operation import CODE, ROW, Body, Call, Operation
from backend.api.v1.schema import COUNT, DATE, MOMENT, NUMBER, Schema, or_null, record, text
from backend.api.v1.venues import CSV_BYTES, PHONE_MOST
from backend.services.facility_forms import COLUMNS, chosen, read_table
from backend.services.facility_forms import read as read_facility
from backend.services.records import COLOURS, facility_record, feedback_record, state_record
from backend.services.refusals import REASON_MOST
from backend.services.rights import Right
from backend.services.venue_forms import KINDS

ONE = f"/facilities/<{CODE}:code>"
OFFICERS_MOST, NAME_MOST, PLACE_MOST = 10, 64, 16
FACILITY: Schema = record({"code": text(8, 8), "name": {"type": "string"}, "checklist": {"type": "string"}})
STANDING: Schema = record(
    {
        "code": text(8, 8),
        "name": {"type": "string"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "province": or_null({"type": "string"}),
        "commune": or_null({"type": "string"}),
        "colour": {"type": "string", "enum": COLOURS},
        "reported_at": or_null(MOMENT),
        "feedback": COUNT,
    }
)
REPORT: Schema = record(
    {
        "day": DATE,
        "bits": {"type": "string", "description": "1 met, 0 not, in the order of the criteria"},
        "level": {"type": "string"},
        "colour": {"type": "string", "enum": COLOURS},
        "score": COUNT,
        "most": COUNT,
        "reported_at": MOMENT,
    }
)
STATE: Schema = record(
    {
        **FACILITY["properties"],
        "colour": {"type": "string", "enum": COLOURS},
        "feedback": COUNT,
        "officers": COUNT,
        "report": or_null(REPORT),
    }
)
MANY: Schema = record({"facilities": {"type": "array", "items": FACILITY}})
LISTED: Schema = record({"facilities": {"type": "array", "items": STANDING}})
PHONE: Schema = text(PHONE_MOST, description="a telephone number")
NEW: Schema = record(
    {
        "code": text(32, description="of an active venue"),
        "checklist": text(NAME_MOST, description="left out: the one meant for the venue's kind and province"),
        "phone": text(PHONE_MOST, description="of the first officer; others by /officers"),
    },
    optional=("checklist", "phone"),
)
TABLE: Schema = {"type": "string", "description": f"UTF-8; columns {', '.join(COLUMNS)}; phones with spaces between"}
CHOICE: Schema = record(
    {
        "kind": {"type": "string", "enum": list(KINDS)},
        "province": text(PLACE_MOST, description="code"),
        "commune": text(PLACE_MOST, description="code"),
        "colour": {"type": "string", "enum": COLOURS},
    },
    optional=("kind", "province", "commune", "colour"),
)
FEEDBACK: Schema = record(
    {
        "number": NUMBER,
        "text": {"type": "string"},
        "received_at": MOMENT,
    }
)
OPEN: Schema = record({"feedback": {"type": "array", "items": FEEDBACK}})
REASON: Schema = record({"reason": text(REASON_MOST, description="what was done; kept in the audit log")})
CLOSED: Schema = record({"number": NUMBER})


def add(call: Call) -> Mapping[str, Any]:
    """Make a venue a facility."""
    new = read_facility(
        {
            "code": call.body["code"],
            "checklist": call.body.get("checklist"),
            "phones": call.body.get("phone"),
        }
    )
    (added,) = call.house.facilities.add([new], call.actor)
    return facility_record(added)


def import_table(call: Call) -> Mapping[str, Any]:
    """Make every venue of a table a facility, all or none."""
    added = call.house.facilities.add(read_table(call.body), call.actor)
    return {"facilities": [facility_record(each) for each in added]}


def show_all(call: Call) -> Mapping[str, Any]:
    """Every facility that fits, as it stands today."""
    return {"facilities": chosen(call.house.facilities.all(), call.query)}


def show(call: Call) -> Mapping[str, Any]:
    """One facility, without its officers' numbers."""
    return state_record(call.house.facilities.state(call.path["code"]))


def add_officer(call: Call) -> Mapping[str, Any]:
    """Another telephone may report."""
    return facility_record(call.house.facilities.add_officer(call.path["code"], call.body["phone"], call.actor))


def remove_officer(call: Call) -> Mapping[str, Any]:
    """A telephone reports no more."""
    return facility_record(call.house.facilities.remove_officer(call.path["code"], call.body["phone"], call.actor))


def feedback(call: Call) -> Mapping[str, Any]:
    """What citizens wrote of a venue and nobody has closed."""
    found = call.house.facilities.feedback(call.path["code"], call.actor)
    return {"feedback": [feedback_record(each) for each in found]}


def close(call: Call) -> Mapping[str, Any]:
    """Somebody has looked into it."""
    closed = call.house.facilities.close_feedback(call.path["number"], call.actor, call.body["reason"])
    return {"number": closed.id}


OPERATIONS = (
    Operation(
        "POST", "/facilities", Right.KEEP_FACILITIES, "Make a venue a facility that reports every day", add, FACILITY,
        201, Body(NEW), refusals=(404,),
    ),
    Operation(
        "POST", "/facilities/import", Right.KEEP_FACILITIES, "Make every venue of a CSV table a facility, all or none",
        import_table, MANY, 201, Body(TABLE, "text/csv", CSV_BYTES), refusals=(404,),
    ),
    Operation(
        "GET", "/facilities", Right.SEE_FACILITIES, "Facilities as they stand today", show_all, LISTED, query=CHOICE,
    ),
    Operation("GET", ONE, Right.SEE_FACILITIES, "A facility and today's report", show, STATE, refusals=(404,)),
    Operation(
        "POST", f"{ONE}/officers", Right.KEEP_FACILITIES, "Another telephone may report for it", add_officer, FACILITY,
        201, Body(record({"phone": PHONE})), refusals=(404,),
    ),
    Operation(
        "POST", f"{ONE}/officers/remove", Right.KEEP_FACILITIES, "A telephone reports for it no more", remove_officer,
        FACILITY, body=Body(record({"phone": PHONE})), refusals=(404,),
    ),
    Operation(
        "GET", f"{ONE}/feedback", Right.HANDLE_FEEDBACK, "Open feedback on a place, in clear; audited", feedback, OPEN,
        refusals=(404,),
    ),
    Operation(
        "POST", f"/feedback/<{ROW}:number>/close", Right.HANDLE_FEEDBACK, "Feedback has been looked into", close,
        CLOSED, body=Body(REASON), refusals=(404, 409),
    ),
)  # fmt: skip
