"""What people really type: yes and no in every spelling, names like keywords, days and places in every form."""

from __future__ import annotations

import pytest

from backend.services.say import TooMany
from channels.contract import Medium

pytestmark = pytest.mark.timeout(600)

IDENTIFIED = "KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM"


@pytest.mark.parametrize(
    "no", ["k", "khum", "chưa", "hong", "0 nha", "dạ không ạ", "hổng có", "đâu có", "khong co gi het"]
)
def test_no(phone, no):
    phone.sends(IDENTIFIED).reads("tinh khac")
    phone.sends(no).reads("sot, ho")


@pytest.mark.parametrize("yes", ["dạ có", "co a", "1 em", "uh", "rồi", "Có chứ"])
def test_yes(phone, yes):
    phone.sends(IDENTIFIED).reads("tinh khac")
    phone.sends(yes).reads("ke ten cac tinh")


@pytest.mark.parametrize(
    "name", ["Hủy", "Hủy Văn Đi", "Đi", "Sùa A Mã", "Kim Ba", "Công Tằng Tôn Nữ Thị Ngọc Bảo Châu"]
)
def test_a_name_that_looks_like_something_else(phone, name):
    phone.sends("KB")
    phone.sends(name).reads("Sinh nam")


@pytest.mark.parametrize(
    "year", ["1958", "58", "sn 58", "15/3/1958", "15031958", "sinh ngay 15 thang 3 nam 1958", "March 15, 1958"]
)
def test_a_birth_year(phone, year):
    phone.sends("KB").sends("Nguyen Van An")
    phone.sends(year).reads("nam hay nu")
    phone.sends("nam").sends("Ben Nghe, TP HCM").sends("00000").reads("1958")


def test_an_age_is_as_good_as_a_year(phone):
    phone.sends("KB").sends("Nguyen Van An")
    phone.sends("67 tuổi").reads("nam hay nu")


@pytest.mark.parametrize("text", ["KB Nguyen Van An 1758 nam Ben Nghe TP HCM 00000",
                                  "KB Nguyen Van An; 1758; nam; Ben Nghe, TP HCM; 00000"])  # fmt: skip
def test_a_year_that_cannot_be_is_explained_and_the_rest_is_kept(phone, text):
    phone.sends(text).reads("Nam 1758 lau qua", "Sinh nam")
    phone.sends("1958").reads("Nguyen Van An", "1958", "1 Gui")


@pytest.mark.parametrize(
    "day", ["hom qua", "hqua", "2 ngay nay", "20/11", "22.11", "221126", "ngay 22 thang 11", "mung 2 thang 11",
            "thu hai", "tuan truoc", "3"],
)  # fmt: skip
def test_a_day(phone, day):
    phone.sends(f"{IDENTIFIED}; 01000").sends("sot").reads("tu ngay nao")
    phone.sends(day).reads("Sot", "1 Gui")


@pytest.mark.parametrize("day", ["30/2", "1/1/2090", "1/1/1957", "😷", "khong", "chua"])
def test_a_day_that_cannot_be(phone, day):
    phone.sends(f"{IDENTIFIED}; 01000").sends("sot")
    phone.sends(day).reads("tu ngay nao")


@pytest.mark.parametrize("places", ["toi di Ha Noi voi Da Nang", "đã đi Đà Lạt", "Vung Tau, Lao", "da nang"])
def test_places(phone, places):
    phone.sends(f"{IDENTIFIED}; 10000").reads("ke ten cac tinh")
    phone.sends(places).reads("1 Gui")


@pytest.mark.parametrize("nowhere", ["chua", "khong", "hom qua", "roi", "mien tay"])
def test_no_place(phone, nowhere):
    phone.sends(f"{IDENTIFIED}; 10000")
    phone.sends(nowhere).reads("ke ten cac tinh")
    phone.sends("Lao").reads("1 Gui").reads_not("Trieu chung")


@pytest.mark.parametrize(
    ("address", "said"),
    [("q1", "Co phai"), ("Da Lat", "Co phai"), ("Ha Noi", "Xin them ten xa"), ("chua", "Xin gui ten xa"),
     ("toi o nha", "Chua tim ra")],
)  # fmt: skip
def test_an_address_that_is_not_enough(phone, address, said):
    phone.sends("KB Nguyen Van An; 1958; nam")
    phone.sends(address).reads(said, "xa, phuong nao")


def test_digits_against_what_was_told_are_asked_again(phone):
    phone.sends("toi bi sot va ho")
    for answer in ("Nguyen Van An", "1958", "nam", "Ben Nghe, TP HCM"):
        phone.sends(answer)
    phone.sends("00000").reads("noi co, cho noi khong", "bi sot, ho")
    phone.sends("1").reads("Bi nhung gi")


def test_emoji_and_ten_thousand_characters_in_mid_form(phone):
    phone.sends("KB").sends("Nguyen Van An")
    phone.sends("😷" * 40).reads("4 chu so", "Sinh nam")
    body = {"id": "long", "from": f"+{phone.number}", "text": "1" * 10_000}
    phone.network.client.post("/webhooks/simulator/sms", json=body)
    phone.waits()
    phone.sends("1958").reads("nam hay nu")


def test_a_name_of_a_question_after_sua_is_nobodys_name(phone):
    phone.sends("KB").sends("SUA nam sinh").reads("Xin cho biet ho va ten")
    phone.sends("Nguyen Van An").sends("SUA").reads("1 Ho ten")
    phone.sends("SUA 1").reads("Xin cho biet ho va ten")


def test_help_is_about_what_was_asked_last(phone):
    phone.sends("KB").sends("Nguyen Van An").sends("PA").reads("ma dia diem")
    phone.sends("TG").reads("8 chu so").reads_not("nam sinh")
    phone.sends("0").reads("Sinh nam nao")


def test_the_terminal_says_when_a_number_sends_too_much(phone, network):
    said = (network.house.say.write(Medium.SMS, phone.number, "MA") for _ in range(100))
    with pytest.raises(TooMany):
        list(said)
