"""What people may know and decide about their own data, by SMS."""

from __future__ import annotations

import pytest

from tests.conversations.doing import opened

pytestmark = pytest.mark.timeout(600)


def test_status_of_somebody_who_has_declared(known):
    (declared,) = known.declarations
    known.sends("TT").reads("Nguyen Van An: khai", declared.reference, "Chua ghi tiep xuc")


def test_status_with_an_open_call_back(phone):
    phone.sends("TT").reads("chua khai bao", "Chua ghi tiep xuc")
    phone.sends("GOI").reads("goi lai")
    phone.sends("TT").reads("Se co nguoi goi lai")


def test_who_viewed(known, network):
    known.sends("XEM").reads("chua co ai")
    network.house.staff.add("an", "officer", "CDC", "test")
    network.house.look_up.declaration(known.declarations[0].reference, "an", "bien gioi")
    known.sends("XEM").reads("CDC")


def test_erasing_takes_the_code(known, network):
    known.sends("XOA").reads("gui lai ma")
    confirmation = next(word for word in known.heard[0].replace(".", " ").split() if word.isdigit() and len(word) == 6)
    wrong = "000000" if confirmation != "000000" else "111111"
    known.sends(wrong).reads("khong dung")
    known.sends(confirmation).reads("Da xoa du lieu", "nhat ky")
    known.sends("KB").reads("ho va ten")
    assert [one for one in known.declarations if one.answers] == []


def test_erasing_can_be_left(known):
    known.sends("XOA")
    known.sends("0").reads("chua ghi gi")
    known.sends("KB 00000").reads("Da nhan khai bao")
    assert len(known.declarations) == 2


def test_what_is_kept_is_told(known, network):
    known.sends(f"DD {opened(network).code}").reads("da ghi")
    known.sends("XOA")
    confirmation = next(word for word in known.heard[0].replace(".", " ").split() if word.isdigit() and len(word) == 6)
    known.sends(confirmation).reads("noi va gio da den")


def test_advice_may_be_refused_and_warnings_may_not(phone):
    phone.sends("TC").reads("khong nhan tin khuyen nghi")
    phone.sends("DK KHUYEN NGHI").reads("nhan lai tin khuyen nghi")
    phone.sends("TC CANH BAO").reads("luon duoc gui")
