"""Outgoing messages: claimed, checked once more, rendered, sent with no transaction open, recorded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.domain.days import VIET_NAM, day_of
from backend.services.parts import Part, next_part
from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Outbound, OutboxState, Outcome
from backend.services.ports.outside import Carrier, Clock
from backend.services.ports.unit import LeaseLost, StaleVersion, UnitOfWork, Units
from backend.services.render import Renderer
from backend.services.ways import Ways
from channels.contract import Accepted, Dead, DeliveryState, Outgoing, Retry, SendResult, Unknown

# Worth sending twice when nobody can say whether the first one arrived; a question or advice is not.
SENT_AGAIN = frozenset({MessageClass.RECEIPT, MessageClass.RESULT, MessageClass.EXPOSURE})
OPT_OUT_TRIES = 5
SHARE_PHONE = "share_phone"  # the text that a provider puts on its own card, with a button

_log = logging.getLogger(__name__)


def asked_in_time(created_at: datetime, now: datetime, policy: Policy) -> bool:
    """Whether a daily question made at a moment may still be sent."""
    first, last = policy.day_hours
    return day_of(created_at) == day_of(now) and first <= now.astimezone(VIET_NAM).hour < last


@dataclass(frozen=True)
class Recording:
    """What is written about a row after the network.

    `handed_at` is when its question counts as asked, if it does; `more` says that a part of it is still to be sent.
    """

    state: OutboxState
    code: str | None = None
    reference: str | None = None
    retry_at: datetime | None = None
    handed_at: datetime | None = None
    opted_out: bool = False
    counted: bool = True
    more: bool = False


@dataclass(frozen=True)
class Going:
    """A row and the part of it that is sent now."""

    row: Outbound
    part: Part


@dataclass(frozen=True)
class Sent:
    """A row that was sent, or was to be."""

    going: Going
    recording: Recording

    @property
    def row(self) -> Outbound:
        """The row."""
        return self.going.row

    @property
    def outcome(self) -> Outcome:
        """What the store keeps of it."""
        said = self.recording
        return Outcome(self.row, said.state, said.reference, said.code, said.retry_at, said.counted)

    @property
    def asked(self) -> Sequence[tuple[int, int, datetime]]:
        """The question the person has now, if it is one."""
        row, at = self.row, self.recording.handed_at
        return () if at is None or row.conversation_id is None or row.question is None else (
            (row.conversation_id, row.question, at),)  # fmt: skip


def _render_crashed(row: Outbound, later: datetime) -> Outcome:
    return Outcome(row, OutboxState.WAITING, code="render_crashed", retry_at=later, counted=False)


AtOnce = Callable[[Callable[[Going], Sent], Sequence[Going]], Iterable[Sent]]
"""As the built-in `map`, in any order in time."""


class Deliver:
    """Empties the outbox.

    Arguments: `at_once`, how a batch is sent: `map` for one after the other, or what does several at the same time.
    """

    def __init__(
        self, units: Units, carrier: Carrier, clock: Clock, renderer: Renderer, policy: Policy, at_once: AtOnce = map
    ) -> None:
        self._units, self._carrier, self._clock, self._at_once = units, carrier, clock, at_once
        self._renderer, self._policy = renderer, policy
        self._ways = Ways(policy, carrier.medium)

    def round(self, owner: str, limit: int, ids: Sequence[int] | None = None) -> int:
        """Send up to `limit` due messages, of a long one its next part; how many were claimed.

        What was never in doubt is marked in the commit that claims it; of the rest the provider is asked first.
        """
        now = self._clock.now()
        end = now + self._policy.lease / 2
        with self._units() as unit:
            rows = unit.outbox.claim(owner, now, now + self._policy.lease, limit, ids)
            fresh = [row for row in rows if not self._too_late(unit, row, owner, now)]
            ready = [each for row in fresh if (each := self._rendered(self._ways.addressed(unit, row)))]
            going = self._marked(unit, [each for each in ready if not each.row.unknowns], owner)
            unit.commit()
        self.send(going, owner, end)
        self.send(self._again([each for each in ready if each.row.unknowns], owner), owner, end)
        return len(rows)

    def rendered(self, unit: UnitOfWork, marked: Sequence[Outbound], owner: str, now: datetime) -> Sequence[Going]:
        """New rows that are marked as being sent already; what cannot be rendered waits, as it does after a claim."""
        ready = [(row, self._rendered(self._ways.addressed(unit, row))) for row in marked]
        broken = [_render_crashed(row, now + self._policy.lease) for row, it in ready if not it]
        if broken:
            unit.outbox.record(broken, owner, now)
        going = [each for _, each in ready if each]
        self._keep_texts(unit, going)
        return going

    def send(self, going: Sequence[Going], owner: str, end: datetime) -> None:
        """Ask the providers to take what is marked, and record what they say; what has not begun by `end` goes back."""
        if going:
            self._record(list(self._at_once(lambda each: Sent(each, self._send_in_time(each, end)), going)), owner)

    def _too_late(self, unit: UnitOfWork, row: Outbound, owner: str, now: datetime) -> bool:
        """Whether a daily question is of another day, or would ring at night: then it is not asked at all."""
        asks = row.message_class is MessageClass.FOLLOW_UP and any(reply.choices for reply in row.replies)
        if not asks or row.unknowns or row.parts_sent or asked_in_time(row.created_at, now, self._policy):
            return False
        unit.outbox.record([Outcome(row, OutboxState.CANCELLED, code="too_late")], owner, now)
        unit.follow_ups.unasked(row.id)
        return True

    def _rendered(self, row: Outbound) -> Going | None:
        """None if that fails: the row waits until its lease ends, and does not hold up the others."""
        try:
            return Going(row, self._part(row))
        except Exception as error:  # noqa: BLE001 - a bug in one text; the error's own may hold an answer
            _log.error("render_crashed outbox=%s error=%s", row.id, type(error).__name__)
            return None

    def _marked(self, unit: UnitOfWork, ready: Sequence[Going], owner: str) -> Sequence[Going]:
        """Those that may go, marked as being sent; what is cut into parts is kept as it is now."""
        if not ready:
            return ()
        self._keep_texts(unit, ready)
        going = {row.id for row in unit.outbox.mark_sending([each.row for each in ready], owner, self._clock.now())}
        return [each for each in ready if each.row.id in going]

    def _keep_texts(self, unit: UnitOfWork, ready: Sequence[Going]) -> None:
        for each in ready:
            if not each.part.last and each.row.text is None:
                unit.outbox.keep_text(each.row, each.part.whole)

    def _again(self, doubtful: Sequence[Going], owner: str) -> Sequence[Going]:
        """Those that are to be sent again, marked."""
        wanted = [each for each in doubtful if self._settle(each, owner)]
        if not wanted:
            return ()
        with self._units() as unit:
            going = self._marked(unit, wanted, owner)
            unit.commit()
        return going

    def _settle(self, going: Going, owner: str) -> bool:
        """Ask what became of a row whose outcome is unknown; True if it is to be sent again."""
        row = going.row
        found = self._carrier.lookup(row.channel, going.part.message)
        if isinstance(found, Retry):
            return True
        if found is None and row.message_class in SENT_AGAIN and row.unknowns == 1:
            _log.warning("sent_again outbox=%s class=%s", row.id, row.message_class.value)
            return True
        now = self._clock.now()
        lost = Recording(OutboxState.FAILED, "outcome_unknown", handed_at=now)
        self._record([Sent(going, self._recording(going, found, now) if found else lost)], owner)
        return False

    def _part(self, row: Outbound) -> Part:
        whole = row.text or self._renderer.notice(
            row.replies, row.language, row.accents, self._carrier.medium(row.channel)
        )
        asks_phone = any(reply.name == SHARE_PHONE for reply in row.replies)
        message = Outgoing(
            row.key, row.address, whole, row.language, row.created_at, row.message_class.value, asks_phone
        )
        return next_part(message, row.parts_sent, self._carrier.limits(row.channel))

    def _send_in_time(self, going: Going, end: datetime) -> Recording:
        """A slow provider must not outlast the lease of the rows behind: they go back unsent."""
        began = self._clock.now()
        if began >= end:
            return Recording(OutboxState.WAITING, "batch_too_slow", retry_at=began, counted=False)
        return self._recording(going, self._send(going), began)

    def _send(self, going: Going) -> SendResult:
        try:
            return self._carrier.send(going.row.channel, going.part.message)
        except Exception as error:  # noqa: BLE001 - an adapter's bug: the request may have left
            _log.error("send_crashed outbox=%s error=%s", going.row.id, type(error).__name__)
            return Unknown("send_crashed")

    def _recording(self, going: Going, result: SendResult, began: datetime) -> Recording:
        now = self._clock.now()
        match result:
            case Accepted() if not going.part.last:
                return Recording(OutboxState.WAITING, more=True)
            case Accepted(reference):
                return Recording(OutboxState.SENT, reference=reference, handed_at=began)
            case Retry(code, after):
                return self._retry(going.row, code, after, now)
            case Dead(code, opted_out):
                return Recording(OutboxState.FAILED, code, handed_at=now, opted_out=opted_out)
            case Unknown(code):
                return Recording(OutboxState.UNKNOWN, code, retry_at=now + self._policy.receipt_wait, handed_at=began)

    def _retry(self, row: Outbound, code: str, after: float | None, now: datetime) -> Recording:
        if row.attempts + 1 >= self._policy.give_up_sending:
            return Recording(OutboxState.FAILED, code, handed_at=now)  # or the same text would be a duplicate for ever
        return Recording(OutboxState.WAITING, code, retry_at=now + self._policy.send_back_off(row.attempts, after))

    def _record(self, sent: Sequence[Sent], owner: str) -> None:
        """What became of a batch, in one commit."""
        now = self._clock.now()
        with self._units() as unit:
            ended = [each for each in sent if not self._goes_on(unit, each, owner, now)]
            written = unit.outbox.record([each.outcome for each in ended], owner, now)
            for each in ended:
                if each.row.id not in written:
                    self._tell_late(unit, each, now)
            unit.conversations.handed_over([asked for each in ended if each.row.id in written for asked in each.asked])
            unit.commit()
        for each in sent:
            _log.info("outbox=%s state=%s code=%s", each.row.id, each.recording.state.value, each.recording.code)
            if each.recording.opted_out:
                self._opt_out(each.row)

    def _goes_on(self, unit: UnitOfWork, sent: Sent, owner: str, now: datetime) -> bool:
        """Whether a row is not at its end: the next part follows, or what failed goes another way.

        Nobody is written to another way who told the provider to stop.
        """
        row, recording = sent.row, sent.recording
        try:
            if recording.more:
                unit.outbox.part_sent(row, owner, now)
                return True
            may_go_on = recording.state is OutboxState.FAILED and not recording.opted_out
            return may_go_on and self._ways.fall_back(unit, row, owner, recording.code or "", now)
        except LeaseLost:
            self._tell_late(unit, sent, now)
            return True

    def _tell_late(self, unit: UnitOfWork, sent: Sent, now: datetime) -> None:
        """The row is another's, or in doubt; that the provider has the message is as good as a receipt."""
        _log.warning("lease_lost outbox=%s", sent.row.id)
        if sent.recording.more or sent.recording.state is OutboxState.SENT:
            key = sent.going.part.message.key
            unit.outbox.receipt(sent.row.channel, DeliveryState.SENT, None, key, None, now)

    def _opt_out(self, row: Outbound) -> None:
        """The person told the provider to stop: the house knows it too."""
        for _ in range(OPT_OUT_TRIES):
            try:
                self._save_opt_out(row)
            except StaleVersion:
                continue
            return

    def _save_opt_out(self, row: Outbound) -> None:
        with self._units() as unit:
            conversation = unit.conversations.find(row.address_index)
            if conversation and not conversation.opted_out:
                unit.conversations.save(conversation, opted_out=True)
                unit.audit.add("provider", "opt_out", None, "told_provider", self._clock.now())
                unit.commit()
