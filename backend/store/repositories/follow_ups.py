"""Follow-ups and their daily questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, literal_column, select, update
from sqlalchemy.sql.expression import Executable

from backend.domain.follow_up import FollowUp, FollowUpState
from backend.services.ports.follow_up import FOLLOW_UP
from backend.services.ports.tracing import Notice, NoticeState
from backend.store.access import Access, insert_for, one_of
from backend.store.prepared import prepared
from backend.store.repositories.notices import read_notice
from backend.store.tables import conversations
from backend.store.tables_follow_up import follow_ups
from backend.store.tables_tracing import notices

_PLAIN = (
    "reference", "address_index", "pack", "source", "cause", "started_on", "ends_on", "due_at", "created_at",
    "created_by", "escalated_at", "closed_at",
)  # fmt: skip
_IS_OPEN = follow_ups.c.state == literal_column(f"'{FollowUpState.OPEN.value}'")  # as the partial indexes have it


class SqlFollowUps:
    """ports.follow_up.FollowUpRepository."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def add(self, follow_up: FollowUp) -> FollowUp | None:
        return self.add_each([follow_up])[0]

    def add_each(self, new: Sequence[FollowUp]) -> Sequence[FollowUp | None]:
        outcomes = self._access.run_each(_insert(self._access.dialect), [_values(each) for each in new])
        ids = [outcome.scalar() for outcome in outcomes]
        return [None if id_ is None else replace(each, id=id_) for each, id_ in zip(new, ids, strict=True)]

    def get(self, reference: str) -> FollowUp | None:
        return self._one(follow_ups.c.reference == reference)

    def by_id(self, follow_up_id: int) -> FollowUp | None:
        return self._one(follow_ups.c.id == follow_up_id)

    def open_of(self, person_id: str) -> FollowUp | None:
        return self.open_of_each([person_id]).get(person_id)

    def open_of_each(self, person_ids: Sequence[str]) -> Mapping[str, FollowUp]:
        values = {"the_people": [bytes.fromhex(person_id) for person_id in person_ids]}
        found = map(_read, self._access.all(_open_of(self._access.dialect), values))
        return {follow_up.person_id: follow_up for follow_up in found}

    def on_phone(self, address_index: bytes) -> Sequence[FollowUp]:
        own = (follow_ups.c.address_index == address_index, _IS_OPEN)
        return [_read(row) for row in self._access.all(select(follow_ups).where(*own).order_by(follow_ups.c.id))]

    def change(self, follow_up: FollowUp, **changes: Any) -> FollowUp:
        written = {name: value.value if isinstance(value, FollowUpState) else value for name, value in changes.items()}
        self._access.run(update(follow_ups).where(follow_ups.c.id == follow_up.id).values(**written))
        return replace(follow_up, **changes)

    def listed(self, only_open: bool, limit: int) -> Sequence[FollowUp]:
        statement = select(follow_ups).order_by(follow_ups.c.id.desc()).limit(limit)
        return [_read(row) for row in self._access.all(statement.where(_IS_OPEN) if only_open else statement)]

    def claim_due(self, now: datetime, limit: int) -> Sequence[bytes]:
        """A phone's conversation is what is locked, so that people who share a phone are asked together."""
        due = select(follow_ups.c.address_index).where(_IS_OPEN, follow_ups.c.due_at <= now)
        statement = (
            select(conversations.c.address_index)
            .where(conversations.c.address_index.in_(due))
            .order_by(conversations.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [row.address_index for row in self._access.all(statement)]

    def asked(self, follow_up_id: int, limit: int) -> Sequence[Notice]:
        return self._notices(limit, notices.c.follow_up_id == follow_up_id)

    def message_of(self, address_index: bytes, day: date) -> int | None:
        found = self._notices(1, notices.c.address_index == address_index, notices.c.day == day)
        return found[0].outbox_id if found else None

    def sharing(self, notice: Notice) -> Sequence[Notice]:
        if notice.outbox_id is None:
            return [notice]
        return self._notices(None, notices.c.outbox_id == notice.outbox_id,
                             notices.c.address_index == notice.address_index)  # fmt: skip

    def answer(self, notice: Notice, answer: str, now: datetime) -> None:
        self._change(notices.c.id == notice.id, answer=answer, answered_at=now)

    def reminded(self, notice: Notice, now: datetime) -> None:
        self._change(notices.c.id == notice.id, reminded_at=now)

    def expire(self, follow_up_id: int, before: date | None = None) -> None:
        old = () if before is None else (notices.c.day < before,)
        waiting = notices.c.state == NoticeState.QUEUED.value
        self._change(notices.c.follow_up_id == follow_up_id, waiting, *old, state=NoticeState.EXPIRED.value)

    def unasked(self, outbox_id: int) -> None:
        asked = (notices.c.outbox_id == outbox_id, notices.c.kind == FOLLOW_UP, notices.c.answer.is_(None))
        self._access.run(delete(notices).where(*asked))

    def _one(self, *which: ColumnElement[bool]) -> FollowUp | None:
        row = self._access.first(select(follow_ups).where(*which).order_by(follow_ups.c.id.desc()).limit(1))
        return None if row is None else _read(row)

    def _notices(self, limit: int | None, *which: ColumnElement[bool]) -> Sequence[Notice]:
        statement = select(notices).where(notices.c.kind == FOLLOW_UP, *which)
        ordered = statement.order_by(notices.c.day.desc(), notices.c.id.desc()).limit(limit)
        return [read_notice(row) for row in self._access.all(ordered)]

    def _change(self, *which: ColumnElement[bool], **changes: Any) -> None:
        self._access.run(update(notices).where(*which).values(**changes))


def _values(follow_up: FollowUp) -> dict[str, Any]:
    values = {name: getattr(follow_up, name) for name in _PLAIN}
    return values | {"state": follow_up.state.value, "person_id": bytes.fromhex(follow_up.person_id)}


@prepared
def _insert(dialect: str) -> Executable:
    once = insert_for(dialect, follow_ups).on_conflict_do_nothing(index_elements=["person_id"], index_where=_IS_OPEN)
    statement: Executable = once.returning(follow_ups.c.id)
    return statement


@prepared
def _open_of(dialect: str) -> Executable:
    return select(follow_ups).where(one_of(dialect, follow_ups.c.person_id, "the_people"), _IS_OPEN)


def _read(row: Row[Any]) -> FollowUp:
    values = {name: getattr(row, name) for name in _PLAIN}
    return FollowUp(**values, id=row.id, person_id=row.person_id.hex(), state=FollowUpState(row.state))
