"""The JSON API for programs of staff, below /api/v1: every address is an `Operation` behind one guard."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from backend.api.v1 import alerts, broadcasts, callbacks, cases, declarations, facilities, follow_ups, venues
from backend.api.v1.guard import Guarded
from backend.api.v1.operation import Operation
from backend.services.house import House

PREFIX = "/api/v1"
OPERATIONS: Sequence[Operation] = (
    *venues.OPERATIONS, *declarations.OPERATIONS, *cases.OPERATIONS, *alerts.OPERATIONS, *broadcasts.OPERATIONS,
    *callbacks.OPERATIONS,
    *facilities.OPERATIONS, *follow_ups.OPERATIONS,
)  # fmt: skip


def mount(app: Flask, house: House) -> None:
    """Mount every operation."""
    for operation in OPERATIONS:
        app.add_url_rule(
            PREFIX + operation.path,
            f"api {operation.method} {operation.path}",
            Guarded(operation, house),
            methods=[operation.method],
            provide_automatic_options=False,
        )
