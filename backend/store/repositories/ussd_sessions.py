"""USSD sessions: where a session's pages stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from backend.services.ports import UssdSession
from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.tables import ussd_sessions


class SqlUssdSessions:
    """ports.UssdSessionRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, channel: str, session_id: str) -> UssdSession | None:
        """The session or None."""
        index = self._index(channel, session_id)
        row = self._access.first(
            select(ussd_sessions).where(ussd_sessions.c.channel == channel, ussd_sessions.c.session_index == index)
        )
        if row is None:
            return None
        session = self._access.cipher.open(ussd_sessions.c.session, row.uid, row.session)
        return UssdSession(channel, index, row.address_index, row.step, session["pages"], row.page, row.open)

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
        """Insert or replace."""
        uid = new_uid()
        sealed = self._access.cipher.seal(ussd_sessions.c.session, uid, {"id": session_id, "pages": list(pages)})
        changes = {
            "uid": uid,
            "address_index": address_index,
            "step": step,
            "session": sealed,
            "page": page,
            "open": open,
            "changed_at": now,
        }
        statement = (
            self._access.insert(ussd_sessions)
            .values(channel=channel, session_index=self._index(channel, session_id), **changes)
            .on_conflict_do_update(index_elements=["channel", "session_index"], set_=changes)
        )
        self._access.run(statement)

    def newest_open(self, address_index: bytes) -> str | None:
        """Id (index, hex) of the sender's newest open session; an older parallel one is stale."""
        row = self._access.first(
            select(ussd_sessions.c.session_index)
            .where(ussd_sessions.c.address_index == address_index, ussd_sessions.c.open)
            .order_by(ussd_sessions.c.id.desc())
            .limit(1)
        )
        return None if row is None else row.session_index.hex()

    def _index(self, channel: str, session_id: str) -> bytes:
        return self._access.index(f"{channel}\x00{session_id}", "session")
