"""USSD sessions: where a session's pages stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.sql.expression import Executable

from backend.services.ports.conversations import UssdSession
from backend.store.access import Access, insert_for
from backend.store.encryption import new_uid
from backend.store.prepared import prepared
from backend.store.tables import ussd_sessions

# All sealed columns change together with `uid`, which they are bound to.
REPLACED = ("uid", "address_index", "step", "session", "page", "open", "changed_at")


class SqlUssdSessions:
    """ports.conversations.UssdSessionRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, channel: str, session_id: str) -> UssdSession | None:
        index = self._access.index.session(channel, session_id)
        row = self._access.first(_find(), {"the_channel": channel, "the_session": index})
        if row is None:
            return None
        session = self._access.cipher.open(ussd_sessions.c.session, row.uid, row.session)
        return UssdSession(channel, index, row.address_index, row.step, session["pages"], row.page, row.open,
                           newest=row.id == row.newest_id or row.newest_id is None)  # fmt: skip

    def put(
        self,
        channel: str,
        session_id: str,
        address_index: bytes,
        *,
        step: int,
        pages: Sequence[str],
        page: int,
        open: bool,
        now: datetime,
    ) -> None:
        uid = new_uid()
        sealed = self._access.cipher.seal(ussd_sessions.c.session, uid, {"id": session_id, "pages": list(pages)})
        values = {
            "channel": channel,
            "session_index": self._access.index.session(channel, session_id),
            "uid": uid,
            "address_index": address_index,
            "step": step,
            "session": sealed,
            "page": page,
            "open": open,
            "changed_at": now,
        }
        self._access.write(_put(self._access.dialect), [values])


@prepared
def _find() -> Executable:
    other = ussd_sessions.alias("other")
    same_phone = select(other.c.id).where(other.c.address_index == ussd_sessions.c.address_index, other.c.open)
    newest = same_phone.order_by(other.c.id.desc()).limit(1).scalar_subquery()
    return select(ussd_sessions, newest.label("newest_id")).where(
        ussd_sessions.c.channel == bindparam("the_channel"), ussd_sessions.c.session_index == bindparam("the_session")
    )


@prepared
def _put(dialect: str) -> Executable:
    insert = insert_for(dialect, ussd_sessions)
    replaced = {name: insert.excluded[name] for name in REPLACED}
    statement: Executable = insert.on_conflict_do_update(index_elements=["channel", "session_index"], set_=replaced)
    return statement
