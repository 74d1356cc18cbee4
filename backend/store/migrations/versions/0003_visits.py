"""Venues, visits and confirmation codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_venues()
    _create_visits()
    _create_confirmations()


def downgrade() -> None:
    for table in ("confirmations", "visits", "venues"):
        op.drop_table(table)


def _create_venues() -> None:
    op.create_table(
        "venues",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("province", sa.String(length=16), nullable=True),
        sa.Column("commune", sa.String(length=16), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("keeper", sa.LargeBinary(), nullable=True),
        sa.Column("keeper_index", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="venues_pk"),
        sa.UniqueConstraint("code", name="venues_code_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("venues_area", "venues", ["province", "commune"])
    op.create_index(
        "venues_keeper",
        "venues",
        ["keeper_index"],
        postgresql_where=sa.text("keeper_index IS NOT NULL"),
        sqlite_where=sa.text("keeper_index IS NOT NULL"),
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", RowId, nullable=False),
        sa.Column("venue_id", RowId, nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("entered_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=False),
        sa.Column("companions", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name="visits_venue_id_fk"),
        sa.PrimaryKeyConstraint("id", name="visits_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("visits_venue", "visits", ["venue_id", "entered_at"], postgresql_include=["left_at", "person_id"])
    op.create_index("visits_person", "visits", ["person_id", "entered_at"])


def _create_confirmations() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", RowId, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("subject_id", RowId, nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="confirmations_pk"),
        sa.UniqueConstraint("purpose", "subject_id", name="confirmations_purpose_subject_id_key"),
        sqlite_autoincrement=True,
    )
