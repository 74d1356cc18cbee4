"""Phones as people hold them: whose a phone is, how it is reached, where it is checked in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.domain.visits import Visit
from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.outbox import Draft, MessageClass, Outbound, Reply
from backend.services.ports.people import Person
from backend.services.ports.unit import UnitOfWork
from channels.contract import EventKind, InboundEvent, Medium

VISITOR = "visitor"  # the role of a holder who has not declared yet
HOLDER_ROLES = ("self", "shared", VISITOR)


def holder(people: Sequence[Person]) -> Person | None:
    """Who carries the phone: the first who declared for themselves, else the visitor."""
    ranked = [person for role in HOLDER_ROLES for person in people if person.role == role]
    return ranked[0] if ranked else None


def known_holder(unit: UnitOfWork, address_index: bytes, now: datetime) -> Person:
    """Who carries the phone, kept as a visitor from now on if nobody is known."""
    known = holder(unit.people.on_phone(address_index))
    return known or unit.people.add(address_index, VISITOR, {}, now)


def reached(unit: UnitOfWork, policy: Policy, phone: str, now: datetime) -> Conversation:
    """The conversation of a phone (E.164 digits), begun by us by SMS if it has never written."""
    first = InboundEvent(policy.sms_channel, Medium.SMS, EventKind.TEXT, "", phone, "")
    return unit.conversations.get_or_create(first, unit.index(phone), policy.language, now)


def tell(
    unit: UnitOfWork,
    policy: Policy,
    conversation: Conversation,
    reply: Reply,
    message_class: MessageClass,
    now: datetime,
) -> Outbound:
    """Put a message that nobody asked for into the outbox, for the channel the person used last."""
    return unit.outbox.add_each([told_unasked(policy, conversation, reply, message_class)], now)[0]


def told_unasked(policy: Policy, conversation: Conversation, reply: Reply, message_class: MessageClass) -> Draft:
    """A message that nobody asked for, before it is in the outbox, for the channel the person used last."""
    channel = policy.writing_channel(conversation.medium, conversation.channel)
    return Draft(conversation, [reply], message_class, None, channel=channel)


def held_now(visits: Sequence[Visit], now: datetime) -> Visit | None:
    """The newest of a person's visits (oldest first) that has not ended."""
    return next((visit for visit in reversed(visits) if visit.holds(now)), None)
