"""Codes sent to phones to prove whose they are; only blind indexes are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from backend.store.access import Access, insert_for
from backend.store.tables_visits import confirmations


class SqlConfirmations:
    """ports.tracing.ConfirmationRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, purpose: str, subject_id: int, code: str, expires_at: datetime) -> None:
        values = {
            "code_index": self._index(purpose, subject_id, code),
            "tries": 0,
            "expires_at": expires_at,
        }
        statement = insert_for(self._access.dialect, confirmations).values(
            purpose=purpose, subject_id=subject_id, **values
        )
        self._access.run(statement.on_conflict_do_update(index_elements=["purpose", "subject_id"], set_=values))

    def take(self, purpose: str, subject_id: int, code: str, now: datetime, tries: int) -> bool:
        own = (confirmations.c.purpose == purpose, confirmations.c.subject_id == subject_id)
        row = self._access.first(select(confirmations).where(*own).with_for_update())
        if row is None or row.expires_at <= now or row.tries >= tries:
            return False
        if row.code_index != self._index(purpose, subject_id, code):
            return False
        self._access.run(delete(confirmations).where(*own))
        return True

    def waiting(self, purpose: str, subject_id: int, now: datetime) -> bool:
        own = (confirmations.c.purpose == purpose, confirmations.c.subject_id == subject_id)
        return self._access.first(select(confirmations.c.id).where(*own, confirmations.c.expires_at > now)) is not None

    def missed(self, purpose: str, subject_id: int) -> None:
        own = (confirmations.c.purpose == purpose, confirmations.c.subject_id == subject_id)
        self._access.run(update(confirmations).where(*own).values(tries=confirmations.c.tries + 1))

    def _index(self, purpose: str, subject_id: int, code: str) -> bytes:
        return self._access.index(f"{purpose}\x00{subject_id}\x00{code}", "confirmation")
