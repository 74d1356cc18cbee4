"""Venues, visits, cases and alerts on real databases."""

from __future__ import annotations

import multiprocessing
import os
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from backend.domain.alerts import Alert, AlertStatus
from backend.domain.exposure import Exposure, Span, meeting
from backend.domain.packs import Shelf
from backend.domain.venues import Venue, VenueStatus
from backend.domain.visits import Visit
from backend.services.alerts import Alerts
from backend.services.cases import Cases
from backend.services.phones import known_holder, reached
from backend.services.policy import Policy
from backend.services.ports.tracing import Notice, NoticeState
from backend.store.repositories.notices import SqlNotices
from backend.store.tables import outbox
from backend.store.tables_visits import visits
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import NOW, OTHER_PHONE, PHONE, conversation, units_on

HOUR = timedelta(hours=1)
CAP = 12 * HOUR
PEOPLE = [f"{number:032x}" for number in range(1, 5)]
POLICY = Policy(notice_batch=2)
PACKS = Shelf()
EXPOSED = [f"8493000000{number}" for number in range(7)]


class Still:
    """A clock that stands, and nobody to wake."""

    def now(self) -> datetime:
        return NOW

    def outbox(self, ids: Any) -> None:
        """Nobody listens."""


def add_venue(units: SqlUnits, code: str = "10000009", **changes: Any) -> Venue:
    values: dict[str, Any] = {
        "id": 0, "code": code, "name": "Hoa Sen", "kind": "restaurant", "province": "01", "commune": "00004",
        "address": "", "status": VenueStatus.ACTIVE, "keeper": None, "keeper_index": None, "created_at": NOW,
    }  # fmt: skip
    with units() as unit:
        added = unit.venues.add(Venue(**values | changes))
        unit.commit()
    return added


def test_venues_by_code_and_keeper(units: SqlUnits) -> None:
    index = units.blind_index.address(PHONE)
    kept = add_venue(units, keeper=PHONE, keeper_index=index, status=VenueStatus.PENDING)
    other = add_venue(units, "20000005")
    with units() as unit:
        assert unit.venues.by_code(kept.code) == unit.venues.get(kept.id) == kept
        assert unit.venues.by_code("30000001") is None
        assert unit.venues.by_codes(["20000005", "10000009", "5"]) == [kept, other]
        assert unit.venues.kept_by(index) == [kept]
        removed = unit.venues.update(kept, status=VenueStatus.REMOVED, removed_at=NOW)
        assert unit.venues.kept_by(index) == []
        unit.venues.forget_keeper(index)
        assert unit.venues.get(removed.id).keeper is None
        with pytest.raises(IntegrityError):
            unit.venues.add(other)


@pytest.mark.in_memory
def test_visits_are_found_changed_counted_and_deleted(units: SqlUnits) -> None:
    venue = add_venue(units)
    with units() as unit:
        first = unit.visits.add(Visit(0, venue.id, PEOPLE[0], NOW, NOW + HOUR, 2))
        second = unit.visits.add(Visit(0, venue.id, PEOPLE[1], NOW + HOUR, NOW + 2 * HOUR, 1))
        assert unit.visits.around(PEOPLE[0], NOW, NOW) == [first]
        assert unit.visits.around(PEOPLE[0], NOW + HOUR, NOW + CAP) == []
        assert unit.visits.count(venue.id, NOW, NOW + HOUR) == (1, 2)
        assert unit.visits.count(venue.id, NOW, NOW + 2 * HOUR) == (2, 3)
        unit.visits.change(Visit(first.id, venue.id, PEOPLE[0], NOW, NOW + 2 * HOUR, 5))
        assert unit.visits.around(PEOPLE[0], NOW, NOW)[0].companions == 5
        assert unit.visits.delete(second.id) == second
        assert unit.visits.delete(second.id) is None
        assert [each.id for each in unit.visits.since(None)] == [first.id]
        assert list(unit.visits.since(NOW + HOUR)) == []


STAYS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 60), st.integers(1, 24)), min_size=2, max_size=14
)


