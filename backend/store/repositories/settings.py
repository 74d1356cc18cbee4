"""Choices that hold for every process."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.sql.expression import Executable

from backend.store.access import Access, insert_for
from backend.store.prepared import prepared
from backend.store.tables_health import settings


class SqlSettings:
    """ports.settings.SettingRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def get(self, name: str) -> str | None:
        value: str | None = self._access.run(_get(), {"the_name": name}).scalar()
        return value

    def put(self, name: str, value: str) -> None:
        statement = insert_for(self._access.dialect, settings).values(name=name, value=value)
        self._access.run(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


@prepared
def _get() -> Executable:
    return select(settings.c.value).where(settings.c.name == bindparam("the_name"))
