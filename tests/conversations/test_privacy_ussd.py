"""What people may know and decide about their own data, with the keys of a session."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(600)


def test_status_and_reference(known):
    reference = known.declarations[0].reference
    known.dials("5*1").reads("Nguyen Van An", reference, "Chua thay nguy co").session_ends()
    known.dials("5*2").reads(reference).session_ends()


def test_somebody_unknown(phone):
    phone.dials("5*1").reads("chua khai bao").session_ends()
    phone.dials("5*2").reads("chua khai bao").reads_not("KB").session_ends()
    phone.dials("5*3").reads("Khong co khai bao nao", "*098#").reads_not("KB").session_ends()


def test_who_viewed(known, network):
    known.dials("5*9").reads("1 Ai da xem").types("1").reads("chua co ai").session_ends()
    network.house.staff.add("an", "officer", "CDC", "test")
    network.house.look_up.declaration(known.declarations[0].reference, "an", "bien gioi")
    known.dials("5*9*1").reads("CDC").session_ends()


def test_fewer_messages_and_all_again(known, network):
    known.dials("5*9*2").reads("khong nhan tin khuyen nghi").reads_not("DK").session_ends()
    with network.house.units() as unit:
        assert unit.conversations.find(unit.index(known.number)).opted_out
    known.dials("5*9*3").reads("nhan lai tin khuyen nghi").session_ends()
    with network.house.units() as unit:
        assert not unit.conversations.find(unit.index(known.number)).opted_out


def test_erasing_takes_the_code(known):
    known.dials("5*9*4").reads("gui lai ma").session_goes_on()
    confirmation = next(word for word in known.heard[0].replace(".", " ").split() if word.isdigit() and len(word) == 6)
    known.types("12").reads("6 chu so").session_goes_on()
    known.types(confirmation).reads("Da xoa du lieu", "nhat ky").session_ends()
    known.dials("1").reads("ho va ten")
    assert [one for one in known.declarations if one.answers] == []


def test_erasing_can_be_left(known):
    known.dials("5*9*4").types("0").reads("chua ghi gi").session_ends()
    known.dials("5*9*4").types("96").session_ends()
    assert len(known.declarations) == 1


def test_being_rung_up(phone, network):
    phone.dials("5*5").reads("goi lai").session_ends()
    phone.dials("5*1").reads("Se co nguoi goi lai").session_ends()


def test_the_language_and_the_menu_in_it(phone):
    phone.latin = False
    phone.dials("5*4").reads("2 English").session_goes_on()
    phone.types("2").reads("English", "1 Health declaration", "2 Arrive").session_goes_on()
    phone.types("1").reads("full name")
    phone.hangs_up()
    phone.dials().reads("half done")


def test_help_and_back_stay_in_the_menu_that_is_shown(phone):
    phone.dials("5*9").reads("1 Ai da xem").session_goes_on()
    phone.types("97").reads("1 Ai da xem").session_goes_on()
    phone.types("99").reads("1 Loi khai").session_goes_on()
    phone.types("97").reads("99 quay lai", "1 Loi khai").session_goes_on()
    phone.types("99").reads("1 Khai y te").reads_not("khong co cau hoi").session_goes_on()
    phone.types("2").reads("ma dia diem")
    phone.types("99").reads("Da bo qua", "1 Khai y te").session_goes_on()
