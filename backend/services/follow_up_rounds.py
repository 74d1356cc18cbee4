"""What time itself does with follow-ups: the daily question, its reminder, silence, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from backend.domain.days import day_of
from backend.domain.follow_up import SILENT, Asked, FollowUp, FollowUpState, Step, next_due, silent_days, step
from backend.services.follow_up import FollowPackOf, end, tell_worker
from backend.services.phones import tell
from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.follow_up import FOLLOW_UP
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.tracing import Notice, NoticeState
from backend.services.ports.unit import UnitOfWork, Units

PHONES_AT_ONCE = 50  # in one unit of work
CHOICES = (
    {"send": "1", "key": "choice_follow_up_well"},
    {"send": "2", "key": "choice_follow_up_symptoms"},
)  # fmt: skip
_SEEN = 31  # days looked back for a silence


class FollowUpRounds:
    """Run by every worker's sweep; several at once, and any number of restarts, ask nobody twice."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, policy: Policy, pack_of: FollowPackOf) -> None:
        self._units, self._clock, self._hints, self._policy, self._pack_of = units, clock, hints, policy, pack_of

    def round(self, limit: int) -> int:
        """Do what is due on up to `limit` phones; how many."""
        done = 0
        while done < limit and (phones := self._batch(min(PHONES_AT_ONCE, limit - done))):
            done += phones
        return done

    def _batch(self, limit: int) -> int:
        now = self._clock.now()
        with self._units() as unit:
            phones = unit.follow_ups.claim_due(now, limit)
            told = [row for phone in phones for row in self._phone(unit, phone, now)]
            unit.commit()
        self._hints.outbox(told)
        return len(phones)

    def _phone(self, unit: UnitOfWork, phone: bytes, now: datetime) -> Sequence[int]:
        """Everybody of one phone at once, so that they share a message; the new outbox rows."""
        conversation = unit.conversations.find(phone)
        if conversation is None:
            return ()
        taken: dict[Step, list[FollowUp]] = {each: [] for each in Step}
        for follow_up in unit.follow_ups.on_phone(phone):
            if follow_up.due_at is not None and follow_up.due_at <= now:
                taken[self._step(unit, follow_up, now)].append(follow_up)
        return [
            *self._ask(unit, conversation, taken[Step.ASK], now),
            *self._remind(unit, conversation, taken[Step.REMIND], now),
            *self._end(unit, conversation, taken[Step.END], now),
            *self._wait(unit, taken[Step.WAIT], now),
        ]

    def _step(self, unit: UnitOfWork, follow_up: FollowUp, now: datetime) -> Step:
        rules = self._pack_of(follow_up.pack, follow_up.created_at).follow_up
        return step(follow_up, rules, today_of(self._history(unit, follow_up), now), now)

    def _history(self, unit: UnitOfWork, follow_up: FollowUp) -> Sequence[Asked]:
        return [asked(notice) for notice in unit.follow_ups.asked(follow_up.id, _SEEN)]

    def _ask(
        self, unit: UnitOfWork, conversation: Conversation, due: Sequence[FollowUp], now: datetime
    ) -> Sequence[int]:
        """One message a phone and day; whoever else of it is asked later that day shares the message."""
        told = [row for follow_up in due for row in self._silence(unit, follow_up, now)]
        message = unit.follow_ups.message_of(conversation.address_index, day_of(now))
        added = [notice for each in due if (notice := unit.notices.add(question(each, now))) is not None]
        for follow_up in due:
            unit.follow_ups.expire(follow_up.id, before=day_of(now))
            self._put_off(unit, follow_up, Asked(day_of(now), now), now)
        if not added:
            return told
        if message is None:
            message = self._tell(unit, conversation, asking(len(added)), now)
            told.append(message)
        for notice in added:
            unit.notices.queued([(notice, message)], now)
        return told

    def _remind(
        self, unit: UnitOfWork, conversation: Conversation, due: Sequence[FollowUp], now: datetime
    ) -> Sequence[int]:
        for follow_up in due:
            (notice,) = unit.follow_ups.asked(follow_up.id, 1)
            unit.follow_ups.reminded(notice, now)
            self._put_off(unit, follow_up, replace(asked(notice), reminded=True), now)
        return [self._tell(unit, conversation, Reply("follow_up_reminder", {}, CHOICES), now)] if due else []

    def _end(
        self, unit: UnitOfWork, conversation: Conversation, due: Sequence[FollowUp], now: datetime
    ) -> Sequence[int]:
        """A kind word when nobody of the phone is followed up any more."""
        told = [row for follow_up in due for row in self._silence(unit, follow_up, now)]
        for follow_up in due:
            end(unit, follow_up, FollowUpState.ENDED, now)
        if due and not unit.follow_ups.on_phone(conversation.address_index):
            told.append(self._tell(unit, conversation, Reply("follow_up_ended"), now))
        return told

    def _wait(self, unit: UnitOfWork, due: Sequence[FollowUp], now: datetime) -> Sequence[int]:
        for follow_up in due:
            self._put_off(unit, follow_up, today_of(self._history(unit, follow_up), now), now)
        return ()

    def _silence(self, unit: UnitOfWork, follow_up: FollowUp, now: datetime) -> Sequence[int]:
        """The health worker is told once of a silence, however long it lasts."""
        most = self._pack_of(follow_up.pack, follow_up.created_at).follow_up.silent_days
        days = silent_days(self._history(unit, follow_up))
        if days < most or follow_up.escalated_at is not None:
            return ()
        unit.follow_ups.change(follow_up, escalated_at=now)
        return tell_worker(unit, self._policy, follow_up, SILENT, days, now)

    def _put_off(self, unit: UnitOfWork, follow_up: FollowUp, today: Asked | None, now: datetime) -> None:
        rules = self._pack_of(follow_up.pack, follow_up.created_at).follow_up
        unit.follow_ups.change(follow_up, due_at=next_due(follow_up, rules, today, now))

    def _tell(self, unit: UnitOfWork, conversation: Conversation, reply: Reply, now: datetime) -> int:
        return tell(unit, self._policy, conversation, reply, MessageClass.FOLLOW_UP, now).id


def asked(notice: Notice) -> Asked:
    """The question of a day."""
    assert notice.day is not None
    return Asked(notice.day, notice.created_at, notice.reminded_at is not None, notice.answer)


def today_of(history: Sequence[Asked], now: datetime) -> Asked | None:
    """Today's question, if it was sent."""
    return next((one for one in history if one.day == day_of(now)), None)


def question(follow_up: FollowUp, now: datetime) -> Notice:
    """Today's question to somebody, before it has its message."""
    return Notice(
        0, FOLLOW_UP, NoticeState.QUEUED, follow_up.address_index, follow_up.person_id, now,
        follow_up_id=follow_up.id, day=day_of(now),
    )  # fmt: skip


def asking(people: int) -> Reply:
    """The daily question to so many people of one phone."""
    if people == 1:
        return Reply("ask_follow_up", {}, CHOICES)
    return Reply("ask_follow_up_home", {"people": people}, CHOICES)
