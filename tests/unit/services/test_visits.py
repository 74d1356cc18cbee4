"""Arriving, leaving, and visitors whom staff check in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.forms.venue_code import make, near
from backend.services.venues import NewVenue, look_up
from tests.unit.services.doing import KEEPER, VISITOR, does, facts, told
from tests.unit.services.fakes import PHONE, START


def opened(house, name="Hoa Sen", kind="restaurant", keeper=None):
    (venue,) = house.venues.add([NewVenue(name, kind, "01", "00004", "", keeper)], "test")
    return venue


@pytest.fixture
def venue(house):
    return opened(house)


def visits(house):
    return sorted(house.tables.visits.values(), key=lambda visit: visit.entered_at)


def test_arriving_and_leaving(house, venue):
    said = does(house, "check_in", venue=venue.code, at=None, companions=2)
    assert (said["venue_name"], said["time"], said["repeated"], said["left_name"]) == ("Hoa Sen", "08:00", False, None)
    assert facts(house)["open_visit"] == {"venue": venue.code, "name": "Hoa Sen", "since": "08:00"}
    house.clock.forward(hours=1)
    assert does(house, "check_out", venue=None)["time"] == "09:00"
    assert facts(house)["open_visit"] is None
    (visit,) = visits(house)
    assert (visit.entered_at, visit.left_at, visit.companions) == (START, START + timedelta(hours=1), 2)


def test_a_receipt_says_the_company_that_is_stored(house, venue):
    def company(**args):
        said = does(house, "check_in", venue=venue.code, **args)["with"]
        return said and said["$text"]["args"]["count"]

    assert [company(), company(companions=99), company(companions=2), company()] == ["", 99, 2, 2]
    assert [visit.companions for visit in visits(house)] == [2]


def test_who_left_earlier_says_when(house, venue):
    does(house, "check_in", venue=venue.code)
    house.clock.forward(hours=1)
    assert does(house, "check_out", venue=None, at="2026-11-22T08:15")["time"] == "08:15"
    assert visits(house)[0].left_at == START + timedelta(minutes=15)
    assert does(house, "check_out", venue=None, at="2026-11-22T23:00") == {"failed": "visit_in_future"}
    undo = {"left": True, "venue": None, "at": "2026-11-22T08:15", "told": "2026-11-22T09:00"}
    assert does(house, "undo_visit", **undo)["venue_name"] == "Hoa Sen"


def test_a_past_visit_with_both_hours(house, venue):
    said = does(house, "check_in", venue=venue.code, at="2026-11-21T08:00", until="2026-11-21T09:30")
    assert said["note"] == {"$text": {"key": "visit_until", "args": {"time": "09:30"}}}
    (visit,) = visits(house)
    assert visit.left_at - visit.entered_at == timedelta(hours=1, minutes=30)


def test_an_end_that_is_still_to_come_is_refused(house, venue):
    said = does(house, "check_in", venue=venue.code, at="2026-11-22T07:00", until="2026-11-22T09:00")
    assert said == {"failed": "visit_in_future"}
    assert visits(house) == []


def test_twice_is_once(house, venue):
    does(house, "check_in", venue=venue.code)
    house.clock.forward(hours=2)
    assert does(house, "check_in", venue=venue.code)["repeated"] is True
    assert len(visits(house)) == 1


def test_elsewhere_ends_the_last(house, venue):
    other = opened(house, "Cho", "other")
    does(house, "check_in", venue=venue.code)
    house.clock.forward(hours=1)
    assert does(house, "check_in", venue=other.code)["left_name"] == "Hoa Sen"
    assert visits(house)[0].left_at == START + timedelta(hours=1)


def test_a_past_visit(house, venue):
    assert does(house, "check_in", venue=venue.code, at="2026-11-21T08:00")["time"] == "08:00"
    (visit,) = visits(house)
    assert visit.entered_at == START - timedelta(days=1)
    assert facts(house)["open_visit"] is None


@pytest.mark.parametrize(
    ("at", "code"), [("2026-11-22T08:01", "visit_in_future"), ("2026-10-01T08:00", "visit_too_old")]
)
def test_a_time_that_cannot_be(house, venue, at, code):
    assert does(house, "check_in", venue=venue.code, at=at) == {"failed": code}
    assert visits(house) == []


def test_an_arrival_is_taken_back_and_what_it_ended_goes_on(house, venue):
    other = opened(house, "Cho", "other")
    does(house, "check_in", venue=venue.code)
    before = visits(house)
    house.clock.forward(hours=1)
    does(house, "check_in", venue=other.code)
    undo = {"left": False, "venue": other.code, "at": None, "told": "2026-11-22T09:00"}
    assert does(house, "undo_visit", **undo)["venue_name"] == "Cho"
    assert visits(house) == before
    assert does(house, "undo_visit", **undo) == {"failed": "visit_undo_none"}


def test_a_departure_is_taken_back(house, venue):
    does(house, "check_in", venue=venue.code)
    before = visits(house)
    house.clock.forward(minutes=30)
    does(house, "check_out", venue=None)
    undo = {"left": True, "venue": None, "at": None, "told": "2026-11-22T08:30"}
    assert does(house, "undo_visit", **undo)["venue_name"] == "Hoa Sen"
    assert visits(house) == before


def test_a_visit_is_taken_back_for_half_an_hour(house, venue):
    does(house, "check_in", venue=venue.code)
    house.clock.forward(minutes=33)
    undo = {"left": False, "venue": venue.code, "at": None, "told": "2026-11-22T08:00"}
    assert does(house, "undo_visit", **undo) == {"failed": "visit_undo_late"}
    assert len(visits(house)) == 1


def test_leaving_nowhere(house, venue):
    assert does(house, "check_out", venue=None) == {"failed": "not_checked_in"}
    does(house, "check_in", venue=venue.code)
    assert does(house, "check_out", venue=opened(house, "Cho").code) == {"failed": "not_checked_in"}
    house.clock.forward(hours=3)
    assert does(house, "check_out", venue=None) == {"failed": "not_checked_in"}


def test_a_venue_removed_while_people_are_in_it(house, venue):
    does(house, "check_in", venue=venue.code)
    house.venues.remove(venue.code, "test")
    assert does(house, "check_in", VISITOR, venue=venue.code) == {"failed": "venue_closed"}
    house.clock.forward(hours=1)
    assert does(house, "check_in", VISITOR, venue=venue.code, at="2026-11-22T07:30")["venue_name"] == "Hoa Sen"
    assert does(house, "check_in", KEEPER, venue=venue.code, at="2026-11-22T08:30") == {"failed": "venue_closed"}
    assert does(house, "check_out", venue=venue.code)["venue_name"] == "Hoa Sen"
    assert visits(house)[1].left_at == house.clock.time


def test_an_unknown_venue(house):
    assert does(house, "check_in", venue=make(1234567)) == {"failed": "venue_unknown"}


def test_a_mistyped_code_is_answered_by_near_venues_that_are_open(house, venue):
    wrong = next(code for digit in "0123456789" if (code := venue.code[:-1] + digit) != venue.code)
    with house.units() as unit:
        assert look_up(unit, wrong) == {"known": False, "near": [{"code": venue.code, "name": "Hoa Sen"}]}
        known = look_up(unit, venue.code)
    assert known == {
        "known": True,
        "code": venue.code,
        "name": "Hoa Sen",
        "open": True,
        "commune": {"$place": {"province": "01", "commune": "00004", "text": ""}},
    }
    house.venues.remove(venue.code, "test")
    with house.units() as unit:
        assert look_up(unit, wrong)["near"] == []
        assert look_up(unit, venue.code)["open"] is False
    assert venue.code in near(wrong)


def test_staff_type_a_number_and_the_visitor_says_that_it_was_not_them(house):
    venue, other = opened(house, keeper=KEEPER), opened(house, "Cho", "other")
    does(house, "check_in", VISITOR, venue=other.code)
    house.clock.forward(hours=1)
    typed = does(house, "check_in_visitor", KEEPER, venue=venue.code, phone="0922 222 222")
    assert (typed["venue_name"], typed["time"], typed["with"]) == ("Hoa Sen", "09:00", "")
    ((name, args),) = told(house, VISITOR)
    assert (name, args["venue_name"], args["time"]) == ("visited_by_staff", "Hoa Sen", "09:00")
    notice = facts(house, VISITOR)["notice"]
    assert notice["kind"] == "visit_by_staff"
    assert does(house, "not_me", PHONE, notice=notice["id"]) == {"failed": "notice_gone"}
    assert does(house, "not_me", VISITOR, notice=notice["id"]) == {"venue_name": "Hoa Sen"}
    (visit,) = visits(house)
    assert (visit.venue_id, visit.left_at) == (other.id, START + timedelta(hours=2))
    assert facts(house, VISITOR)["notice"] is None


def test_a_visitor_is_typed_with_company_and_an_earlier_time(house):
    venue = opened(house, keeper=KEEPER)
    told_of = {"phone": VISITOR, "at": "2026-11-22T07:00", "companions": 3}
    typed = does(house, "check_in_visitor", KEEPER, venue=venue.code, **told_of)
    assert (typed["time"], typed["with"]["$text"]["args"]) == ("07:00", {"count": 3})
    ((_, args),) = told(house, VISITOR)
    assert args["time"] == "07:00"
    (visit,) = visits(house)
    assert (visit.entered_at, visit.companions) == (START - timedelta(hours=1), 3)


def test_only_the_keeper_types_numbers_and_only_numbers(house):
    venue = opened(house, keeper=KEEPER)
    assert does(house, "check_in_visitor", venue=venue.code, phone=VISITOR) == {"failed": "venue_not_yours"}
    assert does(house, "check_in_visitor", KEEPER, venue=venue.code, phone="12") == {"failed": "phone_wrong"}
    assert told(house, VISITOR) == []


def test_the_keeper_counts_visits_of_today_and_learns_nobody(house):
    venue = opened(house, keeper=KEEPER)
    does(house, "check_in", venue=venue.code, companions=3)
    does(house, "check_in", VISITOR, venue=venue.code, at="2026-11-21T23:00")
    said = does(house, "venue_count", KEEPER, venue=venue.code)
    assert said == {"venue_name": "Hoa Sen", "count": 1, "companions": 3, "date": {"$date": "2026-11-22"}}
    assert does(house, "venue_count", venue=venue.code) == {"failed": "venue_not_yours"}


def test_who_visited_before_declaring_stays_the_same_person(house, venue):
    does(house, "check_in", venue=venue.code)
    assert facts(house)["people"] == []
    identity = {
        "full_name": "Nguyen Van A",
        "birth_year": 1958,
        "gender": "male",
        "address": {"province": "79", "commune": "26740"},
    }
    answers = {"travelled": False, "has_symptoms": False, "contact_case": False}
    does(house, "submit_declaration", form="health", subject=None, role="self", identity=identity, answers=answers)
    (person,) = house.tables.people.values()
    assert (person.role, person.id) == ("self", visits(house)[0].person_id)
