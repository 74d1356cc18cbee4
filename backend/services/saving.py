"""What turns have led to, in one unit of work: commands, states, answers, and the messages that caused them closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.services.accounts import Accounts
from backend.services.asking import Cause, Turn
from backend.services.commands import Handler, Work
from backend.services.faces import Face, Put, Said, Spoken
from backend.services.late import said_at
from backend.services.policy import SESSIONS, Policy
from backend.services.ports.bot import TurnFailed, TurnResult
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Closing, InboxState
from backend.services.ports.outbox import Reply
from backend.services.ports.outside import Clock, Hints
from backend.services.ports.unit import CommandFailed, UnitOfWork, Units
from backend.services.review import keep
from backend.services.robots import Robots
from backend.services.rules import Rules


@dataclass(frozen=True)
class Answered:
    """A turn the bot has taken and nobody has saved."""

    turn: Turn
    result: TurnResult


class CommandStopped(Exception):
    """A command failed: carries the turn, the fact the bot is told, and what is done all the same."""

    def __init__(self, turn: Turn, command: str, failure: CommandFailed) -> None:
        super().__init__(command)
        self.turn = turn
        self.fact: Mapping[str, Any] = {"command": command, "code": failure.code, "args": failure.args_for_text}
        self.lasting: Callable[[UnitOfWork], None] | None = failure.lasting


class Saving:
    """Saves turns."""

    def __init__(
        self,
        units: Units,
        clock: Clock,
        hints: Hints,
        rules: Rules,
        policy: Policy,
        handlers: Mapping[str, Handler],
        accounts: Accounts,
        robots: Robots,
    ) -> None:
        self._units, self._clock, self._hints, self._rules, self._policy = units, clock, hints, rules, policy
        self._handlers, self._accounts, self._robots = handlers, accounts, robots

    def save(self, answered: Sequence[Answered], face: Face, owner: str) -> Sequence[Put]:
        """One commit for all of them, of different conversations, or nothing.

        Raises:
            CommandStopped, TurnFailed: a command cannot be done, or is none.
            StaleVersion: somebody else saved one of the conversations.
            LeaseLost: one of the rows is somebody else's now.
        """
        now = self._clock.now()
        with self._units() as unit:
            works = [self._carry_out(unit, each, face, now) for each in answered]
            saved = unit.conversations.save_each([(work.conversation, work.changes) for work, _ in works])
            said = [
                Said(conversation, each.turn.cause.row, spoken)
                for conversation, each, (_, spoken) in zip(saved, answered, works, strict=True)
            ]
            puts = face.put(unit, said, now)
            told = [number for each in said for number in self._accounts.invite(unit, each.conversation, each.row, now)]
            for each, conversation in zip(answered, saved, strict=True):
                self._keep_for_review(unit, each, conversation, now)
            unit.inbox.finish_each(_closings(said, puts), owner, now)
            unit.commit()
        told += [number for work, _ in works for number in work.told]
        self._hints.outbox([*(number for put in puts for number in put.outbox_ids), *told])
        return puts

    def _carry_out(self, unit: UnitOfWork, answered: Answered, face: Face, now: datetime) -> tuple[Work, Spoken]:
        """The commands of one turn; its work with everything that changes, and what the person is told."""
        turn, result = answered.turn, answered.result
        conversation = turn.conversation
        said = said_at(turn.cause.row, now, self._policy)
        work = Work(unit, conversation, now, turn.cause.medium.value, self._rules, self._policy, said)
        returned = [self._execute(turn, work, command) for command in result.commands]
        work.changes = self._changes(turn.cause, conversation, result, face, now) | work.changes
        replies = [build_reply(reply, returned) for reply in result.replies]
        if self._robots.unheard(unit, turn.cause.row, replies, now):
            replies = []
        return work, Spoken(replies, work.message_class, waiting=expects_answer(result))

    def _execute(self, turn: Turn, work: Work, command: Mapping[str, Any]) -> Mapping[str, Any]:
        handler = self._handlers.get(command["name"])
        if handler is None:
            raise TurnFailed("command_unknown")
        try:
            return handler(work, command.get("args") or {})
        except CommandFailed as failure:
            raise CommandStopped(turn, command["name"], failure) from failure

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
        if cause.text_index is not None:
            changes["last_text_index"] = cause.text_index
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

    def _keep_for_review(self, unit: UnitOfWork, answered: Answered, saved: Conversation, now: datetime) -> None:
        cause, before = answered.turn.cause, answered.turn.conversation
        if said_freely(cause, before):
            keep(unit, saved, cause.text, answered.result.understood, self._rules, self._policy, now)


def _closings(said: Sequence[Said], puts: Sequence[Put]) -> Sequence[Closing]:
    pairs = zip(said, puts, strict=True)
    return [Closing(each.row, InboxState.DONE, put.answer) for each, put in pairs if each.row is not None]


def build_reply(reply: Mapping[str, Any], returned: Sequence[Mapping[str, Any]]) -> Reply:
    """A reply of the bot with the arguments its command returned."""
    args = dict(reply.get("args") or {})
    if reply.get("result_of") is not None:
        args |= returned[reply["result_of"]]
    return Reply(reply["name"], args, tuple(reply.get("choices") or ()))


def said_freely(cause: Cause, conversation: Conversation) -> bool:
    """Whether a text is no answer to a question: answers are names, places and numbers."""
    return cause.text_index is not None and conversation.open_form is None


def expects_answer(result: TurnResult) -> bool:
    """Whether the person is asked something: an open question, or a list to choose from."""
    return result.open is not None or any(reply.get("choices") for reply in result.replies)
