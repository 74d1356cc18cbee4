"""Papers, vehicles, seats, gates and days of a journey."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.catalogue import FORMS
from backend.forms.kinds.travel import FLIGHT, SEAT_IN_ROW
from backend.forms.model import Accepted, Context, Kind, Rejected
from backend.forms.places import Places

KINDS: dict[str, Kind] = {field.name: field.kind for field in FORMS["entry"].fields}
DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))
LETTERS = "ABCDEFGHJKL"


def read(name: str, text: str, context: Context) -> Any:
    """The accepted value, or the code of the rejection."""
    parsed = KINDS[name].parse(text, context)
    return parsed.value if isinstance(parsed, Accepted) else parsed.code


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("vehicle_number", "VN 417", "VN417"), ("vehicle_number", "vn0417", "VN417"),
        ("vehicle_number", "VN-417", "VN417"),
        ("vehicle_number", "chuyen bay VJ 982", "VJ982"), ("vehicle_number", "3k 553", "3K553"),
        ("vehicle_number", "51B-123.45", "51B12345"), ("vehicle_number", "bien so 29C 12345", "29C12345"),
        ("vehicle_number", "Superstar Gemini", "SUPERSTAR GEMINI"), ("vehicle_number", "VN", "vehicle_number"),
        ("vehicle_number", "", "vehicle_number"), ("vehicle_number", "😷😷😷", "vehicle_number"),
        ("seat", "12A", "12A"), ("seat", "a12", "12A"), ("seat", "ghe 07-f", "7F"), ("seat", "15", "15"),
        ("seat", "0", "none"), ("seat", "chưa có", "none"), ("seat", "12I", "seat"), ("seat", "100A", "seat"),
        ("seat", "00", "seat"), ("seat", "0A", "seat"), ("seat", "12M", "seat"), ("seat", "AA", "seat"),
        ("passport", "c 1234567", "C1234567"), ("passport", "hộ chiếu số C1234567", "C1234567"),
        ("passport", "C01X00T47", "C01X00T47"), ("passport", "1234", "passport"), ("passport", "abcdefg", "passport"),
        ("departure_country", "Hàn Quốc", "KR"), ("departure_country", "from Japan", "JP"),
        ("departure_country", "kor", "KR"), ("departure_country", "tu Lao", "LA"),
        ("departure_country", "Mars", "country"),
        ("nationality", "KR", "KR"), ("nationality", "D", "DE"), ("nationality", "quoc tich Nhat", "JP"),
        ("entry_symptoms", "0", []), ("entry_symptoms", "12", ["fever", "cough"]), ("entry_symptoms", "00000000", []),
        ("entry_symptoms", "10000001", ["fever", "rash"]), ("entry_symptoms", "buồn nôn", ["vomiting"]),
        ("visited_places", "none", []), ("entry_symptoms", "nothing", []), ("entry_symptoms", "9", "symptoms"),
        ("visited_places", "không", []), ("vaccine_doses", "2 mũi", 2),
        ("vaccine_doses", "khong", 0), ("vaccine_doses", "21", "count"), ("email", "an@example.com", "an@example.com"),
        ("email", "an@example", "email"),
    ],
)  # fmt: skip
def test_what_people_write(name: str, text: str, value: Any, context: Context) -> None:
    assert read(name, text, context) == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20/11", "2026-11-20"), ("2/1", "2027-01-02"), ("2211", "2026-11-22"), ("221126", "2026-11-22"),
        ("22112026", "2026-11-22"), ("22 nov", "2026-11-22"), ("Nov 22, 2026", "2026-11-22"), ("22", "2026-11-22"),
        ("30", "2026-11-30"), ("2", "2026-12-02"), ("mai", "2026-11-23"), ("ngày kia", "2026-11-24"),
        ("hôm qua", "2026-11-21"), ("đến 22/11", "2026-11-22"), ("2026-11-20", "2026-11-20"),
        ("31/2", "travel_day"), ("32/1", "travel_day"), ("soon", "travel_day"), ("", "travel_day"),
    ],
)  # fmt: skip
def test_days(text: str, day: str, context: Context) -> None:
    assert read("arrival_date", text, context) == day


@given(
    airline=st.from_regex(r"[A-Z]{2}|[A-Z][0-9]|[0-9][A-Z]", fullmatch=True),
    number=st.integers(1, 9999),
    zeros=st.sampled_from(["", "0", "00"]),
    gap=st.sampled_from(["", " ", "-", "  "]),
    small=st.booleans(),
)
def test_a_flight_has_one_spelling(
    airline: str, number: int, zeros: str, gap: str, small: bool, context: Context
) -> None:
    written = f"{airline}{gap}{zeros}{number}"
    value = read("vehicle_number", written.lower() if small else written, context)
    assert value == f"{airline}{number}"
    assert re.fullmatch(FLIGHT, value)
    assert read("vehicle_number", value, context) == value


@given(row=st.integers(0, 200), letter=st.characters(codec="ascii", categories=["Lu"]), turned=st.booleans())
def test_a_seat_exists_or_is_rejected(row: int, letter: str, turned: bool, context: Context) -> None:
    written = f"{letter}{row}" if turned else f"{row}{letter}"
    exists = 1 <= row <= 99 and letter in LETTERS
    value = read("seat", written, context)
    assert value == (f"{row}{letter}" if exists else "seat")
    assert bool(re.fullmatch(SEAT_IN_ROW, value)) == exists


@given(today=DAYS, ahead=st.integers(-150, 150), shape=st.sampled_from(["%d/%m", "%d.%m", "%d%m", "%d %b"]))
def test_a_day_without_its_year_is_the_nearest(today: date, ahead: int, shape: str, places: Places) -> None:
    day = today + timedelta(days=ahead)
    if (day.month, day.day) == (2, 29):
        return
    assert read("arrival_date", day.strftime(shape), Context(today, places)) == day.isoformat()


WHOLE = st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y", "%d %B %Y", "%d/%m/%y"])


@given(today=DAYS, day=DAYS, shape=WHOLE)
def test_a_whole_date_is_that_day(today: date, day: date, shape: str, places: Places) -> None:
    assert read("arrival_date", day.strftime(shape), Context(today, places)) == day.isoformat()


@given(text=st.text(max_size=120))
def test_what_is_accepted_is_kept_when_read_again(text: str, context: Context) -> None:
    for name in ("passport", "vehicle_number", "seat", "arrival_date", "email"):
        parsed = KINDS[name].parse(text, context)
        if isinstance(parsed, Accepted):
            assert read(name, parsed.value, context) == parsed.value, name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("noi bai", "HAN"), ("HAN", "HAN"), ("Sân bay quốc tế Tân Sơn Nhất", "SGN"), ("airport Da Nang", "DAD"),
        ("cang Da Nang", "CANG-DA-NANG"), ("cửa khẩu Mộc Bài", "MOC-BAI"), ("bo i", "BO-Y"),
        ("ga Lao Cai", "GA-LAO-CAI"),
        ("Lao Bao border gate", "LAO-BAO"), ("Điện Biên", "TAY-TRANG"), ("xyz", "border_gate"), ("", "border_gate"),
        ("Da Nang", "border_gate_ambiguous"), ("Quảng Ninh", "border_gate_ambiguous"),
    ],
)  # fmt: skip
def test_gates(text: str, code: str, context: Context) -> None:
    found = read("border_gate", text, context)
    assert (found["code"] if isinstance(found, dict) else found) == code


def test_an_ambiguous_gate_offers_a_few(context: Context) -> None:
    parsed = KINDS["border_gate"].parse("Quang Ninh", context)
    assert isinstance(parsed, Rejected)
    assert 2 <= len(parsed.args["options"]) == len(parsed.args["names"]) <= 5
    assert parsed.args["names"][0] == {"$text": {"key": "gate_air", "args": {"name": "Vân Đồn"}}}


def test_every_gate_is_found_by_its_code_and_by_its_type_and_name(places: Places) -> None:
    gates = places._data["border_gates"]
    assert len({gate["code"] for gate in gates}) == len(gates) > 70
    words = {"air": "sân bay", "land": "cửa khẩu", "rail": "ga", "sea": "cảng"}
    for gate in gates:
        assert [one["code"] for one in places.gates(gate["code"].lower())] == [gate["code"]]
        assert gate["code"] in {one["code"] for one in places.gates(f"{words[gate['type']]} {gate['name']}")}
        assert places.name(gate["province"])
