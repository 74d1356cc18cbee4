"""Tokens of staff, and how often a place has tried wrong ones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from backend.domain.staff import StaffUser
from backend.services.ports.tracing import StaffToken
from backend.store.access import Access, insert_for
from backend.store.tables_staff import sign_in_failures, staff_tokens
from backend.store.tables_tracing import staff_users


class SqlStaffTokens:
    """ports.tracing.StaffTokenRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def put(self, token: StaffToken, now: datetime) -> None:
        values = {
            "selector": token.selector,
            "secret_hash": token.secret_hash,
            "issued_at": now,
            "expires_at": token.expires_at,
        }
        statement = insert_for(self._access.dialect, staff_tokens).values(user_id=token.user.id, **values)
        self._access.run(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))

    def find(self, selector: str) -> StaffToken | None:
        found = self._access.first(
            select(staff_users, staff_tokens.c.secret_hash, staff_tokens.c.expires_at)
            .join_from(staff_tokens, staff_users)
            .where(staff_tokens.c.selector == selector)
        )
        if found is None:
            return None
        user = StaffUser(found.id, found.name, found.role, found.office, found.created_at)
        return StaffToken(user, selector, found.secret_hash, found.expires_at)

    def revoke(self, user_id: int) -> bool:
        return self._access.run(delete(staff_tokens).where(staff_tokens.c.user_id == user_id)).rowcount > 0

    def failures(self, origin_index: bytes, since: datetime) -> int:
        own = (sign_in_failures.c.origin_index == origin_index, sign_in_failures.c.began_at > since)
        row = self._access.first(select(sign_in_failures.c.failures).where(*own))
        return 0 if row is None else int(row.failures)

    def failed(self, origin_index: bytes, now: datetime, since: datetime) -> None:
        self._access.run(delete(sign_in_failures).where(sign_in_failures.c.began_at <= since))
        values = {"origin_index": origin_index, "failures": 1, "began_at": now}
        statement = insert_for(self._access.dialect, sign_in_failures).values(values)
        more = {"failures": sign_in_failures.c.failures + 1}
        self._access.run(statement.on_conflict_do_update(index_elements=["origin_index"], set_=more))
