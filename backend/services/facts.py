"""What the dialogue may know before a turn: the `facts` of docs/turn.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from backend.services.policy import Policy
from backend.services.ports import Conversation, Declaration, Person, UnitOfWork
from backend.services.rules import Rules

VIET_NAM = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh has had no other offset since 1975
LISTED_ROLES = ("self", "shared", "household")  # "other" people are declared for once and not offered again


class Facts:
    """Gathers facts inside a reading unit of work."""

    def __init__(self, rules: Rules, policy: Policy) -> None:
        self._rules, self._policy = rules, policy

    def gather(self, unit: UnitOfWork, conversation: Conversation, now: datetime) -> dict[str, Any]:
        """Everything but `answered` and `failed`, which belong to one try of a turn."""
        here = now.astimezone(VIET_NAM)
        people = {person.id: person for person in unit.people.on_phone(conversation.address_index)}
        return {
            "language": conversation.language,
            "today": here.date().isoformat(),
            "now": here.strftime("%Y-%m-%dT%H:%M"),
            "people": [self._person(unit, person) for person in people.values() if person.role in LISTED_ROLES],
            "last": self._last(unit, conversation, people, now),
            "forms": dict(self._rules.forms()),
            "menu": list(self._policy.menu),
            "answered": {},
        }

    def _person(self, unit: UnitOfWork, person: Person) -> Mapping[str, Any]:
        last = unit.declarations.last_of(person.id, "health")
        return {
            "id": person.id,
            "name": self._rules.name(person.identity),
            "role": person.role,
            "last": last
            and {"reference": last.reference, "date": day(last.received_at), "answers": dict(last.answers)},
        }

    def _last(self, unit: UnitOfWork, conversation: Conversation, people: Mapping[str, Person],
              now: datetime) -> Mapping[str, Any] | None:
        last = unit.declarations.last_from(conversation.address_index)
        if last is None or last.person_id not in people:
            return None
        person = people[last.person_id]
        return {
            "reference": last.reference,
            "form": last.form,
            "person": person.id,
            "name": self._rules.name(person.identity),
            "answers": {**person.identity, **last.answers},
            "undoable": undoable(last, now, self._policy),
            "amendable": amendable(last, now, self._policy),
            "pending": last.status == "pending",
        }


def day(moment: datetime) -> str:
    """The day in Viet Nam, ISO."""
    return moment.astimezone(VIET_NAM).date().isoformat()


def undoable(declaration: Declaration, now: datetime, policy: Policy) -> bool:
    """Whether HUY may still take it back (contract: within 30 minutes)."""
    return counts(declaration) and now - declaration.received_at <= policy.undo_within


def amendable(declaration: Declaration, now: datetime, policy: Policy) -> bool:
    """Whether SUA may still correct it."""
    return counts(declaration) and now - declaration.received_at <= policy.amend_within


def counts(declaration: Declaration) -> bool:
    """Whether the declaration stands."""
    return declaration.status in ("pending", "complete")
