"""Declared contacts, cases, exposures, staff, alerts and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_contacts()
    _create_cases()
    _create_exposures()
    _create_staff_users()
    _create_alerts()
    _create_notices()


def downgrade() -> None:
    for table in ("notices", "alerts", "staff_users", "exposures", "cases", "contacts"):
        op.drop_table(table)


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="contacts_pk"),
        sa.UniqueConstraint("person_id", "phone_index", name="contacts_person_id_phone_index_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("contacts_phone", "contacts", ["phone_index"])


def _create_cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", RowId, nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("onset_on", sa.Date(), nullable=True),
        sa.Column("sample_on", sa.Date(), nullable=True),
        sa.Column("infectious_from", UtcDateTime(), nullable=False),
        sa.Column("infectious_until", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="cases_pk"),
        sa.UniqueConstraint("person_id", "pack", "infectious_from", name="cases_person_id_pack_infectious_from_key"),
        sqlite_autoincrement=True,
    )


def _create_exposures() -> None:
    op.create_table(
        "exposures",
        sa.Column("id", RowId, nullable=False),
        sa.Column("case_id", RowId, nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("venue_id", RowId, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="exposures_case_id_fk"),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name="exposures_venue_id_fk"),
        sa.PrimaryKeyConstraint("id", name="exposures_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("exposures_case", "exposures", ["case_id", "id"])
    op.create_index("exposures_person", "exposures", ["person_id", "id"])


def _create_staff_users() -> None:
    op.create_table(
        "staff_users",
        sa.Column("id", RowId, nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="staff_users_pk"),
        sa.UniqueConstraint("name", name="staff_users_name_key"),
        sqlite_autoincrement=True,
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("case_id", RowId, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", RowId, nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", RowId, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="alerts_case_id_fk"),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff_users.id"], name="alerts_proposed_by_fk"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff_users.id"], name="alerts_decided_by_fk"),
        sa.PrimaryKeyConstraint("id", name="alerts_pk"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="alerts_two_people"),
        sa.CheckConstraint("status IN ('proposed') OR decided_by IS NOT NULL", name="alerts_decided"),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_case", "alerts", ["case_id", "id"])
    unfinished = sa.text("status = 'approved'")
    op.create_index("alerts_unfinished", "alerts", ["id"], postgresql_where=unfinished, sqlite_where=unfinished)


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", RowId, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.LargeBinary(), nullable=True),
        sa.Column("alert_id", RowId, nullable=True),
        sa.Column("case_id", RowId, nullable=True),
        sa.Column("venue_id", RowId, nullable=True),
        sa.Column("visit_id", RowId, nullable=True),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("tier", sa.String(length=16), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("outbox_id", RowId, nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="notices_alert_id_fk"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="notices_case_id_fk"),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name="notices_venue_id_fk"),
        sa.PrimaryKeyConstraint("id", name="notices_pk"),
        sa.UniqueConstraint("alert_id", "person_id", name="notices_alert_id_person_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("notices_phone", "notices", ["address_index", "id"])
    op.create_index("notices_alert", "notices", ["alert_id", "state", "id"])
    standing = sa.text("state <> 'withdrawn' AND case_id IS NOT NULL")
    op.create_index(
        "notices_once_a_case",
        "notices",
        ["case_id", "person_id"],
        unique=True,
        postgresql_where=standing,
        sqlite_where=standing,
    )
