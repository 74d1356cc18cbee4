"""Tables of broadcasts and of which message of theirs went to whom."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint, text

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("status", String(16), nullable=False),  # proposed | approved | paused | finished | stopped
    Column("texts", JSON, nullable=False),  # by language
    Column("office", String(200), nullable=False),
    Column("audience", String(16), nullable=False),  # people | keepers
    Column("areas", JSON, nullable=False),  # codes of provinces and communes
    Column("urgent", Boolean, nullable=False),
    Column("proposed_by", RowId, ForeignKey("staff_users.id"), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", RowId, ForeignKey("staff_users.id")),
    Column("decided_at", UtcDateTime),
    Column("last", RowId, nullable=False),  # conversations.id
    Column("told", RowId, nullable=False),  # conversations.id
    Column("queued_at", UtcDateTime),  # the last batch
    Column("reason", String(500), nullable=False),
    CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="broadcasts_two_people"),
    CheckConstraint("status IN ('proposed', 'stopped') OR decided_by IS NOT NULL", name="broadcasts_decided"),
    sqlite_autoincrement=True,
)
_APPROVED = text("status = 'approved'")
Index("broadcasts_approved", broadcasts.c.id, postgresql_where=_APPROVED, sqlite_where=_APPROVED)

broadcast_messages = Table(
    "broadcast_messages",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("broadcast_id", RowId, ForeignKey("broadcasts.id"), nullable=False),
    Column("conversation_id", RowId, nullable=False),
    Column("outbox_id", RowId, nullable=False),  # the message may be deleted before this row
    UniqueConstraint("broadcast_id", "conversation_id"),
    UniqueConstraint("outbox_id"),
    sqlite_autoincrement=True,
)
