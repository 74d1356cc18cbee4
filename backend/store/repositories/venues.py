"""Registered places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.sql.expression import Executable

from backend.domain.venues import Venue, VenueStatus
from backend.store.access import Access, grouped, one_of
from backend.store.encryption import new_uid
from backend.store.prepared import prepared
from backend.store.tables_visits import venues

_OPEN = ("code", "name", "kind", "province", "commune", "address", "keeper_index", "created_at", "removed_at")


class SqlVenues:
    """ports.tracing.VenueRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, venue: Venue) -> Venue:
        """Raises IntegrityError for a used code."""
        uid = new_uid()
        values = {name: getattr(venue, name) for name in _OPEN}
        values |= {"uid": uid, "status": venue.status.value}
        values["keeper"] = self._access.cipher.seal_optional(venues.c.keeper, uid, venue.keeper)
        return replace(venue, id=self._access.run(insert(venues).returning(venues.c.id), values).scalar_one())

    def by_code(self, code: str) -> Venue | None:
        row = self._access.first(_by_code(), {"the_code": code})
        return None if row is None else self.read(row)

    def by_codes(self, codes: Sequence[str]) -> Sequence[Venue]:
        statement = select(venues).where(venues.c.code.in_(codes)).order_by(venues.c.code)
        return [self.read(row) for row in self._access.all(statement)]

    def get(self, venue_id: int) -> Venue:
        return self.of_ids([venue_id])[venue_id]

    def of_ids(self, venue_ids: Collection[int]) -> Mapping[int, Venue]:
        found = self._access.all(_of_ids(self._access.dialect), {"the_ids": list(venue_ids)})
        return {row.id: self.read(row) for row in found}

    def kept_by(self, keeper_index: bytes) -> Sequence[Venue]:
        return self.kept_by_each([keeper_index]).get(keeper_index, [])

    def kept_by_each(self, keeper_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Venue]]:
        found = self._access.all(_kept_by_each(self._access.dialect), {"the_keepers": list(keeper_indexes)})
        return grouped((self.read(row) for row in found), lambda venue: venue.keeper_index or b"")

    def update(self, venue: Venue, **changes: Any) -> Venue:
        if self._access.run(update(venues).where(venues.c.id == venue.id).values(**changes)).rowcount == 0:
            raise LookupError("no such venue")
        return replace(venue, **changes)

    def forget_keeper(self, keeper_index: bytes) -> None:
        removed = venues.c.status == VenueStatus.REMOVED.value
        statement = update(venues).where(venues.c.keeper_index == keeper_index, removed)
        self._access.run(statement.values(keeper=None, keeper_index=None))

    def read(self, row: Row[Any]) -> Venue:
        """The venue of a row that holds all its columns."""
        return Venue(
            **{name: getattr(row, name) for name in _OPEN},
            id=row.id,
            status=VenueStatus(row.status),
            keeper=self._access.cipher.open_optional(venues.c.keeper, row.uid, row.keeper),
        )


@prepared
def _by_code() -> Executable:
    return select(venues).where(venues.c.code == bindparam("the_code"))


@prepared
def _of_ids(dialect: str) -> Executable:
    return select(venues).where(one_of(dialect, venues.c.id, "the_ids"))


@prepared
def _kept_by_each(dialect: str) -> Executable:
    return (
        select(venues)
        .where(one_of(dialect, venues.c.keeper_index, "the_keepers"), venues.c.status != VenueStatus.REMOVED.value)
        .order_by(venues.c.id)
    )
