"""Retention: what is over its time goes, what somebody still needs stays, and every run is on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from backend.domain.packs import PackUnknown
from backend.domain.visits import Visit
from backend.services.policy import Policy
from backend.services.ports.inbox import InboxState
from backend.services.ports.retention import Kept
from backend.services.retention import AT_ONCE, Retention
from backend.services.rules import Rules
from backend.store.tables import inbox, outbox, receipts, sms_parts, ussd_sessions
from backend.store.tables_health import audit, declarations, people
from backend.store.tables_tracing import contacts, notices
from backend.store.tables_visits import visits
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import (
    NOW,
    OTHER_PHONE,
    PHONE,
    claim,
    conversation,
    declaration,
    finish,
    receive,
    send,
    sms,
)
from tests.integration.store.test_erasure import count
from tests.integration.store.test_sealing import fill
from tests.integration.store.test_tracing import HOUR, add_venue

DAY = timedelta(days=1)
DAYS = {"declarations": 60, "visits": 28, "contacts": 14}


class Calendar:
    """A clock that is set by hand."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def pack_named(name: str, moment: datetime) -> Any:
    if name not in ("covid-19", "measles"):
        raise PackUnknown(name)
    return SimpleNamespace(retention_days={"declarations": 60 if name == "covid-19" else 10})


def job(units: SqlUnits, clock: Calendar) -> Retention:
    in_force: Any = SimpleNamespace(retention_days=DAYS)
    return Retention(units, clock, Rules(lambda: in_force), Policy(messages_for=7 * DAY), pack_named)


def after(units: SqlUnits, days: int) -> Mapping[str, int]:
    return job(units, Calendar(NOW + days * DAY)).run()


def test_each_kind_goes_when_its_own_time_is_over(units: SqlUnits) -> None:
    fill(units)
    venue = add_venue(units, "20000007")
    with units() as unit:
        (person,) = unit.people.on_phone(unit.index(PHONE))
        unit.visits.add(Visit(0, venue.id, person.id, NOW, NOW + HOUR))
        unit.commit()
    kept = (inbox, outbox, receipts, sms_parts, ussd_sessions, contacts, visits, declarations, people)

    assert not any(after(units, 6).values())
    assert all(count(units, table) for table in kept if table is not receipts)
    assert after(units, 8)["messages"] >= 4
    assert [count(units, table) for table in kept[:5]] == [0] * 5
    assert count(units, contacts)
    after(units, 15)
    assert (count(units, contacts), count(units, visits)) == (0, 1)
    after(units, 29)
    assert (count(units, visits), count(units, declarations)) == (0, 1)
    assert after(units, 61) == {"declarations": 1, "visits": 0, "contacts": 0, "messages": 0, "people": 1}
    assert [count(units, table) for table in kept] == [0] * len(kept)


def test_a_notice_stays_for_the_counts_but_forgets_its_phone(units: SqlUnits) -> None:
    fill(units)
    after(units, 15)
    with units() as unit:
        assert [row.address_index for row in unit.access.all(select(notices.c.address_index))] == [b""]


def test_messages_that_still_wait_stay(units: SqlUnits) -> None:
    receive(units, sms("a"), sms("b", sender=OTHER_PHONE))
    done = claim(units)[0]
    finish(units, done)
    send(units, conversation(units), inbox_id=done.id)  # its answer has not left yet
    after(units, 8)
    with units() as unit:
        states = [row.state for row in unit.access.all(select(inbox.c.state).order_by(inbox.c.id))]
    assert states == [InboxState.DONE.value, InboxState.LEASED.value]
    assert count(units, outbox) == 1


def test_declarations_are_kept_as_long_as_their_own_pack_says(units: SqlUnits) -> None:
    with units() as unit:
        for reference, pack in (("A", "covid-19"), ("B", "measles"), ("C", "forgotten")):
            unit.declarations.add(declaration(unit.index(PHONE), reference=reference, pack=pack))
        unit.commit()
    assert after(units, 11)["declarations"] == 1
    with units() as unit:
        left = unit.access.all(select(declarations.c.reference).order_by(declarations.c.reference))
    assert [row.reference for row in left] == ["A", "C"]


def test_a_household_stays_as_long_as_anybody_of_it_is_active(units: SqlUnits) -> None:
    with units() as unit:
        phone, quiet = unit.index(PHONE), unit.index(OTHER_PHONE)
        unit.people.add(phone, "self", {"full_name": "A"}, NOW)
        unit.people.add(phone, "household", {"full_name": "B"}, NOW)
        unit.people.add(quiet, "self", {"full_name": "C"}, NOW)
        unit.declarations.add(declaration(phone, received_at=NOW + 30 * DAY))
        unit.commit()
    assert after(units, 61)["people"] == 1
    with units() as unit:
        assert len(unit.people.on_phone(phone)) == 2
        assert unit.people.on_phone(quiet) == []


def test_more_than_one_batch(units: SqlUnits) -> None:
    rows = [{"channel": "kannel", "state": "delivered", "received_at": NOW}] * (2 * AT_ONCE + 1)
    with units() as unit:
        unit.access.connection.execute(receipts.insert(), rows)
        unit.commit()
    assert after(units, 8)["messages"] == 2 * AT_ONCE + 1


def test_a_worker_that_is_told_to_stop_ends_after_the_batch_in_hand(units: SqlUnits) -> None:
    rows = [{"channel": "kannel", "state": "delivered", "received_at": NOW}] * (AT_ONCE + 1)
    with units() as unit:
        unit.access.connection.execute(receipts.insert(), rows)
        unit.commit()
    looks = iter([False, False, False, True])  # visits, contacts, one batch of messages
    gone = job(units, Calendar(NOW + 8 * DAY)).run(stopped=lambda: next(looks, True))
    assert gone["messages"] == AT_ONCE
    assert count(units, receipts) == 1


def test_one_worker_a_day_and_every_run_is_on_record(units: SqlUnits) -> None:
    clock = Calendar(datetime.fromisoformat("2026-11-22T03:00+07:00"))
    first, second = job(units, clock), job(units, clock)
    assert first.daily(lambda: False) is not None
    assert second.daily(lambda: False) is None
    clock.moment += timedelta(hours=22)  # 01:00, still the night of the same day
    assert second.daily(lambda: False) is None
    clock.moment += timedelta(hours=2)
    assert second.daily(lambda: False) is not None
    assert first.daily(lambda: False) is None
    with units() as unit:
        lines = unit.access.all(select(audit.c.actor, audit.c.action, audit.c.reason).order_by(audit.c.id))
    assert [line.actor for line in lines] == ["retention", "retention"]
    assert lines[0].reason == "declarations 0, visits 0, contacts 0, messages 0, people 0"


def test_kinds_are_all_listed(units: SqlUnits) -> None:
    with units() as unit:
        unit.declarations.add(declaration(unit.index(PHONE), pack="measles"))
        unit.commit()
    periods = job(units, Calendar()).periods()
    assert {period.what for period in periods} == set(Kept)
    assert {period.kept_for.days for period in periods if period.what is Kept.DECLARATIONS} == {10}
    with units() as unit:
        assert unit.access.run(select(func.count()).select_from(declarations)).scalar_one() == 1
