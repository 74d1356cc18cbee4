"""A dialogue with the bot that reads like one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

FIELDS = ["travelled", "travel_places", "has_symptoms", "symptoms", "symptoms_since", "contact_case", "contact_area",
          "contact_symptomatic"]  # fmt: skip
NO_TO_ALL = {"travelled": False, "has_symptoms": False, "contact_case": False, "contact_area": False,
             "contact_symptomatic": False}  # fmt: skip
IDENTITY = ["Nguyen Van A", "1958", "nam", "Ben Nghe, TP HCM"]
FIRST_TIME = "KB Nguyen Van A; 1958; nam; Ben Nghe, TP HCM; 00000"
FACTS: Mapping[str, Any] = {
    "language": "vi",
    "today": "2026-11-22",
    "now": "2026-11-22T08:30",
    "people": [],
    "last": None,
    "forms": {"health": {"fields": FIELDS, "consent": False, "window_days": 14}},
    "menu": ["health", "more"],
}

CODE, BAD_CODE = "10234569", "10234560"  # a well-formed venue code, and the same with its last digit wrong
ALL_SERVICES = ["health", "arrive", "leave", "entry", "more"]
NEAR: Mapping[str, Any] = {
    "menu": ALL_SERVICES,
    "answered": {f"venue:{BAD_CODE}": {"known": False, "near": [{"code": CODE, "name": "Cho Ben Thanh"}]}},
}
SERVICES: Mapping[str, Any] = {
    "menu": ALL_SERVICES,
    "people": [{"id": "p1", "name": "Nguyen Van A", "role": "self", "last": None},
               {"id": "p2", "name": "Tran Thi B", "role": "household", "last": None}],
    "venues_kept": [{"code": CODE, "name": "Cho Ben Thanh", "status": "active"}],
    "notice": {"id": "3", "kind": "venue_confirm", "venue": CODE},
}  # fmt: skip


def person(number: int = 1, name: str = "Nguyen Van A", role: str = "self", answers: Any = None) -> dict[str, Any]:
    """A known person, with a last declaration if `answers` are given."""
    last = {"reference": f"R{number}", "date": "2026-11-21", "answers": answers} if answers is not None else None
    return {"id": f"p{number}", "name": name, "role": role, "last": last}


def declared(**changes: Any) -> dict[str, Any]:
    """The newest declaration from the phone."""
    answers = {"full_name": "Nguyen Van A", "birth_year": 1958, **NO_TO_ALL}
    return {"reference": "R1", "form": "health", "person": "p1", "name": "Nguyen Van A", "answers": answers,
            "undoable": True, "amendable": True, "pending": False, **changes}  # fmt: skip


class Talk:
    """Keeps the state between turns, as the backend does: through JSON."""

    def __init__(
        self, turn: Callable[[Mapping[str, Any]], Mapping[str, Any]], channel: str, facts: Mapping[str, Any]
    ) -> None:
        self._turn = turn
        self.channel = channel
        self.facts = {**FACTS, **facts}
        self.state: Any = None
        self.answer: Mapping[str, Any] = {}

    def say(self, *texts: str, event: str = "text", **facts: Any) -> Talk:
        """Send texts one after the other; facts given here hold from now on."""
        self.facts = {**self.facts, **facts}
        for text in texts:
            request = {"state": self.state, "event": event, "text": text, "channel": self.channel, "facts": self.facts}
            self.answer = self._turn(json.loads(json.dumps(request)))
            self.state = self.answer["state"]
        return self

    def dial(self, path: str = "") -> Talk:
        """Open a USSD session."""
        return self.say(path, event="start")

    @property
    def said(self) -> list[str]:
        """Names of the replies of the last turn."""
        return [reply["name"] for reply in self.answer["replies"]]

    @property
    def commands(self) -> list[str]:
        """Names of the commands of the last turn."""
        return [command["name"] for command in self.answer["commands"]]

    @property
    def command(self) -> Mapping[str, Any]:
        """Arguments of the last turn's only command."""
        (command,) = self.answer["commands"]
        return command["args"]

    def choices(self, number: int = -1) -> list[str]:
        """Choices of a reply, as `send:key`."""
        return [f"{one['send']}:{one.get('key') or one['text']}" for one in self.answer["replies"][number]["choices"]]

    @property
    def asks(self) -> str | None:
        """The field that waits for an answer."""
        return self.answer["open"]["field"] if self.answer["open"] else None
