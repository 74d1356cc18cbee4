"""Broadcasts: one text to the phones of an area, proposed by one and approved by another, a batch at a time.

Few messages wait in the outbox at any time, so that replies and notices never wait long behind a broadcast, and a
pause, a stop or the night holds nearly all of it up.  A crash costs nothing: how far it is stands in its row.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.domain import broadcasts as rules
from backend.domain.broadcasts import Audience, Broadcast, BroadcastStatus
from backend.domain.staff import StaffUser
from backend.forms.places import Places
from backend.services.phones import told_unasked
from backend.services.policy import Policy
from backend.services.ports.broadcasts import Quota, Reach
from backend.services.ports.conversations import Conversation
from backend.services.ports.outbox import Draft, MessageClass, OutboxState, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import StoreUnavailable, UnitOfWork, Units
from backend.services.refusals import Refused, Unknown, checked_reason, readable
from backend.services.render import Renderer
from backend.services.staff import actor, known_user
from channels.contract import Medium
from channels.text import Segments, clean, segments

AT_ONCE = 10  # broadcasts that go on in one round

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NewBroadcast:
    """A broadcast as somebody wrote it.

    Texts by language, areas as people write them ("Ben Nghe, TP HCM"), `audience` a value of Audience.
    """

    texts: Mapping[str, str]
    areas: Sequence[str] = ()
    audience: str = Audience.PEOPLE
    urgent: bool = False


@dataclass(frozen=True)
class Shown:
    """What the phones of one language get: the text of an SMS as it is sent, and how many phones get it."""

    language: str
    text: str
    segments: Segments
    phones: int
    opted_out: int


@dataclass(frozen=True)
class Preview:
    """A broadcast before it goes out; `segments` is what all of it costs by SMS."""

    broadcast: Broadcast
    shown: Sequence[Shown]

    @property
    def phones(self) -> int:
        """How many phones are written to if nobody stops advice meanwhile."""
        return sum(each.phones for each in self.shown)

    @property
    def segments(self) -> int:
        """SMS segments of all of them."""
        return sum(each.phones * each.segments.number for each in self.shown)


@dataclass(frozen=True)
class BroadcastReport:
    """How far a broadcast is: its messages by state."""

    broadcast: Broadcast
    messages: Mapping[OutboxState, int]


class Broadcasts:
    """What the hotline and officers do with broadcasts, and what a worker goes on with.

    Arguments: `places` loads the administrative units when they are first needed; `languages`, those of the house.
    """

    def __init__(
        self,
        units: Units,
        clock: Clock,
        hints: Hints,
        policy: Policy,
        renderer: Renderer,
        places: Callable[[], Places],
        languages: Callable[[], Sequence[str]],
    ) -> None:
        self._units, self._clock, self._hints, self._policy = units, clock, hints, policy
        self._renderer, self._places, self._languages = renderer, places, languages

    def create(self, new: NewBroadcast, user_name: str) -> Broadcast:
        """Propose a broadcast; raises LookupError or Refused."""
        now = self._clock.now()
        areas = self._codes(new.areas)
        with self._units() as unit:
            user = known_user(unit, user_name)
            rules.check_author(user)
            draft = Broadcast(
                0, BroadcastStatus.PROPOSED, _cleaned(new.texts), user.office, Audience(new.audience), areas,
                new.urgent, user.id, now,
            )  # fmt: skip
            self._check_texts(draft)
            broadcast = unit.broadcasts.add(draft)
            _audit(unit, user, "propose_broadcast", broadcast, now)
            unit.commit()
        return broadcast

    def preview(self, broadcast_id: int) -> Preview:
        """What it says, to how many, at what cost if it went out now; raises LookupError."""
        with self._units() as unit:
            broadcast = known_broadcast(unit, broadcast_id)
            reach = unit.broadcasts.reach(broadcast)
        return Preview(broadcast, [self._shown(broadcast, each) for each in reach])

    def approve(self, broadcast_id: int, user_name: str, reason: str) -> Broadcast:
        """Let somebody else's broadcast go; raises LookupError or Refused."""

        def decide(unit: UnitOfWork, broadcast: Broadcast, user: StaffUser, now: datetime) -> Broadcast:
            return rules.approved(broadcast, user, checked_reason(reason), unit.broadcasts.last_conversation(), now)

        return self._change(broadcast_id, user_name, decide)

    def pause(self, broadcast_id: int, user_name: str) -> Broadcast:
        """Hold it up: what waits is taken back; raises LookupError or Refused."""
        return self._change(broadcast_id, user_name, lambda _, broadcast, user, __: rules.paused(broadcast, user))

    def resume(self, broadcast_id: int, user_name: str) -> Broadcast:
        """Let it go on with whoever has not been told; raises LookupError or Refused."""
        return self._change(broadcast_id, user_name, lambda _, broadcast, user, __: rules.resumed(broadcast, user))

    def stop(self, broadcast_id: int, user_name: str, reason: str) -> Broadcast:
        """End it for good: what waits is taken back; raises LookupError or Refused."""
        said = checked_reason(reason)

        def end(_: UnitOfWork, broadcast: Broadcast, user: StaffUser, __: datetime) -> Broadcast:
            return replace(rules.stopped(broadcast, user), reason=said)

        return self._change(broadcast_id, user_name, end)

    def report(self, broadcast_id: int) -> BroadcastReport:
        """How far it is; raises LookupError."""
        with self._units() as unit:
            broadcast = known_broadcast(unit, broadcast_id)
            return BroadcastReport(broadcast, unit.broadcasts.counts(broadcast.id))

    def listed(self, limit: int) -> Sequence[Broadcast]:
        """The last ones, newest first."""
        with self._units() as unit:
            return unit.broadcasts.newest(limit)

    def round(self) -> int:
        """Queue the next batch of every broadcast on its way; how many messages.

        One that cannot go on is logged and does not hold up the others; raises StoreUnavailable.
        """
        with self._units() as unit:
            under_way = unit.broadcasts.approved(AT_ONCE)
        return sum(self._guarded(broadcast) for broadcast in under_way)

    def _guarded(self, broadcast: Broadcast) -> int:
        try:
            return self._batch(broadcast.id)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one broadcast must not stop the others
            _log.error("broadcast_stuck broadcast=%s error=%s", broadcast.id, type(error).__name__)
            return 0

    def _batch(self, broadcast_id: int) -> int:
        now = self._clock.now()
        with self._units() as unit:
            broadcast = unit.broadcasts.hold(broadcast_id)
            if broadcast is None:
                return 0
            queued = self._go_on(unit, broadcast, now)
            unit.commit()
        self._hints.outbox(queued)
        return len(queued)

    def _go_on(self, unit: UnitOfWork, broadcast: Broadcast, now: datetime) -> Sequence[int]:
        """The ids of new messages; in the night what still waits is taken back instead."""
        if not (broadcast.urgent or rules.within(self._policy.advice_hours, now)):
            unit.broadcasts.take_back(broadcast, now)
            return ()
        waiting = unit.broadcasts.waiting(broadcast.id)
        room = min(self._policy.broadcast_batch, self._policy.broadcast_ahead - waiting, self._paced(broadcast, now))
        if room <= 0:
            return ()
        quota = Quota(now - self._policy.advice_window, self._policy.advice_most)
        phones = unit.broadcasts.next_phones(broadcast, quota, room)
        if not phones and not waiting:
            unit.broadcasts.change(replace(broadcast, status=BroadcastStatus.FINISHED), broadcast.status)
            return ()
        return self._queue(unit, broadcast, phones, now)

    def _paced(self, broadcast: Broadcast, now: datetime) -> int:
        """How many messages the time since the last batch allows; a second's worth for the first one."""
        since = 1.0 if broadcast.queued_at is None else (now - broadcast.queued_at).total_seconds()
        return int(since * self._policy.broadcast_rate)

    def _queue(
        self, unit: UnitOfWork, broadcast: Broadcast, phones: Sequence[Conversation], now: datetime
    ) -> Sequence[int]:
        drafts = [self._draft(broadcast, conversation) for conversation in phones]
        rows = unit.outbox.add_each(drafts, now)
        told = {conversation.id: row.id for conversation, row in zip(phones, rows, strict=True)}
        unit.broadcasts.queued(broadcast, told, now)
        return list(told.values())

    def _draft(self, broadcast: Broadcast, conversation: Conversation) -> Draft:
        message_class = MessageClass.EXPOSURE if broadcast.urgent else MessageClass.ADVICE
        read = broadcast.language(conversation.language)
        return told_unasked(self._policy, replace(conversation, language=read), _reply(broadcast, read), message_class)

    def _change(
        self,
        broadcast_id: int,
        user_name: str,
        decide: Callable[[UnitOfWork, Broadcast, StaffUser, datetime], Broadcast],
    ) -> Broadcast:
        """One decision about a broadcast; unless it goes on, what waits of it is taken back."""
        now = self._clock.now()
        with self._units() as unit:
            user, before = known_user(unit, user_name), known_broadcast(unit, broadcast_id)
            after = decide(unit, before, user, now)
            if not unit.broadcasts.change(after, before.status):
                raise Refused("already_decided")
            if after.status is not BroadcastStatus.APPROVED:
                unit.broadcasts.take_back(after, now)
            _audit(unit, user, f"broadcast_{after.status.value}", after, now)
            unit.commit()
        return after

    def _shown(self, broadcast: Broadcast, reach: Reach) -> Shown:
        text = self._text(broadcast, broadcast.language(reach.language), reach.accents)
        stopped = 0 if broadcast.urgent else reach.opted_out
        return Shown(reach.language, text, segments(text), reach.phones - stopped, stopped)

    def _text(self, broadcast: Broadcast, language: str, accents: bool = False) -> str:
        return self._renderer.notice([_reply(broadcast, language)], language, accents, Medium.SMS)

    def _check_texts(self, broadcast: Broadcast) -> None:
        if rules.MAIN not in broadcast.texts:
            raise Refused("text_missing", f"a broadcast has a text in {rules.MAIN}")
        for language, text in broadcast.texts.items():
            if language not in self._languages():
                raise Refused("language_unknown", f"no texts are kept in {language!r}")
            if not text or not all(readable(line) for line in text.split("\n")):
                raise Refused("text_wrong", f"the text in {language} is empty or has signs that cannot be shown")
            found = segments(self._text(broadcast, language)).number
            if found > self._policy.broadcast_segments:
                most = self._policy.broadcast_segments
                raise Refused("text_too_long", f"the text in {language} takes {found} SMS, at most {most} are sent")

    def _codes(self, areas: Sequence[str]) -> tuple[str, ...]:
        if len(areas) > self._policy.broadcast_areas:
            raise Refused("too_many_areas", f"at most {self._policy.broadcast_areas} areas are named")
        return tuple(dict.fromkeys(self._code(area) for area in areas))

    def _code(self, area: str) -> str:
        """The code of the one province or commune that is meant; raises Refused."""
        codes = {place["commune"] or place["province"] for place in self._places().resolve(area)}
        if len(codes) != 1:
            raise Refused("area_wrong", f"{area!r} is {'more than one place' if codes else 'no place we know'}")
        return str(codes.pop())


def known_broadcast(unit: UnitOfWork, broadcast_id: int) -> Broadcast:
    """The broadcast of an id; raises LookupError."""
    broadcast = unit.broadcasts.get(broadcast_id)
    if broadcast is None:
        raise Unknown("broadcast")
    return broadcast


def _reply(broadcast: Broadcast, language: str) -> Reply:
    """What is read in one of its languages."""
    shown = {"office": broadcast.office, "text": broadcast.texts[language]}
    return Reply("broadcast_urgent" if broadcast.urgent else "broadcast_advice", shown)


def _cleaned(texts: Mapping[str, str]) -> Mapping[str, str]:
    return {language: clean(text) for language, text in texts.items()}


def _audit(unit: UnitOfWork, user: StaffUser, action: str, broadcast: Broadcast, now: datetime) -> None:
    """Who did what; that an urgent one overrides opt-out, night and quota is part of it."""
    kind = "urgent broadcast" if broadcast.urgent else "broadcast"
    unit.audit.add(actor(user), action, None, f"{kind} {broadcast.id}", now)
