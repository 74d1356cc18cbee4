"""Follow-ups, health workers, and the daily questions among the notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
_OPEN = sa.text("state = 'open'")
_ASKED = sa.text("follow_up_id IS NOT NULL")


def upgrade() -> None:
    _create_follow_ups()
    _create_health_workers()
    op.add_column("notices", sa.Column("follow_up_id", RowId, nullable=True))
    op.add_column("notices", sa.Column("day", sa.Date(), nullable=True))
    op.add_column("notices", sa.Column("reminded_at", UtcDateTime(), nullable=True))
    op.create_index(
        "notices_once_a_day",
        "notices",
        ["follow_up_id", "day"],
        unique=True,
        postgresql_where=_ASKED,
        sqlite_where=_ASKED,
    )


def downgrade() -> None:
    op.execute("DELETE FROM notices WHERE kind = 'follow_up'")
    op.drop_index("notices_once_a_day", "notices")
    for column in ("reminded_at", "day", "follow_up_id"):
        op.drop_column("notices", column)
    op.drop_table("health_workers")
    op.drop_table("follow_ups")


def _create_follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", RowId, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=64), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("escalated_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="follow_ups_pk"),
        sa.UniqueConstraint("reference", name="follow_ups_reference_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("follow_ups_phone", "follow_ups", ["address_index", "id"])
    op.create_index(
        "follow_ups_one_open",
        "follow_ups",
        ["person_id"],
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    )
    op.create_index("follow_ups_due", "follow_ups", ["due_at"], postgresql_where=_OPEN, sqlite_where=_OPEN)


def _create_health_workers() -> None:
    op.create_table(
        "health_workers",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("commune", sa.String(length=16), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("registered_at", UtcDateTime(), nullable=False),
        sa.Column("registered_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="health_workers_pk"),
        sa.UniqueConstraint("commune", name="health_workers_commune_key"),
        sqlite_autoincrement=True,
    )
