"""What people are told and may answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, select, update
from sqlalchemy.sql.expression import Executable

from backend.domain.exposure import Span
from backend.services.ports.tracing import Notice, NoticeState
from backend.store.access import Access, insert_for, one_of
from backend.store.prepared import prepared
from backend.store.tables_tracing import notices

EXPORT_ROWS = 500
_PLAIN = (
    "kind", "address_index", "created_at", "alert_id", "case_id", "venue_id", "visit_id", "source", "tier", "visitors",
    "outbox_id", "answer", "answered_at", "follow_up_id", "day", "reminded_at",
)  # fmt: skip


class SqlNotices:
    """ports.tracing.NoticeRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, notice: Notice) -> Notice | None:
        return self.add_each([notice])[0]

    def add_each(self, new: Sequence[Notice]) -> Sequence[Notice | None]:
        outcomes = self._access.run_each(_insert(self._access.dialect), [_values(notice) for notice in new])
        ids = [outcome.scalar() for outcome in outcomes]
        return [None if id_ is None else replace(each, id=id_) for each, id_ in zip(new, ids, strict=True)]

    def get(self, notice_id: int) -> Notice | None:
        row = self._access.first(select(notices).where(notices.c.id == notice_id))
        return None if row is None else read_notice(row)

    def open_for(self, address_index: bytes, since: datetime) -> Notice | None:
        return self.open_for_each([address_index], since).get(address_index)

    def open_for_each(self, address_indexes: Sequence[bytes], since: datetime) -> Mapping[bytes, Notice]:
        values = {"the_addresses": list(address_indexes), "the_start": since}
        found = self._access.all(_open_for_each(self._access.dialect), values)
        return {row.address_index: read_notice(row) for row in found}

    def take_proposed(self, alert_id: int, limit: int) -> Sequence[Notice]:
        statement = (
            select(notices)
            .where(notices.c.alert_id == alert_id, notices.c.state == NoticeState.PROPOSED.value)
            .order_by(notices.c.id)
            .limit(limit)
            .with_for_update()
        )
        return [read_notice(row) for row in self._access.all(statement)]

    def messages_of(self, alert_id: int, address_indexes: Sequence[bytes]) -> Mapping[bytes, int]:
        values = {"the_alert": alert_id, "the_addresses": list(address_indexes)}
        found = self._access.all(_messages_of(self._access.dialect), values)
        return {row.address_index: row.outbox_id for row in found}

    def queued(self, messages: Sequence[tuple[Notice, int]], now: datetime) -> None:
        rows = [{"the_id": notice.id, "the_outbox_id": outbox_id, "the_now": now} for notice, outbox_id in messages]
        self._access.run_each(_queue(), rows)

    def answer(self, notice: Notice, answer: str, now: datetime) -> None:
        self._change(notice.id, state=NoticeState.ANSWERED.value, answer=answer, answered_at=now)

    def withdraw(self, alert_id: int) -> None:
        waiting = (notices.c.alert_id == alert_id, notices.c.state == NoticeState.PROPOSED.value)
        self._access.run(update(notices).where(*waiting).values(state=NoticeState.WITHDRAWN.value))

    def since(self, since: datetime | None) -> Iterator[Notice]:
        statement = select(notices).where(notices.c.queued_at.is_not(None)).order_by(notices.c.queued_at, notices.c.id)
        if since is not None:
            statement = statement.where(notices.c.queued_at >= since)
        for row in self._access.run(statement.execution_options(yield_per=EXPORT_ROWS)):
            yield read_notice(row)

    def _change(self, notice_id: int, **changes: Any) -> None:
        self._access.run(update(notices).where(notices.c.id == notice_id).values(**changes))


def _values(notice: Notice) -> dict[str, Any]:
    values = {name: getattr(notice, name) for name in _PLAIN}
    return values | {
        "state": notice.state.value,
        "person_id": notice.person_id and bytes.fromhex(notice.person_id),
        "started_at": notice.span and notice.span.start,
        "ended_at": notice.span and notice.span.end,
        "queued_at": notice.created_at if notice.state is NoticeState.QUEUED else None,
    }


def read_notice(row: Row[Any]) -> Notice:
    """One row of the table."""
    return Notice(
        **{name: getattr(row, name) for name in _PLAIN},
        id=row.id,
        state=NoticeState(row.state),
        person_id=row.person_id and row.person_id.hex(),
        span=Span(row.started_at, row.ended_at) if row.started_at else None,
    )


@prepared
def _open_for_each(dialect: str) -> Executable:
    waiting = func.max(case((notices.c.answer.is_(None), notices.c.id)))
    newest = (
        select(func.coalesce(waiting, func.max(notices.c.id)))
        .where(
            one_of(dialect, notices.c.address_index, "the_addresses"),
            notices.c.state == NoticeState.QUEUED.value,
            notices.c.queued_at >= bindparam("the_start"),
        )
        .group_by(notices.c.address_index)
    )
    return select(notices).where(notices.c.id.in_(newest))


@prepared
def _insert(dialect: str) -> Executable:
    statement: Executable = insert_for(dialect, notices).on_conflict_do_nothing().returning(notices.c.id)
    return statement


@prepared
def _messages_of(dialect: str) -> Executable:
    return (
        select(notices.c.address_index, func.min(notices.c.outbox_id).label("outbox_id"))
        .where(
            notices.c.alert_id == bindparam("the_alert"),
            one_of(dialect, notices.c.address_index, "the_addresses"),
            notices.c.outbox_id.is_not(None),
        )
        .group_by(notices.c.address_index)
    )


@prepared
def _queue() -> Executable:
    return (
        update(notices)
        .where(notices.c.id == bindparam("the_id"))
        .values(state=NoticeState.QUEUED.value, outbox_id=bindparam("the_outbox_id"), queued_at=bindparam("the_now"))
    )
