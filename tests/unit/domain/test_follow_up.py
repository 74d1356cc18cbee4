"""When people under follow-up are asked: the rules, hour by hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.days import VIET_NAM, day_of
from backend.domain.follow_up import (
    Asked,
    FollowUp,
    FollowUpRefused,
    FollowUpRules,
    FollowUpState,
    Step,
    begun,
    extended,
    next_due,
    settled,
    silent_days,
    step,
)
from backend.forms.follow_up import read_follow_up

RULES = FollowUpRules(ask_hour=8, remind_hour=17, latest_hour=20, silent_days=2, levels=frozenset({"red"}))
MONDAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 15, 30, tzinfo=VIET_NAM)
BLANK = FollowUp(
    1, "4823019571", "a" * 32, b"a", "measles", "staff", "", MONDAY, MONDAY, FollowUpState.OPEN, None, START, "user:lan"
)  # fmt: skip
FOLLOWED = begun(BLANK, 3, RULES, START)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIET_NAM)


def test_it_begins_the_next_morning_and_lasts_its_days() -> None:
    assert (FOLLOWED.started_on, FOLLOWED.ends_on, FOLLOWED.due_at) == (MONDAY, date(2026, 11, 26), at(24, 8))
    for days in (0, -1, 61):
        with pytest.raises(FollowUpRefused):
            begun(BLANK, days, RULES, START)


@pytest.mark.parametrize(
    ("now", "asked", "expected"),
    [
        (at(23, 16), None, Step.WAIT), (at(24, 7, 59), None, Step.WAIT), (at(24, 8), None, Step.ASK),
        (at(24, 19, 59), None, Step.ASK), (at(24, 20), None, Step.WAIT), (at(24, 23), None, Step.WAIT),
        (at(24, 9), Asked(date(2026, 11, 24), at(24, 8)), Step.WAIT),
        (at(24, 16, 59), Asked(date(2026, 11, 24), at(24, 8)), Step.WAIT),
        (at(24, 17), Asked(date(2026, 11, 24), at(24, 8)), Step.REMIND),
        (at(24, 20), Asked(date(2026, 11, 24), at(24, 8)), Step.WAIT),
        (at(24, 18), Asked(date(2026, 11, 24), at(24, 8), reminded=True), Step.WAIT),
        (at(24, 18), Asked(date(2026, 11, 24), at(24, 8), answer="well"), Step.WAIT),
        (at(24, 19), Asked(date(2026, 11, 24), at(24, 18)), Step.WAIT),  # asked late, after an outage
        (at(26, 8), None, Step.ASK), (at(27, 7), None, Step.WAIT), (at(27, 8), None, Step.END),
    ],
)  # fmt: skip
def test_every_hour_has_its_step(now: datetime, asked: Asked | None, expected: Step) -> None:
    assert step(FOLLOWED, RULES, asked, now) is expected


def test_a_closed_one_waits_for_ever() -> None:
    assert step(replace(FOLLOWED, state=FollowUpState.CLOSED), RULES, None, at(24, 8)) is Step.WAIT


@pytest.mark.parametrize(
    ("now", "asked", "expected"),
    [
        (at(24, 6), None, at(24, 8)), (at(24, 21), None, at(25, 8)),
        (at(24, 8), Asked(date(2026, 11, 24), at(24, 8)), at(24, 17)),
        (at(24, 17), Asked(date(2026, 11, 24), at(24, 8), reminded=True), at(25, 8)),
        (at(24, 12), Asked(date(2026, 11, 24), at(24, 8), answer="well"), at(25, 8)),
        (at(24, 18), Asked(date(2026, 11, 24), at(24, 18)), at(25, 8)),
    ],
)  # fmt: skip
def test_when_to_look_again(now: datetime, asked: Asked | None, expected: datetime) -> None:
    assert next_due(FOLLOWED, RULES, asked, now) == expected


@settings(deadline=None)
@given(minutes=st.integers(0, 30 * 24 * 60), asked=st.booleans(), reminded=st.booleans())
def test_nothing_is_sent_at_night_and_the_next_look_is_always_ahead(minutes: int, asked: bool, reminded: bool) -> None:
    now = START + timedelta(minutes=minutes)
    today = Asked(day_of(now), now - timedelta(hours=1), reminded) if asked else None
    assert next_due(FOLLOWED, RULES, today, now) > now
    if step(FOLLOWED, RULES, today, now) is not Step.WAIT:
        assert 8 <= now.astimezone(VIET_NAM).hour < 20


def test_another_reason_makes_it_longer_and_never_shorter() -> None:
    later = replace(begun(BLANK, 21, RULES, START), pack="mpox")
    assert (extended(FOLLOWED, later).ends_on, extended(FOLLOWED, later).pack) == (later.ends_on, "mpox")
    assert extended(later, FOLLOWED) == later


def test_silence_is_counted_from_the_newest_question() -> None:
    days = [Asked(date(2026, 11, number), START, answer=answer) for number, answer in (
        (27, None), (25, None), (24, "well"), (23, None))]  # fmt: skip
    assert silent_days(days) == 2
    assert silent_days(days[2:]) == 0
    assert silent_days([]) == 0


def test_symptoms_are_told_later_and_never_taken_back() -> None:
    assert settled(None, "well") == "well"
    assert settled("well", "symptoms") == settled("symptoms", "well") == "symptoms"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", ("well", False)), (" 2. ", ("symptoms", False)), ("so 1", ("well", False)), ("1 khỏe", ("well", False)),
        ("toi khoe", ("well", False)), ("van binh thuong", ("well", False)), ("bt", ("well", False)),
        ("Tôi vẫn khỏe, cảm ơn bác sĩ", ("well", False)), ("khong sot, khong ho", ("well", False)),
        ("khong co trieu chung gi", ("well", False)), ("ca nha deu khoe", ("well", False)),
        ("het sot roi", ("well", False)), ("i am fine", ("well", False)),
        ("toi ko khoe", ("symptoms", False)), ("chua khoe", ("symptoms", False)), ("not well", ("symptoms", False)),
        ("bi sot", ("symptoms", True)), ("hom nay toi bi sot va ho", ("symptoms", True)),
        ("2 ngay nay sot", ("symptoms", True)), ("1 ngay nay bi sot", ("symptoms", True)),
        ("khoe nhung ho nhe", ("symptoms", True)),
        ("12", None), ("1 1", None), ("KB", None), ("khong", None), ("co", None), ("", None),
        ("Nguyen Van Khoe", None), ("cho toi hoi khai bao suc khoe", None), ("10234569", None), ("3", None),
        ("0", None), ("khoe " * 40, None),
    ],
)  # fmt: skip
def test_what_people_answer(text: str, expected: tuple[str, bool] | None) -> None:
    said = read_follow_up(text)
    assert (None if said is None else tuple(said)) == expected
