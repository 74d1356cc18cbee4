"""The conversational engine and the ways it can fail; see docs/turn.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class TurnResult:
    """The bot's answer, see docs/turn.md."""

    state: Mapping[str, Any] | None
    replies: Sequence[Mapping[str, Any]]
    commands: Sequence[Mapping[str, Any]]
    queries: Sequence[str]
    understood: Mapping[str, Any]
    open: Mapping[str, str] | None


class BotUnavailable(Exception):
    """The bot cannot be reached or is over its deadline; the message waits and is retried."""


class TurnFailed(Exception):
    """The bot took the turn and failed; `code` is loggable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StateRejected(TurnFailed):
    """The snapshot cannot be restored: drop it and try once more without."""


class Bot(Protocol):
    """The conversational engine."""

    def turns(
        self, requests: Sequence[Mapping[str, Any]], timeout: float | None = None
    ) -> Sequence[TurnResult | BotUnavailable | TurnFailed]:
        """Several turns at once: the answer to each, or why there is none.

        Each may take as long as is configured, all together `timeout` seconds.
        """
