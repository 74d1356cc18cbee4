"""The entry declaration: what is asked, what contradicts, what one message says."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.catalogue import FORMS, defaults
from backend.forms.model import Context
from backend.forms.one_message import read
from backend.forms.questions import contradiction, lacking, missing
from tests.unit.forms.conftest import TODAY

ENTRY, HEALTH = FORMS["entry"], FORMS["health"]
LIMITS = {"days_ahead": 7, "days_back": 14, "days_under_way": 10}
NEAR = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))
NOI_BAI = {"code": "HAN", "name": "Nội Bài", "type": "air"}
MOC_BAI = {"code": "MOC-BAI", "name": "Mộc Bài", "type": "land"}


def wrong(today: date = TODAY, **answers: Any) -> tuple[str, str] | None:
    found = contradiction(ENTRY, answers, today, LIMITS)
    return (found.field, found.wrong.code) if found else None


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, None),
        ({"departure_date": "2026-11-21", "arrival_date": "2026-11-22"}, None),
        ({"departure_date": "2026-11-22", "arrival_date": "2026-11-21"}, ("arrival_date", "days_swapped")),
        ({"departure_date": "2026-11-12", "arrival_date": "2026-11-23"}, ("arrival_date", "days_apart")),
        ({"departure_date": "2026-11-07"}, ("departure_date", "day_long_ago")),
        ({"departure_date": "2026-11-08"}, None),
        ({"arrival_date": "2026-11-29"}, None),
        ({"arrival_date": "2026-11-30"}, ("arrival_date", "day_ahead")),
        ({"departure_date": "2026-11-21", "birth_year": 2027}, ("departure_date", "day_before_birth")),
        ({"vaccinated_on": "2026-11-23"}, ("vaccinated_on", "since_future")),
        ({"vaccinated_on": "1989-01-01", "birth_year": 1990}, ("vaccinated_on", "day_before_birth")),
        ({"transport": "air", "vehicle_number": "51B12345"}, ("vehicle_number", "flight_number")),
        ({"transport": "road", "vehicle_number": "51B12345"}, None),
        ({"transport": "air", "seat": "12"}, ("seat", "seat")),
        ({"transport": "air", "seat": "none"}, None),
        ({"transport": "road", "seat": "12"}, None),
        ({"transport": "air", "border_gate": MOC_BAI}, ("border_gate", "gate_of_way")),
        ({"transport": "road", "border_gate": NOI_BAI}, ("border_gate", "gate_of_way")),
        ({"transport": "air", "border_gate": NOI_BAI}, None),
    ],
)
def test_contradictions(answers: dict[str, Any], expected: tuple[str, str] | None) -> None:
    assert wrong(**answers) == expected


@given(departure=NEAR, arrival=NEAR)
def test_two_days_agree_exactly_when_they_can(departure: date, arrival: date) -> None:
    able = all(-14 <= (day - TODAY).days <= 7 for day in (departure, arrival)) and 0 <= (arrival - departure).days <= 10
    found = wrong(departure_date=departure.isoformat(), arrival_date=arrival.isoformat())
    assert (found is None) == able


def test_without_numbers_of_a_pack_only_the_order_counts() -> None:
    days = {"departure_date": "2020-01-02", "arrival_date": "2020-01-01"}
    found = contradiction(ENTRY, days, TODAY, {})
    assert found is not None
    assert found.wrong.code == "days_swapped"


@pytest.mark.parametrize(
    ("transport", "asked"), [("air", {"vehicle_number", "seat"}), ("ship", {"vehicle_number"}),
                             ("road", {"vehicle_number", "seat"}), ("other", set())],
)  # fmt: skip
def test_no_seat_and_no_number_where_there_is_none(transport: str, asked: set[str]) -> None:
    names = {field.name for field in missing(ENTRY, {"transport": transport})}
    assert names & {"vehicle_number", "seat"} == asked


def test_a_known_person_is_asked_what_nobody_asked_before() -> None:
    from_health = {"full_name": "A B", "birth_year": 1990, "gender": "male", "nationality": "VN", "address": {}}
    assert lacking(ENTRY, from_health, defaults()) == ("nationality", "passport")
    foreign = {**from_health, "nationality": "LA"}
    assert lacking(ENTRY, foreign, defaults()) == ("passport",)
    declared = {**from_health, "passport": "C1234567"}
    assert lacking(ENTRY, declared, {}) == ()
    del declared["address"]
    assert lacking(HEALTH, declared, defaults()) == ("address",)
    asked = missing(ENTRY, {}, ["transport"], known_identity=True, lacking=("passport",))
    assert [field.name for field in asked] == ["passport", "transport"]


SAID = {
    "passport": ("M12345678", "M12345678"), "vehicle_number": ("VN 0417", "VN417"), "seat": ("12A", "12A"),
    "departure_country": ("tu Han Quoc", "KR"), "nationality": ("quoc tich KOR", "KR"), "gender": ("nam", "male"),
    "full_name": ("Nguyen Van An", "Nguyen Van An"), "birth_year": ("1990", 1990),
    "departure_date": ("di 20/11/2026", "2026-11-20"), "arrival_date": ("den 21/11", "2026-11-21"),
    "border_gate": ("san bay Noi Bai", NOI_BAI),
    "stay_address": ("Ben Nghe, TP HCM", {"province": "79", "commune": "26740", "text": "Ben Nghe, TP HCM"}),
}  # fmt: skip


@given(names=st.lists(st.sampled_from(sorted(SAID)), min_size=1, max_size=len(SAID), unique=True))
def test_one_message_in_any_order(names: list[str], context: Context) -> None:
    said = read(ENTRY, "NC " + "; ".join(SAID[name][0] for name in names), context)
    inferred = {"transport": "air"} if "vehicle_number" in names else {}
    assert said.values == {**inferred, **{name: SAID[name][1] for name in names}}
    assert not said.rejected
    assert not said.unread


@pytest.mark.parametrize(
    "text",
    [
        "NC C1234567 VN417 12A Nhat Ban", "NC.C1234567.VN417.12A.Nhat",
        "nhap canh c1234567, vn 0417, 12a, tu Nhat Ban", "NC C1234567 VN417 12A from Japan",
    ],
)  # fmt: skip
def test_short_messages(text: str, context: Context) -> None:
    assert read(ENTRY, text, context).values == {
        "passport": "C1234567", "vehicle_number": "VN417", "seat": "12A", "departure_country": "JP", "transport": "air",
    }  # fmt: skip


def test_two_days_in_a_row_are_departure_and_arrival(context: Context) -> None:
    values = read(ENTRY, "NC M12345678 KE683 20/11 21/11 Noi Bai", context).values
    assert (values["departure_date"], values["arrival_date"]) == ("2026-11-20", "2026-11-21")
    assert values["border_gate"] == NOI_BAI


def test_a_seat_is_not_taken_for_days_ago(context: Context) -> None:
    values = read(ENTRY, "NC C1234567 VN310 2D tu Nhat Ban", context).values
    assert values["seat"] == "2D"
    assert "departure_date" not in values
