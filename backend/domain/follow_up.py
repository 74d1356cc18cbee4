"""Following people up: who is asked how they are, at what hour, and what silence leads to.  No numbers of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from backend.domain.days import VIET_NAM, day_of
from backend.domain.refusals import Refused

EXPOSURE, DECLARATION, STAFF = "exposure", "declaration", "staff"  # what begins one
SILENT, SYMPTOMS = "silent", "symptoms"  # why a health worker is told
MOST_DAYS = 60
_DAY = timedelta(days=1)


class FollowUpRefused(Refused):
    """What may not be done with a follow-up; `code` names why."""


class FollowUpState(StrEnum):
    """open -> ended (its days are over) | closed (by staff, or because what began it was taken back)."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"


class Step(StrEnum):
    """What is to be done with a follow-up at a moment."""

    WAIT = "wait"
    ASK = "ask"
    REMIND = "remind"
    END = "end"


@dataclass(frozen=True)
class FollowUpRules:
    """When people are asked: hours of the day in Viet Nam, `latest_hour` excluded; `remind_hour` None: no reminder.

    After `silent_days` days without an answer the health worker is told; a declaration of one of `levels` begins a
    follow-up.
    """

    ask_hour: int
    remind_hour: int | None
    latest_hour: int
    silent_days: int
    levels: frozenset[str]


@dataclass(frozen=True)
class FollowUp:
    """One person's follow-up: asked on the days after `started_on`, the last time on `ends_on`.

    `reference` is random and means nothing; `cause` is the declaration or case that began it; `due_at` is when to look
    at it next; `escalated_at` is when a worker was told of a silence that goes on.
    """

    id: int
    reference: str
    person_id: str
    address_index: bytes
    pack: str
    source: str
    cause: str
    started_on: date
    ends_on: date
    state: FollowUpState
    due_at: datetime | None
    created_at: datetime
    created_by: str
    escalated_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """The question of one day: when it was sent, whether it was repeated, and the answer so far."""

    day: date
    at: datetime
    reminded: bool = False
    answer: str | None = None


def begun(follow_up: FollowUp, days: int, rules: FollowUpRules, now: datetime) -> FollowUp:
    """The same with its days, asked first the morning after; raises FollowUpRefused for a number of days that cannot
    be."""
    if not 1 <= days <= MOST_DAYS:
        raise FollowUpRefused("days_wrong", f"a follow-up lasts 1 to {MOST_DAYS} days")
    today = day_of(now)
    return replace(
        follow_up, started_on=today, ends_on=today + days * _DAY, due_at=at_hour(today + _DAY, rules.ask_hour)
    )


def extended(follow_up: FollowUp, other: FollowUp) -> FollowUp:
    """An open follow-up for which there is another reason: the later end and its pack hold."""
    if other.ends_on <= follow_up.ends_on:
        return follow_up
    return replace(follow_up, ends_on=other.ends_on, pack=other.pack)


def step(follow_up: FollowUp, rules: FollowUpRules, asked: Asked | None, now: datetime) -> Step:
    """What to do now; `asked` is today's question, if it was sent.  Nothing is ever sent outside the hours."""
    today, hour = day_of(now), now.astimezone(VIET_NAM).hour
    if follow_up.state is not FollowUpState.OPEN or not rules.ask_hour <= hour < rules.latest_hour:
        return Step.WAIT
    if today > follow_up.ends_on:
        return Step.END
    if asked is None:
        return Step.ASK if today > follow_up.started_on else Step.WAIT
    return Step.REMIND if _reminds(rules, asked) and hour >= (rules.remind_hour or 0) else Step.WAIT


def next_due(follow_up: FollowUp, rules: FollowUpRules, asked: Asked | None, now: datetime) -> datetime:
    """When to look again after this moment's step was taken; `asked` as it is after it."""
    today = day_of(now)
    morning = at_hour(today, rules.ask_hour)
    if asked is None and now < morning:
        return morning
    if asked is not None and _reminds(rules, asked) and rules.remind_hour is not None:
        reminder = at_hour(today, rules.remind_hour)
        if now < reminder:
            return reminder
    return at_hour(today + _DAY, rules.ask_hour)


def silent_days(asked: Sequence[Asked]) -> int:
    """How many of the newest questions in a row have no answer; `asked` newest first.

    A day on which nothing was asked, because we were away, is nobody's silence.
    """
    return next((number for number, one in enumerate(asked) if one.answer is not None), len(asked))


def settled(before: str | None, answer: str) -> str:
    """A day's answer after another one: symptoms may be told later, and are never taken back."""
    return SYMPTOMS if SYMPTOMS in (before, answer) else answer


def at_hour(day: date, hour: int) -> datetime:
    """That hour of a day in Viet Nam."""
    return datetime.combine(day, time(hour), VIET_NAM)


def _reminds(rules: FollowUpRules, asked: Asked) -> bool:
    """Whether a reminder of that day's question may still come: not if it was itself asked late."""
    if rules.remind_hour is None or asked.reminded or asked.answer is not None:
        return False
    return asked.at < at_hour(asked.day, rules.remind_hour)
