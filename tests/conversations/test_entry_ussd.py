"""The entry declaration on USSD screens; the phone checks that each fits."""

from __future__ import annotations

import pytest

from tests.conversations.doing import day, iso

pytestmark = pytest.mark.timeout(600)


def test_a_traveller_declares_with_a_keypad_alone(phone):
    phone.dials()
    number = next(line.split()[0] for line in phone.heard[0].splitlines() if "Nhap canh" in line)
    phone.types(number).reads("ho va ten")
    digits = day().replace("/", "")
    for answer in ("Kim Min Jun", "1990", "1", "KR", "M12345678", "Han Quoc", "1", "VN417", "0", digits, digits, "SGN",
                   "0", "Ben Nghe, TP HCM", "12", "0", "0"):  # fmt: skip
        phone.types(answer).session_goes_on()
    phone.types("0").reads("M12345678", "VN417", "1 Gui").session_goes_on()
    phone.types("1").reads("Da nhan khai nhap canh", "Kim Min Jun").session_ends()
    (stored,) = phone.declarations
    assert (stored.channel, stored.triage, stored.reference) == ("ussd", "red", phone.reference)
    assert stored.answers["arrival_date"] == iso()
    assert stored.answers["seat"] == "none"
    phone.waits().reads(stored.reference)


def test_an_ambiguous_gate_is_chosen_by_a_digit(phone):
    phone.sends(f"NC Kim Min Jun; 1990; nam; quoc tich Han Quoc; M12345678; VN417; 12A; Lao; {day()}; {day()}")
    phone.dials().types("1").reads("cua khau")
    phone.types("sai gon").reads("1 san bay", "2 cang").session_goes_on()
    phone.types("2").reads("khong hop").session_goes_on()
    phone.types("Tan Son Nhat").reads("14 ngay qua")


def test_going_back_and_help(phone):
    phone.sends("NC Kim Min Jun; 1990; nam; quoc tich Han Quoc; M12345678").reads("tu nuoc nao")
    phone.dials().types("1").types("Han Quoc").reads("bang gi")
    phone.types("97").reads("Di bo", "bang gi")
    phone.types("99").reads("tu nuoc nao")
    phone.types("96").reads("huy").session_ends()
    assert phone.declarations == []


WELL = ("Kim Min Jun", "1990", "1", "KR", "M12345678", "Han Quoc", "1", "VN417", "12A")


def test_dates_and_seats_that_cannot_be_and_a_correction(phone):
    """A traveller corrects the seat on the second page of the list, and the arrival after the receipt."""
    phone.dials("4")
    for answer in WELL[:-1]:
        phone.types(answer).session_goes_on()
    phone.types("100A").reads("Khong co ghe nay")
    phone.types("12A").reads("khoi hanh")
    phone.types(day(30).replace("/", "")).reads("con xa qua")
    phone.types("01011989").reads("da qua 14 ngay")
    phone.types(day().replace("/", "")).reads("den Viet Nam")
    phone.types(day(-3).replace("/", "")).reads("truoc ngay di")
    for answer in (day().replace("/", ""), "SGN", "0", "Ben Nghe, TP HCM", "0", "0", "0", "0"):
        phone.types(answer).session_goes_on()
    phone.reads("12A", "1 Gui").types("2").reads("1 Ho ten", "0 Muc khac")
    phone.types("0").reads("So ghe")
    number = next(line.split()[0] for line in phone.heard[0].splitlines() if "So ghe" in line)
    phone.types(number).reads("So ghe").types("14C").reads("14C", "1 Gui")
    phone.types("1").reads("Da nhan khai nhap canh").session_ends()
    phone.dials("5*3").types("0")
    number = next(line.split()[0] for line in phone.heard[0].splitlines() if "Ngay den" in line)
    phone.types(number).types(day(1).replace("/", "")).reads("Da nhan khai nhap canh").session_ends()
    (stored,) = phone.declarations
    assert (stored.answers["seat"], stored.answers["arrival_date"], stored.revision) == ("14C", iso(1), 2)
    phone.dials("5*2").reads(stored.reference).session_ends()


def test_hanging_up_and_going_on(phone):
    phone.dials("4")
    for answer in WELL[:5]:
        phone.types(answer)
    phone.hangs_up()
    phone.dials().reads("1 Khai tiep", "2 Khai lai")
    phone.types("1").reads("tu nuoc nao")
    phone.hangs_up()
    phone.sends("Han Quoc").reads("bang gi")
