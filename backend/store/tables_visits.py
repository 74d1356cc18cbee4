"""Tables of venues, visits and confirmation codes.  A visit holds ids and times only."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

venues = Table(
    "venues",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("code", String(8), nullable=False),
    Column("name", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("province", String(16)),
    Column("commune", String(16)),
    Column("address", String(300), nullable=False),
    Column("status", String(16), nullable=False),
    Column("keeper", LargeBinary),
    Column("keeper_index", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    UniqueConstraint("code"),
    Index("venues_area", "province", "commune"),
    sqlite_autoincrement=True,
)
_KEPT = venues.c.keeper_index.is_not(None)
Index("venues_keeper", venues.c.keeper_index, postgresql_where=_KEPT, sqlite_where=_KEPT)

visits = Table(
    "visits",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("venue_id", RowId, ForeignKey("venues.id"), nullable=False),
    Column("person_id", LargeBinary, nullable=False),  # people.uid; outlives the person until the end of retention
    Column("entered_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime, nullable=False),
    Column("companions", Integer, nullable=False, server_default="0"),
    Index("visits_venue", "venue_id", "entered_at", postgresql_include=["left_at", "person_id"]),
    Index("visits_person", "person_id", "entered_at"),
    sqlite_autoincrement=True,
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("purpose", String(16), nullable=False),  # venue | erasure
    Column("subject_id", RowId, nullable=False),  # venues.id or conversations.id
    Column("code_index", LargeBinary, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("purpose", "subject_id"),
    sqlite_autoincrement=True,
)
