"""The ways a message may go to one person: the one they used last first, then the others, the dearest last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backend.services.policy import Policy
from backend.services.ports.outbox import MessageClass, Outbound
from backend.services.ports.unit import UnitOfWork
from channels.contract import Medium

CHAT, TEMPLATE, SMS, VOICE = "chat", "template", "sms", "voice"
# Answers end with the dialogue they belong to, and advice is not worth a second price.
FALLS_BACK = frozenset({MessageClass.RECEIPT, MessageClass.RESULT, MessageClass.FOLLOW_UP, MessageClass.EXPOSURE})
WORTH_A_CALL = frozenset({MessageClass.RESULT, MessageClass.EXPOSURE})


@dataclass(frozen=True)
class Way:
    """A channel and the address it knows the person by."""

    name: str
    channel: str
    address: str


class Ways:
    """Chooses.  `medium` tells the face of a channel."""

    def __init__(self, policy: Policy, medium: Callable[[str], Medium]) -> None:
        self._policy, self._medium = policy, medium

    def addressed(self, unit: UnitOfWork, row: Outbound) -> Outbound:
        """The row with the address its channel knows: a phone's chat goes to the account linked with it."""
        if row.channel != self._policy.chat_channel:
            return row
        own = (way for way in self._untried(unit, row) if way.channel == row.channel)
        return replace(row, address=next(own, Way("", "", row.address)).address)

    def fall_back(self, unit: UnitOfWork, row: Outbound, owner: str | None, code: str, now: datetime) -> bool:
        """Send the row another way after its own has failed with `code`; False if there is none.  Raises LeaseLost.

        `owner` holds the row; None for one that a receipt has let fail.
        """
        if row.message_class not in FALLS_BACK:
            return False
        tried = (*row.tried, f"{self._name(row)}:{code}")
        following = next(iter(self._untried(unit, replace(row, tried=tried))), None)
        if following is not None:
            unit.outbox.reroute(row, owner, following.channel, tried, now)
        return following is not None

    def _untried(self, unit: UnitOfWork, row: Outbound) -> Sequence[Way]:
        tried = {each.partition(":")[0] for each in row.tried}
        return [way for way in self._all(unit, row) if way.name not in tried]

    def _all(self, unit: UnitOfWork, row: Outbound) -> Sequence[Way]:
        """Every way there is to this person for this message, the row's own kind first."""
        policy, is_account = self._policy, ":" in row.address
        account = row.address if is_account else unit.accounts.account_of(row.address_index, Medium.ZALO)
        phone = unit.accounts.phone_of(row.address) if is_account else row.address
        known = [Way(CHAT, policy.chat_channel, account)] if account else []
        if phone:
            known += [Way(name, channel, phone) for name, channel in self._by_phone(row)]
        own = self._medium(row.channel)
        return sorted(known, key=lambda way: self._medium(way.channel) is not own)

    def _by_phone(self, row: Outbound) -> Sequence[tuple[str, str]]:
        policy = self._policy
        ways = [(TEMPLATE, policy.chat_channel)] if row.message_class.value in policy.templates else []
        ways.append((SMS, row.channel if self._medium(row.channel) is Medium.SMS else policy.sms_channel))
        if policy.voice_channel and row.message_class in WORTH_A_CALL:
            ways.append((VOICE, policy.voice_channel))
        return ways

    def _name(self, row: Outbound) -> str:
        """The way a row is on."""
        medium = self._medium(row.channel)
        if medium is Medium.ZALO:
            return CHAT if ":" in row.address else TEMPLATE
        return VOICE if medium is Medium.VOICE else SMS
