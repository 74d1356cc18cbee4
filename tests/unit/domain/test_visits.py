"""Stays: where they begin and end, which check-ins are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.visits import Visit, VisitRefused, VisitRules, arrive, check_moment, leave, without

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = VisitRules(3 * HOUR, 12 * HOUR, {"restaurant": 3 * HOUR, "hotel": 20 * HOUR, "other": 2 * HOUR})
KINDS = {1: "restaurant", 2: "hotel", 3: "other"}


def at(hours: float) -> datetime:
    return MORNING + hours * HOUR


def visit(start: float, end: float, venue: int = 1, number: int = 1, companions: int = 0) -> Visit:
    return Visit(number, venue, "p", at(start), at(end), companions)


def new(start: float, venue: int = 1, companions: int = 0) -> Visit:
    return Visit(0, venue, "p", at(start), at(start), companions)


@pytest.mark.parametrize(("kind", "hours"), [("restaurant", 3), ("hotel", 12), ("circus", 2)])
def test_a_stay_lasts_as_long_as_its_kind_and_never_beyond_the_cap(kind: str, hours: float) -> None:
    arrival = arrive([], new(0), kind, RULES)
    assert (arrival.visit.left_at, arrival.repeated, arrival.ended) == (at(hours), False, None)


def test_the_next_check_in_elsewhere_ends_the_last() -> None:
    arrival = arrive([visit(0, 3)], new(1, venue=3), "other", RULES)
    assert arrival.ended == visit(0, 1)
    assert (arrival.visit.entered_at, arrival.visit.left_at) == (at(1), at(3))


def test_a_stay_that_is_over_is_not_ended_again() -> None:
    assert arrive([visit(0, 3)], new(3, venue=3), "other", RULES).ended is None


@pytest.mark.parametrize(("hours", "repeated"), [(0, True), (2.99, True), (3, False)])
def test_within_three_hours_it_is_one_visit(hours: float, repeated: bool) -> None:
    arrival = arrive([visit(0, 3)], new(hours), "restaurant", RULES)
    assert arrival.repeated is repeated


def test_a_repetition_changes_nothing_but_the_company_where_it_says_one() -> None:
    arrival = arrive([visit(0, 3, companions=99)], new(1, companions=2), "restaurant", RULES)
    assert arrival.visit == visit(0, 3, companions=2)
    assert arrive([visit(0, 3, companions=2)], new(1), "restaurant", RULES).visit == visit(0, 3, companions=2)


def test_who_left_and_comes_back_is_there_again_but_not_beyond_the_cap() -> None:
    assert arrive([visit(0, 1)], new(2), "restaurant", RULES).visit == visit(0, 5)
    assert arrive([visit(0, 1, venue=2)], new(2, venue=2), "hotel", RULES).visit == visit(0, 12, venue=2)


def test_not_one_visit_when_somewhere_else_came_between() -> None:
    known = [visit(0, 1), visit(1, 3, venue=3, number=2)]
    arrival = arrive(known, new(2), "restaurant", RULES)
    assert not arrival.repeated
    assert arrival.ended == visit(1, 2, venue=3, number=2)


def test_an_earlier_arrival_told_later_makes_the_visit_longer() -> None:
    arrival = arrive([visit(1, 4)], new(0), "restaurant", RULES)
    assert arrival.repeated
    assert arrival.visit == visit(0, 4)


def test_a_past_visit_ends_where_the_next_begins() -> None:
    arrival = arrive([visit(1, 4, venue=3)], new(0), "restaurant", RULES)
    assert (arrival.visit.left_at, arrival.ended) == (at(1), None)


def test_leaving() -> None:
    assert leave([visit(0, 3)], None, at(1)) == visit(0, 1)
    assert leave([visit(0, 3)], 1, at(1)) == visit(0, 1)


@pytest.mark.parametrize(("venue", "hours"), [(None, 3), (None, -1), (2, 1)])
def test_nobody_leaves_where_they_are_not(venue: int | None, hours: float) -> None:
    with pytest.raises(VisitRefused, match="not_checked_in"):
        leave([visit(0, 3)], venue, at(hours))


def test_neither_to_come_nor_older_than_visits_are_kept() -> None:
    check_moment(MORNING, MORNING, HOUR)
    check_moment(at(-1), MORNING, HOUR)
    with pytest.raises(VisitRefused, match="visit_in_future"):
        check_moment(at(0.01), MORNING, HOUR)
    with pytest.raises(VisitRefused, match="visit_too_old"):
        check_moment(at(-1.01), MORNING, HOUR)


def test_a_visit_that_never_was_gives_back_what_it_cut_short() -> None:
    cut, gone = visit(0, 1), visit(1, 3, venue=3, number=2)
    assert without([cut], gone, KINDS, RULES) == visit(0, 3)
    assert without([cut, visit(2, 4, venue=3, number=3)], gone, KINDS, RULES) == visit(0, 2)
    assert without([visit(-1, 0.5)], gone, KINDS, RULES) is None


@given(st.lists(st.tuples(st.integers(0, 2 * 24 * 60), st.integers(1, 3)), max_size=12))
def test_however_people_check_in_their_stays_never_overlap_and_never_last_beyond_the_cap(
    check_ins: list[tuple[int, int]],
) -> None:
    known: list[Visit] = []
    for minutes, venue in check_ins:
        moment = MORNING + timedelta(minutes=minutes)
        around = [each for each in known if abs(each.entered_at - moment) <= RULES.cap]
        arrival = arrive(around, Visit(0, venue, "p", moment, moment), KINDS[venue], RULES)
        changed = {each.id: each for each in (arrival.ended, arrival.visit if arrival.repeated else None) if each}
        known = [changed.get(each.id, each) for each in known]
        if not arrival.repeated:
            known.append(Visit(len(known) + 1, venue, "p", moment, arrival.visit.left_at))
        known.sort(key=lambda each: each.entered_at)
    for one, following in pairwise(known):
        assert one.left_at <= following.entered_at or one.entered_at == following.entered_at
    assert all(timedelta(0) <= each.left_at - each.entered_at <= RULES.cap for each in known)


def test_an_end_that_was_told_is_kept():
    at = new(0)
    told = at.entered_at + timedelta(hours=1, minutes=30)
    assert arrive([], at, "restaurant", RULES, told).visit.left_at == told
    assert arrive([visit(0, 3)], new(1), "restaurant", RULES, told).visit.left_at == told  # told after the arrival


def test_an_end_that_was_told_is_within_the_cap_and_before_the_next_visit():
    late = new(0).entered_at + timedelta(days=2)
    assert arrive([], new(0), "other", RULES, late).visit.left_at == new(0).entered_at + RULES.cap
    assert arrive([visit(2, 1, venue=3)], new(0), "other", RULES, late).visit.left_at == new(2).entered_at
