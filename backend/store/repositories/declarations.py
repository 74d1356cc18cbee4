"""Declarations: sealed answers beside the open columns officers filter by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.sql.expression import Executable

from backend.services.ports.people import Declaration
from backend.store.access import Access, fixed, one_of
from backend.store.encryption import new_uid
from backend.store.prepared import Prepared, prepared
from backend.store.tables_health import declarations

COUNTING = (fixed("pending"), fixed("complete"))
OVER = (fixed("undone"), fixed("superseded"))
EXPORT_ROWS = 500
_OPEN = (
    "reference",
    "revision",
    "form",
    "form_version",
    "person_id",
    "address_index",
    "declared_for",
    "channel",
    "triage",
    "province",
    "commune",
    "status",
    "pack",
    "legal_basis",
    "received_at",
)


class SqlDeclarations:
    """ports.people.DeclarationRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, declaration: Declaration) -> None:
        """Raises IntegrityError for a revision that is there already."""
        uid = new_uid()
        cipher = self._access.cipher
        values = {name: getattr(declaration, name) for name in _OPEN}
        values["uid"] = uid
        values["address"] = cipher.seal(declarations.c.address, uid, declaration.address)
        values["answers"] = cipher.seal(declarations.c.answers, uid, dict(declaration.answers))
        self._access.run(_insert(), values)

    def latest(self, reference: str) -> Declaration | None:
        return self._one(_latest(), {"the_reference": reference})

    def newest(self, person_ids: Sequence[str]) -> Mapping[tuple[str, str], Declaration]:
        if not person_ids:
            return {}
        rows = self._access.all(_newest(self._access.dialect), {"the_people": list(person_ids)})
        return {(row.person_id, row.form): self._read(row) for row in rows}

    def last_from(self, address_index: bytes) -> Declaration | None:
        return self.last_from_each([address_index]).get(address_index)

    def last_from_each(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Declaration]:
        found = self._access.all(_last_from_each(self._access.dialect), {"the_addresses": list(address_indexes)})
        return {row.address_index: self._read(row) for row in found}

    def set_status(self, reference: str, revision: int, status: str) -> None:
        statement = (
            update(declarations)
            .where(declarations.c.reference == reference, declarations.c.revision == revision)
            .values(status=status)
        )
        if self._access.run(statement).rowcount == 0:
            raise LookupError("no such declaration")

    def since(self, since: datetime | None) -> Iterator[Declaration]:
        statement = select(declarations).where(declarations.c.status.in_(COUNTING))
        if since is not None:
            statement = statement.where(declarations.c.received_at >= since)
        statement = statement.order_by(declarations.c.received_at, declarations.c.id)
        for row in self._access.run(statement.execution_options(yield_per=EXPORT_ROWS)):
            yield self._read(row)

    def _one(self, statement: Prepared, values: dict[str, Any]) -> Declaration | None:
        row = self._access.first(statement, values)
        return None if row is None else self._read(row)

    def _read(self, row: Row[Any]) -> Declaration:
        cipher = self._access.cipher
        return Declaration(
            **{name: getattr(row, name) for name in _OPEN},
            address=cipher.open(declarations.c.address, row.uid, row.address),
            answers=cipher.open(declarations.c.answers, row.uid, row.answers),
        )


@prepared
def _insert() -> Executable:
    return insert(declarations)


@prepared
def _latest() -> Executable:
    return (
        select(declarations)
        .where(declarations.c.reference == bindparam("the_reference"))
        .order_by(declarations.c.revision.desc())
        .limit(1)
    )


@prepared
def _newest(dialect: str) -> Executable:
    counting = (
        select(func.max(declarations.c.id))
        .where(
            one_of(dialect, declarations.c.person_id, "the_people"),
            declarations.c.status.in_(COUNTING),
        )
        .group_by(declarations.c.person_id, declarations.c.form)
    )
    return select(declarations).where(declarations.c.id.in_(counting))


@prepared
def _last_from_each(dialect: str) -> Executable:
    newest = (
        select(func.max(declarations.c.id))
        .where(one_of(dialect, declarations.c.address_index, "the_addresses"), declarations.c.status.notin_(OVER))
        .group_by(declarations.c.address_index)
    )
    return select(declarations).where(declarations.c.id.in_(newest))
