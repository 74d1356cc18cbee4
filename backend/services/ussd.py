"""Sessions (USSD, calls): the turn is taken inside the request, under a lease, and answered there."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from backend.services.gate import Gate
from backend.services.policy import Policy
from backend.services.ports.bot import BotUnavailable, TurnFailed
from backend.services.ports.conversations import UssdSession
from backend.services.ports.inbox import Inbound, InboxState
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import LeaseLost, StaleVersion, StoreUnavailable, UnitOfWork, Units
from backend.services.receive import Receive, Received
from backend.services.render import Renderer
from backend.services.screen import Screen
from backend.services.session_answers import decode, encode, is_silence
from backend.services.turn import Turns
from channels.contract import Answer, EventKind, InboundEvent, Medium, settle

NEXT_PAGE, PREVIOUS_PAGE = "98", "99"
POLL = 0.05  # seconds between looks at a row that somebody else works on

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """One input of a session after it was made safe."""

    received: Received
    answer: Answer | None  # already known: a page, a refusal


@dataclass(frozen=True)
class Manner:
    """How a person is spoken to."""

    language: str
    accents: bool = False


class Ussd:
    """Answers session events, of USSD and of calls."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        hints: Hints,
        receive: Receive,
        turns: Turns,
        renderer: Renderer,
        policy: Policy,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._units, self._clock, self._hints, self._receive, self._turns = units, clock, hints, receive, turns
        self._renderer, self._policy, self._pause = renderer, policy, pause
        self._screen = Screen(renderer, policy)
        self._gate = Gate(policy.sessions_at_once)

    def answer(self, event: InboundEvent) -> Answer | None:
        """The screen for an event; None for the end of a session.

        Raises OSError when the end of a session could be stored nowhere.
        """
        if event.kind is EventKind.CLOSE:
            self._close(event)
            return None
        deadline = self._clock.now() + self._policy.ussd_deadline
        with self._gate.place(self._policy.ussd_deadline.total_seconds()):  # without one it is too late for a turn
            return self._answer(event, deadline)

    def _answer(self, event: InboundEvent, deadline: datetime) -> Answer:
        owner = f"ussd-{secrets.token_hex(8)}"
        try:
            step = self._take_in(event, owner)
        except StoreUnavailable:
            return self.sorry(event.medium)
        answer = self._proceed(event, step, owner, deadline)
        if event.medium is Medium.VOICE:  # spoken in the language that the turn just taken may have changed
            return replace(answer, language=self._manner(step.received.row).language)
        return answer

    def sorry(self, medium: Medium) -> Answer:
        """What somebody is shown, in the default language, when not even who they are can be found out."""
        return self._busy(medium, Manner(self._policy.language))

    def _manner(self, row: Inbound) -> Manner:
        """Of the sender of a row."""
        try:
            with self._units() as unit:
                return self._manner_in(unit, row)
        except StoreUnavailable:
            return Manner(self._policy.language)

    def _manner_in(self, unit: UnitOfWork, row: Inbound) -> Manner:
        found = unit.conversations.find(row.address_index)
        return Manner(found.language, found.accents) if found else Manner(self._policy.language)

    def _proceed(self, event: InboundEvent, step: Step, owner: str, deadline: datetime) -> Answer:
        if step.answer:
            return step.answer
        if not step.received.fresh:
            return self._repeat(event, step, deadline)
        return self._take_turns(step, owner, deadline)

    def _close(self, event: InboundEvent) -> None:
        self._receive.take([event])
        try:
            with self._units() as unit:
                session = unit.ussd_sessions.get(event.channel, event.session_id or "")
                if session and session.open:
                    self._put(unit, event, session, page=session.page, open=False)
                    unit.commit()
        except StoreUnavailable:
            _log.warning("session_left_open code=store_unavailable")

    def _take_in(self, event: InboundEvent, owner: str) -> Step:
        """Most steps are for the dialogue and change nothing but the inbox: one statement, committed by itself."""
        with self._units.single() as unit:
            session = unit.ussd_sessions.get(event.channel, event.session_id or "")
            settled = settle(event, session.step if session else None)
            if session is not None and is_for_dialogue(session, settled):
                received = self._receive.insert(unit, settled, self._clock.now(), owner)
                answer = self._given_answer(unit, received)
                unit.commit()
                return Step(received, answer)
        return self._take_in_with_session(settled, session, owner)

    def _take_in_with_session(self, event: InboundEvent, session: UssdSession | None, owner: str) -> Step:
        with self._units() as unit:
            received = self._receive.insert(unit, event, self._clock.now(), owner)
            known = received.refused or not received.fresh
            answer = self._given_answer(unit, received) if known else self._answer_in(unit, received, session, owner)
            unit.commit()
        return Step(received, answer)

    def _given_answer(self, unit: UnitOfWork, received: Received) -> Answer | None:
        """To what is over the limit, or has been answered before."""
        row = received.row
        if received.refused:
            return self._said("too_many_messages", self._manner_in(unit, row), row)
        return decode(row.answer) if row.answer else None

    def _answer_in(
        self, unit: UnitOfWork, received: Received, session: UssdSession | None, owner: str
    ) -> Answer | None:
        """What can be answered without a turn; a new session is entered as the sender's newest."""
        row = received.row
        if session is None:
            unit.ussd_sessions.put(
                row.event.channel,
                row.event.session_id or "",
                row.address_index,
                step=row.event.step or 0,
                pages=[],
                page=0,
                open=True,
                now=self._clock.now(),
            )
            return None
        if not session.newest:
            return self._finish(unit, row, owner, self._said("ussd_stale", self._manner_in(unit, row), row))
        page = turn_page(session, row.event)
        if page is None:
            return self._finish(unit, row, owner, self._again(unit, row.event, session))
        self._put(unit, row.event, session, page=page, open=session.open)
        last = page == len(session.pages) - 1
        return self._finish(unit, row, owner, Answer(session.pages[page], final=last and not session.open))

    def _again(self, unit: UnitOfWork, event: InboundEvent, session: UssdSession) -> Answer:
        """A caller who pressed nothing hears the question once more; it is no wrong answer."""
        self._put(unit, event, session, page=session.page, open=session.open)
        return decode(session.pages[session.page])

    def _finish(self, unit: UnitOfWork, row: Inbound, owner: str, answer: Answer) -> Answer:
        unit.inbox.finish(row, owner, InboxState.DONE, self._clock.now(), encode(answer))
        return answer

    def _put(self, unit: UnitOfWork, event: InboundEvent, session: UssdSession, page: int, open: bool) -> None:
        unit.ussd_sessions.put(
            event.channel,
            event.session_id or "",
            session.address_index,
            step=session.step if event.step is None else event.step,
            pages=session.pages,
            page=page,
            open=open,
            now=self._clock.now(),
        )

    def _take_turns(self, step: Step, owner: str, deadline: datetime) -> Answer:
        """Earlier messages of the person first, then this one."""
        row, tried = step.received.row, set[int]()
        if row.turning and self._clock.now() < deadline:
            return self._own_turn(step, row, owner, deadline)
        while self._clock.now() < deadline:
            current = self._claim(row, owner)
            if current is None:
                self._pause(POLL)
            elif current.id == row.id:
                return self._own_turn(step, current, owner, deadline)
            elif current.id in tried:
                break  # it failed just now and waits for its retry
            else:
                tried.add(current.id)
                self._turns.work(current, owner)
        return self._later(step, owner, "deadline", counted=False)

    def _claim(self, row: Inbound, owner: str) -> Inbound | None:
        now = self._clock.now()
        try:
            with self._units() as unit:
                current = unit.inbox.claim_sender(row.address_index, owner, now, now + self._policy.session_lease)
                unit.commit()
        except StoreUnavailable:
            return None
        return current

    def _own_turn(self, step: Step, row: Inbound, owner: str, deadline: datetime) -> Answer:
        remaining = (deadline - self._clock.now()).total_seconds()
        try:
            put = self._turns.take(row, owner, self._screen, remaining)
        except BotUnavailable:
            if self._clock.now() < deadline:
                return self._decline(step, owner)
            return self._later(step, owner, "deadline", counted=False)
        except TurnFailed as failure:
            return self._later(step, owner, failure.code, counted=True)
        except (LeaseLost, StaleVersion, StoreUnavailable) as error:
            return self._later(step, owner, type(error).__name__, counted=False)
        return decode(put.answer) if put.answer else self._said("busy_ussd", self._manner(row), row)

    def _decline(self, step: Step, owner: str) -> Answer:
        """The bot is away: say so; the person dials again later, an SMS out of the blue would only confuse."""
        row = step.received.row
        with self._units() as unit:
            answer = self._busy(row.event.medium, self._manner_in(unit, row))
            self._finish(unit, row, owner, answer)
            self._end_session(unit, row)
            unit.commit()
        return answer

    def _later(self, step: Step, owner: str, code: str, counted: bool) -> Answer:
        """Give the lease up: the worker takes the turn and the answer goes by SMS."""
        row = step.received.row
        try:
            with self._units() as unit:
                unit.inbox.retry(row, owner, self._clock.now(), code, counted=counted)
                self._end_session(unit, row)
                unit.commit()
        except (LeaseLost, StoreUnavailable):
            _log.info("lease_left inbox=%s", row.id)
        self._hints.inbox([row.id])
        return self._said("finish_by_sms", self._manner(row), row)

    def _end_session(self, unit: UnitOfWork, row: Inbound) -> None:
        session = unit.ussd_sessions.get(row.event.channel, row.event.session_id or "")
        if session:
            self._put(unit, row.event, session, page=session.page, open=False)

    def _repeat(self, event: InboundEvent, step: Step, deadline: datetime) -> Answer:
        """The same step again while the first is being answered: wait for that answer."""
        now = self._clock.now()
        while now < deadline:
            with self._units() as unit:
                row, _ = unit.inbox.add(event, now)
            if row.answer:
                return decode(row.answer)
            if row.state is not InboxState.LEASED:
                break
            self._pause(POLL)
            now = self._clock.now()
        return self._said("finish_by_sms", self._manner(step.received.row), step.received.row)

    def _said(self, key: str, manner: Manner, row: Inbound) -> Answer:
        """The last screen of a session."""
        return Answer(self._renderer.line(key, manner.language, manner.accents, row.event.medium), final=True)

    def _busy(self, medium: Medium, manner: Manner) -> Answer:
        """Nothing can be done now; a caller talks to a person instead."""
        dial = self._policy.hotline if medium is Medium.VOICE else ""
        line = self._renderer.line("busy_ussd", manner.language, manner.accents, medium)
        return Answer(line, final=True, dial=dial)


def is_for_dialogue(session: UssdSession, event: InboundEvent) -> bool:
    """Whether an input of a known session asks for a turn, and not for what the session itself holds."""
    heard_again = is_silence(event) and session.pages
    return session.newest and not heard_again and turn_page(session, event) is None


def turn_page(session: UssdSession, event: InboundEvent) -> int | None:
    """The page an input turns to, None when it is for the dialogue, as every dial is."""
    step = {NEXT_PAGE: 1, PREVIOUS_PAGE: -1}.get(event.text.strip(), 0) if event.kind is EventKind.TEXT else 0
    page = session.page + step
    return page if step and 0 <= page < len(session.pages) else None
