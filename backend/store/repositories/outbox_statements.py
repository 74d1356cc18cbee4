"""The outbox's statements, each built once (see access.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, exists, or_, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.sql.expression import Executable

from backend.services.ports.outbox import MessageClass, OutboxState
from backend.store.access import fixed, given, once, one_of
from backend.store.prepared import prepared
from backend.store.tables import conversations, outbox

WAITING, UNKNOWN = fixed(OutboxState.WAITING.value), fixed(OutboxState.UNKNOWN.value)
LEASED, SENDING = fixed(OutboxState.LEASED.value), fixed(OutboxState.SENDING.value)
READY_STATES = (WAITING, UNKNOWN)
HELD_STATES = (LEASED, SENDING)
NEW = (
    "uid", "conversation_id", "address_index", "address", "channel", "message_class", "language", "accents", "replies",
    "text", "state", "attempts", "inbox_id", "position", "question", "due_at", "created_at", "changed_at",
)  # fmt: skip
FREE: dict[str, Any] = {"lease_owner": None, "lease_until": None}
OUTCOME = ("id", "state", "code", "due_at", "attempts", "unknowns")
REFERENCE = ("reference", "reference_index")
NEXT_PART: dict[str, Any] = {  # the row starts anew with the part after the one that went
    "state": OutboxState.WAITING.value,
    "parts_sent": outbox.c.parts_sent + 1,
    "attempts": 0,
    "unknowns": 0,
    "code": None,
}


@prepared
def insert(*, many: bool, leased: bool) -> Executable:
    """New rows; returns uid, id and state.

    `leased`: each is being sent, the_owner's until the_until, unless another of its conversation is open.
    """
    new = given(outbox, NEW, many=many)
    if leased:
        open_states = outbox.c.state.in_((*READY_STATES, *HELD_STATES))
        free = ~exists().where(outbox.c.conversation_id == new["conversation_id"], open_states)
        seen = once(select(*(value.label(name) for name, value in new.items()), free.label("free")), "seen")
        owner, until = (bindparam(f"the_{name}", type_=outbox.c[name].type) for name in FREE)
        new = {
            **{name: seen.c[name] for name in NEW},
            "state": case((seen.c.free, SENDING), else_=seen.c.state),
            "lease_owner": case((seen.c.free, owner)),
            "lease_until": case((seen.c.free, until)),
        }
    rows = select(*new.values())
    return insert_into(outbox).from_select(list(new), rows).returning(outbox.c.uid, outbox.c.id, outbox.c.state)


@prepared
def claim(dialect: str, *, named: bool) -> Executable:
    """Lease up to the_limit rows (of the_ids if named), per conversation only the first open one."""
    other = outbox.alias("other")
    earlier = and_(other.c.id < outbox.c.id, or_(other.c.state == WAITING, _ready(other)))
    blocked = exists().where(
        other.c.conversation_id == outbox.c.conversation_id,
        or_(other.c.state.in_(HELD_STATES), earlier),
    )
    chosen = select(outbox.c.id).where(_ready(outbox), ~blocked)
    if named:
        chosen = chosen.where(one_of(dialect, outbox.c.id, "the_ids"))
    picked = chosen.order_by(outbox.c.id).limit(bindparam("the_limit", type_=Integer))
    # SKIP LOCKED on PostgreSQL; SQLite has one writer and ignores it.
    locked = picked.with_for_update(skip_locked=True, of=outbox).cte("picked")
    return (
        update(outbox)
        .where(outbox.c.id.in_(select(locked.c.id)), outbox.c.state.in_(READY_STATES))
        .values(state=OutboxState.LEASED.value, lease_owner=bindparam("the_owner"), lease_until=bindparam("the_until"))
        .returning(*outbox.c)
    )


@prepared
def mark_sending(dialect: str) -> Executable:
    """Those of the_ids that the_owner holds and that are still wanted; returns their ids."""
    return (
        update(outbox)
        .where(_leased_to_owner(dialect), ~_unwanted())
        .values(state=OutboxState.SENDING.value, changed_at=bindparam("the_now"))
        .returning(outbox.c.id)
    )


@prepared
def cancel(dialect: str) -> Executable:
    """Those of the_ids that the_owner still holds, leased and not sending."""
    cancelled: dict[str, Any] = {
        "state": OutboxState.CANCELLED.value,
        "changed_at": bindparam("the_now"),
        "due_at": None,
    }
    return update(outbox).where(_leased_to_owner(dialect)).values(**cancelled, **FREE)


@prepared
def record(*, many: bool, referenced: bool) -> Executable:
    """The outcomes of sends, for each row the_owner still holds; returns their ids."""
    the = given(outbox, (*OUTCOME, *REFERENCE) if referenced else OUTCOME, many=many)
    changes: dict[str, Any] = {
        **{name: value for name, value in the.items() if name != "id"},
        "changed_at": bindparam("the_now"),
        "attempts": outbox.c.attempts + the["attempts"],
        "unknowns": outbox.c.unknowns + the["unknowns"],
    }
    return update(outbox).where(_held(the["id"])).values(**changes, **FREE).returning(outbox.c.id)


@prepared
def reroute(*, held: bool) -> Executable:
    """Another channel's turn with a row the_owner holds, or one that has failed, as if nothing had been tried."""
    anew: dict[str, Any] = {
        "channel": bindparam("the_channel"),
        "tried": bindparam("the_tried"),
        "state": OutboxState.WAITING.value,
        "due_at": bindparam("the_now"),
        "changed_at": bindparam("the_now"),
        "attempts": 0,
        "unknowns": 0,
        "parts_sent": 0,
        "text": None,
        "reference": None,
        "reference_index": None,
    }
    failed = and_(outbox.c.id == bindparam("the_id"), outbox.c.state == OutboxState.FAILED.value)
    return update(outbox).where(_held(bindparam("the_id")) if held else failed).values(**anew, **FREE)


@prepared
def part_sent() -> Executable:
    """One part more is with the provider, if the_owner still holds the row."""
    changes: dict[str, Any] = {"changed_at": bindparam("the_now"), "due_at": bindparam("the_now")}
    return update(outbox).where(_held(bindparam("the_id"))).values(**changes, **NEXT_PART, **FREE)


@prepared
def being_sent() -> Executable:
    """Whether a message of the_conversation is on its way."""
    on_its_way = exists().where(outbox.c.conversation_id == bindparam("the_conversation"), outbox.c.state == SENDING)
    return select(on_its_way)


def _held(row_id: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(
        outbox.c.id == row_id,
        outbox.c.lease_owner == bindparam("the_owner"),
        outbox.c.state.in_(HELD_STATES),
    )


def _ready(row: Any) -> ColumnElement[bool]:
    return and_(row.c.state.in_(READY_STATES), row.c.due_at <= bindparam("the_now"))


def _leased_to_owner(dialect: str) -> ColumnElement[bool]:
    return and_(
        one_of(dialect, outbox.c.id, "the_ids"),
        outbox.c.lease_owner == bindparam("the_owner"),
        outbox.c.state == LEASED,
    )


def _unwanted() -> ColumnElement[bool]:
    opted_out = exists().where(conversations.c.address_index == outbox.c.address_index, conversations.c.opted_out)
    return and_(outbox.c.message_class == fixed(MessageClass.ADVICE.value), opted_out)
