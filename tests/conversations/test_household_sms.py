"""Who is kept on a phone, declaring for all of them, naming contacts; by SMS."""

from __future__ import annotations

import pytest

from tests.conversations.doing import MOTHER, contacts

pytestmark = pytest.mark.timeout(600)


def test_keeping_listing_and_removing(known):
    known.sends("GD").reads("Nguyen Van An", "1 Them nguoi").reads_not("Xoa nguoi")
    known.sends("1").reads("ho va ten")
    for answer in ("Tran Thi Me", "1950", "2"):
        known.sends(answer)
    known.sends("Ben Nghe, TP HCM").reads("Da them Tran Thi Me")
    known.sends("GD").reads("Nguyen Van An, Tran Thi Me", "2 Xoa nguoi", "3 Khai cho ca nha")
    known.sends("2").reads("Xoa ai", "1 Tran Thi Me").reads_not("Nguyen Van An")
    known.sends("1").reads("Da xoa Tran Thi Me")
    known.sends("GD").reads_not("Tran Thi Me")


def test_what_the_list_offers_is_chosen_by_its_words_too(known):
    known.sends("GD")
    known.sends("them nguoi").reads("ho va ten")
    for answer in ("Tran Thi Me", "1950", "2", "Ben Nghe, TP HCM"):
        known.sends(answer)
    known.sends("GD").sends("Xóa người").reads("Xoa ai", "1 Tran Thi Me")
    known.sends("tran thi me").reads("Da xoa Tran Thi Me")


def test_a_member_in_one_message_who_can_be_declared_for(known):
    known.sends(MOTHER).reads("Da them Tran Thi Me")
    known.sends("KB").reads("khai cho ai", "Tran Thi Me")
    known.sends("2").reads("Khai cho Tran Thi Me")
    known.sends("00000").reads("Da nhan khai bao cua Tran Thi Me")


@pytest.mark.parametrize("text", ["KB GD 00000", "KB CA NHA 00000", "kb cả nhà khong", "KB gia dinh 0 0 0 0 0"])
def test_all_in_one_go(known, text):
    known.sends(MOTHER)
    known.sends(text).reads("khai bao cua 2 nguoi", "Nguyen Van An, Tran Thi Me")
    assert list(known.subjects[1:]) == ["Nguyen Van An", "Tran Thi Me"]


def test_all_by_the_menu(known):
    known.sends(MOTHER)
    known.sends("GD")
    known.sends("3").reads("Khai chung cho Nguyen Van An, Tran Thi Me", "5 so")
    known.sends("TG").reads("1 co, 0 khong")
    known.sends("00000").reads("khai bao cua 2 nguoi")
    assert len(known.declarations) == 3


def test_only_when_all_are_well(known):
    known.sends(MOTHER)
    known.sends("KB GD 01000").reads("Chi khai chung khi ca nha deu binh thuong")
    assert len(known.declarations) == 1


def test_nobody_is_kept_yet(phone):
    phone.sends("GD").reads("chua giu ten ai", "1 Them nguoi")
    phone.sends("KB GD 00000").reads("chua giu ten ai")


def test_a_contact_who_is_not_told_by_whom(phone, network):
    met = network.phone()
    phone.sends(f"TX 0{met.number[2:]}").reads("Da ghi nguoi tiep xuc")
    assert contacts(network) == [met.number]
    assert [message for _, message in network.sent if message.recipient == met.number] == []


def test_a_contact_asked_for(phone, network):
    phone.sends("TX").reads("So dien thoai")
    phone.sends("12345").reads("chua dung")
    phone.sends("0912 345 678").reads("Da ghi nguoi tiep xuc")
    assert contacts(network) == ["84912345678"]


def test_several_contacts_at_once(phone, network):
    phone.sends("TX 0912345678, 84 987 654 321 va 0912345678").reads("Da ghi nguoi tiep xuc")
    assert contacts(network) == ["84912345678", "84987654321"]


def test_a_number_outside_the_list_is_told_with_the_list(known):
    known.sends("GD")
    known.sends("7").reads("Xin chon mot so", "1 Them nguoi")
    known.sends("HUY").reads("chua ghi gi")


def test_a_member_without_marks_or_full_name(known):
    known.sends("GD THEM Me 1950 nu Ben Nghe TP HCM").reads("Da them Me")


def test_no_contact_after_all(phone, network):
    phone.sends("TX")
    phone.sends("0").reads("chua ghi gi")
    assert contacts(network) == []


def test_a_household_in_the_middle_of_a_declaration_is_told_once_that_one_is_open(known):
    known.sends("KB").sends("2").sends("0").sends("KB").reads("Ong/ba dang khai do.")
    known.sends("KB GD 00000").reads("1 Khai tiep")
    assert known.heard[0].count("dang khai do") == 1
