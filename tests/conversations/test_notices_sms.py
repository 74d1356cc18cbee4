"""What a warned person may answer, and what that leads to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.domain.days import day_of
from tests.conversations.test_venues_sms import opened

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def warned(network, phone):
    """A phone that was warned because of a place it shared with a case."""
    return warn(network, phone)


def warn(network, phone):
    """Warn a phone, whatever it is doing."""
    house, sick = network.house, network.phone()
    venue = opened(network)
    for each in (sick, phone):
        each.sends(f"DD {venue.code}")
    network.clock.forward(minutes=25)  # long enough to count, too short for a reminder
    for name, role in (("an", "officer"), ("binh", "approver")):
        house.staff.add(name, role, "CDC", "test")
    case = house.cases.confirm(sick.number, day_of(network.clock.now()) - timedelta(days=1), None, "covid-19", "test")
    house.cases.expose(case.id, "test")
    alert, _ = house.alerts.propose(case.id, "an")
    house.alerts.approve(alert.id, "binh", "sure")
    phone.waits().reads("Cho Ben Thanh", "1 Da hieu", "2 Co trieu chung").reads_not(sick.number)
    phone.alert = alert.id
    return phone


def answered(network, warned):
    counts = network.house.alerts.report(warned.alert).counts
    return counts.answered, counts.symptoms


def test_understood(warned, network):
    warned.sends("1").reads("Cam on")
    assert answered(network, warned) == (1, 0)
    warned.sends("TT").reads("Co tiep xuc ca benh")


def test_symptoms_start_a_declaration(warned, network):
    warned.sends("2").reads("Xin khai trieu chung", "ho va ten")
    assert answered(network, warned) == (1, 1)
    for answer in ("Tran Thi Binh", "1970", "nu", "Ben Nghe, TP HCM", "0"):
        warned.sends(answer)
    warned.reads("Bi nhung gi", "1 Sot")
    for answer in ("sot", "hom nay", "1", "0", "0"):
        warned.sends(answer)
    warned.reads("Tran Thi Binh", "1 Gui")
    warned.sends("1").reads("Da nhan khai bao")
    assert warned.declarations[0].answers["has_symptoms"] is True


def test_a_question_asked_later_is_answered_first(warned, network):
    warned.sends("xin chao").reads("1 Khai y te")
    warned.sends("1").reads("ho va ten")
    assert answered(network, warned) == (0, 0)


def test_a_notice_in_the_middle_of_a_declaration(network, phone):
    """It came after the question, so the digit is meant for it; the question stays."""
    phone.sends("KB Tran Thi Binh; 1970").reads("nam hay nu", "2 Nu")
    warned = warn(network, phone)
    warned.sends("1").reads("Cam on", "nam hay nu")
    assert answered(network, warned) == (1, 0)
    warned.sends("2").reads("xa, phuong nao")


def test_symptoms_in_the_middle_of_a_declaration(network, phone):
    phone.sends("KB Tran Thi Binh; 1970").reads("nam hay nu")
    warned = warn(network, phone)
    warned.sends("2").reads("Xin khai trieu chung", "nam hay nu")
    assert answered(network, warned) == (1, 1)


def test_help_about_the_notice(warned):
    warned.sends("TG").reads("1 neu da hieu", "2 neu co trieu chung")
