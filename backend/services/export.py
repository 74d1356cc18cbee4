"""Stored records in clear, for analysis outside; every export is written to the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from backend.services import export_tracing as tracing
from backend.services.ports.outside import Clock
from backend.services.ports.people import Declaration
from backend.services.ports.unit import UnitOfWork, Units

DECLARATION_FIELDS = (
    "reference",
    "form",
    "version",
    "channel",
    "phone",
    "declared_for",
    "subject",
    "answers",
    "triage",
    "received_at",
)


class Export:
    """Reads records out."""

    def __init__(self, units: Units, clock: Clock) -> None:
        self._units, self._clock = units, clock

    def records(self, what: str, actor: str, reason: str, since: datetime | None = None) -> Iterator[dict[str, Any]]:
        """Every record of `what` (a key of FIELDS), oldest first, as plain JSON with those fields.

        The audit line is committed before the first record leaves.
        """
        with self._units() as unit:
            unit.audit.add(actor, f"export_{what}", None, reason, self._clock.now())
            unit.commit()
        with self._units() as unit:
            yield from READERS[what](unit, since)


def declarations(unit: UnitOfWork, since: datetime | None) -> Iterator[dict[str, Any]]:
    """Every declaration that counts."""
    for declaration in unit.declarations.since(since):
        yield record(unit, declaration)


def record(unit: UnitOfWork, declaration: Declaration) -> dict[str, Any]:
    """A declaration in clear, under DECLARATION_FIELDS."""
    people = unit.people.on_phone(declaration.address_index)
    subject = next((person.identity for person in people if person.id == declaration.person_id), {})
    values = (
        declaration.reference,
        declaration.form,
        declaration.form_version,
        declaration.channel,
        declaration.address,
        declaration.declared_for,
        dict(subject),
        dict(declaration.answers),
        declaration.triage,
        declaration.received_at.isoformat(),
    )
    return dict(zip(DECLARATION_FIELDS, values, strict=True))


READERS = {"declarations": declarations, **tracing.READERS}
FIELDS = {"declarations": DECLARATION_FIELDS, **tracing.FIELDS}
