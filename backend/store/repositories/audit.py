"""The audit log; the database itself refuses changes and deletions (tables_health.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.sql.expression import Executable

from backend.services.ports.tracing import STAFF, Look
from backend.store.access import Access
from backend.store.prepared import prepared
from backend.store.tables_health import audit
from backend.store.tables_tracing import staff_users


class SqlAudit:
    """ports.people.AuditRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, actor: str, action: str, person_id: str | None, reason: str, now: datetime) -> None:
        self.add_each(actor, action, [person_id], reason, now)

    def add_each(self, actor: str, action: str, person_ids: Sequence[str | None], reason: str, now: datetime) -> None:
        same = {"at": now, "actor": actor, "action": action, "reason": reason}
        self._access.run_each(_insert(), [{**same, "person_id": person_id} for person_id in person_ids])

    def looks(self, person_ids: Sequence[str], limit: int) -> Sequence[Look]:
        user = staff_users.c.name == func.substr(audit.c.actor, len(STAFF) + 1)
        statement = (
            select(staff_users.c.office, audit.c.at)
            .select_from(audit.outerjoin(staff_users, user))
            .where(audit.c.person_id.in_(person_ids), audit.c.actor.startswith(STAFF))
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        return [Look(row.office or "", row.at) for row in self._access.all(statement)]


@prepared
def _insert() -> Executable:
    return insert(audit)
