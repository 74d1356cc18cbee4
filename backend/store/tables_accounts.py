"""Tables of chat accounts linked with phones, and of the tokens providers let us in with."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint

from backend.store.tables import metadata
from backend.store.types import RowId, UtcDateTime

accounts = Table(
    "accounts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("medium", String(16), nullable=False),
    Column("account_index", LargeBinary, nullable=False),
    Column("account", LargeBinary, nullable=False),
    Column("address_index", LargeBinary),  # of the phone it is linked with
    Column("address", LargeBinary),
    Column("proposed", LargeBinary),  # the phone that a code was sent to
    Column("linked_at", UtcDateTime),
    UniqueConstraint("account_index"),
    UniqueConstraint("address_index", "medium"),
    sqlite_autoincrement=True,
)

provider_tokens = Table(
    "provider_tokens",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("name", String(32), nullable=False),
    Column("tokens", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)
