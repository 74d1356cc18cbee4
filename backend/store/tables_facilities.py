"""Tables of facilities, their officers and daily reports, and of feedback on places."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

facilities = Table(
    "facilities",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("venue_id", RowId, ForeignKey("venues.id"), nullable=False),
    Column("checklist", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("venue_id"),
    Index("facilities_checklist", "checklist", "id"),
    sqlite_autoincrement=True,
)

facility_officers = Table(
    "facility_officers",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("facility_id", RowId, ForeignKey("facilities.id"), nullable=False),
    Column("phone", LargeBinary, nullable=False),
    Column("phone_index", LargeBinary, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    UniqueConstraint("facility_id", "phone_index"),
    Index("facility_officers_phone", "phone_index"),
    sqlite_autoincrement=True,
)

facility_reports = Table(
    "facility_reports",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("facility_id", RowId, ForeignKey("facilities.id"), nullable=False),
    Column("day", Date, nullable=False),  # in Viet Nam
    Column("checklist", String(64), nullable=False),
    Column("bits", String(64), nullable=False),
    Column("level", String(16), nullable=False),
    Column("colour", String(8), nullable=False),
    Column("score", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("officer_id", RowId, nullable=False),  # outlives the officer's registration
    Column("reported_at", UtcDateTime, nullable=False),
    Index("facility_reports_day", "facility_id", "day", "id"),
    sqlite_autoincrement=True,
)

facility_reminders = Table(
    "facility_reminders",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("facility_id", RowId, ForeignKey("facilities.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("reminded_at", UtcDateTime, nullable=False),
    UniqueConstraint("facility_id", "day"),  # once a day, whoever sends it
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("venue_id", RowId, ForeignKey("venues.id"), nullable=False),
    Column("address_index", LargeBinary, nullable=False),  # the sender, for limits and erasure only
    Column("content", LargeBinary, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(64)),  # an actor of the audit log
    Index("feedback_sender", "address_index", "received_at"),
    Index("feedback_venue", "venue_id", "received_at"),
    sqlite_autoincrement=True,
)
_OPEN = text("closed_at IS NULL")
Index("feedback_open", feedback.c.venue_id, postgresql_where=_OPEN, sqlite_where=_OPEN)
