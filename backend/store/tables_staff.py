"""Tables of how staff sign in: tokens as hashes, and wrong ones counted by where they came from."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

staff_tokens = Table(
    "staff_tokens",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", RowId, ForeignKey("staff_users.id"), nullable=False),
    Column("selector", String(16), nullable=False),  # the open half of a token, by which it is found
    Column("secret_hash", LargeBinary, nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id"),
    UniqueConstraint("selector"),
    sqlite_autoincrement=True,
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("origin_index", LargeBinary, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    UniqueConstraint("origin_index"),
    sqlite_autoincrement=True,
)
