"""What a warned person may answer, and what that leads to."""

from __future__ import annotations

import pytest

from tests.conversations.doing import answered, warn

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def warned(network, phone):
    """A phone that was warned because of a place it shared with a case."""
    return warn(network, phone)


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
