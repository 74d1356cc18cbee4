"""Chat accounts linked with phones, providers' tokens, ways a message was tried, chats answered by hand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_accounts()
    _create_provider_tokens()
    op.add_column("conversations", sa.Column("silent_until", UtcDateTime(), nullable=True))
    op.add_column("outbox", sa.Column("tried", sa.String(length=200), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "tried")
    op.drop_column("conversations", "silent_until")
    op.drop_table("provider_tokens")
    op.drop_table("accounts")


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("medium", sa.String(length=16), nullable=False),
        sa.Column("account_index", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("proposed", sa.LargeBinary(), nullable=True),
        sa.Column("linked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="accounts_pk"),
        sa.UniqueConstraint("account_index", name="accounts_account_index_key"),
        sa.UniqueConstraint("address_index", "medium", name="accounts_address_index_medium_key"),
        sqlite_autoincrement=True,
    )


def _create_provider_tokens() -> None:
    op.create_table(
        "provider_tokens",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="provider_tokens_pk"),
        sa.UniqueConstraint("name", name="provider_tokens_name_key"),
        sqlite_autoincrement=True,
    )
