"""What happens around a chat account and is no matter for the dialogue: linked with a phone, answered by hand, left."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.domain.venues import CONFIRMATION_DIGITS
from backend.forms.folding import fold, tidy
from backend.forms.phones import normalise_phone
from backend.services.commands.base import Work
from backend.services.commands.privacy import FORGOTTEN, forget
from backend.services.deliver import SHARE_PHONE
from backend.services.faces import Put
from backend.services.phones import reached
from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Inbound, InboxState
from backend.services.ports.outbox import Draft, MessageClass, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.rules import Rules
from backend.services.venues import new_confirmation
from channels.contract import EventKind, InboundEvent, Medium

CHATS = frozenset({Medium.ZALO})  # people have an account there and not a number
LINK = "link"  # what a confirmation code is for
INVITATION = 8  # position of the invitation among the messages one event causes
SHOWN_DIGITS = 3  # of a phone number, enough to see which one it is

_LINK = re.compile(r"LK\b[\s.:]*(.*)", re.DOTALL)
_CODE = re.compile(rf"\d{{{CONFIRMATION_DIGITS}}}")


@dataclass(frozen=True)
class Said:
    """What a chat is told, in which conversation."""

    conversation: Conversation
    replies: Sequence[Reply] = ()


class Accounts:
    """Takes events of chats that the dialogue never sees."""

    def __init__(self, units: Units, clock: Clock, hints: Hints, rules: Rules, policy: Policy) -> None:
        self._units, self._clock, self._hints, self._rules, self._policy = units, clock, hints, rules, policy

    def take(self, row: Inbound, owner: str) -> Put | None:
        """Bring one leased row to its end; None leaves it to the dialogue.  Raises StaleVersion, LeaseLost."""
        if row.event.medium not in CHATS:
            return None
        now = self._clock.now()
        with self._units() as unit:
            first = unit.conversations.get_or_create(row.event, row.address_index, self._policy.language, now)
            work = Work(unit, first, now, row.event.medium.value, self._rules, self._policy)
            said = self._do(work, row.event)
            if said is None:
                return None
            own = self._answer(work, row, said)
            unit.inbox.finish(row, owner, InboxState.DONE, now)
            unit.commit()
        self._hints.outbox([*own, *work.told])
        return Put(own)

    def invite(self, unit: UnitOfWork, conversation: Conversation, row: Inbound | None, now: datetime) -> Sequence[int]:
        """Whoever opens a chat that is linked with no phone is asked to share one; the row of that message."""
        if row is None or not self._unlinked(row.event) or row.event.kind is not EventKind.START:
            return ()
        channel = row.event.channel
        card = Draft(conversation, [Reply(SHARE_PHONE)], MessageClass.REPLY, row.id, INVITATION, channel=channel)
        return (unit.outbox.add(card, now).id,)

    def _unlinked(self, event: InboundEvent) -> bool:
        return event.medium in CHATS and not event.account and event.sender.count(":") == 1

    def _do(self, work: Work, event: InboundEvent) -> Said | None:
        handler = _HANDLERS.get(event.kind)
        if handler is not None:
            return handler(work, event)
        if work.conversation.silent_until and work.conversation.silent_until > work.now:
            return Said(work.conversation)
        asked = _LINK.match(fold(tidy(event.text)).upper()) if self._unlinked(event) else None
        return link_by_text(work, event, asked[1]) if asked else None

    def _answer(self, work: Work, row: Inbound, said: Said) -> list[int]:
        if not said.replies:
            return []
        draft = Draft(said.conversation, said.replies, MessageClass.REPLY, row.id, channel=row.event.channel)
        return [work.unit.outbox.add(draft, work.now).id]


def shared(work: Work, event: InboundEvent) -> Said:
    """The person let the provider tell us their number."""
    return join(work, event, event.text)


def answered_by_hand(work: Work, event: InboundEvent) -> Said:
    """One of ours is writing: the bot says nothing for a while."""
    silent_until = work.now + work.policy.staff_silence
    return Said(work.unit.conversations.save(work.conversation, silent_until=silent_until))


def left(work: Work, event: InboundEvent) -> Said:
    """Nothing can be sent there any more: a linked phone is written to by SMS."""
    if event.account and work.conversation.medium is event.medium:
        changes = {"medium": Medium.SMS, "channel": work.policy.sms_channel}
        return Said(work.unit.conversations.save(work.conversation, **changes))
    return Said(work.conversation)


def withdrawn(work: Work, event: InboundEvent) -> Said:
    """The consent was taken back at the provider's: everything goes, and nobody can be told."""
    forget(work)
    return Said(work.unit.conversations.save(work.conversation, **work.changes))


