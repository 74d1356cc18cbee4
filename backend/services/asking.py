"""Asking the bot, for one turn or for many at once: no transaction is open meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backend.services.ports.bot import Bot, BotUnavailable, StateRejected, TurnFailed, TurnResult
from backend.services.ports.conversations import Conversation
from backend.services.ports.inbox import Inbound
from backend.services.ports.unit import UnitOfWork, Units
from channels.contract import Medium

ROUNDS = 4  # the first, two with answers to the bot's own questions, one without a state that cannot be restored

_log = logging.getLogger(__name__)

Lookup = Callable[[UnitOfWork, str], Any]
"""Answers one kind of query of the bot: takes what stands after the colon, returns plain JSON."""

Request = Mapping[str, Any]
"""One turn as docs/turn.md has it."""

Failure = BotUnavailable | TurnFailed


@dataclass(frozen=True)
class Cause:
    """Why a turn is taken: `event` and `text` as in docs/turn.md, the inbox row if a message caused it."""

    event: str
    text: str
    medium: Medium
    channel: str
    row: Inbound | None = None
    text_index: bytes | None = None  # blind index of what the person wrote


@dataclass(frozen=True)
class Turn:
    """A turn that begins: the conversation and the facts as they stand, `failed` if a command could not be done."""

    cause: Cause
    conversation: Conversation
    facts: Mapping[str, Any]
    failed: Mapping[str, Any] | None = None


class Asking:
    """Asks, answers what the bot asks back, and asks once more without a state that cannot be restored."""

    def __init__(self, units: Units, bot: Bot, lookups: Mapping[str, Lookup]) -> None:
        self._units, self._bot, self._lookups = units, bot, lookups

    def one(self, turn: Turn, timeout: float | None) -> TurnResult:
        """The bot's answer within `timeout` seconds (None: as configured); raises BotUnavailable, TurnFailed."""
        (answer,) = self.each([turn], timeout)
        if isinstance(answer, TurnResult):
            return answer
        raise answer

    def each(self, turns: Sequence[Turn], timeout: float | None) -> Sequence[TurnResult | Failure]:
        """The bot's answer to each, or why there is none; all are asked at once."""
        asked = dict(enumerate(map(_request, turns)))
        answers: dict[int, TurnResult | Failure] = {}
        for _ in range(ROUNDS):
            answers |= zip(asked, self._bot.turns(list(asked.values()), timeout), strict=True)
            asked = self._following(asked, answers)
            if not asked:
                break
        answers |= dict.fromkeys(asked, TurnFailed("queries_without_end"))
        return [answers[number] for number in range(len(turns))]

    def _following(self, asked: Mapping[int, Request], answers: dict[int, TurnResult | Failure]) -> dict[int, Request]:
        """What is to be asked again; a query nobody can answer makes the turn's answer a failure."""
        again: dict[int, Request] = {}
        asking_back: dict[int, Sequence[str]] = {}
        for number, request in asked.items():
            answer = answers[number]
            if isinstance(answer, StateRejected) and request["state"] is not None:
                _log.warning("state_rejected")
                again[number] = {**request, "state": None}
            elif isinstance(answer, TurnResult) and answer.queries:
                asking_back[number] = answer.queries
        if asking_back:
            for number, found in self._look_up(asking_back).items():
                if isinstance(found, TurnFailed):
                    answers[number] = found
                else:
                    again[number] = _informed(asked[number], found)
        return again

    def _look_up(self, asking_back: Mapping[int, Sequence[str]]) -> Mapping[int, Mapping[str, Any] | TurnFailed]:
        with self._units() as unit:
            return {number: self._answers(unit, queries) for number, queries in asking_back.items()}

    def _answers(self, unit: UnitOfWork, queries: Sequence[str]) -> Mapping[str, Any] | TurnFailed:
        parted = [(query, *query.partition(":")[::2]) for query in queries]
        if any(kind not in self._lookups for _, kind, _ in parted):
            return TurnFailed("query_unknown")
        return {query: self._lookups[kind](unit, what) for query, kind, what in parted}


def _request(turn: Turn) -> Request:
    cause = turn.cause
    facts = {**turn.facts, "failed": turn.failed} if turn.failed else turn.facts
    return {
        "state": turn.conversation.state, "event": cause.event, "text": cause.text, "channel": cause.medium.value,
        "facts": facts,
    }  # fmt: skip


def _informed(request: Request, found: Mapping[str, Any]) -> Request:
    facts = request["facts"]
    return {**request, "facts": {**facts, "answered": {**facts["answered"], **found}}}
