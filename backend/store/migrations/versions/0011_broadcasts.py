"""Broadcasts and which message of theirs went to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
_APPROVED = sa.text("status = 'approved'")


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("proposed_by", RowId, nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", RowId, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("last", RowId, nullable=False),
        sa.Column("told", RowId, nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="broadcasts_pk"),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff_users.id"], name="broadcasts_proposed_by_fk"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_users.id"], name="broadcasts_decided_by_fk"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="broadcasts_two_people"),
        sa.CheckConstraint("status IN ('proposed', 'stopped') OR decided_by IS NOT NULL", name="broadcasts_decided"),
        sqlite_autoincrement=True,
    )
    op.create_index("broadcasts_approved", "broadcasts", ["id"], postgresql_where=_APPROVED, sqlite_where=_APPROVED)
    op.create_table(
        "broadcast_messages",
        sa.Column("id", RowId, nullable=False),
        sa.Column("broadcast_id", RowId, nullable=False),
        sa.Column("conversation_id", RowId, nullable=False),
        sa.Column("outbox_id", RowId, nullable=False),
        sa.PrimaryKeyConstraint("id", name="broadcast_messages_pk"),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcasts.id"], name="broadcast_messages_broadcast_id_fk"),
        sa.UniqueConstraint(
            "broadcast_id", "conversation_id", name="broadcast_messages_broadcast_id_conversation_id_key"
        ),
        sa.UniqueConstraint("outbox_id", name="broadcast_messages_outbox_id_key"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("broadcast_messages")
    op.drop_table("broadcasts")
