"""Who is kept on a phone, declaring for all of them, naming contacts; on USSD screens, each checked for its size."""

from __future__ import annotations

import pytest

from tests.conversations.doing import MOTHER, contacts

pytestmark = pytest.mark.timeout(600)


def test_keeping_listing_and_removing(known):
    known.dials().types("5").reads("6 Nguoi nha")
    known.types("6").reads("Nguyen Van An", "1 Them nguoi").session_goes_on()
    known.types("1").reads("ho va ten nguoi duoc khai")
    for answer in ("Tran Thi Me", "15031950", "2"):
        known.types(answer).session_goes_on()
    known.types("Ben Nghe, TP HCM").reads("Da them Tran Thi Me").reads_not("KB").session_ends()
    known.dials("5*6").reads("Tran Thi Me", "2 Xoa nguoi", "3 Khai cho ca nha")
    known.types("2").reads("Xoa ai", "1 Tran Thi Me").session_goes_on()
    known.types("1").reads("Da xoa Tran Thi Me").session_ends()
    known.dials("5*6").reads_not("Tran Thi Me")


def test_all_declared_for_in_one_go(known):
    known.sends(MOTHER)
    known.dials("5*6*3").reads("Khai chung cho Nguyen Van An, Tran Thi Me", "5 so").session_goes_on()
    known.types("97").reads("1 co, 0 khong").session_goes_on()
    known.types("00000").reads("khai bao cua 2 nguoi").session_ends()
    assert list(known.subjects[1:]) == ["Nguyen Van An", "Tran Thi Me"]


def test_not_when_somebody_is_ill(known):
    known.sends(MOTHER)
    known.dials("5*6*3").types("01000").reads("Chi khai chung").reads_not("KB").session_ends()
    assert len(known.declarations) == 1


def test_a_number_outside_the_list(known):
    known.dials("5*6").types("7").reads("Xin chon mot so", "1 Them nguoi").session_goes_on()
    known.types("0").reads("chua ghi gi").session_ends()


def test_declaring_for_a_neighbour(known):
    known.dials("1").types("3").reads("1 Nguoi nha", "2 Nguoi ngoai")
    known.types("2").reads("ho va ten nguoi duoc khai")
    for answer in ("Le Van Ba", "1940", "1", "Ben Nghe, TP HCM", "0", "0", "0", "0", "0"):
        known.types(answer).session_goes_on()
    known.types("1").reads("Da nhan khai bao cua Le Van Ba").session_ends()
    assert known.declarations[-1].declared_for == "other"


def test_a_contact(phone, network):
    phone.dials("5*7").reads("So dien thoai").session_goes_on()
    phone.types("12345").reads("chua dung").session_goes_on()
    phone.types("0912345678").reads("Da ghi nguoi tiep xuc").session_ends()
    assert contacts(network) == ["84912345678"]
    phone.dials("5*7").types("0").reads("chua ghi gi").session_ends()
