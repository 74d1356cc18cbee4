"""The audit log; the database itself refuses changes and deletions (tables_health.py)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from backend.store.access import Access
from backend.store.tables_health import audit


class SqlAudit:
    """ports.AuditRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, actor: str, action: str, person_id: str | None, reason: str, now: datetime) -> None:
        """One line; never a name, a number or an answer."""
        values = {"at": now, "actor": actor, "action": action, "person_id": person_id, "reason": reason}
        self._access.run(insert(audit), values)
