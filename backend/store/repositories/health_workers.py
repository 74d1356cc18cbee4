"""Health workers, by commune; their phones are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select

from backend.services.ports.follow_up import HealthWorker
from backend.store.access import Access
from backend.store.encryption import new_uid
from backend.store.tables_follow_up import health_workers

_PLAIN = ("commune", "office", "registered_at", "registered_by")


class SqlHealthWorkers:
    """ports.follow_up.HealthWorkerRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, worker: HealthWorker) -> None:
        self.remove(worker.commune)
        uid = new_uid()
        values = {name: getattr(worker, name) for name in _PLAIN} | {
            "uid": uid, "phone": self._access.cipher.seal(health_workers.c.phone, uid, worker.phone),
            "phone_index": self._access.index.address(worker.phone),
        }  # fmt: skip
        self._access.run(insert(health_workers), values)

    def of(self, commune: str) -> HealthWorker | None:
        row = self._access.first(select(health_workers).where(health_workers.c.commune == commune))
        return None if row is None else self._read(row)

    def all(self) -> Sequence[HealthWorker]:
        return [self._read(row) for row in self._access.all(select(health_workers).order_by(health_workers.c.commune))]

    def remove(self, commune: str) -> bool:
        return self._access.run(delete(health_workers).where(health_workers.c.commune == commune)).rowcount > 0

    def _read(self, row: Row[Any]) -> HealthWorker:
        phone = self._access.cipher.open(health_workers.c.phone, row.uid, row.phone)
        return HealthWorker(**{name: getattr(row, name) for name in _PLAIN}, phone=phone)
