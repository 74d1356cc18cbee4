"""Tables of follow-ups and of the health workers of communes; the daily questions are notices."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, LargeBinary, String, Table, UniqueConstraint, text

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("person_id", LargeBinary, nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("pack", String(64), nullable=False),
    Column("source", String(16), nullable=False),  # exposure | declaration | staff
    Column("cause", String(64), nullable=False),  # reference of the declaration, number of the case, or empty
    Column("started_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("state", String(16), nullable=False),  # open | ended | closed
    Column("due_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("escalated_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    UniqueConstraint("reference"),
    Index("follow_ups_phone", "address_index", "id"),
    sqlite_autoincrement=True,
)
_OPEN = text("state = 'open'")
Index("follow_ups_one_open", follow_ups.c.person_id, unique=True, postgresql_where=_OPEN, sqlite_where=_OPEN)
Index("follow_ups_due", follow_ups.c.due_at, postgresql_where=_OPEN, sqlite_where=_OPEN)

health_workers = Table(
    "health_workers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("commune", String(16), nullable=False),
    Column("phone", LargeBinary, nullable=False),
    Column("phone_index", LargeBinary, nullable=False),
    Column("office", String(200), nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("registered_by", String(64), nullable=False),
    UniqueConstraint("commune"),
    sqlite_autoincrement=True,
)