def link_by_text(work: Work, event: InboundEvent, given: str) -> Said:
    """`LK <phone>` has a code sent there, `LK <code>` proves that it arrived."""
    if _CODE.fullmatch(given.strip()):
        return confirm(work, event, given.strip())
    phone = normalise_phone(given)
    return Said(work.conversation, [Reply("link_how")]) if phone is None else propose(work, event, phone)


def propose(work: Work, event: InboundEvent, phone: str) -> Said:
    """One code a phone at a time, whoever asks: a stranger cannot flood it, and only its holder can read it."""
    target = reached(work.unit, work.policy, phone, work.now)
    work.unit.accounts.propose(event.sender, event.medium, phone)
    shown = {"digits": phone[-SHOWN_DIGITS:]}
    if not work.unit.confirmations.waiting(LINK, target.id, work.now):
        code = new_confirmation()
        work.unit.confirmations.put(LINK, target.id, code, work.now + work.policy.link_valid)
        reply = Reply("link_code", {"confirmation": code})
        draft = Draft(target, [reply], MessageClass.REPLY, inbox_id=None, channel=work.policy.sms_channel)
        work.told.append(work.unit.outbox.add(draft, work.now).id)
    return Said(work.conversation, [Reply("link_code_sent", shown)])


def confirm(work: Work, event: InboundEvent, code: str) -> Said:
    """The code came back."""
    phone = work.unit.accounts.proposed(event.sender)
    if phone is None:
        return Said(work.conversation, [Reply("link_how")])
    target = reached(work.unit, work.policy, phone, work.now)
    if work.unit.confirmations.take(LINK, target.id, code, work.now, work.policy.confirmation_tries):
        return join(work, event, phone)
    work.unit.confirmations.missed(LINK, target.id)
    return Said(work.conversation, [Reply("link_wrong_code")])


def join(work: Work, event: InboundEvent, phone: str) -> Said:
    """The account is this phone's from now on; what was kept under the account alone becomes the phone's."""
    target, account = reached(work.unit, work.policy, phone, work.now), event.account or event.sender
    work.unit.accounts.link(account, event.medium, phone, work.now)
    changes: dict[str, object] = {"medium": event.medium, "channel": event.channel}
    if not event.account:
        work.unit.accounts.merge(work.conversation, target)
        changes |= open_dialogue(work.conversation, target)
        work.unit.conversations.save(work.conversation, **FORGOTTEN)
    work.unit.audit.add("citizen", "link_account", None, event.medium.value, work.now)
    saved = work.unit.conversations.save(target, **changes)
    return Said(saved, [Reply("phone_linked", {"digits": phone[-SHOWN_DIGITS:]})])


def open_dialogue(source: Conversation, target: Conversation) -> dict[str, object]:
    """A form begun in the chat goes on, unless the phone has one open itself."""
    if source.open_form is None or target.open_form is not None:
        return {}
    names = ("state", "open_form", "remind_at", "expires_at", "language")
    return {name: getattr(source, name) for name in names}


_HANDLERS: Mapping[EventKind, Callable[[Work, InboundEvent], Said]] = {
    EventKind.SHARED: shared,
    EventKind.STAFF: answered_by_hand,
    EventKind.LEFT: left,
    EventKind.ERASE: withdrawn,
}
