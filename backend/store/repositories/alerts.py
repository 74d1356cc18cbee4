"""Alerts and the staff who propose and approve them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from backend.domain.alerts import Alert, AlertStatus
from backend.domain.staff import StaffUser
from backend.services.ports.outbox import OutboxState
from backend.services.ports.tracing import AlertCounts, NoticeState
from backend.store.access import Access, insert_for
from backend.store.tables import outbox
from backend.store.tables_tracing import alerts, notices, staff_users

_PLAIN = ("id", "case_id", "proposed_by", "proposed_at", "decided_by", "decided_at", "reason")
_SENT = (OutboxState.SENT.value, OutboxState.DELIVERED.value)


class SqlStaff:
    """ports.tracing.StaffRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, name: str, role: str, office: str, now: datetime) -> StaffUser | None:
        values = {"name": name, "role": role, "office": office, "created_at": now}
        once = insert_for(self._access.dialect, staff_users).on_conflict_do_nothing(index_elements=["name"])
        row_id = self._access.run(once.returning(staff_users.c.id), values).scalar()
        return None if row_id is None else StaffUser(row_id, name, role, office, now)

    def named(self, name: str) -> StaffUser | None:
        row = self._access.first(select(staff_users).where(staff_users.c.name == name))
        return None if row is None else StaffUser(row.id, row.name, row.role, row.office, row.created_at)


class SqlAlerts:
    """ports.tracing.AlertRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, alert: Alert) -> Alert:
        values = {name: getattr(alert, name) for name in _PLAIN if name != "id"} | {"status": alert.status.value}
        return replace(alert, id=self._access.run(insert(alerts).returning(alerts.c.id), values).scalar_one())

    def get(self, alert_id: int) -> Alert | None:
        row = self._access.first(select(alerts).where(alerts.c.id == alert_id))
        return None if row is None else _read(row)

    def decide(self, alert: Alert) -> bool:
        changes = {name: getattr(alert, name) for name in ("decided_by", "decided_at", "reason")}
        still = (alerts.c.id == alert.id, alerts.c.status == AlertStatus.PROPOSED.value)
        return self._access.run(update(alerts).where(*still).values(status=alert.status.value, **changes)).rowcount == 1

    def finish(self, alert_id: int) -> None:
        self._access.run(update(alerts).where(alerts.c.id == alert_id).values(status=AlertStatus.FINISHED.value))

    def unfinished(self, limit: int) -> Sequence[Alert]:
        approved = alerts.c.status == AlertStatus.APPROVED.value
        statement = select(alerts).where(approved).order_by(alerts.c.id).limit(limit)
        return [_read(row) for row in self._access.all(statement)]

    def counts(self, alert_id: int) -> AlertCounts:
        row = self._access.run(_counts(alert_id)).one()
        return AlertCounts(
            row.proposed, row.queued or 0, row.sent or 0, row.delivered or 0, row.answered or 0, row.symptoms or 0,
            row.last_at,
        )  # fmt: skip


def _counts(alert_id: int) -> Any:
    """Numbers of one alert; the message of a notice may be deleted before it, then it counts as queued only."""

    def having(condition: Any) -> Any:
        return func.count().filter(condition)

    return (
        select(
            func.count().label("proposed"),
            having(notices.c.queued_at.is_not(None)).label("queued"),
            having(outbox.c.state.in_(_SENT)).label("sent"),
            having(outbox.c.state == OutboxState.DELIVERED.value).label("delivered"),
            having(notices.c.state == NoticeState.ANSWERED.value).label("answered"),
            having(notices.c.answer == "symptoms").label("symptoms"),
            func.max(notices.c.queued_at).label("last_at"),
        )
        .select_from(notices.outerjoin(outbox, outbox.c.id == notices.c.outbox_id))
        .where(notices.c.alert_id == alert_id)
    )


def _read(row: Row[Any]) -> Alert:
    return Alert(**{name: getattr(row, name) for name in _PLAIN}, status=AlertStatus(row.status))
