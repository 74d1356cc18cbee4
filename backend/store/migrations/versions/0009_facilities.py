"""Facilities, their officers and daily reports, reminders, and feedback on places."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _facilities()
    _reports()
    _feedback()


def downgrade() -> None:
    for name in ("feedback", "facility_reminders", "facility_reports", "facility_officers", "facilities"):
        op.drop_table(name)


def _facilities() -> None:
    op.create_table(
        "facilities",
        sa.Column("id", RowId, nullable=False),
        sa.Column("venue_id", RowId, nullable=False),
        sa.Column("checklist", sa.String(length=64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name="facilities_venue_id_fk"),
        sa.PrimaryKeyConstraint("id", name="facilities_pk"),
        sa.UniqueConstraint("venue_id", name="facilities_venue_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("facilities_checklist", "facilities", ["checklist", "id"])
    op.create_table(
        "facility_officers",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("facility_id", RowId, nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name="facility_officers_facility_id_fk"),
        sa.PrimaryKeyConstraint("id", name="facility_officers_pk"),
        sa.UniqueConstraint("facility_id", "phone_index", name="facility_officers_facility_id_phone_index_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("facility_officers_phone", "facility_officers", ["phone_index"])


def _reports() -> None:
    op.create_table(
        "facility_reports",
        sa.Column("id", RowId, nullable=False),
        sa.Column("facility_id", RowId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("checklist", sa.String(length=64), nullable=False),
        sa.Column("bits", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("officer_id", RowId, nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name="facility_reports_facility_id_fk"),
        sa.PrimaryKeyConstraint("id", name="facility_reports_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("facility_reports_day", "facility_reports", ["facility_id", "day", "id"])
    op.create_table(
        "facility_reminders",
        sa.Column("id", RowId, nullable=False),
        sa.Column("facility_id", RowId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reminded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name="facility_reminders_facility_id_fk"),
        sa.PrimaryKeyConstraint("id", name="facility_reminders_pk"),
        sa.UniqueConstraint("facility_id", "day", name="facility_reminders_facility_id_day_key"),
        sqlite_autoincrement=True,
    )


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("venue_id", RowId, nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name="feedback_venue_id_fk"),
        sa.PrimaryKeyConstraint("id", name="feedback_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("feedback_sender", "feedback", ["address_index", "received_at"])
    op.create_index("feedback_venue", "feedback", ["venue_id", "received_at"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index("feedback_open", "feedback", ["venue_id"], postgresql_where=is_open, sqlite_where=is_open)
