"""Venues: registered one by one or as a table, shown, removed, their posters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backend.api.v1.operation import CODE, Body, Call, File, Operation
from backend.api.v1.schema import Schema, or_null, record, text
from backend.services.records import venue_record
from backend.services.rights import Right
from backend.services.venue_forms import ADDRESS_MOST, COLUMNS, KINDS, NAME_MOST

CSV_BYTES = 1_048_576
PLACE_MOST, PHONE_MOST = 100, 24  # characters
ONE = f"/venues/<{CODE}:code>"
VENUE: Schema = record(
    {
        "code": text(8, 8),
        "name": {"type": "string"},
        "kind": {"type": "string", "enum": list(KINDS)},
        "province": or_null({"type": "string"}),
        "commune": or_null({"type": "string"}),
        "address": {"type": "string"},
        "status": {"type": "string", "enum": ["pending", "active", "removed"]},
    }
)
NEW: Schema = record(
    {
        "name": text(NAME_MOST),
        "kind": {"type": "string", "enum": list(KINDS)},
        "province": text(PLACE_MOST, description="name of today's province or city"),
        "commune": text(PLACE_MOST, description="name of the commune or ward"),
        "address": text(ADDRESS_MOST, 0),
        "phone": text(PHONE_MOST, description="the keeper's; the code is sent there"),
        "pending": {"type": "boolean", "description": "closed until the keeper confirms by the code that is sent"},
    },
    optional=("address", "phone", "pending"),
)
TABLE: Schema = {"type": "string", "description": f"UTF-8; columns {', '.join(COLUMNS)}; the last two may be missing"}
MANY: Schema = record({"venues": {"type": "array", "items": VENUE}})
SIZE: Schema = record({"size": {"type": "string", "enum": ["a4", "square"]}}, optional=("size",))


def add(call: Call) -> Mapping[str, Any]:
    """Register a venue."""
    new = call.house.venue_forms.read({name: call.body.get(name) for name in COLUMNS})
    (added,) = call.house.venues.add([new], call.actor, vouched=not call.body.get("pending", False))
    return venue_record(added)


def import_table(call: Call) -> Mapping[str, Any]:
    """Register every venue of a table, all or none."""
    added = call.house.venues.add(call.house.venue_forms.read_table(call.body), call.actor)
    return {"venues": [venue_record(each) for each in added]}


def show(call: Call) -> Mapping[str, Any]:
    """A venue, without its keeper."""
    return venue_record(call.house.venues.known(call.path["code"]))


def remove(call: Call) -> Mapping[str, Any]:
    """Close a venue for good."""
    return venue_record(call.house.venues.remove(call.path["code"], call.actor))


def poster(suffix: str, media_type: str) -> Callable[[Call], File]:
    """What makes a venue's poster in one format."""

    def make(call: Call) -> File:
        found = call.house.venues.known(call.path["code"])
        return File(call.house.poster(found, suffix, call.query.get("size", "a4")), media_type)

    return make


OPERATIONS = (
    Operation("POST", "/venues", Right.KEEP_VENUES, "Register a venue", add, VENUE, 201, Body(NEW)),
    Operation(
        "POST", "/venues/import", Right.KEEP_VENUES, "Register every venue of a CSV table, all or none",
        import_table, MANY, 201, Body(TABLE, "text/csv", CSV_BYTES),
    ),
    Operation("GET", ONE, Right.SEE_VENUES, "A venue", show, VENUE, refusals=(404,)),
    Operation("DELETE", ONE, Right.KEEP_VENUES, "Close a venue for good; visits stay", remove, VENUE, refusals=(404,)),
    Operation(
        "GET", f"{ONE}/poster.pdf", Right.SEE_VENUES, "Its poster, to print", poster(".pdf", "application/pdf"),
        "application/pdf", query=SIZE, refusals=(404,),
    ),
    Operation(
        "GET", f"{ONE}/poster.png", Right.SEE_VENUES, "Its poster, as a picture", poster(".png", "image/png"),
        "image/png", query=SIZE, refusals=(404,),
    ),
)  # fmt: skip
