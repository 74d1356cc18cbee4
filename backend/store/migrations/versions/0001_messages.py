"""Messages, dialogues, sessions and pieces of long texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from backend.store.types import RowId, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_inbox()
    _create_conversations()
    _create_outbox()
    _create_receipts()
    _create_ussd_sessions()
    _create_sms_parts()


def downgrade() -> None:
    for table in ("sms_parts", "ussd_sessions", "receipts", "outbox", "conversations", "inbox"):
        op.drop_table(table)


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("provider_index", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("turning", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="inbox_pk"),
        sa.UniqueConstraint("channel", "provider_index", name="inbox_channel_provider_index_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "inbox_leased",
        "inbox",
        ["lease_until"],
        postgresql_where=sa.text("state = 'leased'"),
        sqlite_where=sa.text("state = 'leased'"),
    )
    op.create_index(
        "inbox_one_turn",
        "inbox",
        ["address_index"],
        unique=True,
        postgresql_where=sa.text("turning"),
        sqlite_where=sa.text("turning"),
    )
    op.create_index(
        "inbox_open",
        "inbox",
        ["address_index", "id"],
        postgresql_where=sa.text("state IN ('waiting', 'leased')"),
        sqlite_where=sa.text("state IN ('waiting', 'leased')"),
    )
    op.create_index("inbox_sender", "inbox", ["address_index", "received_at"])
    op.create_index(
        "inbox_waiting",
        "inbox",
        ["id"],
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("accents", sa.Boolean(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("question_handed_at", UtcDateTime(), nullable=True),
        sa.Column("last_text_index", sa.LargeBinary(), nullable=True),
        sa.Column("open_form", sa.String(length=64), nullable=True),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("medium", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("limited_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="conversations_pk"),
        sa.UniqueConstraint("address_index", name="conversations_address_index_key"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "conversations_expire",
        "conversations",
        ["expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL"),
        sqlite_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(
        "conversations_remind",
        "conversations",
        ["remind_at"],
        postgresql_where=sa.text("remind_at IS NOT NULL"),
        sqlite_where=sa.text("remind_at IS NOT NULL"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_id", RowId, nullable=True),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("message_class", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("accents", sa.Boolean(), nullable=False),
        sa.Column("replies", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("unknowns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("inbox_id", RowId, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=True),
        sa.Column("reference_index", sa.LargeBinary(), nullable=True),
        sa.Column("question", sa.Integer(), nullable=True),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="outbox_conversation_id_fk"),
        sa.ForeignKeyConstraint(["inbox_id"], ["inbox.id"], name="outbox_inbox_id_fk"),
        sa.PrimaryKeyConstraint("id", name="outbox_pk"),
        sa.UniqueConstraint("inbox_id", "position", name="outbox_inbox_id_position_key"),
        sa.UniqueConstraint("uid", name="outbox_uid_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("outbox_address", "outbox", ["address_index", "channel", "id"])
    op.create_index(
        "outbox_held",
        "outbox",
        ["lease_until"],
        postgresql_where=sa.text("state IN ('leased', 'sending')"),
        sqlite_where=sa.text("state IN ('leased', 'sending')"),
    )
    op.create_index(
        "outbox_one_sending",
        "outbox",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('leased', 'sending')"),
        sqlite_where=sa.text("state IN ('leased', 'sending')"),
    )
    op.create_index(
        "outbox_open",
        "outbox",
        ["conversation_id", "id"],
        postgresql_where=sa.text("state IN ('waiting', 'unknown', 'leased', 'sending')"),
        sqlite_where=sa.text("state IN ('waiting', 'unknown', 'leased', 'sending')"),
    )
    op.create_index(
        "outbox_ready",
        "outbox",
        ["id"],
        postgresql_where=sa.text("state IN ('waiting', 'unknown') AND due_at IS NOT NULL"),
        sqlite_where=sa.text("state IN ('waiting', 'unknown') AND due_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_reference",
        "outbox",
        ["channel", "reference_index"],
        postgresql_where=sa.text("reference_index IS NOT NULL"),
        sqlite_where=sa.text("reference_index IS NOT NULL"),
    )


def _create_receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=True),
        sa.Column("reference_index", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="receipts_pk"),
        sqlite_autoincrement=True,
    )
    op.create_index("receipts_key", "receipts", ["key"])
    op.create_index("receipts_reference", "receipts", ["channel", "reference_index"])


def _create_ussd_sessions() -> None:
    op.create_table(
        "ussd_sessions",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("session_index", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("session", sa.LargeBinary(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="ussd_sessions_pk"),
        sa.UniqueConstraint("channel", "session_index", name="ussd_sessions_channel_session_index_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ussd_sessions_sender", "ussd_sessions", ["address_index", "id"])


def _create_sms_parts() -> None:
    op.create_table(
        "sms_parts",
        sa.Column("id", RowId, nullable=False),
        sa.Column("uid", sa.LargeBinary(), nullable=False),
        sa.Column("set_index", sa.LargeBinary(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="sms_parts_pk"),
        sa.UniqueConstraint("set_index", "part", name="sms_parts_set_index_part_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("sms_parts_age", "sms_parts", ["joined", "received_at"])
