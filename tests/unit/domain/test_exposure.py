"""Overlaps, who counts as exposed, and what a notice may show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.cases import CaseRefused, check_days, infectious_from
from backend.domain.exposure import (
    CLOSE_CONTACT,
    FACTOR,
    HOUSEHOLD,
    VENUE,
    Exposure,
    Span,
    coarse,
    meeting,
    overlap,
    strongest,
    venue_exposures,
)
from backend.domain.visits import Visit

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # 08:00 in Viet Nam
MINUTE = timedelta(minutes=1)
ALWAYS = Span(MORNING - timedelta(days=5), MORNING + timedelta(days=5))


def span(start: float, end: float) -> Span:
    return Span(MORNING + start * MINUTE, MORNING + end * MINUTE)


def visit(person: str, start: float, end: float, venue: int = 1, number: int = 0) -> Visit:
    return Visit(number, venue, person, MORNING + start * MINUTE, MORNING + end * MINUTE)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (span(0, 60), span(30, 90), span(30, 60)), (span(0, 60), span(10, 20), span(10, 20)),
        (span(0, 60), span(60, 90), None), (span(60, 90), span(0, 60), None), (span(0, 1), span(2, 3), None),
        (span(0, 60), span(0, 60), span(0, 60)), (span(5, 5), span(0, 60), None),
    ],
)  # fmt: skip
def test_touching_ends_do_not_overlap(one: Span, other: Span, expected: Span | None) -> None:
    assert overlap(one, other) == expected


MINUTES = st.integers(0, 300)
SPANS = st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: span(*pair))


@given(SPANS, SPANS)
def test_an_overlap_is_the_minutes_that_both_hold(one: Span, other: Span) -> None:
    both = [
        minute
        for minute in range(300)
        if all(each.start <= MORNING + minute * MINUTE < each.end for each in (one, other))
    ]
    found = overlap(one, other)
    assert (found.length if found else timedelta(0)) == len(both) * MINUTE
    assert found == overlap(other, one)


def test_a_person_does_not_meet_themselves_nor_anybody_elsewhere_nor_outside_the_infectious_time() -> None:
    case = visit("case", 0, 60)
    assert meeting(case, visit("case", 0, 60), ALWAYS) is None
    assert meeting(case, visit("a", 0, 60, venue=2), ALWAYS) is None
    assert meeting(case, visit("a", 0, 60), span(60, 90)) is None
    met = meeting(case, visit("a", 0, 60), span(50, 90))
    assert met is not None
    assert met.span == span(50, 60)


def test_short_meetings_count_as_visitors_and_not_as_exposures() -> None:
    case = visit("case", 0, 60, number=1)
    others = [visit("a", 0, 15), visit("b", 50, 60), visit("c", 30, 200), visit("c", 0, 10)]
    meetings = [met for other in others if (met := meeting(case, other, ALWAYS))]
    found = list(venue_exposures(meetings, 15 * MINUTE))
    assert [(each.person_id, each.span, each.visitors) for each in found] == [
        ("a", span(0, 15), 4), ("c", span(30, 60), 4),
    ]  # fmt: skip


def test_the_strongest_exposure_of_each_person() -> None:
    short = Exposure("a", FACTOR, VENUE, 1, span(0, 20), 3)
    long = Exposure("a", FACTOR, VENUE, 2, span(0, 40), 3)
    home, met = Exposure("b", CLOSE_CONTACT, HOUSEHOLD), Exposure("b", FACTOR, VENUE, 1, span(0, 90), 3)
    assert strongest([met, long, home, short]) == [long, home]


@pytest.mark.parametrize(
    ("start", "end", "hours", "shown"),
    [
        (70, 80, 3, (60, 240)),  # 09:10 to 09:20 -> 09:00 to 12:00
        (60, 240, 3, (60, 240)),  # whole blocks stay
        (59, 241, 3, (-120, 420)),  # 06:00 to 15:00
        (0, 1, 24, (-480, 960)),  # the whole day
        (900, 1000, 6, (600, 1320)),  # 23:00 to 00:40 -> 18:00 to 06:00
    ],
)
def test_a_window_is_widened_to_whole_blocks_of_the_day_in_viet_nam(
    start: float, end: float, hours: int, shown: tuple[float, float]
) -> None:
    wide = coarse(span(start, end), hours)
    assert (wide.start, wide.end) == (span(*shown).start, span(*shown).end)


def test_when_a_case_begins_to_infect() -> None:
    onset, sample = date(2026, 11, 20), date(2026, 11, 21)
    assert infectious_from(onset, sample, 2, 3).isoformat() == "2026-11-18T00:00:00+07:00"
    assert infectious_from(None, sample, 2, 3).isoformat() == "2026-11-18T00:00:00+07:00"
    with pytest.raises(CaseRefused, match="no_dates"):
        infectious_from(None, None, 2, 2)


def test_days_to_come_are_refused() -> None:
    check_days(date(2026, 11, 22), None, date(2026, 11, 22))
    for onset, sample in ((date(2026, 11, 23), None), (None, date(2027, 1, 1))):
        with pytest.raises(CaseRefused, match="day_in_future"):
            check_days(onset, sample, date(2026, 11, 22))
