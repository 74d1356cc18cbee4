"""Forms left half done: reminded once, then let go."""

from __future__ import annotations

import logging
from datetime import datetime

from backend.services.asking import Cause
from backend.services.faces import Written
from backend.services.policy import SESSIONS, Policy
from backend.services.ports.bot import BotUnavailable, TurnFailed
from backend.services.ports.conversations import Conversation
from backend.services.ports.outside import Clock
from backend.services.ports.unit import StaleVersion, Units
from backend.services.turn import Turns
from channels.contract import Medium

_log = logging.getLogger(__name__)


class Remind:
    """Takes the turns that time itself causes."""

    def __init__(self, units: Units, clock: Clock, turns: Turns, policy: Policy) -> None:
        self._units, self._clock, self._turns, self._policy = units, clock, turns, policy

    def round(self, limit: int) -> int:
        """Handle up to `limit` conversations whose time has come; how many."""
        now = self._clock.now()
        with self._units() as unit:
            due = unit.conversations.due(now, limit)
        for conversation in due:
            self._one(conversation, now)
        return len(due)

    def _one(self, conversation: Conversation, now: datetime) -> None:
        """One turn, saved only if the person has not written meanwhile."""
        medium = Medium.SMS if conversation.medium in SESSIONS else conversation.medium
        cause = Cause(event_due(conversation, now), "", medium, conversation.channel)
        try:
            self._turns.run_once(cause, conversation, Written(self._policy))
        except StaleVersion:
            _log.info("reminder_overtaken conversation=%s", conversation.id)
        except BotUnavailable:
            _log.info("reminder_waits conversation=%s", conversation.id)
        except TurnFailed as failure:
            self._give_up(conversation, failure.code)

    def _give_up(self, conversation: Conversation, code: str) -> None:
        """A reminder that cannot be made is dropped; the form stays open for the person."""
        _log.warning("reminder_failed conversation=%s code=%s", conversation.id, code)
        try:
            with self._units() as unit:
                unit.conversations.save(conversation, remind_at=None, expires_at=None)
                unit.commit()
        except StaleVersion:
            _log.info("reminder_overtaken conversation=%s", conversation.id)


def event_due(conversation: Conversation, now: datetime) -> str:
    """`timeout` once the form has expired, else `resume`."""
    expired = conversation.expires_at is not None and conversation.expires_at <= now
    return "timeout" if expired else "resume"
