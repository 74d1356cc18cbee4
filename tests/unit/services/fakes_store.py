"""An in-memory store for unit tests: what is not committed is gone, like in the real one."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from backend.services.ports.conversations import Conversation, UssdSession
from backend.services.ports.inbox import Closing, Inbound, InboxState, SenderLimit
from backend.services.ports.outbox import Draft, MessageClass, Outbound, OutboxState, Outcome
from backend.services.ports.people import Declaration, Person
from backend.services.ports.review import UnclearText
from backend.services.ports.unit import LeaseLost, StaleVersion, StoreUnavailable
from channels.contract import DeliveryState, InboundEvent
from tests.unit.services import fakes_tracing as tracing
from tests.unit.services.fakes_facilities import Facilities, FacilityTables, Feedbacks
from tests.unit.services.fakes_people import Accounts, Declarations, People

READY, HELD = (OutboxState.WAITING, OutboxState.UNKNOWN), (OutboxState.LEASED, OutboxState.SENDING)


@dataclass
class Tables(FacilityTables):
    """Everything stored."""

    inbox: dict[int, Inbound] = field(default_factory=dict)
    leases: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    due: dict[int, datetime] = field(default_factory=dict)
    conversations: dict[int, Conversation] = field(default_factory=dict)
    outbox: dict[int, Outbound] = field(default_factory=dict)
    outbox_due: dict[int, datetime] = field(default_factory=dict)
    outbox_owners: dict[int, str] = field(default_factory=dict)
    receipts: list[tuple[Any, ...]] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    declarations: list[Declaration] = field(default_factory=list)
    audit: list[tuple[Any, ...]] = field(default_factory=list)
    callbacks: dict[int, str] = field(default_factory=dict)
    sessions: dict[tuple[str, str], UssdSession] = field(default_factory=dict)
    parts: list[tuple[InboundEvent, datetime]] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)  # account → phone
    proposed: dict[str, str] = field(default_factory=dict)
    merged: list[tuple[str, str]] = field(default_factory=list)
    unclear: dict[int, UnclearText] = field(default_factory=dict)


class Inbox:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def add(
        self,
        event: InboundEvent,
        now: datetime,
        lease: tuple[str, datetime] | None = None,
        limit: SenderLimit | None = None,
    ) -> tuple[Inbound, bool]:
        for row in self.t.inbox.values():
            if (row.event.channel, row.event.provider_id) == (event.channel, event.provider_id):
                return row, False
        number, sender = len(self.t.inbox) + 1, event.sender.encode()
        if limit and self.count_since(sender, limit.since) >= limit.most:
            state, lease = InboxState.REFUSED, None
        else:
            state = InboxState.LEASED if lease else InboxState.WAITING
        turning = lease is not None and not self._open(sender)
        self.t.inbox[number] = Inbound(number, sender, event, state, 0, now, turning=turning)
        self.t.due[number] = now
        if lease:
            self.t.leases[number] = lease
        return self.t.inbox[number], True

    def _open(self, sender: bytes | None = None) -> list[Inbound]:
        opened = (row for row in self.t.inbox.values() if row.state in (InboxState.WAITING, InboxState.LEASED))
        return [row for row in opened if sender in (None, row.address_index)]

    def _lease(self, row: Inbound, owner: str, until: datetime) -> Inbound:
        self.t.leases[row.id] = (owner, until)
        self.t.inbox[row.id] = replace(row, state=InboxState.LEASED, turning=True)
        return self.t.inbox[row.id]

    def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> list[Inbound]:
        opened = self._open()
        oldest = {row.address_index: row.id for row in reversed(opened)}
        busy = {row.address_index for row in opened if row.turning}
        free = [row for row in opened if oldest[row.address_index] == row.id and row.address_index not in busy]
        ready = [row for row in free if row.state is InboxState.WAITING and self.t.due[row.id] <= now]
        return [self._lease(row, owner, until) for row in ready[:limit]]

    def claim_sender(self, address_index: bytes, owner: str, now: datetime, until: datetime) -> Inbound | None:
        row = next(iter(self._open(address_index)), None)
        held = row and self.t.leases.get(row.id)
        if row is None or (held and held[0] != owner and held[1] > now):
            return None
        return self._lease(row, owner, until)

    def _held(self, row: Inbound, owner: str) -> None:
        if self.t.leases.get(row.id, ("", None))[0] != owner or self.t.inbox[row.id].state is not InboxState.LEASED:
            raise LeaseLost
        del self.t.leases[row.id]

    def finish(self, row: Inbound, owner: str, state: InboxState, now: datetime, answer: str | None = None) -> None:
        self.finish_each([Closing(row, state, answer)], owner, now)

    def finish_each(self, closings: Sequence[Closing], owner: str, now: datetime) -> None:
        for each in closings:
            self._held(each.row, owner)
            self._free(each.row.id, state=each.state, answer=each.answer)

    def retry(self, row: Inbound, owner: str, at: datetime, code: str, counted: bool = True) -> None:
        self._held(row, owner)
        self.t.due[row.id] = at
        self._free(row.id, state=InboxState.WAITING, attempts=self.t.inbox[row.id].attempts + counted)

    def _free(self, number: int, **changes: Any) -> None:
        self.t.inbox[number] = replace(self.t.inbox[number], turning=False, **changes)

    def release_expired(self, now: datetime) -> list[int]:
        dead = [number for number, (_, until) in self.t.leases.items() if until <= now]
        for number in dead:
            del self.t.leases[number]
            self._free(number, state=InboxState.WAITING, attempts=self.t.inbox[number].attempts + 1)
            self.t.due[number] = now
        return dead

    def count_since(self, address_index: bytes, since: datetime) -> int:
        return sum(row.address_index == address_index and row.received_at >= since for row in self.t.inbox.values())


class Parts:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def add(self, event: InboundEvent, now: datetime) -> InboundEvent | None:
        assert event.concatenation
        self.t.parts.append((event, now))
        mine = [part for part, _ in self.t.parts if part.sender == event.sender]
        return self._join(mine) if len(mine) == event.concatenation[1] else None

    def overdue(self, before: datetime) -> list[InboundEvent]:
        old = [part for part, at in self.t.parts if at <= before]
        self.t.parts.clear()
        return [self._join(old)] if old else []

    def _join(self, parts: list[InboundEvent]) -> InboundEvent:
        ordered = sorted(parts, key=lambda part: part.concatenation or ())
        return replace(ordered[0], text="".join(part.text for part in ordered), concatenation=None)


class Conversations:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def get_or_create(self, event: InboundEvent, address_index: bytes, language: str, now: datetime) -> Conversation:
        found = self.find(address_index)
        if found:
            return found
        number = len(self.t.conversations) + 1
        made = Conversation(
            number,
            address_index,
            event.sender,
            0,
            language,
            False,
            None,
            0,
            None,
            None,
            None,
            None,
            None,
            False,
            event.medium,
            event.channel,
        )
        self.t.conversations[number] = made
        return replace(made, created=True)

    def of_senders(self, rows: Sequence[Inbound], language: str, now: datetime) -> list[Conversation]:
        return [self.get_or_create(row.event, row.address_index, language, now) for row in rows]

    def find(self, address_index: bytes) -> Conversation | None:
        return self.find_each([address_index]).get(address_index)

    def find_each(self, address_indexes: Sequence[bytes]) -> dict[bytes, Conversation]:
        return {
            each.address_index: each for each in self.t.conversations.values() if each.address_index in address_indexes
        }

    def save(self, conversation: Conversation, **changes: Any) -> Conversation:
        if self.t.conversations[conversation.id].version != conversation.version:
            raise StaleVersion
        saved = replace(conversation, version=conversation.version + 1, **changes)
        self.t.conversations[conversation.id] = replace(saved, created=False)
        return saved

    def save_each(self, changed: Sequence[tuple[Conversation, Mapping[str, Any]]]) -> list[Conversation]:
        return [self.save(each, **changes) for each, changes in changed]

    def due(self, now: datetime, limit: int) -> list[Conversation]:
        return [
            each
            for each in self.t.conversations.values()
            if any(at and at <= now for at in (each.remind_at, each.expires_at))
        ][:limit]

    def handed_over(self, questions: Sequence[tuple[int, int, datetime]]) -> None:
        for conversation_id, question, at in questions:
            found = self.t.conversations[conversation_id]
            if found.question == question and found.question_handed_at is None:
                self.t.conversations[conversation_id] = replace(found, question_handed_at=at)


class Outbox:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def add(self, draft: Draft, now: datetime) -> Outbound:
        return self.add_each([draft], now)[0]

    def add_each(
        self, drafts: Sequence[Draft], now: datetime, lease: tuple[str, datetime] | None = None
    ) -> list[Outbound]:
        return [self._add_leased(draft, now, lease[0]) if lease else self._add(draft, now) for draft in drafts]

    def _add_leased(self, draft: Draft, now: datetime, owner: str) -> Outbound:
        others = [row for row in self.t.outbox.values() if row.conversation_id == draft.conversation.id]
        if any(row.state in (*READY, *HELD) for row in others):
            return self._add(draft, now)
        row = self._add(replace(draft, state=OutboxState.SENDING), now)
        self.t.outbox_owners[row.id] = owner
        return row

    def show(self, draft: Draft, now: datetime) -> None:
        self._add(draft, now)

    def _add(self, draft: Draft, now: datetime) -> Outbound:
        number, conversation = len(self.t.outbox) + 1, draft.conversation
        row = Outbound(
            number,
            f"key{number}",
            conversation.id,
            conversation.address_index,
            conversation.address,
            draft.channel or conversation.channel,
            draft.message_class,
            conversation.language,
            conversation.accents,
            tuple(draft.replies),
            draft.state,
            0,
            now,
            draft.inbox_id,
            draft.position,
            None,
            conversation.question,
            draft.text,
        )
        self.t.outbox[number] = row
        self.t.outbox_due[number] = now
        return row

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> list[Outbound]:
        named = [row for row in self.t.outbox.values() if ids is None or row.id in ids]
        free = [row for row in named if self._ready(row, now) and not self._blocked(row, now)][:limit]
        self.t.outbox_owners |= {row.id: owner for row in free}
        return [self._set(row, state=OutboxState.LEASED) for row in free]

    def _ready(self, row: Outbound, now: datetime) -> bool:
        due = self.t.outbox_due.get(row.id)
        return row.state in READY and due is not None and due <= now

    def _blocked(self, row: Outbound, now: datetime) -> bool:
        others = [each for each in self.t.outbox.values() if each.conversation_id == row.conversation_id]
        earlier = [each for each in others if each.id < row.id]
        first = any(each.state is OutboxState.WAITING or self._ready(each, now) for each in earlier)
        return first or any(each.state in HELD for each in others)

    def _set(self, row: Outbound, **changes: Any) -> Outbound:
        self.t.outbox[row.id] = replace(self.t.outbox[row.id], **changes)
        return self.t.outbox[row.id]

    def mark_sending(self, rows: Sequence[Outbound], owner: str, now: datetime) -> list[Outbound]:
        going = []
        for row in (row for row in rows if self._is_held(row, owner)):
            opted_out = self.t.conversations[row.conversation_id or 0].opted_out
            if opted_out and row.message_class is MessageClass.ADVICE:
                self._set(row, state=OutboxState.CANCELLED)
            else:
                self._set(row, state=OutboxState.SENDING)
                going.append(row)
        return going

    def record(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> set[int]:
        held = [each for each in outcomes if self._is_held(each.row, owner)]
        for each in held:
            self._record(each)
        return {each.row.id for each in held}

    def _record(self, outcome: Outcome) -> None:
        row, state = self.t.outbox[outcome.row.id], outcome.state
        unknown = state is OutboxState.UNKNOWN
        again = outcome.counted and state in (OutboxState.UNKNOWN, OutboxState.WAITING)
        self._set(
            row,
            state=state,
            reference=outcome.reference,
            unknowns=row.unknowns + unknown,
            attempts=row.attempts + again,
        )
        self.t.outbox_due.pop(row.id, None)
        if outcome.retry_at:
            self.t.outbox_due[row.id] = outcome.retry_at

    def reroute(self, row: Outbound, owner: str | None, channel: str, tried: Sequence[str], now: datetime) -> None:
        failed = owner is None and self.t.outbox[row.id].state is OutboxState.FAILED
        if not failed and not self._is_held(row, owner):
            raise LeaseLost
        self._set(row, channel=channel, tried=tuple(tried), state=OutboxState.WAITING, attempts=0, unknowns=0)
        self.t.outbox_due[row.id] = now

    def _is_held(self, row: Outbound, owner: str | None) -> bool:
        return self.t.outbox[row.id].state in HELD and self.t.outbox_owners.get(row.id) == owner

    def keep_text(self, row: Outbound, text: str) -> None:
        self._set(row, text=self.t.outbox[row.id].text or text)

    def part_sent(self, row: Outbound, owner: str, now: datetime) -> None:
        if not self._is_held(row, owner):
            raise LeaseLost
        parts = self.t.outbox[row.id].parts_sent + 1
        self._set(row, state=OutboxState.WAITING, parts_sent=parts, attempts=0, unknowns=0)
        self.t.outbox_due[row.id] = now

    def being_sent(self, conversation_id: int) -> bool:
        return any(
            row.conversation_id == conversation_id and row.state is OutboxState.SENDING
            for row in self.t.outbox.values()
        )

    def undelivered(self, channel: str, reference: str | None, key: str | None) -> Outbound | None:
        return next(
            (
                row
                for row in self.t.outbox.values()
                if (row.channel, row.reference) == (channel, reference) and row.state is OutboxState.FAILED
            ),
            None,
        )

    def receipt(
        self,
        channel: str,
        state: DeliveryState,
        reference: str | None,
        key: str | None,
        code: str | None,
        now: datetime,
    ) -> bool:
        self.t.receipts.append((channel, state, reference, key, code, now))
        return True

    def release_expired(self, now: datetime, look_again_at: datetime | None = None) -> list[int]:
        return []


class Sessions:
    def __init__(self, tables: Tables) -> None:
        self.t = tables

    def get(self, channel: str, session_id: str) -> UssdSession | None:
        found = self.t.sessions.get((channel, session_id))
        if found is None:
            return None
        mine = [each for each in self.t.sessions.values() if each.address_index == found.address_index and each.open]
        return replace(found, newest=not mine or mine[-1].session_index == found.session_index)

    def put(
        self,
        channel: str,
        session_id: str,
        address_index: bytes,
        *,
        step: int,
        pages: Sequence[str],
        page: int,
        open: bool,
        now: datetime,
    ) -> None:
        index = session_id.encode()
        self.t.sessions[channel, session_id] = UssdSession(channel, index, address_index, step, pages, page, open,
                                                              newest=True)  # fmt: skip


class Unit:
    """One transaction over a copy of the tables."""

    def __init__(self, units: FakeUnits) -> None:
        self.units = units

    def __enter__(self) -> Unit:
        if self.units.down:
            raise StoreUnavailable("down")
        self.t = t = copy.deepcopy(self.units.tables)
        self.inbox, self.parts, self.conversations, self.outbox = Inbox(t), Parts(t), Conversations(t), Outbox(t)
        self.accounts, self.unclear = Accounts(t), tracing.Unclear(t)
        self.people, self.declarations, self.ussd_sessions = People(t), Declarations(t), Sessions(t)
        self.audit, self.callbacks = tracing.Audit(t), tracing.Callbacks(t)
        self.venues, self.visits, self.confirmations = tracing.Venues(t), tracing.Visits(t), tracing.Confirmations(t)
        self.contacts, self.cases, self.staff = tracing.Contacts(t), tracing.Cases(t), tracing.Staff(t)
        self.staff_tokens = tracing.StaffTokens(t)
        self.alerts, self.notices, self.erasure = tracing.Alerts(t), tracing.Notices(t), tracing.Erasure(t)
        self.facilities, self.feedback = Facilities(t), Feedbacks(t)
        self.follow_ups = tracing.FollowUps(t)
        self.units.open += 1
        return self

    def __exit__(self, *error: Any) -> None:
        self.units.open -= 1

    def commit(self) -> None:
        self.units.tables = self.t
        self.units.commits += 1

    def index(self, value: str, purpose: str = "address") -> bytes:
        return value.encode() if purpose == "address" else f"{purpose}:{value}".encode()


class FakeUnits:
    def __init__(self) -> None:
        self.tables, self.down, self.open, self.commits = Tables(), False, 0, 0

    def __call__(self) -> Any:
        return Unit(self)

    single = __call__
