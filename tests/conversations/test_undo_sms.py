"""HUY takes back what was told last, whatever it was, and nothing before it."""

from __future__ import annotations

import pytest

from tests.conversations.doing import MOTHER, opened, visits

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def venue(network):
    return opened(network)


def test_an_arrival(known, network, venue):
    known.sends(f"DD {venue.code} hom qua 8h")
    known.sends("HUY").reads("Da bo luot den Cho Ben Thanh")
    assert (visits(network), len(known.declarations)) == ([], 1)
    known.sends("HUY").reads("Khong con gi moi de huy", known.declarations[0].reference)
    assert len(known.declarations) == 1


def test_an_arrival_gives_back_the_stay_it_ended(phone, network, venue):
    phone.sends(f"DD {venue.code}")
    before = visits(network)
    network.clock.forward(minutes=20)
    phone.sends(f"DD {opened(network, 'Pho Thin', 'restaurant').code}").reads("roi Cho Ben Thanh")
    phone.sends("HUY").reads("Da bo luot den Pho Thin")
    assert visits(network) == before


def test_a_departure(phone, network, venue):
    phone.sends(f"DD {venue.code}")
    before = visits(network)
    network.clock.forward(minutes=10)
    phone.sends("DI").reads("roi di")
    phone.sends("HUY").reads("Da bo luot roi Cho Ben Thanh")
    assert visits(network) == before
    phone.sends("DI").reads("roi di")


def test_an_arrival_that_only_went_on_with_an_older_one_stays(phone, network, venue):
    phone.sends(f"DD {venue.code}")
    network.clock.forward(minutes=50)
    phone.sends(f"DD {venue.code}").reads("da ghi tu truoc")
    phone.sends("HUY").reads("khong huy duoc")
    assert len(visits(network)) == 1


def test_too_late(phone, network, venue):
    phone.sends(f"DD {venue.code}")
    network.clock.forward(minutes=40)
    phone.sends("HUY").reads("qua han huy")
    assert len(visits(network)) == 1


def test_a_declaration_told_after_the_arrival(known, network, venue):
    known.sends(f"DD {venue.code}")
    known.sends("KB 00000")
    reference = known.declarations[-1].reference
    known.sends("HUY").reads("Da huy khai bao", reference)
    assert (len(known.declarations), len(visits(network))) == (1, 1)


def test_the_whole_household_that_was_declared_together(known):
    known.sends(MOTHER)
    known.sends("KB GD 00000").reads("2 nguoi")
    made = [each.reference for each in known.declarations[1:]]
    known.sends("HUY").reads("Da huy khai bao", *made)
    assert len(known.declarations) == 1


def test_a_key_of_the_menu_only_leaves(known):
    known.dials().types("96").reads("Da thoat").session_ends()
    known.dials().types("5").types("96").reads("Da thoat").session_ends()
    known.dials("5*9").types("96").reads("Da thoat").session_ends()
    assert len(known.declarations) == 1
    known.dials().types("HUY").reads("Da huy khai bao").session_ends()
    assert known.declarations == []
