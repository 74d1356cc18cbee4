"""Tables of people, declarations, call-backs, the audit log and the store's own settings."""

from __future__ import annotations

from sqlalchemy import DDL, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint, event

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

people = Table(
    "people",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),  # its hex form is the person's id
    Column("address_index", LargeBinary, nullable=False),
    Column("role", String(16), nullable=False),
    Column("identity", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("told_at", UtcDateTime),
    UniqueConstraint("uid"),
    Index("people_phone", "address_index", "id"),
    sqlite_autoincrement=True,
)

declarations = Table(
    "declarations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("reference", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("form", String(64), nullable=False),
    Column("form_version", Integer, nullable=False),
    Column("person_id", String(32), nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("declared_for", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("answers", LargeBinary, nullable=False),
    Column("triage", String(32), nullable=False),
    Column("province", String(16)),
    Column("commune", String(16)),
    Column("status", String(16), nullable=False),
    Column("pack", String(64), nullable=False),
    Column("legal_basis", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("reference", "revision"),
    Index("declarations_person", "person_id", "form", "id"),
    Index("declarations_phone", "address_index", "id"),
    Index("declarations_received", "received_at", "id"),
    Index("declarations_area", "province", "commune", "received_at"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("person_id", String(32)),
    Column("reason", String(500), nullable=False),
    Index("audit_person", "person_id", "id"),
    sqlite_autoincrement=True,
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("conversation_id", RowId, ForeignKey("conversations.id"), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
_UNANSWERED = callbacks.c.closed_at.is_(None)
Index(
    "callbacks_one_open",
    callbacks.c.conversation_id,
    unique=True,
    postgresql_where=_UNANSWERED,
    sqlite_where=_UNANSWERED,
)

settings = Table(
    "store_settings",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), nullable=False),
)

SQLITE_AUDIT_GUARD = tuple(
    f"CREATE TRIGGER audit_no_{verb} BEFORE {verb.upper()} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
    for verb in ("update", "delete")
)
POSTGRESQL_AUDIT_GUARD = (
    "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'audit is append-only'; END$$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
)
for _statement in SQLITE_AUDIT_GUARD:
    event.listen(audit, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
for _statement in POSTGRESQL_AUDIT_GUARD:
    event.listen(audit, "after_create", DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]
