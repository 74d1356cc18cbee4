"""Tokens of staff, and failed attempts to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_tokens",
        sa.Column("id", RowId, nullable=False),
        sa.Column("user_id", RowId, nullable=False),
        sa.Column("selector", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="staff_tokens_pk"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_users.id"], name="staff_tokens_user_id_fk"),
        sa.UniqueConstraint("user_id", name="staff_tokens_user_id_key"),
        sa.UniqueConstraint("selector", name="staff_tokens_selector_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", RowId, nullable=False),
        sa.Column("origin_index", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="sign_in_failures_pk"),
        sa.UniqueConstraint("origin_index", name="sign_in_failures_origin_index_key"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("sign_in_failures")
    op.drop_table("staff_tokens")
