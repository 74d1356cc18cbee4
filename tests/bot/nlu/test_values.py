"""What marked spans mean: each kind of value, what is dropped, and that offsets stay those of the text as sent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.model import Context
from bot.components.values import READERS, read_keyword, read_spans, temperature, visit_time
from bot.forms import gazetteer

TODAY = Context(date(2026, 11, 22), gazetteer())  # a Sunday


@pytest.mark.parametrize(
    ("label", "said", "value"),
    [
        ("birth_year", "1960", "1960"),
        ("birth_year", "60", "1960"),
        ("birth_year", "2090", None),
        ("birth_date", "12/5/1960", "1960-05-12"),
        ("birth_date", "20-10-72", "1972-10-20"),
        ("birth_date", "15 tháng 9 năm 2001", "2001-09-15"),
        ("birth_date", "31/2/1990", None),
        ("gender", "nữ", "female"),
        ("phone", "0912 345 678", "84912345678"),
        ("phone", "+84 905 123 456", "84905123456"),
        ("phone", "01689123456", "84389123456"),
        ("phone", "12", None),
        ("companions", "+3", "3"),
        ("companions", "hai", "2"),
        ("companions", "nhieu", None),
        ("flight", "vn 0417", "VN0417"),
        ("seat", "30 k", "30K"),
        ("language", "tiếng Hàn", "ko"),
        ("language", "tieng gi do", None),
        ("checklist_bits", "11101 11111 11111", "111011111111111"),
        ("checklist_bits", "12345", None),
        ("venue_code", "58 20 44 17", "58204417"),
        ("venue_code", "123", None),
        ("since", "2 ngày nay", "2026-11-20"),
        ("since", "hôm kia", "2026-11-20"),
        ("country", "Hàn Quốc", "KR"),
    ],
)
def test_one_value(label: str, said: str, value: str | None) -> None:
    assert READERS[label](said, TODAY) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("38 do 5", "38.5"),
        ("38do5", "38.5"),
        ("38,5", "38.5"),
        ("39 độ rưỡi", "39.5"),
        ("40 độ", "40.0"),
        ("25 độ", None),
        ("38 5", "38.5"),
        ("38.45", "38.4"),
        ("38 độ C", "38.0"),
        ("385", None),
        ("1380", None),
    ],
)
def test_temperature(said: str, value: str | None) -> None:
    assert temperature(said, TODAY) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("hôm qua 8h", "2026-11-21T08:00"),
        ("7 giờ tối", "2026-11-22T19:00"),
        ("9h30", "2026-11-22T09:30"),
        ("hôm kia", "2026-11-20"),
        ("25h", None),
        ("hôm qua lúc 20h15", "2026-11-21T20:15"),
        ("8h rưỡi", "2026-11-22T08:30"),
        ("12h đêm hôm qua", "2026-11-22T00:00"),
        ("sáng nay", "2026-11-22"),
        ("lúc nào đó", "lúc nào đó"),
    ],
)
def test_visit_time(said: str, value: str | None) -> None:
    assert visit_time(said, TODAY) == value


def _read(text: str, *spans: tuple[str, str]) -> list[dict[str, Any]]:
    placed = [(label, text.index(piece), text.index(piece) + len(piece)) for label, piece in spans]
    return read_spans(text, placed, TODAY)


@pytest.mark.parametrize(
    "written", ["P.Bến Nghé, Q1, TP HCM", "phuong ben nghe, quan 1, sai gon", "p ben nghe q.1 tphcm"]
)
def test_an_old_district_leads_to_the_commune_of_today(written: str) -> None:
    commune, _, province = written.replace(", ", ",").partition(",") if "," in written else ("p ben nghe", "", "tphcm")
    district, _, city = province.partition(",") if "," in province else ("q.1", "", "tphcm")
    found = _read(written, ("commune", commune), ("district", district), ("province", city))
    expected = TODAY.places.resolve("Bến Nghé, Quận 1, TP HCM")
    assert [one["value"] for one in found if one["entity"] == "commune"] == [expected[0]["commune"]]


def test_a_commune_that_could_be_several_keeps_its_words() -> None:
    """So that the form asks which one is meant, and nothing is guessed."""
    assert len(TODAY.places.resolve("Tân Lập")) > 1
    assert [one["value"] for one in _read("xã Tân Lập", ("commune", "Tân Lập"))] == ["Tân Lập"]


@pytest.mark.parametrize("name", ["Hủy", "Lâm Văn Đi", "Nguyễn Thị Sốt", "K'Brêu", "To Ko Ho"])
def test_nothing_in_a_name_is_corrected(name: str) -> None:
    assert _read(f"toi ten {name}", ("full_name", name))[0]["value"] == name


def test_digits_without_a_facility_are_no_checklist() -> None:
    assert _read("KB 10001", ("checklist_bits", "10001")) == []


def test_keywords_give_their_values_away() -> None:
    assert [(one["entity"], one["value"]) for one in read_keyword("DD 1023-4567 +2", "check_in")] == [
        ("venue_code", "10234567"),
        ("companions", "2"),
    ]
    assert [one["value"] for one in read_keyword("TX 0912 345 678", "declare_contact")] == ["84912345678"]


@given(st.text(max_size=40), st.sampled_from(sorted(READERS)))
def test_no_reader_breaks_on_any_text(text: str, label: str) -> None:
    value = READERS[label](text, TODAY)
    assert value is None or isinstance(value, str)


@given(st.integers(340, 439))
def test_every_temperature_of_a_living_person_is_read(tenths: int) -> None:
    assert temperature(f"{tenths // 10} do {tenths % 10}", TODAY) == f"{tenths // 10}.{tenths % 10}"


@given(st.dates(date(1910, 1, 1), date(2026, 11, 22)), st.sampled_from("/.-"))
def test_every_birth_date_is_read(day: date, sign: str) -> None:
    written = f"{day.day}{sign}{day.month}{sign}{day.year}"
    assert READERS["birth_date"](written, TODAY) == day.isoformat()


@given(st.text(max_size=60), st.lists(st.tuples(st.sampled_from(sorted(READERS)), st.integers(0, 59)), max_size=4))
def test_offsets_stay_inside_the_text(text: str, marks: list[tuple[str, int]]) -> None:
    spans = [(label, at, min(at + 5, len(text))) for label, at in marks if at < len(text)]
    for one in read_spans(text, spans, TODAY):
        assert (one["start"], one["end"]) in {(start, end) for _, start, end in spans}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("KB Tran Thi B;1960;nu;sot", {"birth_year": "1960", "gender": "female"}),
        ("KB#Le Van C#nam#1971#0912 345 678", {"gender": "male", "birth_year": "1971", "phone": "84912345678"}),
        ("KB.Le Van C.1971.nam.Le Loi", {"gender": "male", "birth_year": "1971"}),
        ("kb Le Thi C, 1971 nu, Le Loi", {"gender": "female"}),
        ("KB Le Van Nam 1971", {}),
        ("KB Le Van C, 1971 nam dinh", {}),
        ("KB Le Van C;038072001234", {}),
    ],
)
def test_what_stands_alone_between_the_signs_of_a_keyword_message(text: str, found: dict[str, str]) -> None:
    assert {one["entity"]: one["value"] for one in read_keyword(text, "declare_health")} == found
