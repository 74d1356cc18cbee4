"""Confirmed cases, and who was exposed to them under the rules of the case's pack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from backend.domain.cases import Case, CaseRefused, check_days, infectious_from
from backend.domain.days import day_of
from backend.domain.exposure import HOUSEHOLD, NAMED, TIER_OF, Exposure, Span, venue_exposures
from backend.domain.follow_up import FollowUpRules
from backend.domain.visits import VisitRules
from backend.services.phones import known_holder, reached
from backend.services.policy import Policy
from backend.services.ports.outside import Clock
from backend.services.ports.people import Person
from backend.services.ports.unit import UnitOfWork, Units
from backend.services.refusals import Unknown

LIVING_TOGETHER = ("self", "shared", "household")  # roles of people who share a phone because they share a home


class ExposureRules(Protocol):
    """The numbers of a pack that make a contact."""

    @property
    def infectious_days_before_onset(self) -> int: ...
    @property
    def infectious_days_before_sample(self) -> int: ...
    @property
    def least_minutes(self) -> int: ...
    @property
    def follow_up_days(self) -> int: ...
    @property
    def shared_places(self) -> bool: ...


class NoticeRules(Protocol):
    """The numbers of a pack that a notice goes by."""

    @property
    def fewest_visitors(self) -> int: ...
    @property
    def window_hours(self) -> int: ...


class CasePack(Protocol):
    """The part of a disease pack that tracing needs."""

    @property
    def exposure(self) -> ExposureRules: ...
    @property
    def notices(self) -> NoticeRules: ...
    @property
    def visits(self) -> VisitRules: ...
    @property
    def follow_up(self) -> FollowUpRules: ...


PackOf = Callable[[str, datetime], CasePack]
"""The pack of a disease under the rules of a moment; raises Refused for a disease without one."""


class Cases:
    """What an officer does with cases."""

    def __init__(self, units: Units, clock: Clock, policy: Policy, pack_of: PackOf) -> None:
        self._units, self._clock, self._policy, self._pack_of = units, clock, policy, pack_of

    def confirm(self, phone: str, onset: date | None, sample: date | None, pack: str, actor: str) -> Case:
        """Whoever carries a phone (E.164 digits) is a case; the same case again is one.

        Raises:
            Refused: its days cannot be, or there is no such pack.
        """
        now = self._clock.now()
        check_days(onset, sample, day_of(now))
        rules = self._pack_of(pack, now).exposure
        start = infectious_from(onset, sample, rules.infectious_days_before_onset, rules.infectious_days_before_sample)
        with self._units() as unit:
            person = known_holder(unit, reached(unit, self._policy, phone, now).address_index, now)
            case = unit.cases.put(Case(0, person.id, pack, onset, sample, start, now, now, actor))
            unit.audit.add(actor, "confirm_case", person.id, f"case {case.id}", now)
            unit.commit()
        return case

    def expose(self, case_id: int, actor: str) -> Sequence[Exposure]:
        """Work out anew who was exposed to a case; every person found is a line of the audit log.

        Raises LookupError when there is no such case, CaseRefused when its person is no longer kept.
        """
        now = self._clock.now()
        with self._units() as unit:
            case = known_case(unit, case_id)
            found = list(self._exposures(unit, case, now))
            unit.cases.replace_exposures(case.id, found)
            _note_trace(unit, case, found, actor, now)
            unit.commit()
        return found

    def exposures(self, case_id: int, actor: str) -> Sequence[Exposure]:
        """What was worked out last, nothing before that; audited like `expose`.  Raises LookupError."""
        with self._units() as unit:
            case = known_case(unit, case_id)
            found = unit.cases.exposures(case.id)
            _note_trace(unit, case, found, actor, self._clock.now())
            unit.commit()
        return found

    def _exposures(self, unit: UnitOfWork, case: Case, now: datetime) -> Iterator[Exposure]:
        pack = self._pack_of(case.pack, case.confirmed_at)
        infectious = Span(case.infectious_from, case.infectious_until)
        person = unit.people.get(case.person_id)
        if person is None:
            raise CaseRefused("person_erased")
        meetings = unit.visits.meetings(case.person_id, infectious, pack.visits.cap)
        meetings = meetings if pack.exposure.shared_places else ()
        for each in venue_exposures(meetings, timedelta(minutes=pack.exposure.least_minutes)):
            if unit.people.get(each.person_id) is not None:
                yield each
        yield from household(unit, person)
        yield from self._named(unit, case, now)

    def _named(self, unit: UnitOfWork, case: Case, now: datetime) -> Iterator[Exposure]:
        """Whom the case named; a phone nobody knew is reached by SMS."""
        for contact in unit.contacts.of([case.person_id]):
            person = known_holder(unit, reached(unit, self._policy, contact.phone, now).address_index, now)
            yield Exposure(person.id, TIER_OF[NAMED], NAMED)


def household(unit: UnitOfWork, person: Person) -> Iterator[Exposure]:
    """People who live with somebody are always contacts."""
    for other in unit.people.on_phone(person.address_index):
        if other.id != person.id and other.role in LIVING_TOGETHER:
            yield Exposure(other.id, TIER_OF[HOUSEHOLD], HOUSEHOLD)


def _note_trace(unit: UnitOfWork, case: Case, found: Sequence[Exposure], actor: str, now: datetime) -> None:
    for person_id in dict.fromkeys([case.person_id, *(each.person_id for each in found)]):
        unit.audit.add(actor, "trace", person_id, f"case {case.id}", now)


def known_case(unit: UnitOfWork, case_id: int) -> Case:
    """The case of an id; raises LookupError."""
    case = unit.cases.get(case_id)
    if case is None:
        raise Unknown("case")
    return case
