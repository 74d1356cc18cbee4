"""Where the pack asks for consent, a declaration waits for it, by SMS and on USSD screens."""

from __future__ import annotations

import pytest

from tests.conversations.doing import MOTHER
from tests.conversations.phones import change_pack

pytestmark = pytest.mark.timeout(600)

ONE_MESSAGE = "KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000"


@pytest.fixture
def phone(network, monkeypatch):
    """A phone under a pack whose legal basis is consent."""
    change_pack(network, monkeypatch, legal_basis="consent")
    return network.phone()


def statuses(phone):
    return [each.status for each in phone.declarations]


@pytest.mark.parametrize("yes", ["1", "dong y", "Đồng ý"])
def test_agreed(phone, yes):
    phone.sends(ONE_MESSAGE).reads("cho ong/ba dong y", "1 Dong y", "0 Khong dong y")
    assert statuses(phone) == ["pending"]
    phone.sends(yes).reads("Da nhan khai bao cua Nguyen Van An", "Voi su dong y")
    assert statuses(phone) == ["complete"]


@pytest.mark.parametrize("no", ["0", "khong dong y", "HUY"])
def test_declined(phone, no):
    phone.sends(ONE_MESSAGE)
    phone.sends(no)
    assert statuses(phone) == []


@pytest.mark.parametrize("text", ["TG", "xin chao", "la sao", "5"])
def test_anything_else_asks_again(phone, text):
    phone.sends(ONE_MESSAGE)
    phone.sends(text).reads("con cho", "1 Dong y")
    phone.sends("1").reads("Da nhan khai bao")


def test_on_screens(phone):
    phone.sends(ONE_MESSAGE).sends("1")
    phone.dials("1").types("1").reads("1 Dong y").session_goes_on()
    phone.types("97").reads("con cho", "1 Dong y").session_goes_on()
    phone.types("1").reads("Da nhan khai bao").session_ends()
    phone.dials("1").types("1").types("96").session_ends()
    assert statuses(phone) == ["complete", "complete"]


def test_hung_up_and_dialled_again_it_is_asked_first(phone):
    phone.sends(ONE_MESSAGE)
    phone.dials().reads("con cho", "1 Dong y")
    phone.types("0").reads("khong luu gi ca").session_ends()
    assert statuses(phone) == []


def test_once_for_the_whole_household(phone):
    phone.sends(ONE_MESSAGE).sends("1")
    phone.sends(MOTHER)
    phone.sends("KB GD 00000").reads("Ca nha dong y", "1 Dong y")
    phone.sends("1").reads("khai bao cua 2 nguoi")
    assert statuses(phone) == ["complete"] * 3
