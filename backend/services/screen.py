"""What a turn says to somebody in a session: its screen, and the receipt they keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backend.services.faces import Put, Said, Spoken
from backend.services.policy import Policy
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Inbound
from backend.services.ports.outbox import Draft, MessageClass, OutboxState
from backend.services.ports.unit import UnitOfWork
from backend.services.render import Renderer
from backend.services.session_answers import encode, session_answer
from channels.contract import Medium


class Screen:
    """The face of a session: the first page is the answer, the rest waits in the session's record."""

    shown_at_once = True

    def __init__(self, renderer: Renderer, policy: Policy) -> None:
        self._renderer, self._policy = renderer, policy

    def put(self, unit: UnitOfWork, said: Sequence[Said], now: datetime) -> Sequence[Put]:
        """Store each screen as an answered outbox row, the pages with the session, and a receipt also as SMS."""
        return [self._put(unit, each, now) for each in said]

    def _put(self, unit: UnitOfWork, said: Said, now: datetime) -> Put:
        conversation, row, spoken = said.conversation, said.row, said.spoken
        if row is None:
            raise ValueError("a screen answers a message")
        medium = row.event.medium
        pages = self._renderer.pages(spoken.replies, conversation.language, conversation.accents, medium)
        answer = session_answer(pages, spoken, medium, self._policy.hotline)
        shown = Draft(
            conversation,
            spoken.replies,
            spoken.message_class,
            row.id,
            state=OutboxState.ANSWERED,
            channel=row.event.channel,
            text=pages[0],
        )
        unit.outbox.show(shown, now)
        unit.ussd_sessions.put(
            row.event.channel,
            row.event.session_id or "",
            row.address_index,
            step=row.event.step or 0,
            pages=[encode(answer)] if medium is Medium.VOICE else pages,
            page=0,
            open=spoken.waiting,
            now=now,
        )
        return Put(self._keepsake(unit, conversation, row, spoken, now), encode(answer))

    def _keepsake(
        self, unit: UnitOfWork, conversation: Conversation, row: Inbound, spoken: Spoken, now: datetime
    ) -> list[int]:
        """A screen is gone in seconds and may never have been shown: the reference code also comes by SMS."""
        if spoken.message_class is not MessageClass.RECEIPT:
            return []
        channel = self._policy.sms_channel
        draft = Draft(conversation, spoken.replies, spoken.message_class, row.id, position=1, channel=channel)
        return [unit.outbox.add(draft, now).id]
