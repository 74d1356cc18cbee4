"""One command of a phone through a whole turn, the bot's part replaced."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from tests.unit.services.conftest import Small
from tests.unit.services.fakes import PHONE, says, sms

KEEPER, VISITOR = "84911111111", "84922222222"
_numbers = count(1)


def does(house: Small, name: str, sender: str = PHONE, /, **args: Any) -> Mapping[str, Any]:
    """What the command returned, or {"failed": code}."""

    def answer(request: Mapping[str, Any]) -> Any:
        if request["facts"].get("failed"):
            return says("failed")
        return says("done", commands=[{"name": name, "args": args}], result_of=0)

    house.bot.answer = answer
    house.hears(sms(f"{name} {next(_numbers)}", f"m{next(_numbers)}", sender))
    failed = house.bot.requests[-1]["facts"].get("failed")
    if failed:
        return {"failed": failed["code"]}
    said = [row for row in house.tables.outbox.values() if row.address == sender and row.inbox_id]
    return said[-1].replies[0].args


def facts(house: Small, sender: str = PHONE) -> Mapping[str, Any]:
    """What the bot is told of a phone."""
    house.bot.answer = lambda request: says("heard")
    house.hears(sms(f"? {next(_numbers)}", f"m{next(_numbers)}", sender))
    found: Mapping[str, Any] = house.bot.requests[-1]["facts"]
    return found


def told(house: Small, phone: str) -> list[tuple[str, Mapping[str, Any]]]:
    """What a phone was told without having asked."""
    rows = [row for row in house.tables.outbox.values() if row.address == phone and row.inbox_id is None]
    return [(row.replies[0].name, row.replies[0].args) for row in rows]
