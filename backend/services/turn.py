"""Turns: read, ask the bot with no transaction open, then state, commands and answer in one commit.

The turns of a batch are taken together, each step in few statements for all; what does not go together goes alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.services.accounts import CHATS, Accounts
from backend.services.asking import Asking, Cause, Lookup, Turn
from backend.services.commands import Handler
from backend.services.faces import Face, Put, Said, Spoken, Written
from backend.services.facts import Facts
from backend.services.late import said_at
from backend.services.policy import SESSIONS, Policy
from backend.services.ports.bot import Bot, BotUnavailable, TurnFailed, TurnResult
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Inbound, InboxState
from backend.services.ports.outbox import MessageClass, Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import LeaseLost, StaleVersion, StoreUnavailable, UnitOfWork, Units
from backend.services.robots import Robots
from backend.services.rules import Rules
from backend.services.saving import Answered, CommandStopped, Saving
from backend.services.straight import Straight
from channels.contract import EventKind

COMMAND_TRIES = 3
UNCOUNTED_WAIT = (timedelta(seconds=1), timedelta(seconds=30))  # bot away: half the row's age within these

_log = logging.getLogger(__name__)


class Turns:
    """Takes turns."""

    def __init__(
        self,
        units: Units,
        bot: Bot,
        clock: Clock,
        hints: Hints,
        rules: Rules,
        policy: Policy,
        handlers: Mapping[str, Handler],
        lookups: Mapping[str, Lookup],
        straight: Straight,
    ) -> None:
        self._straight = straight
        self._units, self._clock, self._hints, self._policy = units, clock, hints, policy
        self._facts, self._written = Facts(rules, policy), Written(policy)
        self._accounts, self._robots = Accounts(units, clock, hints, rules, policy), Robots(units, policy)
        self._asking = Asking(units, bot, lookups)
        self._saving = Saving(units, clock, hints, rules, policy, handlers, self._accounts, self._robots)

    def together(self, rows: Sequence[Inbound], owner: str, timeout: float) -> Sequence[Inbound]:
        """Bring leased rows of different senders to their ends; returns those that have to be worked alone.

        They are untouched.  A turn the bot does not answer within `timeout` seconds is given back for later.
        Raises StoreUnavailable only.
        """
        try:
            turns = self._that_go_together(rows)
            answers = list(zip(turns, self._asking.each(turns, timeout), strict=True))
            results = [Answered(turn, answer) for turn, answer in answers if isinstance(answer, TurnResult)]
            ended = self._saved_together(results, owner)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - alone it costs one message; the error's own text may hold an answer
            _log.error("batch_crashed error=%s", type(error).__name__)
            return rows
        for turn, answer in answers:
            if not isinstance(answer, TurnResult) and turn.cause.row:
                self._end(turn.cause.row, owner, answer)
                ended.add(turn.cause.row.id)
        return [row for row in rows if row.id not in ended]

    def work(self, row: Inbound, owner: str) -> Put | None:
        """Bring one leased inbox row to its end, or give it back for later (None); raises StoreUnavailable only."""
        try:
            return self.take(row, owner, self._written)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a bug must cost one message, not the worker
            self._end(row, owner, error)
        return None

    def leave(self, row: Inbound, owner: str, code: str) -> None:
        """Give a leased row back for later, uncounted; raises StoreUnavailable only."""
        try:
            self._give_back(row, owner, code)
        except LeaseLost:
            _log.info("lease_lost inbox=%s", row.id)

    def take(self, row: Inbound, owner: str, face: Face, timeout: float | None = None) -> Put:
        """The turn of one leased row.

        Raises:
            BotUnavailable, TurnFailed: nothing was saved; the row is still leased.
            StaleVersion: somebody else kept saving the conversation.
            LeaseLost: the row is somebody else's now.
        """
        done = self._accounts.take(row, owner)
        if done is not None:
            return done
        for _ in range(self._policy.redo_limit):
            (turn,) = self._read([row])
            if repeats(turn):
                self._wait_for_answer(turn)
                return self._close_duplicate(row, owner)
            if self._robots.repeats(turn):
                _log.info("robot_unanswered inbox=%s", row.id)
                return self._close_duplicate(row, owner)
            try:
                return self._attempt(turn, face, owner, timeout)
            except StaleVersion:
                continue
        raise StaleVersion

    def run_once(self, cause: Cause, conversation: Conversation, face: Face) -> Put:
        """A turn no message caused: raises StaleVersion as soon as the person got in between."""
        with self._units() as unit:
            (turn,) = self._turns(unit, [cause], [conversation])
        return self._attempt(turn, face, owner="", timeout=None)

    def park(self, row: Inbound, owner: str, code: str) -> None:
        """Put a message aside that no turn can be made of, and say so to its sender."""
        now = self._clock.now()
        with self._units() as unit:
            conversation = unit.conversations.get_or_create(row.event, row.address_index, self._policy.language, now)
            spoken = Spoken([Reply("apology")], MessageClass.REPLY, waiting=False)
            (put,) = self._written.put(unit, [Said(conversation, row, spoken)], now)
            unit.inbox.finish(row, owner, InboxState.PARKED, now)
            unit.commit()
        _log.warning("parked inbox=%s code=%s", row.id, code)
        self._hints.outbox(put.outbox_ids)

    def _that_go_together(self, rows: Sequence[Inbound]) -> Sequence[Turn]:
        """Not what an account's own matters may be, nor what may be a repetition or a machine's."""
        dialogues = [row for row in rows if row.event.medium not in CHATS]
        turns = self._read(dialogues) if dialogues else ()
        return [turn for turn in turns if not repeats(turn) and not self._robots.may_repeat(turn)]

    def _saved_together(self, answered: Sequence[Answered], owner: str) -> set[int]:
        """The rows that could be saved in one commit: without those whose command fails, and none if another does."""
        left = list(answered)
        while left:
            face = self._straight.face(owner)
            try:
                self._saving.save(left, face, owner)
                self._straight.committed(face)
                break
            except CommandStopped as stopped:
                left = [each for each in left if each.turn is not stopped.turn]
            except (StaleVersion, LeaseLost, TurnFailed, StoreUnavailable) as error:
                _log.info("batch_taken_apart error=%s", type(error).__name__)
                return set()
        return {each.turn.cause.row.id for each in left if each.turn.cause.row}

    def _read(self, rows: Sequence[Inbound]) -> Sequence[Turn]:
        """What the turns of messages start from."""
        causes = [self._cause(row) for row in rows]
        with self._units() as unit:
            conversations = unit.conversations.of_senders(rows, self._policy.language, self._clock.now())
            turns = self._turns(unit, causes, conversations)
            if any(conversation.created for conversation in conversations):
                unit.commit()
        return turns

    def _turns(
        self, unit: UnitOfWork, causes: Sequence[Cause], conversations: Sequence[Conversation]
    ) -> Sequence[Turn]:
        now = self._clock.now()
        said = [said_at(cause.row, now, self._policy) for cause in causes]
        facts = self._facts.gather(unit, conversations, said, now)
        return [Turn(*each) for each in zip(causes, conversations, facts, strict=True)]

    def _cause(self, row: Inbound) -> Cause:
        event = row.event
        text = event.text[: self._policy.text_limit]
        text_index = self._units().index(text, "text") if event.kind is EventKind.TEXT else None
        return Cause(event.kind.value, text, event.medium, event.channel, row, text_index)

    def _wait_for_answer(self, turn: Turn) -> None:
        """Raises AnswerOnItsWay: whether a text is a repetition shows only when that answer has left."""
        if turn.conversation.question_handed_at is None:
            with self._units() as unit:
                if unit.outbox.being_sent(turn.conversation.id):
                    raise AnswerOnItsWay

    def _close_duplicate(self, row: Inbound, owner: str) -> Put:
        with self._units() as unit:
            unit.inbox.finish(row, owner, InboxState.DUPLICATE, self._clock.now())
            unit.commit()
        return Put()

    def _attempt(self, turn: Turn, face: Face, owner: str, timeout: float | None) -> Put:
        for _ in range(COMMAND_TRIES):
            result = self._asking.one(turn, timeout)
            try:
                (put,) = self._saving.save([Answered(turn, result)], face, owner)
            except CommandStopped as stopped:
                self._keep(stopped.lasting)
                _log.info("command_failed command=%s code=%s", stopped.fact["command"], stopped.fact["code"])
                turn = replace(turn, failed=stopped.fact)
            else:
                return put
        raise TurnFailed(f"command_{turn.failed and turn.failed['code']}")

    def _keep(self, lasting: Callable[[UnitOfWork], None] | None) -> None:
        """What a failed command leaves behind all the same."""
        if lasting is not None:
            with self._units() as unit:
                lasting(unit)
                unit.commit()

    def _end(self, row: Inbound, owner: str, error: Exception) -> None:
        """What becomes of a row whose turn could not be taken."""
        try:
            if isinstance(error, BotUnavailable | StaleVersion):
                self._give_back(row, owner, type(error).__name__)
            elif isinstance(error, TurnFailed):
                self._failed(row, owner, error.code)
            elif isinstance(error, LeaseLost):
                raise error
            else:  # its own text may hold an answer
                _log.error("turn_crashed inbox=%s error=%s", row.id, type(error).__name__)
                self._failed(row, owner, type(error).__name__)
        except LeaseLost:
            _log.info("lease_lost inbox=%s", row.id)

    def _give_back(self, row: Inbound, owner: str, code: str) -> None:
        """Nothing is wrong with the row: it waits without a count, the longer the older it is."""
        now = self._clock.now()
        least, most = UNCOUNTED_WAIT
        wait = min(max((now - row.received_at) / 2, least), most)
        self._retry(row, owner, now + wait, code, counted=False)

    def _failed(self, row: Inbound, owner: str, code: str) -> None:
        if row.attempts + 1 >= self._policy.park_after:
            self.park(row, owner, code)
        else:
            self._retry(row, owner, self._clock.now() + self._policy.back_off(row.attempts), code, counted=True)

    def _retry(self, row: Inbound, owner: str, at: datetime, code: str, counted: bool) -> None:
        with self._units() as unit:
            unit.inbox.retry(row, owner, at, code, counted=counted)
            unit.commit()


class AnswerOnItsWay(StaleVersion):
    """A text cannot be told from a repetition while the answer to the same text before it is just being sent."""


def repeats(turn: Turn) -> bool:
    """Whether a text is the same again, received before the answer to the first one was handed over, if it was."""
    cause, conversation = turn.cause, turn.conversation
    if cause.row is None or cause.text_index is None or cause.medium in SESSIONS:
        return False
    handed = conversation.question_handed_at
    return conversation.last_text_index == cause.text_index and (handed is None or cause.row.received_at < handed)
