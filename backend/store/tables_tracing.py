"""Tables of declared contacts, cases, exposures, staff, alerts and notices."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
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

contacts = Table(
    "contacts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("person_id", LargeBinary, nullable=False),
    Column("phone", LargeBinary, nullable=False),
    Column("phone_index", LargeBinary, nullable=False),
    Column("declared_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "phone_index"),
    Index("contacts_phone", "phone_index"),
    sqlite_autoincrement=True,
)

cases = Table(
    "cases",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("person_id", LargeBinary, nullable=False),
    Column("pack", String(64), nullable=False),
    Column("onset_on", Date),
    Column("sample_on", Date),
    Column("infectious_from", UtcDateTime, nullable=False),
    Column("infectious_until", UtcDateTime, nullable=False),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("confirmed_by", String(64), nullable=False),
    UniqueConstraint("person_id", "pack", "infectious_from"),
    sqlite_autoincrement=True,
)

exposures = Table(
    "exposures",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("person_id", LargeBinary, nullable=False),
    Column("tier", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("venue_id", RowId, ForeignKey("venues.id")),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("visitors", Integer, nullable=False),
    Index("exposures_case", "case_id", "id"),
    Index("exposures_person", "person_id", "id"),
    sqlite_autoincrement=True,
)

staff_users = Table(
    "staff_users",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("name", String(48), nullable=False),
    Column("role", String(32), nullable=False),
    Column("office", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("case_id", RowId, ForeignKey("cases.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("proposed_by", RowId, ForeignKey("staff_users.id"), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", RowId, ForeignKey("staff_users.id")),
    Column("decided_at", UtcDateTime),
    Column("reason", String(500), nullable=False),
    CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="alerts_two_people"),
    CheckConstraint("status IN ('proposed') OR decided_by IS NOT NULL", name="alerts_decided"),
    Index("alerts_case", "case_id", "id"),
    sqlite_autoincrement=True,
)
_UNFINISHED = text("status = 'approved'")
Index("alerts_unfinished", alerts.c.id, postgresql_where=_UNFINISHED, sqlite_where=_UNFINISHED)

notices = Table(
    "notices",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", String(16), nullable=False),  # exposure | visit_by_staff | venue_confirm | follow_up
    Column("state", String(16), nullable=False),  # proposed | queued | answered | withdrawn | expired
    Column("address_index", LargeBinary, nullable=False),
    Column("person_id", LargeBinary),
    Column("alert_id", RowId, ForeignKey("alerts.id")),
    Column("case_id", RowId, ForeignKey("cases.id")),
    Column("venue_id", RowId, ForeignKey("venues.id")),
    Column("visit_id", RowId),
    Column("source", String(16)),
    Column("tier", String(16)),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("visitors", Integer, nullable=False),
    Column("outbox_id", RowId),  # the message may be deleted before the notice
    Column("answer", String(16)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("follow_up_id", RowId),  # the follow-up may be deleted before the notice
    Column("day", Date),
    Column("reminded_at", UtcDateTime),
    UniqueConstraint("alert_id", "person_id"),
    Index("notices_phone", "address_index", "id"),
    Index("notices_alert", "alert_id", "state", "id"),
    sqlite_autoincrement=True,
)
_ASKED = text("follow_up_id IS NOT NULL")
Index(
    "notices_once_a_day",
    notices.c.follow_up_id,
    notices.c.day,
    unique=True,
    postgresql_where=_ASKED,
    sqlite_where=_ASKED,
)
_STANDING = text("state <> 'withdrawn' AND case_id IS NOT NULL")
Index(
    "notices_once_a_case",
    notices.c.case_id,
    notices.c.person_id,
    unique=True,
    postgresql_where=_STANDING,
    sqlite_where=_STANDING,
)
