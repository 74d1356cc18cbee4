"""One turn: read, ask the bot with no transaction open, then state, commands and answer in one commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.services.accounts import Accounts
from backend.services.commands import Handler, Work
from backend.services.faces import Face, Put, Spoken, Written
from backend.services.facts import Facts
from backend.services.late import said_at
from backend.services.policy import SESSIONS, Policy
from backend.services.ports import (
    Bot,
    BotUnavailable,
    Clock,
    CommandFailed,
    Conversation,
    Hints,
    Inbound,
    InboxState,
    LeaseLost,
    MessageClass,
    Reply,
    StaleVersion,
    StateRejected,
    StoreUnavailable,
    TurnFailed,
    TurnResult,
    UnitOfWork,
    Units,
)
from backend.services.review import keep
from backend.services.robots import Robots
from backend.services.rules import Rules
from channels.contract import EventKind, Medium

QUERY_ROUNDS = 3
COMMAND_TRIES = 3
UNCOUNTED_WAIT = (timedelta(seconds=1), timedelta(seconds=30))  # bot away: half the row's age within these

_log = logging.getLogger(__name__)

Lookup = Callable[[UnitOfWork, str], Any]
"""Answers one kind of query of the bot: takes what stands after the colon, returns plain JSON."""


@dataclass(frozen=True)
class Cause:
    """Why a turn is taken: `event` and `text` as in docs/turn.md, the inbox row if a message caused it."""

    event: str
    text: str
    medium: Medium
    channel: str
    row: Inbound | None = None


@dataclass(frozen=True)
class Reading:
    """The conversation and the facts as they stood when the turn began."""

    conversation: Conversation
    facts: Mapping[str, Any]


class Turns:
    """Takes turns."""

    def __init__(self, units: Units, bot: Bot, clock: Clock, hints: Hints, rules: Rules, policy: Policy,
                 handlers: Mapping[str, Handler], lookups: Mapping[str, Lookup]) -> None:
        self._units, self._bot, self._clock, self._hints = units, bot, clock, hints
        self._rules, self._policy, self._handlers, self._lookups = rules, policy, handlers, lookups
        self._facts = Facts(rules, policy)
        self._accounts, self._robots = Accounts(units, clock, hints, rules, policy), Robots(units, policy)

    def work(self, row: Inbound, owner: str) -> Put | None:
        """Bring one leased inbox row to its end, or give it back for later (None); raises StoreUnavailable only."""
        try:
            return self._work(row, owner)
        except LeaseLost:
            _log.info("lease_lost inbox=%s", row.id)
        return None

    def leave(self, row: Inbound, owner: str, code: str) -> None:
        """Give a leased row back for later, uncounted; raises StoreUnavailable only."""
        try:
            self._give_back(row, owner, code)
        except LeaseLost:
            _log.info("lease_lost inbox=%s", row.id)

    def _work(self, row: Inbound, owner: str) -> Put | None:
        try:
            return self.take(row, owner, Written(self._policy))
        except (BotUnavailable, StaleVersion) as error:
            self._give_back(row, owner, type(error).__name__)
        except TurnFailed as failure:
            self._failed(row, owner, failure.code)
        except (LeaseLost, StoreUnavailable):
            raise
        except Exception as error:  # noqa: BLE001 - a bug must cost one message, not the worker; its text may hold an answer
            _log.error("turn_crashed inbox=%s error=%s", row.id, type(error).__name__)
            self._failed(row, owner, type(error).__name__)
        return None

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
        cause = self._cause(row)
        for _ in range(self._policy.redo_limit):
            reading = self._read(row)
            if self._said_already(cause, reading.conversation) or self._is_robot(row, cause, reading.conversation):
                return self._close_duplicate(cause, owner)
            try:
                return self._attempt(cause, reading, face, owner, timeout)
            except StaleVersion:
                continue
        raise StaleVersion

    def run_once(self, cause: Cause, read: Callable[[], Reading], face: Face) -> Put:
        """A turn no message caused: raises StaleVersion as soon as the person got in between."""
        return self._attempt(cause, read(), face, owner="", timeout=None)

    def read(self, unit: UnitOfWork, conversation: Conversation, row: Inbound | None = None) -> Reading:
        """What a turn of this conversation starts from, `row` being the message that causes it."""
        now = self._clock.now()
        return Reading(conversation, self._facts.gather(unit, conversation, now, said_at(row, now, self._policy)))

    def park(self, row: Inbound, owner: str, code: str) -> None:
        """Put a message aside that no turn can be made of, and say so to its sender."""
        now = self._clock.now()
        with self._units() as unit:
            conversation = unit.conversations.get_or_create(row.event, row.address_index, self._policy.language, now)
            spoken = Spoken([Reply("apology")], MessageClass.REPLY, waiting=False)
            put = Written(self._policy).put(unit, conversation, row, spoken, now)
            unit.inbox.finish(row, owner, InboxState.PARKED, now)
            unit.commit()
        _log.warning("parked inbox=%s code=%s", row.id, code)
        self._hints.outbox(put.outbox_ids)

    def _cause(self, row: Inbound) -> Cause:
        event = row.event
        return Cause(event.kind.value, event.text[: self._policy.text_limit], event.medium, event.channel, row)

    def _read(self, row: Inbound) -> Reading:
        with self._units() as unit:
            conversation = unit.conversations.get_or_create(
                row.event, row.address_index, self._policy.language, self._clock.now())
            reading = self.read(unit, conversation, row)
            if conversation.created:
                unit.commit()
        return reading

    def _said_already(self, cause: Cause, conversation: Conversation) -> bool:
        """The same text again, received before the answer to the first one was handed over.

        Raises AnswerOnItsWay: whether it is, shows only when that answer has left.
        """
        if cause.row is None or cause.event != EventKind.TEXT.value or cause.medium in SESSIONS:
            return False
        if conversation.last_text_index != self._text_index(cause):
            return False
        handed = conversation.question_handed_at
        if handed is None and self._being_answered(conversation):
            raise AnswerOnItsWay
        return handed is None or cause.row.received_at < handed

    def _is_robot(self, row: Inbound, cause: Cause, conversation: Conversation) -> bool:
        found = self._robots.repeats(row, conversation, self._text_index(cause))
        if found:
            _log.info("robot_unanswered inbox=%s", row.id)
        return found

    def _being_answered(self, conversation: Conversation) -> bool:
        with self._units() as unit:
            return unit.outbox.being_sent(conversation.id)

    def _text_index(self, cause: Cause) -> bytes:
        return self._units().index(cause.text, "text")

    def _close_duplicate(self, cause: Cause, owner: str) -> Put:
        now = self._clock.now()
        with self._units() as unit:
            self._close(unit, cause, owner, InboxState.DUPLICATE, now, None)
            unit.commit()
        return Put()

    def _attempt(self, cause: Cause, reading: Reading, face: Face, owner: str, timeout: float | None) -> Put:
        failed: Mapping[str, Any] | None = None
        for _ in range(COMMAND_TRIES):
            result = self._ask(cause, reading, failed, timeout)
            try:
                return self._save(cause, reading, result, face, owner)
            except _CommandStopped as stopped:
                failed = stopped.fact
                self._keep(stopped.lasting)
                _log.info("command_failed command=%s code=%s", failed["command"], failed["code"])
        raise TurnFailed(f"command_{failed and failed['code']}")

    def _ask(
        self, cause: Cause, reading: Reading, failed: Mapping[str, Any] | None, timeout: float | None
    ) -> TurnResult:
        facts = {**reading.facts, **({"failed": failed} if failed else {})}
        request = {
            "state": reading.conversation.state, "event": cause.event, "text": cause.text,
            "channel": cause.medium.value, "facts": facts,
        }
        try:
            return self._ask_informed(request, timeout)
        except StateRejected:
            _log.warning("state_rejected conversation=%s", reading.conversation.id)
            return self._ask_informed({**request, "state": None}, timeout)

    def _ask_informed(self, request: Mapping[str, Any], timeout: float | None) -> TurnResult:
        """Ask again with the answers to the bot's own questions until it has none."""
        answered: dict[str, Any] = {}
        for _ in range(QUERY_ROUNDS):
            result = self._bot.turn({**request, "facts": {**request["facts"], "answered": answered}}, timeout)
            if not result.queries:
                return result
            answered |= self._look_up(result.queries)
        raise TurnFailed("queries_without_end")

    def _look_up(self, queries: Sequence[str]) -> Mapping[str, Any]:
        with self._units() as unit:
            return {query: self._answer(unit, query) for query in queries}

    def _answer(self, unit: UnitOfWork, query: str) -> Any:
        kind, _, what = query.partition(":")
        lookup = self._lookups.get(kind)
        if lookup is None:
            raise TurnFailed("query_unknown")
        return lookup(unit, what)

    def _save(self, cause: Cause, reading: Reading, result: TurnResult, face: Face, owner: str) -> Put:
        now = self._clock.now()
        with self._units() as unit:
            said = said_at(cause.row, now, self._policy)
            work = Work(unit, reading.conversation, now, cause.medium.value, self._rules, self._policy, said)
            returned = [self._execute(work, command) for command in result.commands]
            replies = [build_reply(reply, returned) for reply in result.replies]
            changes = self._changes(cause, reading.conversation, result, face, now) | work.changes
            saved = unit.conversations.save(reading.conversation, **changes)
            if self._robots.unheard(unit, cause.row, replies, now):
                replies = []
            spoken = Spoken(replies, work.message_class, waiting=expects_answer(result))
            put = face.put(unit, saved, cause.row, spoken, now)
            work.told += self._accounts.invite(unit, saved, cause.row, now)
            if said_freely(cause, reading.conversation):
                keep(unit, saved, cause.text, result.understood, self._rules, self._policy, now)
            self._close(unit, cause, owner, InboxState.DONE, now, put.answer)
            unit.commit()
        self._hints.outbox([*put.outbox_ids, *work.told])
        return put

    def _keep(self, lasting: Callable[[UnitOfWork], None] | None) -> None:
        """What a failed command leaves behind all the same."""
        if lasting is not None:
            with self._units() as unit:
                lasting(unit)
                unit.commit()

    def _execute(self, work: Work, command: Mapping[str, Any]) -> Mapping[str, Any]:
        handler = self._handlers.get(command["name"])
        if handler is None:
            raise TurnFailed("command_unknown")
        try:
            return handler(work, command.get("args") or {})
        except CommandFailed as failure:
            raise _CommandStopped(command["name"], failure) from failure

    def _changes(
        self, cause: Cause, conversation: Conversation, result: TurnResult, face: Face, now: datetime
    ) -> dict[str, Any]:
        changes: dict[str, Any] = {"state": result.state, "open_form": result.open and result.open["form"]}
        changes |= self._waits(cause, conversation, result, now)
        if result.replies:
            changes |= {
                "question": conversation.question + 1,
                "question_handed_at": now if face.shown_at_once else None,
            }
        if cause.row is not None and cause.event == EventKind.TEXT.value:
            changes["last_text_index"] = self._text_index(cause)
        if cause.row is not None and cause.medium not in SESSIONS:
            changes |= {"medium": cause.medium, "channel": cause.channel}
        return changes

    def _waits(self, cause: Cause, conversation: Conversation, result: TurnResult, now: datetime) -> dict[str, Any]:
        """A form left half done is reminded once and expires; only the person's own messages start the clock again."""
        if result.open is None:
            return {"remind_at": None, "expires_at": None}
        if cause.row is None:
            return {"remind_at": None, "expires_at": conversation.expires_at}
        return {"remind_at": now + self._policy.remind_after, "expires_at": now + self._policy.expire_after}

    def _close(
        self, unit: UnitOfWork, cause: Cause, owner: str, state: InboxState, now: datetime, answer: str | None
    ) -> None:
        if cause.row is not None:
            unit.inbox.finish(cause.row, owner, state, now, answer)

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


class _CommandStopped(Exception):
    """A command failed: carries the fact the bot is told."""

    def __init__(self, command: str, failure: CommandFailed) -> None:
        super().__init__(command)
        self.fact = {"command": command, "code": failure.code, "args": failure.args_for_text}
        self.lasting = failure.lasting


def build_reply(reply: Mapping[str, Any], returned: Sequence[Mapping[str, Any]]) -> Reply:
    """A reply of the bot with the arguments its command returned."""
    args = dict(reply.get("args") or {})
    if reply.get("result_of") is not None:
        args |= returned[reply["result_of"]]
    return Reply(reply["name"], args, tuple(reply.get("choices") or ()))


def said_freely(cause: Cause, conversation: Conversation) -> bool:
    """Whether a text is no answer to a question: answers are names, places and numbers."""
    return cause.row is not None and cause.event == EventKind.TEXT.value and conversation.open_form is None


def expects_answer(result: TurnResult) -> bool:
    """Whether the person is asked something: an open question, or a list to choose from."""
    return result.open is not None or any(reply.get("choices") for reply in result.replies)
