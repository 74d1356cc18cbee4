"""Tables of messages and dialogues; every table of the store hangs on the same `metadata`.

Columns of type LargeBinary are sealed (encryption.py), blind indexes (`*_index`) or the random row
id `uid` that sealed values are bound to.  What stays open is only what queues, filters and counts need.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from backend.store.types import RowId, UtcDateTime

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
    }
)

ONE_TURN_PER_SENDER = "inbox_one_turn"
ONE_SENDING_PER_CONVERSATION = "outbox_one_sending"

inbox = Table(
    "inbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("provider_index", LargeBinary, nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column("answer", LargeBinary),
    Column("state", String(16), nullable=False),
    # True while a turn runs; a USSD row is leased at birth but its turn starts only when earlier rows are done.
    Column("turning", Boolean, nullable=False, server_default=false()),
    Column("attempts", Integer, nullable=False),
    Column("code", String(64)),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("received_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    UniqueConstraint("channel", "provider_index"),
    Index("inbox_sender", "address_index", "received_at"),
    sqlite_autoincrement=True,
)
_INBOX_OPEN = text("state IN ('waiting', 'leased')")
_INBOX_WAITING = text("state = 'waiting'")
_INBOX_LEASED = text("state = 'leased'")
Index("inbox_open", inbox.c.address_index, inbox.c.id, postgresql_where=_INBOX_OPEN, sqlite_where=_INBOX_OPEN)
Index("inbox_waiting", inbox.c.id, postgresql_where=_INBOX_WAITING, sqlite_where=_INBOX_WAITING)
Index("inbox_leased", inbox.c.lease_until, postgresql_where=_INBOX_LEASED, sqlite_where=_INBOX_LEASED)
Index(
    ONE_TURN_PER_SENDER,
    inbox.c.address_index,
    unique=True,
    postgresql_where=text("turning"),
    sqlite_where=text("turning"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("accents", Boolean, nullable=False),
    Column("state", LargeBinary),
    Column("question", Integer, nullable=False),
    Column("question_handed_at", UtcDateTime),
    Column("last_text_index", LargeBinary),
    Column("open_form", String(64)),
    Column("remind_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("opted_out", Boolean, nullable=False),
    Column("medium", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("limited_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("silent_until", UtcDateTime),
    UniqueConstraint("address_index"),
    sqlite_autoincrement=True,
)
_TO_REMIND = conversations.c.remind_at.is_not(None)
_TO_EXPIRE = conversations.c.expires_at.is_not(None)
Index("conversations_remind", conversations.c.remind_at, postgresql_where=_TO_REMIND, sqlite_where=_TO_REMIND)
Index("conversations_expire", conversations.c.expires_at, postgresql_where=_TO_EXPIRE, sqlite_where=_TO_EXPIRE)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),  # its hex form is the idempotency key
    Column("conversation_id", RowId, ForeignKey("conversations.id")),
    Column("address_index", LargeBinary, nullable=False),
    Column("address", LargeBinary, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("message_class", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("accents", Boolean, nullable=False),
    Column("replies", LargeBinary, nullable=False),
    Column("text", LargeBinary),
    Column("state", String(16), nullable=False),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False),
    Column("code", String(64)),
    Column("inbox_id", RowId, ForeignKey("inbox.id")),
    Column("position", Integer, nullable=False),
    Column("reference", LargeBinary),
    Column("reference_index", LargeBinary),
    Column("question", Integer),
    Column("due_at", UtcDateTime),
    Column("lease_owner", String(64)),
    Column("lease_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("tried", String(200)),  # ways that failed, "name:code" each
    Column("parts_sent", Integer, nullable=False, server_default="0"),
    UniqueConstraint("uid"),
    UniqueConstraint("inbox_id", "position"),
    Index("outbox_address", "address_index", "channel", "id"),
    sqlite_autoincrement=True,
)
_OUTBOX_READY = text("state IN ('waiting', 'unknown') AND due_at IS NOT NULL")
_OUTBOX_OPEN = text("state IN ('waiting', 'unknown', 'leased', 'sending')")
_OUTBOX_HELD = text("state IN ('leased', 'sending')")
_OUTBOX_REFERENCED = outbox.c.reference_index.is_not(None)
Index("outbox_ready", outbox.c.id, postgresql_where=_OUTBOX_READY, sqlite_where=_OUTBOX_READY)
Index("outbox_open", outbox.c.conversation_id, outbox.c.id, postgresql_where=_OUTBOX_OPEN, sqlite_where=_OUTBOX_OPEN)
Index("outbox_held", outbox.c.lease_until, postgresql_where=_OUTBOX_HELD, sqlite_where=_OUTBOX_HELD)
Index(
    "outbox_reference",
    outbox.c.channel,
    outbox.c.reference_index,
    postgresql_where=_OUTBOX_REFERENCED,
    sqlite_where=_OUTBOX_REFERENCED,
)
Index(
    ONE_SENDING_PER_CONVERSATION,
    outbox.c.conversation_id,
    unique=True,
    postgresql_where=_OUTBOX_HELD,
    sqlite_where=_OUTBOX_HELD,
)

receipts = Table(
    "receipts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("key", LargeBinary),  # the outbox row's uid
    Column("reference_index", LargeBinary),
    Column("state", String(16), nullable=False),
    Column("code", String(64)),
    Column("received_at", UtcDateTime, nullable=False),
    Index("receipts_key", "key"),
    Index("receipts_reference", "channel", "reference_index"),
    sqlite_autoincrement=True,
)

ussd_sessions = Table(
    "ussd_sessions",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("session_index", LargeBinary, nullable=False),
    Column("address_index", LargeBinary, nullable=False),
    Column("step", Integer, nullable=False),
    Column("session", LargeBinary, nullable=False),
    Column("page", Integer, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "session_index"),
    Index("ussd_sessions_sender", "address_index", "id"),
    sqlite_autoincrement=True,
)

sms_parts = Table(
    "sms_parts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("uid", LargeBinary, nullable=False),
    Column("set_index", LargeBinary, nullable=False),
    Column("part", Integer, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    UniqueConstraint("set_index", "part"),
    Index("sms_parts_age", "joined", "received_at"),
    sqlite_autoincrement=True,
)
