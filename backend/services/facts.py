"""What the dialogue may know before a turn: the `facts` of docs/turn.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.domain.days import VIET_NAM, day_of
from backend.domain.venues import Venue
from backend.forms.catalogue import FORMS
from backend.services.facilities import facility_facts
from backend.services.phones import open_visit
from backend.services.policy import Policy
from backend.services.ports import Conversation, Declaration, Person, UnitOfWork
from backend.services.rules import Rules

LISTED_ROLES = ("self", "shared", "household")  # "other" people are declared for once and not offered again
HOUSEHOLD_ROLES = (*LISTED_ROLES, "other")


class Facts:
    """Gathers facts inside a reading unit of work."""

    def __init__(self, rules: Rules, policy: Policy) -> None:
        self._rules, self._policy = rules, policy

    def gather(self, unit: UnitOfWork, conversation: Conversation, now: datetime, said: datetime) -> dict[str, Any]:
        """Everything but `answered` and `failed`, which belong to one try of a turn.

        `said`: what the person takes for now.
        """
        here = said.astimezone(VIET_NAM)
        people = {person.id: person for person in unit.people.on_phone(conversation.address_index)}
        newest = unit.declarations.newest([person.id for person in people.values() if person.role in LISTED_ROLES])
        forms = self._rules.forms(here.date())
        return {
            "language": conversation.language,
            "today": here.date().isoformat(),
            "now": here.strftime("%Y-%m-%dT%H:%M"),
            "people": [self._person(person, newest) for person in people.values() if person.role in LISTED_ROLES],
            "last": self._last(unit, conversation, people, now),
            "forms": forms,
            "menu": [name for name in self._policy.menu if name in forms or name not in FORMS],
            "answered": {},
            "household": [self._member(person) for person in people.values() if person.role in HOUSEHOLD_ROLES],
            **self._places(unit, conversation, list(people.values()), now),
        }

    def _member(self, person: Person) -> Mapping[str, Any]:
        return {"id": person.id, "name": self._rules.name(person.identity), "role": person.role}

    def _places(self, unit: UnitOfWork, conversation: Conversation, people: Sequence[Person],
                now: datetime) -> Mapping[str, Any]:
        """The facts about venues and notices."""
        return {
            "open_visit": open_visit_fact(unit, people, self._rules, now),
            "venues_kept": [kept_fact(venue) for venue in unit.venues.kept_by(conversation.address_index)],
            "notice": notice_fact(unit, conversation, now - self._policy.notice_open),
            "facilities": facility_facts(unit, self._rules.checklists, conversation.address_index, day_of(now)),
        }

    def _person(self, person: Person, newest: Mapping[tuple[str, str], Declaration]) -> Mapping[str, Any]:
        lasts = {form: last_fact(newest[person.id, form]) for form in FORMS if (person.id, form) in newest}
        return {
            "id": person.id,
            "name": self._rules.name(person.identity),
            "role": person.role,
            "birth_year": person.identity.get("birth_year"),
            "last": lasts.get("health"),
            "lasts": lasts,
            "lacks": {
                name: list(lacks) for name, lacks in self._rules.lacking(person.identity, lasts).items() if lacks
            },
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


def open_visit_fact(
    unit: UnitOfWork, people: Sequence[Person], rules: Rules, now: datetime
) -> Mapping[str, Any] | None:
    """The visit of this phone that has not ended."""
    visit = open_visit(unit, people, rules.visits, now)
    if visit is None:
        return None
    venue = unit.venues.get(visit.venue_id)
    return {"venue": venue.code, "name": venue.name, "since": visit.entered_at.astimezone(VIET_NAM).strftime("%H:%M")}


def kept_fact(venue: Venue) -> Mapping[str, Any]:
    """A venue whose keeper this phone is."""
    return {"code": venue.code, "name": venue.name, "status": venue.status.value}


def notice_fact(unit: UnitOfWork, conversation: Conversation, since: datetime) -> Mapping[str, Any] | None:
    """The newest notice that waits for an answer; `venue` is the code of the one it is about."""
    notice = unit.notices.open_for(conversation.address_index, since)
    if notice is None:
        return None
    venue = unit.venues.get(notice.venue_id).code if notice.venue_id is not None else None
    return {"id": str(notice.id), "kind": notice.kind, "venue": venue}


def last_fact(declaration: Declaration) -> Mapping[str, Any]:
    """A person's newest declaration by a form."""
    return {
        "reference": declaration.reference, "date": day(declaration.received_at), "answers": dict(declaration.answers),
    }  # fmt: skip


def day(moment: datetime) -> str:
    """The day in Viet Nam, ISO."""
    return day_of(moment).isoformat()


def undoable(declaration: Declaration, now: datetime, policy: Policy) -> bool:
    """Whether HUY may still take it back (contract: within 30 minutes)."""
    return counts(declaration) and now - declaration.received_at <= policy.undo_within


def amendable(declaration: Declaration, now: datetime, policy: Policy) -> bool:
    """Whether SUA may still correct it."""
    return counts(declaration) and now - declaration.received_at <= policy.amend_within


def counts(declaration: Declaration) -> bool:
    """Whether the declaration stands."""
    return declaration.status in ("pending", "complete")
