"""Following people up: how it begins and ends, what an answer does, when a health worker is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from backend.domain.days import day_of
from backend.domain.follow_up import (
    DECLARATION,
    SYMPTOMS,
    FollowUp,
    FollowUpRules,
    FollowUpState,
    begun,
    extended,
    settled,
)
from backend.forms.reference import RANDOM_BYTES, make
from backend.services.phones import VISITOR, reached, tell
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.people import Person
from backend.services.ports.tracing import Notice
from backend.services.ports.unit import UnitOfWork

FOLLOWED_ROLES = ("self", "shared", "household", VISITOR)  # people declared for only once have a phone of their own
SERVICE = "service"  # the house itself, in the audit log


class ExposureDays(Protocol):
    """The part of a pack's exposure rules that a follow-up needs."""

    @property
    def follow_up_days(self) -> int: ...


class FollowPack(Protocol):
    """The part of a disease pack that follow-ups need."""

    @property
    def exposure(self) -> ExposureDays: ...
    @property
    def follow_up(self) -> FollowUpRules: ...


FollowPackOf = Callable[[str, datetime], FollowPack]
"""The pack of a disease under the rules of a moment."""


def begin(
    unit: UnitOfWork,
    people: Sequence[Person],
    pack_name: str,
    pack: FollowPack,
    source: str,
    cause: str,
    actor: str,
    now: datetime,
    days: int | None = None,
) -> Sequence[FollowUp]:
    """Follow people up from tomorrow on; a follow-up they are under is made longer where this one would be.

    `days` is the number of the pack unless given.  Who is not reached on their phone is left out; raises Refused.
    """
    reached_here = [person for person in people if person.role in FOLLOWED_ROLES]
    if not reached_here:
        return ()
    today, span = day_of(now), pack.exposure.follow_up_days if days is None else days
    new = [
        FollowUp(
            0, make(os.urandom(RANDOM_BYTES)), person.id, person.address_index, pack_name, source, cause, today, today,
            FollowUpState.OPEN, None, now, actor,
        )
        for person in reached_here
    ]  # fmt: skip
    begun_now = [begun(each, span, pack.follow_up, now) for each in new]
    known = unit.follow_ups.open_of_each([each.person_id for each in begun_now])
    added = unit.follow_ups.add_each([each for each in begun_now if each.person_id not in known])
    longer = [_longer(unit, known[each.person_id], each) for each in begun_now if each.person_id in known]
    unit.audit.add_each(actor, "follow_up", [person.id for person in reached_here], f"{source} {cause}".strip(), now)
    return [each for each in (*added, *longer) if each is not None]


def _longer(unit: UnitOfWork, known: FollowUp, new: FollowUp) -> FollowUp:
    longer = extended(known, new)
    return known if longer == known else unit.follow_ups.change(known, ends_on=longer.ends_on, pack=longer.pack)


def end(unit: UnitOfWork, follow_up: FollowUp, state: FollowUpState, now: datetime) -> FollowUp:
    """Nobody is asked any more."""
    unit.follow_ups.expire(follow_up.id)
    return unit.follow_ups.change(follow_up, state=state, closed_at=now, due_at=None)


def judge(
    unit: UnitOfWork, person: Person, reference: str, level: str | None, pack_name: str, pack: FollowPack, now: datetime
) -> None:
    """A declaration stands at a level, or (None) no longer: the follow-up it calls for begins, or ends."""
    if level in pack.follow_up.levels:
        begin(unit, [person], pack_name, pack, DECLARATION, reference, SERVICE, now)
        return
    known = unit.follow_ups.open_of(person.id)
    if known is not None and (known.source, known.cause) == (DECLARATION, reference):
        end(unit, known, FollowUpState.CLOSED, now)


def answer(unit: UnitOfWork, policy: Policy, notice: Notice, said: str, now: datetime) -> Sequence[int]:
    """How somebody is on the day of a question, and everybody who was asked with the same message.

    Symptoms are told to the health worker once a day; the new outbox rows.
    """
    told: list[int] = []
    for each in unit.follow_ups.sharing(notice):
        told += answer_of(unit, policy, each, said, now)
    return told


def answer_of(unit: UnitOfWork, policy: Policy, notice: Notice, said: str, now: datetime) -> Sequence[int]:
    """The same of one person."""
    day = settled(notice.answer, said)
    unit.audit.add("citizen", "answer_follow_up", notice.person_id, said, now)
    if day != notice.answer:
        unit.follow_ups.answer(notice, day, now)
    follow_up = unit.follow_ups.by_id(notice.follow_up_id or 0)
    if follow_up is None:
        return ()
    if follow_up.escalated_at is not None:
        unit.follow_ups.change(follow_up, escalated_at=None)
    if day != SYMPTOMS or notice.answer == SYMPTOMS:
        return ()
    return tell_worker(unit, policy, follow_up, SYMPTOMS, 0, now)


def tell_worker(
    unit: UnitOfWork, policy: Policy, follow_up: FollowUp, reason: str, days: int, now: datetime
) -> Sequence[int]:
    """Put the phone on the hotline's list, and text the commune's health worker a reference, nothing else.

    `reason` is silent (for so many `days`) or symptoms; the new outbox rows.
    """
    conversation = unit.conversations.find(follow_up.address_index)
    if conversation is not None:
        unit.callbacks.request(conversation, reason, now)
    unit.audit.add(SERVICE, "escalate", follow_up.person_id, reason, now)
    commune = commune_of(unit, follow_up.person_id)
    worker = unit.health_workers.of(commune) if commune else None
    if worker is None:
        return ()
    reply = Reply(f"follow_up_worker_{reason}", {"reference": follow_up.reference, "days": days})
    to = reached(unit, policy, worker.phone, now)
    return [tell(unit, policy, to, reply, MessageClass.FOLLOW_UP, now).id]


def commune_of(unit: UnitOfWork, person_id: str) -> str | None:
    """Where somebody is now: as they declared last, else where they live."""
    declared = sorted(unit.declarations.newest([person_id]).values(), key=lambda each: each.received_at)
    if declared and declared[-1].commune:
        return declared[-1].commune
    person = unit.people.get(person_id)
    address = (person.identity.get("address") or {}) if person else {}
    commune: str | None = address.get("commune")
    return commune
