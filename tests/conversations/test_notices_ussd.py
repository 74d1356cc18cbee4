"""A warned person who dials instead of texting; and what they say in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.domain.days import day_of
from tests.conversations.doing import answered, warn

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def warned(network, phone):
    return warn(network, phone)


def test_dialling_the_notice_comes_first(warned, network):
    warned.dials().reads("chua tra loi", "1 Da hieu", "2 Co trieu chung", "3 Muc khac").session_goes_on()
    warned.types("1").reads("Cam on").session_ends()
    assert answered(network, warned) == (1, 0)
    warned.dials().reads("1 Khai y te")


def test_symptoms_start_a_declaration(warned, network):
    warned.dials().types("2").reads("Xin khai trieu chung", "ho va ten").session_goes_on()
    assert answered(network, warned) == (1, 1)
    for answer in ("Tran Thi Binh", "1970", "2", "Ben Nghe, TP HCM", "0", "1", "0", "1", "0", "0"):
        warned.types(answer).session_goes_on()
    warned.types("1").reads("Da nhan khai bao").session_ends()
    assert warned.declarations[0].answers["has_symptoms"] is True


def test_the_menu_is_a_key_away(warned, network):
    warned.dials().types("3").reads("1 Khai y te").session_goes_on()
    warned.types("1").reads("ho va ten")
    assert answered(network, warned) == (0, 0)


def test_a_dialled_path_is_no_answer(warned, network):
    warned.dials("1").reads("ho va ten")
    assert answered(network, warned) == (0, 0)


def test_help_keeps_the_question(warned, network):
    warned.dials().types("97").reads("1 neu da hieu", "1 Da hieu").session_goes_on()
    warned.types("1").reads("Cam on").session_ends()
    assert answered(network, warned) == (1, 0)


def test_leaving_without_an_answer(warned, network):
    warned.dials().types("96").reads("Da thoat").session_ends()
    warned.dials().reads("1 Da hieu")
    assert answered(network, warned) == (0, 0)


@pytest.mark.parametrize(
    ("text", "counted"),
    [("Đã hiểu", (1, 0)), ("toi hieu roi", (1, 0)), ("da", (1, 0)), ("ok", (1, 0)), ("co trieu chung", (1, 1)),
     ("toi bi sot", (1, 1))],
)  # fmt: skip
def test_in_words_by_sms(warned, network, text, counted):
    warned.sends(text)
    assert answered(network, warned) == counted


def test_after_help_by_sms_a_digit_answers_the_notice(warned, network):
    warned.sends("xin chao").reads("1 Khai y te")
    warned.sends("TG").reads("1 neu da hieu", "1 Da hieu")
    warned.sends("1").reads("Cam on")
    assert answered(network, warned) == (1, 0)


def test_a_contact_of_a_case_hears_of_no_name(network, phone):
    """Named by the sick, never having written: the notice finds them, and the status says so."""
    sick, house = network.phone(), network.house
    sick.sends("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000")
    sick.sends(f"TX 0{phone.number[2:]}")
    for name, role in (("an", "officer"), ("binh", "approver")):
        house.staff.add(name, role, "CDC", "test")
    case = house.cases.confirm(sick.number, day_of(network.clock.now()) - timedelta(days=1), None, "covid-19", "test")
    house.cases.expose(case.id, "test")
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    phone.waits().reads("co the da tiep xuc ca benh", "1 Da hieu").reads_not("Nguyen Van An", sick.number)
    phone.sends("1").reads("Cam on")
    phone.sends("TT").reads("Co tiep xuc ca benh")
