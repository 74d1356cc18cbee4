"""Table of texts that were not understood and wait for review."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, LargeBinary, String, Table, false

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

unclear_texts = Table(
    "unclear_texts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("address_index", LargeBinary, nullable=False),  # for erasure
    Column("language", String(8), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("accepted", Boolean, nullable=False, server_default=false()),
    Column("kept_at", UtcDateTime, nullable=False),
    Index("unclear_texts_sender", "address_index"),
    Index("unclear_texts_age", "kept_at"),
    sqlite_autoincrement=True,
)
