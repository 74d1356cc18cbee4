"""Facilities, reports, feedback and their roll-up on SQLite and PostgreSQL; nothing in clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.domain.checklists import Colour
from backend.domain.facilities import Facility, Report, roll_up
from backend.domain.venues import Venue, VenueStatus
from backend.services.ports.conversations import EVERYTHING, FACILITIES, PEOPLE
from backend.services.ports.facilities import Sent
from backend.store.keys import check_index_key, reindex, rotate
from backend.store.unit_of_work import SqlUnits
from tests.integration.store.support import (
    FIELD_KEY,
    INDEX_KEY,
    NOW,
    OTHER_FIELD_KEY,
    OTHER_INDEX_KEY,
    OTHER_PHONE,
    PHONE,
    conversation,
    units_on,
)

DAY = date(2026, 11, 22)
WORDS = "không ai đeo khẩu trang"


def facility(
    units: SqlUnits, code: str, kind: str = "school", province: str = "79", commune: str = "26734"
) -> Facility:
    with units() as unit:
        venue = unit.venues.add(
            Venue(
                id=0,
                code=code,
                name=f"Nơi {code}",
                kind=kind,
                province=province,
                commune=commune,
                address="",
                status=VenueStatus.ACTIVE,
                keeper=None,
                keeper_index=None,
                created_at=NOW,
            )
        )
        assert unit.facilities.add(venue.id, "school", NOW)
        unit.commit()
        found = unit.facilities.of_venue(venue.id)
    assert found is not None
    return found


def reported(units: SqlUnits, of: Facility, colour: Colour, day: date = DAY) -> bool:
    with units() as unit:
        replaced = unit.facilities.report(Report(of.id, day, "school", "1" * 15, "good", colour, 15, 15, 1, NOW))
        unit.commit()
    return replaced


def complained(units: SqlUnits, of: Facility, phone: str = PHONE, at: Any = NOW) -> int:
    with units() as unit:
        number = unit.feedback.add(of.venue.id, unit.index(phone), WORDS, at).id
        unit.commit()
    return number


@pytest.mark.in_memory
def test_communes_roll_up_to_provinces(units: SqlUnits) -> None:
    first, second = facility(units, "10000001"), facility(units, "10000002", commune="26740")
    third, fourth = facility(units, "10000003", "clinic"), facility(units, "10000004", province="01", commune="00004")
    assert not reported(units, first, Colour.RED)
    assert reported(units, first, Colour.GREEN)
    reported(units, second, Colour.YELLOW)
    reported(units, third, Colour.GREEN)
    reported(units, fourth, Colour.GREEN, DAY - timedelta(days=1))
    number = complained(units, third)
    complained(units, third)
    with units() as unit:
        rolled = roll_up(unit.facilities.standing(DAY))
        assert unit.feedback.close(number, "user:lan", NOW)
        unit.commit()
    assert rolled["colours"] == {"green": 1, "yellow": 2, "red": 0, "grey": 1}
    assert rolled["provinces"]["79"]["communes"]["26734"]["kinds"] == {
        "clinic": {"green": 0, "yellow": 1, "red": 0, "grey": 0},
        "school": {"green": 1, "yellow": 0, "red": 0, "grey": 0},
    }  # fmt: skip
    assert rolled["provinces"]["01"]["colours"]["grey"] == 1
    with units() as unit:
        (standing,) = unit.facilities.standing(DAY, third.id)
        assert (standing.feedback, standing.colour) == (1, Colour.YELLOW)
        unit.venues.update(fourth.venue, status=VenueStatus.REMOVED)
        assert [each.code for each in unit.facilities.standing(DAY)] == ["10000001", "10000002", "10000003"]


@pytest.mark.in_memory
def test_the_version_changes_with_every_report_and_feedback(units: SqlUnits) -> None:
    versions = []

    def note() -> None:
        with units() as unit:
            versions.append(unit.facilities.version())

    note()
    place = facility(units, "10000001")
    note()
    reported(units, place, Colour.GREEN)
    note()
    number = complained(units, place)
    note()
    with units() as unit:
        unit.feedback.close(number, "user:lan", NOW)
        unit.commit()
    note()
    note()
    assert len(set(versions)) == 5
    assert versions[-1] == versions[-2]


@pytest.mark.in_memory
def test_officers_are_found_by_their_phone_and_registered_once(units: SqlUnits) -> None:
    first, second = facility(units, "10000001"), facility(units, "10000002")
    with units() as unit:
        assert unit.facilities.add_officer(first.id, PHONE, NOW)
        assert not unit.facilities.add_officer(first.id, PHONE, NOW)
        assert unit.facilities.add_officer(second.id, PHONE, NOW)
        assert [each.venue.code for each in unit.facilities.of_officer(unit.index(PHONE))] == ["10000001", "10000002"]
        assert [each.phone for each in unit.facilities.officers(first.id)] == [PHONE]
        unit.venues.update(second.venue, status=VenueStatus.REMOVED)
        assert len(unit.facilities.of_officer(unit.index(PHONE))) == 1
        assert unit.facilities.remove_officer(first.id, unit.index(PHONE))
        assert not unit.facilities.remove_officer(first.id, unit.index(PHONE))
        assert not unit.facilities.add(first.venue.id, "school", NOW)


@pytest.mark.in_memory
def test_a_day_has_one_reminder(units: SqlUnits) -> None:
    place, other = facility(units, "10000001"), facility(units, "10000002")
    reported(units, other, Colour.GREEN)
    for expected in ([place.id], []):
        with units() as unit:
            waiting = unit.facilities.unreported(DAY, ["school"], 10)
            assert [each.id for each in waiting] == expected
            assert all(unit.facilities.remind(each.id, DAY, NOW) for each in waiting)
            unit.commit()
    with units() as unit:
        assert not unit.facilities.remind(place.id, DAY, NOW)
        assert [each.id for each in unit.facilities.unreported(DAY + timedelta(days=1), ["school"], 10)] == [
            place.id, other.id]  # fmt: skip
        assert list(unit.facilities.unreported(DAY + timedelta(days=1), ["clinic"], 10)) == []


@pytest.mark.in_memory
def test_feedback_is_counted_by_phone_and_place(units: SqlUnits) -> None:
    place, other = facility(units, "10000001"), facility(units, "10000002")
    complained(units, place)
    complained(units, place, OTHER_PHONE)
    complained(units, other)
    complained(units, place, at=NOW - timedelta(days=2))
    with units() as unit:
        since = NOW - timedelta(days=1)
        assert unit.feedback.sent(unit.index(PHONE), place.venue.id, since) == Sent(2, 1, 2)
        assert unit.feedback.sent(unit.index("84900000000"), other.venue.id, since) == Sent(0, 0, 1)
        assert [each.text for each in unit.feedback.open_at(other.venue.id)] == [WORDS]


def everything(units: SqlUnits) -> str:
    tables = ("facilities", "facility_officers", "facility_reports", "facility_reminders", "feedback", "venues")
    with units() as unit:
        rows = [row for name in tables for row in unit.access.all(text(f"SELECT * FROM {name}"))]
    return repr([[value.tobytes() if isinstance(value, memoryview) else value for value in row] for row in rows])


def test_neither_phones_nor_words_are_in_clear_and_both_kinds_of_keys_can_change(units: SqlUnits) -> None:
    place = facility(units, "10000001")
    conversation(units, PHONE)
    with units() as unit:
        unit.facilities.add_officer(place.id, PHONE, NOW)
        unit.commit()
    complained(units, place)
    assert PHONE not in everything(units)
    assert "khẩu trang" not in everything(units)
    check_index_key(units)
    url = units.engine.url.render_as_string(hide_password=False)
    renewed = units_on(url, (OTHER_FIELD_KEY, FIELD_KEY), (OTHER_INDEX_KEY, INDEX_KEY))
    rotate(renewed, lambda *_: None)
    reindex(renewed, lambda *_: None)
    alone = units_on(url, (OTHER_FIELD_KEY,), (OTHER_INDEX_KEY,))
    with alone() as unit:
        assert [each.phone for each in unit.facilities.officers(place.id)] == [PHONE]
        assert unit.facilities.officer(place.id, unit.index(PHONE))
        assert unit.feedback.sent(unit.index(PHONE), place.venue.id, NOW).by_phone == 1
        assert [each.text for each in unit.feedback.open_at(place.venue.id)] == [WORDS]


def test_erasing_somebody_takes_their_words_and_leaves_that_something_was_reported(units: SqlUnits) -> None:
    place = facility(units, "10000001")
    complained(units, place)
    complained(units, place, OTHER_PHONE)
    talk = conversation(units, PHONE)
    with units() as unit:
        unit.erasure.erase(PHONE, talk.id, [], NOW)
        unit.commit()
    with units() as unit:
        assert [each.text for each in unit.feedback.open_at(place.venue.id)] == ["", WORDS]
        assert unit.feedback.sent(unit.index(PHONE), place.venue.id, NOW) == Sent(0, 0, 2)


@pytest.mark.in_memory
def test_a_report_reads_back(units: SqlUnits) -> None:
    place = facility(units, "10000001")
    reported(units, place, Colour.RED)
    reported(units, place, Colour.GREEN)
    with units() as unit:
        newest, first = unit.facilities.reports(place.id, DAY)
    assert newest == replace(first, colour=Colour.GREEN)


def test_a_conversation_tells_what_else_its_phone_is_known_for(units: SqlUnits) -> None:
    first = facility(units, "10000001")
    own = conversation(units)
    conversation(units, OTHER_PHONE)
    with units() as unit:
        unit.people.add(own.address_index, "self", {"full_name": "An"}, NOW)
        unit.facilities.add_officer(first.id, PHONE, NOW)
        unit.commit()
    with units() as unit:
        phones = [unit.conversations.find(unit.index(phone)) for phone in (PHONE, OTHER_PHONE)]
    assert [each and each.beside for each in phones] == [{PEOPLE, FACILITIES}, frozenset()]
    assert own.beside == EVERYTHING, "nobody has looked when it is made"
