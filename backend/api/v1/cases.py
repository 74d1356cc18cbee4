"""Confirmed cases, and who was exposed to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from backend.api.v1.operation import ROW, Body, Call, Operation
from backend.api.v1.schema import COUNT, DATE, MOMENT, NUMBER, Schema, or_null, record, text
from backend.api.v1.venues import PHONE_MOST
from backend.services.records import Exposure, case_record, exposure_record
from backend.services.refusals import checked_phone
from backend.services.rights import Right

PACK_MOST = 64  # characters
EXPOSED = f"/cases/<{ROW}:case>/exposures"
NEW: Schema = record(
    {"phone": text(PHONE_MOST), "pack": text(PACK_MOST), "onset": DATE, "sample": DATE}, optional=("onset", "sample")
)
CASE: Schema = record(
    {"case": NUMBER, "pack": {"type": "string"}, "infectious_from": MOMENT, "infectious_until": MOMENT}
)
EXPOSURE: Schema = record(
    {
        "person": {"type": "string", "description": "a random id"},
        "tier": {"type": "string"},
        "source": {"type": "string"},
        "venue": or_null({"type": "string", "description": "its code"}),
        "start": or_null(MOMENT),
        "end": or_null(MOMENT),
        "visitors": COUNT,
    }
)
EXPOSURES: Schema = record({"case": NUMBER, "people": COUNT, "exposures": {"type": "array", "items": EXPOSURE}})


def confirm(call: Call) -> Mapping[str, Any]:
    """Whoever carries a phone is a case; the same case again is one."""
    onset, sample = (date.fromisoformat(day) if day else None for day in map(call.body.get, ("onset", "sample")))
    phone = checked_phone(call.body["phone"])
    return case_record(call.house.cases.confirm(phone, onset, sample, call.body["pack"], call.actor))


def expose(call: Call) -> Mapping[str, Any]:
    """Work out anew who was exposed."""
    return _shown(call, call.house.cases.expose(call.path["case"], call.actor))


def exposures(call: Call) -> Mapping[str, Any]:
    """Who was exposed when it was worked out last."""
    return _shown(call, call.house.cases.exposures(call.path["case"], call.actor))


def _shown(call: Call, found: Sequence[Exposure]) -> Mapping[str, Any]:
    codes = call.house.venues.codes({each.venue_id for each in found if each.venue_id is not None})
    people = {each.person_id for each in found}
    return {
        "case": call.path["case"], "people": len(people),
        "exposures": [exposure_record(each, codes) for each in found],
    }  # fmt: skip


OPERATIONS = (
    Operation("POST", "/cases", Right.TRACE, "Confirm a case", confirm, CASE, 201, Body(NEW)),
    Operation("GET", EXPOSED, Right.TRACE, "Who was exposed, as worked out last; audited", exposures, EXPOSURES,
              refusals=(404,)),
    Operation("POST", EXPOSED, Right.TRACE, "Work out anew who was exposed; audited", expose, EXPOSURES,
              refusals=(404, 409)),
)  # fmt: skip
