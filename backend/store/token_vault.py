"""Providers' tokens, sealed, shared by all processes: a lease lets one of them renew, a version guards the save."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from backend.services.ports.unit import StoreUnavailable
from backend.store.access import insert_for
from backend.store.encryption import new_uid
from backend.store.tables_accounts import provider_tokens as table
from backend.store.unit_of_work import SqlUnitOfWork, SqlUnits
from channels.contract import Tokens, VaultUnavailable


class StoredTokens:
    """contract.TokenVault over the database; each method is a unit of work of its own."""

    def __init__(self, units: SqlUnits) -> None:
        self._units = units

    def load(self, name: str) -> Tokens | None:
        """The newest tokens; None before the first renewal."""
        with self._unit() as unit:
            row = unit.access.first(select(table).where(table.c.name == name, table.c.version > 0))
            return None if row is None else _from_json(unit.access.cipher.open(table.c.tokens, row.uid, row.tokens))

    def claim(self, name: str, owner: str, tokens: Tokens, now: datetime, until: datetime) -> bool:
        """Lease the row if nobody holds it and it still is at the version of `tokens`; version 0 makes the row."""
        with self._unit() as unit:
            if tokens.version == 0:
                self._make(unit, name, tokens)
            free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
            newest = (table.c.name == name, table.c.version == tokens.version, free)
            held = update(table).where(*newest).values(lease_owner=owner, lease_until=until)
            won = unit.access.run(held).rowcount == 1
            unit.commit()
        return won

    def save(self, name: str, tokens: Tokens) -> bool:
        """Replace the version before and end the lease; False if that version is not the newest any more."""
        uid = new_uid()
        with self._unit() as unit:
            values = {**_sealed(unit, uid, tokens), "lease_owner": None, "lease_until": None}
            before = (table.c.name == name, table.c.version == tokens.version - 1)
            saved = unit.access.run(update(table).where(*before).values(**values)).rowcount == 1
            unit.commit()
        return saved

    def _make(self, unit: SqlUnitOfWork, name: str, tokens: Tokens) -> None:
        once = insert_for(unit.access.dialect, table).on_conflict_do_nothing(index_elements=["name"])
        unit.access.run(once, {"name": name, **_sealed(unit, new_uid(), tokens)})

    @contextmanager
    def _unit(self) -> Iterator[SqlUnitOfWork]:
        try:
            with self._units() as unit:
                yield unit
        except StoreUnavailable as error:
            raise VaultUnavailable from error


def _sealed(unit: SqlUnitOfWork, uid: bytes, tokens: Tokens) -> dict[str, Any]:
    content = {**asdict(tokens), "expires_at": tokens.expires_at.isoformat()}
    return {"uid": uid, "tokens": unit.access.cipher.seal(table.c.tokens, uid, content), "version": tokens.version}


def _from_json(content: dict[str, Any]) -> Tokens:
    return Tokens(**{**content, "expires_at": datetime.fromisoformat(content["expires_at"])})
