"""Texts that were not understood and wait for review."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unclear_texts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("accepted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="unclear_texts_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("unclear_texts_sender", "unclear_texts", ["address_index"])
    op.create_index("unclear_texts_age", "unclear_texts", ["kept_at"])


def downgrade() -> None:
    op.drop_table("unclear_texts")
