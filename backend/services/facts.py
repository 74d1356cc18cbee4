"""What the dialogue may know before a turn: the `facts` of docs/turn.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.domain.days import VIET_NAM, day_of
from backend.domain.facilities import Facility
from backend.domain.venues import Venue
from backend.domain.visits import Visit
from backend.forms.catalogue import FORMS
from backend.services.facilities import facility_facts
from backend.services.phones import held_now, holder
from backend.services.policy import Policy
from backend.services.ports.conversations import FACILITIES, NOTICES, PEOPLE, VENUES, Conversation
from backend.services.ports.follow_up import FOLLOW_UP
from backend.services.ports.people import Declaration, Person
from backend.services.ports.tracing import Notice
from backend.services.ports.unit import UnitOfWork
from backend.services.rules import Rules

LISTED_ROLES = ("self", "shared", "household")  # "other" people are declared for once and not offered again
HOUSEHOLD_ROLES = (*LISTED_ROLES, "other")


@dataclass(frozen=True)
class Known:
    """What the store knows of the phones of one or more conversations, each kind read in one statement.

    By blind index of the phone, but `newest` (person and form), `visits` (person) and `venues` (id).
    """

    people: Mapping[bytes, Sequence[Person]]
    newest: Mapping[tuple[str, str], Declaration]
    last: Mapping[bytes, Declaration]
    visits: Mapping[str, Visit]
    kept: Mapping[bytes, Sequence[Venue]]
    notices: Mapping[bytes, Notice]
    facilities: Mapping[bytes, Sequence[Facility]]
    venues: Mapping[int, Venue]


class Facts:
    """Gathers facts inside a reading unit of work."""

    def __init__(self, rules: Rules, policy: Policy) -> None:
        self._rules, self._policy = rules, policy

    def gather(
        self, unit: UnitOfWork, conversations: Sequence[Conversation], said: Sequence[datetime], now: datetime
    ) -> Sequence[Mapping[str, Any]]:
        """The facts of each, without `answered` and `failed`, which belong to one try of a turn.

        `said`: what each person takes for now.
        """
        self._rules.refresh(unit)
        known = self._known(unit, conversations, now)
        pairs = zip(conversations, said, strict=True)
        return [{**self._common(moment), **self._own(known, conversation, now)} for conversation, moment in pairs]

    def _common(self, moment: datetime) -> Mapping[str, Any]:
        here = moment.astimezone(VIET_NAM)
        forms = self._rules.forms(here.date())
        return {
            "today": here.date().isoformat(),
            "now": here.strftime("%Y-%m-%dT%H:%M"),
            "forms": forms,
            "menu": [name for name in self._policy.menu if name in forms or name not in FORMS],
            "answered": {},
        }

    def _known(self, unit: UnitOfWork, conversations: Sequence[Conversation], now: datetime) -> Known:
        """Only what there may be is asked for: of a phone that writes for the first time, nothing."""

        def phones(kind: str) -> Sequence[bytes]:
            return [each.address_index for each in conversations if kind in each.beside]

        known, told, keepers, officers = map(phones, (PEOPLE, NOTICES, VENUES, FACILITIES))
        people = unit.people.on_phones(known) if known else {}
        listed = [each.id for group in people.values() for each in group if each.role in LISTED_ROLES]
        visits = self._open_visits(unit, people, now)
        notices = unit.notices.open_for_each(told, now - self._policy.notice_open) if told else {}
        places = {visit.venue_id for visit in visits.values()} | {
            notice.venue_id for notice in notices.values() if notice.venue_id is not None
        }
        return Known(
            people=people,
            newest=unit.declarations.newest(listed),
            last=unit.declarations.last_from_each(list(people)) if people else {},
            visits=visits,
            kept=unit.venues.kept_by_each(keepers) if keepers else {},
            notices=notices,
            facilities=unit.facilities.of_officers(officers) if officers else {},
            venues=unit.venues.of_ids(places) if places else {},
        )

    def _open_visits(
        self, unit: UnitOfWork, people: Mapping[bytes, Sequence[Person]], now: datetime
    ) -> Mapping[str, Visit]:
        """Where the holders of the phones are now, by person."""
        holders = [person.id for group in people.values() if (person := holder(group))]
        if not holders:
            return {}
        around = unit.visits.around_each(holders, now - self._rules.visits.cap, now)
        return {person_id: visit for person_id, visits in around.items() if (visit := held_now(visits, now))}

    def _own(self, known: Known, conversation: Conversation, now: datetime) -> Mapping[str, Any]:
        phone = conversation.address_index
        people = known.people.get(phone, ())
        notice = known.notices.get(phone)
        return {
            "language": conversation.language,
            "people": [self._person(person, known.newest) for person in people if person.role in LISTED_ROLES],
            "last": self._last(known.last.get(phone), people, now),
            "household": [self._member(person) for person in people if person.role in HOUSEHOLD_ROLES],
            "open_visit": open_visit_fact(known, people),
            "venues_kept": [kept_fact(venue) for venue in known.kept.get(phone, ())],
            "notice": notice_fact(known, notice, now) if notice else None,
            "facilities": facility_facts(known.facilities.get(phone, ()), self._rules.checklists, day_of(now)),
        }

    def _member(self, person: Person) -> Mapping[str, Any]:
        return {"id": person.id, "name": self._rules.name(person.identity), "role": person.role}

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

    def _last(self, last: Declaration | None, people: Sequence[Person], now: datetime) -> Mapping[str, Any] | None:
        person = next((each for each in people if last and each.id == last.person_id), None)
        if last is None or person is None:
            return None
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


def open_visit_fact(known: Known, people: Sequence[Person]) -> Mapping[str, Any] | None:
    """The visit of a phone's holder that has not ended."""
    person = holder(people)
    visit = known.visits.get(person.id) if person else None
    if visit is None:
        return None
    venue = known.venues[visit.venue_id]
    return {"venue": venue.code, "name": venue.name, "since": visit.entered_at.astimezone(VIET_NAM).strftime("%H:%M")}


def kept_fact(venue: Venue) -> Mapping[str, Any]:
    """A venue whose keeper a phone is."""
    return {"code": venue.code, "name": venue.name, "status": venue.status.value}


def notice_fact(known: Known, notice: Notice, now: datetime) -> Mapping[str, Any] | None:
    """A notice that waits for an answer; `venue` is the code of the one it is about."""
    if notice.kind == FOLLOW_UP:
        return asked_fact(notice, now)
    venue = known.venues[notice.venue_id].code if notice.venue_id is not None else None
    return {"id": str(notice.id), "kind": notice.kind, "venue": venue}


def asked_fact(notice: Notice, now: datetime) -> Mapping[str, Any] | None:
    """The daily question of a follow-up, until the next morning's takes its place; none that is older."""
    if notice.day is None or day_of(now) - notice.day > timedelta(days=1):
        return None
    return {"id": str(notice.id), "kind": notice.kind, "venue": None, "answer": notice.answer}


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