@given(stays=STAYS, window=st.tuples(st.integers(0, 60), st.integers(1, 40)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_finds_the_meetings_that_a_comparison_of_all_pairs_finds(
    units: SqlUnits, stays: list[tuple[int, int, int, int]], window: tuple[int, int]
) -> None:
    """Half hours from NOW; stays of up to 12 hours, three venues, four people, an infectious time within."""
    half = HOUR / 2
    infectious = Span(NOW + window[0] * half, NOW + (window[0] + window[1]) * half)
    with units() as unit:
        unit.access.run(delete(visits))
        venues = [unit.venues.by_code(code) or make_venue(unit, code) for code in ("10000009", "20000005", "30000001")]
        stored = [
            unit.visits.add(Visit(0, venues[venue].id, PEOPLE[person], NOW + start * half, NOW + (start + long) * half))
            for venue, person, start, long in stays
        ]
        found = unit.visits.meetings(PEOPLE[0], infectious, CAP)
        unit.commit()
    own = [each for each in stored if each.person_id == PEOPLE[0]]
    expected = [met for one, other in product(own, stored) if (met := meeting(one, other, infectious))]
    assert sorted(found, key=pair) == sorted(expected, key=pair)


def pair(met: Any) -> tuple[int, int]:
    return met.case_visit.id, met.visit.id


def make_venue(unit: Any, code: str) -> Venue:
    made: Venue = unit.venues.add(Venue(0, code, "x", "other", None, None, "", VenueStatus.ACTIVE, None, None, NOW))
    return made


@pytest.mark.in_memory
def test_codes_are_taken_once_and_wrong_ones_are_counted(units: SqlUnits) -> None:
    with units() as unit:
        codes = unit.confirmations
        codes.put("venue", 1, "111111", NOW)
        codes.put("venue", 1, "123456", NOW + HOUR)
        assert not codes.take("venue", 1, "111111", NOW, 2)
        assert not codes.take("erasure", 1, "123456", NOW, 2)
        assert not codes.take("venue", 1, "123456", NOW + HOUR, 2)
        codes.missed("venue", 1)
        assert codes.take("venue", 1, "123456", NOW, 2)
        assert not codes.take("venue", 1, "123456", NOW, 2)
        codes.put("venue", 1, "123456", NOW + HOUR)
        codes.missed("venue", 1)
        codes.missed("venue", 1)
        assert not codes.take("venue", 1, "123456", NOW, 2)


@pytest.mark.in_memory
def test_contacts_are_kept_once(units: SqlUnits) -> None:
    with units() as unit:
        unit.contacts.put(PEOPLE[0], OTHER_PHONE, NOW)
        unit.contacts.put(PEOPLE[0], OTHER_PHONE, NOW + HOUR)
        unit.contacts.put(PEOPLE[1], OTHER_PHONE, NOW)
        (contact,) = unit.contacts.of([PEOPLE[0]])
        assert (contact.phone, contact.declared_at) == (OTHER_PHONE, NOW + HOUR)
        assert len(list(unit.contacts.since(NOW))) == 2


def test_the_database_itself_wants_two_people_for_an_alert(units: SqlUnits) -> None:
    case_id, (an, binh) = case_and_staff(units)
    with units() as unit:
        alert = unit.alerts.add(Alert(0, case_id, AlertStatus.PROPOSED, an, NOW))
        unit.commit()
    alone = Alert(alert.id, case_id, AlertStatus.APPROVED, an, NOW, an, NOW)
    with units() as unit, pytest.raises(IntegrityError):
        unit.alerts.decide(alone)
    nobody = Alert(alert.id, case_id, AlertStatus.APPROVED, an, NOW)
    with units() as unit, pytest.raises(IntegrityError):
        unit.alerts.decide(nobody)
    with units() as unit:
        approved = Alert(alert.id, case_id, AlertStatus.APPROVED, an, NOW, binh, NOW, "sure")
        assert unit.alerts.decide(approved)
        assert not unit.alerts.decide(approved)
        assert unit.alerts.unfinished(5) == [approved]
        unit.alerts.finish(alert.id)
        assert unit.alerts.unfinished(5) == []


@pytest.mark.in_memory
def test_one_standing_notice_for_a_person_and_a_case(units: SqlUnits) -> None:
    case_id, (an, _) = case_and_staff(units)
    with units() as unit:
        first, second = (unit.alerts.add(Alert(0, case_id, AlertStatus.PROPOSED, an, NOW)).id for _ in range(2))
        assert unit.notices.add(proposed(first, case_id, PEOPLE[1])) is not None
        assert unit.notices.add(proposed(second, case_id, PEOPLE[1])) is None
        unit.notices.withdraw(first)
        assert unit.notices.add(proposed(second, case_id, PEOPLE[1])) is not None
        assert unit.notices.add(Notice(0, "visit_by_staff", NoticeState.QUEUED, b"a", PEOPLE[1], NOW)) is not None
        assert unit.alerts.counts(second).proposed == 1


def proposed(alert_id: int, case_id: int, person: str) -> Notice:
    return Notice(0, "exposure", NoticeState.PROPOSED, b"a" * 16, person, NOW, alert_id=alert_id, case_id=case_id)


def case_and_staff(units: SqlUnits) -> tuple[int, tuple[int, int]]:
    case = Cases(units, Still(), POLICY, PACKS.named).confirm(PHONE, date(2026, 11, 21), None, "covid-19", "test")
    with units() as unit:
        staff = [unit.staff.add(name, role, "CDC", NOW) for name, role in (("an", "officer"), ("binh", "approver"))]
        assert unit.staff.add("an", "admin", "CDC", NOW) is None
        unit.commit()
    an, binh = (user.id for user in staff if user)
    return case.id, (an, binh)


@pytest.mark.in_memory
def test_a_case_confirmed_twice_is_one(units: SqlUnits) -> None:
    cases = Cases(units, Still(), POLICY, PACKS.named)
    first, again = (cases.confirm(PHONE, date(2026, 11, 21), None, "covid-19", "test") for _ in range(2))
    assert first == again
    assert cases.confirm(PHONE, date(2026, 11, 19), None, "covid-19", "test").id != first.id
    assert first.infectious_from == datetime(2026, 11, 18, 17, tzinfo=UTC)


def test_who_looked_is_known_by_office(units: SqlUnits) -> None:
    case_and_staff(units)
    with units() as unit:
        unit.audit.add("user:an", "trace", PEOPLE[0], "case 1", NOW)
        unit.audit.add("citizen", "declare", PEOPLE[0], "health", NOW)
        unit.audit.add("user:binh", "trace", PEOPLE[1], "case 1", NOW + HOUR)
        looks = [(look.office, look.at) for look in unit.audit.looks(PEOPLE[:2], 5)]
        assert looks == [("CDC", NOW + HOUR), ("CDC", NOW)]
        assert unit.audit.looks(PEOPLE[2:], 5) == []


def expose(units: SqlUnits) -> int:
    """An alert over seven phones, proposed."""
    case_id, _ = case_and_staff(units)
    venue = add_venue(units)
    span = Span(NOW - HOUR, NOW)
    with units() as unit:
        people = [known_holder(unit, reached(unit, POLICY, phone, NOW).address_index, NOW) for phone in EXPOSED]
        exposures = [Exposure(person.id, "factor", "venue", venue.id, span, len(EXPOSED)) for person in people]
        unit.cases.replace_exposures(case_id, exposures)
        assert unit.cases.exposures(case_id) == exposures
        unit.commit()
    alert, number = alerts_on(units).propose(case_id, "an")
    assert number == len(EXPOSED)
    return alert.id


def alerts_on(units: SqlUnits) -> Alerts:
    return Alerts(units, Still(), Still(), POLICY, PACKS.named)  # type: ignore[arg-type]


def approve_and_die(url: str, alert_id: int) -> None:
    """Approve, and be killed in the middle of the second batch: no clean-up, no commit."""
    queue, queued = SqlNotices.queued, iter(range(100))

    def queue_and_die(self: SqlNotices, *args: Any) -> None:
        queue(self, *args)
        if next(queued) == 1:
            os._exit(9)

    SqlNotices.queued = queue_and_die  # type: ignore[method-assign]
    alerts_on(units_on(url)).approve(alert_id, "binh", "sure")


def test_killed_in_the_middle_each_exposed_person_gets_one_notice(units: SqlUnits, database_url: str) -> None:
    alert_id = expose(units)
    units.engine.dispose()
    process = multiprocessing.get_context("spawn").Process(target=approve_and_die, args=(database_url, alert_id))
    process.start()
    process.join()
    assert process.exitcode == 9
    alerts = alerts_on(units)
    assert alerts.report(alert_id).counts.queued == POLICY.notice_batch
    assert list(messages(units).values()) == [1] * POLICY.notice_batch
    assert alerts.resume(10) == len(EXPOSED) - POLICY.notice_batch
    assert alerts.resume(10) == 0
    assert messages(units) == dict.fromkeys(EXPOSED, 1)
    report = alerts.report(alert_id)
    assert (report.alert.status, report.counts.queued, report.minutes) == (AlertStatus.FINISHED, len(EXPOSED), 0.0)


def messages(units: SqlUnits) -> dict[str, int]:
    """Phone → how many messages are in the outbox for it."""
    found = {}
    with units() as unit:
        for phone in EXPOSED:
            own = outbox.c.address_index == unit.index(phone)
            number = unit.access.run(select(func.count()).where(own)).scalar_one()
            if number:
                found[phone] = number
    return found


@pytest.mark.in_memory
def test_answers_and_exposure_are_known(units: SqlUnits) -> None:
    alert_id = expose(units)
    alerts_on(units).approve(alert_id, "binh", "sure")
    with units() as unit:
        notice = unit.notices.open_for(unit.index(EXPOSED[0]), NOW)
        assert notice is not None
        assert notice.span == Span(NOW - HOUR, NOW)
        assert notice.person_id is not None
        assert unit.cases.exposed([notice.person_id], NOW)
        assert not unit.cases.exposed([notice.person_id], NOW + HOUR)
        unit.notices.answer(notice, "symptoms", NOW)
        assert unit.notices.open_for(unit.index(EXPOSED[0]), NOW) is None
        assert (unit.alerts.counts(alert_id).answered, unit.alerts.counts(alert_id).symptoms) == (1, 1)
        assert len(list(unit.notices.since(NOW))) == len(EXPOSED)


@pytest.mark.in_memory
def test_a_waiting_call_back(units: SqlUnits) -> None:
    to = conversation(units)
    with units() as unit:
        assert not unit.callbacks.waiting(to)
        unit.callbacks.request(to, "asked", NOW)
        assert unit.callbacks.waiting(to)
