"""Outgoing messages: claimed, checked once more, rendered, sent with no transaction open, recorded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.services.policy import Policy
from backend.services.ports import (
    Carrier,
    Clock,
    LeaseLost,
    MessageClass,
    Outbound,
    OutboxState,
    StaleVersion,
    UnitOfWork,
    Units,
)
from backend.services.render import Renderer
from backend.services.ways import Ways
from channels.contract import Accepted, Dead, Outgoing, Retry, SendResult, Unknown

# Worth sending twice when nobody can say whether the first one arrived; a question or advice is not.
SENT_AGAIN = frozenset({MessageClass.RECEIPT, MessageClass.RESULT, MessageClass.EXPOSURE})
OPT_OUT_TRIES = 5
SHARE_PHONE = "share_phone"  # the text that a provider puts on its own card, with a button

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recording:
    """What is written about a row after the network; `handed` is whether its question counts as asked."""

    state: OutboxState
    code: str | None = None
    reference: str | None = None
    retry_at: datetime | None = None
    handed: bool = False
    opted_out: bool = False


class Deliver:
    """Empties the outbox."""

    def __init__(self, units: Units, carrier: Carrier, clock: Clock, renderer: Renderer, policy: Policy) -> None:
        self._units, self._carrier, self._clock = units, carrier, clock
        self._renderer, self._policy = renderer, policy
        self._ways = Ways(policy, carrier.medium)

    def round(self, owner: str, limit: int, ids: Sequence[int] | None = None) -> int:
        """Send up to `limit` due messages; how many were claimed."""
        now = self._clock.now()
        with self._units() as unit:
            claimed = unit.outbox.claim(owner, now, now + self._policy.lease, limit, ids)
            rows = [self._ways.addressed(unit, row) for row in claimed]
            unit.commit()
        doubtful = [row for row in rows if row.unknowns]
        again = [row for row in doubtful if self._settle(row, owner)]
        self._send_all([row for row in rows if not row.unknowns] + again, owner)
        return len(rows)

    def _settle(self, row: Outbound, owner: str) -> bool:
        """Ask what became of a row whose outcome is unknown; True if it is to be sent again."""
        found = self._carrier.lookup(row.channel, self._outgoing(row))
        if isinstance(found, Retry):
            return True
        if found is None and row.message_class in SENT_AGAIN and row.unknowns == 1:
            _log.warning("sent_again outbox=%s class=%s", row.id, row.message_class.value)
            return True
        recording = self._recording(row, found) if found else Recording(OutboxState.FAILED, "outcome_unknown")
        self._record([(row, recording)], owner)
        return False

    def _send_all(self, rows: Sequence[Outbound], owner: str) -> None:
        if not rows:
            return
        ready = {row.id: self._outgoing(row) for row in rows}
        with self._units() as unit:
            going = unit.outbox.mark_sending(rows, owner, self._clock.now())
            unit.commit()
        end = self._clock.now() + self._policy.lease / 2
        self._record([(row, self._recording(row, self._send_in_time(row, ready[row.id], end))) for row in going], owner)

    def _outgoing(self, row: Outbound) -> Outgoing:
        text = row.text or self._renderer.message(
            row.replies, row.language, row.accents, self._carrier.medium(row.channel))
        asks_phone = any(reply.name == SHARE_PHONE for reply in row.replies)
        return Outgoing(row.key, row.address, text, row.language, row.created_at, row.message_class.value, asks_phone)

    def _send_in_time(self, row: Outbound, message: Outgoing, end: datetime) -> SendResult:
        """A slow provider must not outlast the lease of the rows behind: they go back unsent."""
        return self._send(row, message) if self._clock.now() < end else Retry("batch_too_slow", after=0)

    def _send(self, row: Outbound, message: Outgoing) -> SendResult:
        try:
            return self._carrier.send(row.channel, message)
        except Exception as error:  # noqa: BLE001 - an adapter's bug: the request may have left
            _log.error("send_crashed outbox=%s error=%s", row.id, type(error).__name__)
            return Unknown("send_crashed")

    def _recording(self, row: Outbound, result: SendResult) -> Recording:
        now = self._clock.now()
        match result:
            case Accepted(reference):
                return Recording(OutboxState.SENT, reference=reference, handed=True)
            case Retry(code, after):
                if row.attempts + 1 >= self._policy.give_up_sending:
                    return Recording(OutboxState.FAILED, code)
                return Recording(
                    OutboxState.WAITING, code, retry_at=now + self._policy.send_back_off(row.attempts, after)
                )
            case Dead(code, opted_out):
                return Recording(OutboxState.FAILED, code, handed=True, opted_out=opted_out)
            case Unknown(code):
                return Recording(OutboxState.UNKNOWN, code, retry_at=now + self._policy.receipt_wait, handed=True)

    def _record(self, sent: Sequence[tuple[Outbound, Recording]], owner: str) -> None:
        """What became of a batch, in one commit; a row whose lease was lost is left to its new owner."""
        now = self._clock.now()
        with self._units() as unit:
            for row, recording in sent:
                self._record_one(unit, row, recording, owner, now)
            unit.commit()
        for row, recording in sent:
            _log.info("outbox=%s state=%s code=%s", row.id, recording.state.value, recording.code)
            if recording.opted_out:
                self._opt_out(row)

    def _record_one(self, unit: UnitOfWork, row: Outbound, recording: Recording, owner: str, now: datetime) -> None:
        try:
            if recording.state is OutboxState.FAILED and self._goes_on(unit, row, recording, owner, now):
                return
            unit.outbox.record(
                row, owner, recording.state, now, reference=recording.reference, code=recording.code,
                retry_at=recording.retry_at,
            )  # fmt: skip
        except LeaseLost:
            _log.warning("lease_lost outbox=%s", row.id)
        else:
            self._hand_over(unit, row, recording, now)

    def _goes_on(self, unit: UnitOfWork, row: Outbound, recording: Recording, owner: str, now: datetime) -> bool:
        """Whether a row that failed goes another way; nobody is written to who told the provider to stop."""
        return not recording.opted_out and self._ways.fall_back(unit, row, owner, recording.code or "", now)

    def _hand_over(self, unit: UnitOfWork, row: Outbound, recording: Recording, now: datetime) -> None:
        if recording.handed and row.conversation_id is not None and row.question is not None:
            unit.conversations.handed_over(row.conversation_id, row.question, now)

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
