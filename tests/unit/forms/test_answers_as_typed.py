"""Answers as people of all ages and regions type them, by the question they answer."""

from __future__ import annotations

from typing import Any

import pytest

from backend.forms.catalogue import field
from backend.forms.kinds import BirthYear, IdNumber, PersonName, Phone, Seat, Since, VehicleNumber
from backend.forms.kinds.choice import is_request, is_unsure
from backend.forms.model import Accepted, Context, Kind


def read(kind: Kind, text: str, context: Context) -> Any:
    """The value, None where the answer is not taken."""
    parsed = kind.parse(text, context)
    return parsed.value if isinstance(parsed, Accepted) else None


NAMES = {
    "Hủy": "Hủy", "Đi": "Đi", "Dung": "Dung", "Dừng": "Dừng", "ten em la Le Thi Be": "Le Thi Be",
    "dạ con tên Huỳnh Thị Bé Ba ạ": "Huỳnh Thị Bé Ba", "da con ten la Huynh Thi Be Ba a": "Huynh Thi Be Ba",
    "tui la Nguyen Thi Tu": "Nguyen Thi Tu", "ten em la Dung": "Dung", "Nguyen Van An.": "Nguyen Van An",
    "La Van Cuong": "La Van Cuong", "la Nguyen Van A": "Nguyen Van A", "Dung Lai": "Dung Lai", "Tống Đài": "Tống Đài",
    "Tong Dai": "Tong Dai", "Thoi Van Ba": "Thoi Van Ba", "Lai Van Dung": "Lai Van Dung",
    "Bùi Thị Không": "Bùi Thị Không",
    "bui thi khong": "Bui Thi Khong", "Lò Thị Sai": "Lò Thị Sai", "Nguyễn Thị Rơi": "Nguyễn Thị Rơi",
}  # fmt: skip
NO_NAMES = """dung lai|dừng lại|Dừng Lại|tong dai|TONG DAI|tổng đài|gap tong dai|thoi|thoi khong khai nua|dung lai di
bo qua|huy bo|tiep tuc|lam lai|lam lai tu dau|bat dau lai|sai roi|nham so roi|de sau|khi khac|may oi|can giup do
cam on|dong y
the nao|lam sao|la sao|doi chut|ket thuc|nguoi that|nhan vien|bac si|duong day nong|nhu tren|nhu cu|khong biet|ten gi
em chao chi|noi chuyen voi nguoi""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_taken_as_it_is(text: str, context: Context) -> None:
    assert read(PersonName(), text, context) == NAMES[text]


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_is_asked_of_the_service_is_no_name(text: str, context: Context) -> None:
    assert read(PersonName(), text, context) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("s.n 1960", 1960), ("toi 66 tuoi roi", 1960), ("tui 66 tuoi", 1960), ("khoang 1960", 1960),
        ("sinh 1960 tuoi ty", 1960), ("canh ty 1960", 1960), ("1 9 6 0", 1960), ("cháu 8 tuổi", 2018),
        ("be 3 tuoi", 2023), ("6 thang tuoi", 2026), ("14 thang tuoi", 2025), ("2k3", 2003), ("sn 2k", 2000),
        ("sinh năm một chín sáu mươi", 1960), ("sau hai", 1962), ("hai nghìn không trăm linh ba", 2003),
        ("nam 60", 1960),
        ("196", None), ("9x", None), ("tuoi Canh Ty", None), ("khong nho", None), ("ba", None),
    ],
)  # fmt: skip
def test_birth_years(text: str, year: int | None, context: Context) -> None:
    assert read(BirthYear(), text, context) == year


@pytest.mark.parametrize("text", ["sau hai", "bon bay", "6 thang", "1 9 6 0"])
def test_words_alone_are_no_unmistakable_birth_year(text: str, context: Context) -> None:
    assert not BirthYear().recognise(text, context)


@pytest.mark.parametrize(
    "text",
    ["o912345678", "912345678", "goi so 0912345678", "0912345678 (con trai)", "so may con gai toi 0912 345 678",
     "sđt: 0912.345.678"],
)  # fmt: skip
def test_a_phone_number_among_words(text: str, context: Context) -> None:
    assert read(Phone(), text, context) == "84912345678"


@pytest.mark.parametrize("text", ["0912345678 va 0987654321", "so nay", "0912345678 nha so 5", "12345678"])
def test_what_is_not_one_phone_number(text: str, context: Context) -> None:
    assert read(Phone(), text, context) is None


@pytest.mark.parametrize("text", ["hc C1234567", "ho chieu C1234567", "C 1234567"])
def test_passports(text: str, context: Context) -> None:
    assert read(IdNumber(), text, context) == "C1234567"


@pytest.mark.parametrize(
    "text", ["so dinh danh 001160012345", "ma dinh danh ca nhan: 001160012345", "cccd 001 160 012 345"]
)
def test_citizen_cards(text: str, context: Context) -> None:
    assert read(IdNumber(), text, context) == "001160012345"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("toi la nam", "male"), ("tui la nu", "female"), ("gioi tinh: nam", "male"), ("con gai", "female"),
        ("be trai", "male"), ("so 2", "female"), ("chon 1", "male"), ("nu nha em", "female"), ("ong", None),
    ],
)  # fmt: skip
def test_genders(text: str, value: str | None, context: Context) -> None:
    assert read(field("gender").kind, text, context) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ko ho, ko sot", False), ("khong ho khong sot", False), ("k ho k sot", False), ("ko ho ko sot gi het", False),
        ("khong sot", False), ("van khoe", False), ("khoe re", False), ("binh thuong", False),
        ("khong co trieu chung nao", False),
        ("co trieu chung", True), ("khong khoe", True), ("co", True), ("0", False), ("1", True),
        ("het sot roi", None), ("sot hom qua nay het roi", None), ("ho nhe", None), ("2", None), ("khong biet", None),
    ],
)  # fmt: skip
def test_whether_there_are_symptoms(text: str, value: bool | None, context: Context) -> None:
    assert read(field("has_symptoms").kind, text, context) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("co gap nguoi bi sot", True), ("tiep xuc voi ong Ba bi covid", True), ("co 1 nguoi", True), ("co gap", True),
        ("ko gap ai", False), ("em khong tx voi ai", False), ("gap nhung lau roi", None), ("khong biet", None),
    ],
)  # fmt: skip
def test_whether_somebody_was_met(text: str, value: bool | None, context: Context) -> None:
    assert read(field("contact_case").kind, text, context) is value


@pytest.mark.parametrize(
    ("text", "symptoms"),
    [
        ("1 va 2", ["fever", "cough"]), ("so 1", ["fever"]), ("so 1 va so 3", ["fever", "breathing_difficulty"]),
        ("rat co hong", ["sore_throat"]), ("sot 38do5 tu hom kia", ["fever"]), ("het sot roi con ho", ["cough"]),
        ("ko ho", None), ("so mui", None),
    ],
)  # fmt: skip
def test_symptoms(text: str, symptoms: list[str] | None, context: Context) -> None:
    assert read(field("symptoms").kind, text, context) == symptoms


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 ngay roi a", "2026-11-19"), ("hom thu bay", "2026-11-21"), ("ngay hom kia", "2026-11-20"),
        ("moi day", "2026-11-22"), ("nay 3 ngay", "2026-11-19"), ("4-5 ngay", "2026-11-17"),
        ("toi thu 6", "2026-11-20"),
        ("sot 38 do", None), ("38 do", None), ("may hom nay", None), ("khong nho", None),
    ],
)  # fmt: skip
def test_days(text: str, day: str | None, context: Context) -> None:
    assert read(Since(), text, context) == day


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Seat(), "hang 12 ghe A", "12A"), (Seat(), "12A nhe", "12A"), (Seat(), "12 a", "12A"),
        (Seat(), "ghe 12a", "12A"),
        (VehicleNumber(), "vn 0417", "VN417"), (VehicleNumber(), "khong nho", None), (VehicleNumber(), "k bit", None),
    ],
)  # fmt: skip
def test_flights_and_seats(kind: Kind, text: str, value: str | None, context: Context) -> None:
    assert read(kind, text, context) == value


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("vaccine_doses", "hai mui", 2), ("vaccine_doses", "3 mũi rồi", 3), ("vaccine_doses", "da tiem 3", 3),
        ("vaccine_doses", "chua tiem", 0), ("vaccine_doses", "khong tiem mui nao", 0),
        ("vaccine_doses", "khong nho", None),
        ("passport", "N1234567 a", "N1234567"), ("passport", "N1234567A", "N1234567A"),
        ("vehicle_number", "vietnam airlines vn417", "VN417"), ("vehicle_number", "so hieu VN417", "VN417"),
        ("vehicle_number", "chuyen VN417 a", "VN417"), ("seat", "chua co ghe", "none"), ("seat", "so 12A", "12A"),
        ("transport", "oto", "road"), ("transport", "duong bo", "road"), ("transport", "bang may bay", "air"),
        ("arrival_date", "da den hom qua", "2026-11-21"), ("arrival_date", "mai den", "2026-11-23"),
        ("arrival_date", "moi den", "2026-11-22"), ("arrival_date", "thu 6 tuan nay", "2026-11-20"),
        ("arrival_date", "khong biet", None), ("entry_symptoms", "ko bi gi", []),
        ("entry_symptoms", "khong bi gi het", []),
    ],
)  # fmt: skip
def test_answers_at_the_border(name: str, text: str, value: Any, context: Context) -> None:
    assert read(field(name).kind, text, context) == value


@pytest.mark.parametrize("text", ["khong biet", "k bit", "chua ro", "em khong nho", "quen roi", "hok bit", "not sure"])
def test_not_knowing(text: str) -> None:
    assert is_unsure(text)


@pytest.mark.parametrize("text", ["khong", "biet", "khong co", "Ko Bit Nguyen", "co biet"])
def test_knowing(text: str) -> None:
    assert not is_unsure(text)


def test_requests_agree_with_their_accents() -> None:
    assert is_request("tổng đài")
    assert is_request("tong dai")
    assert not is_request("Tống Đài")
