"""Arriving at and leaving venues on USSD screens; the phone checks that each fits."""

from __future__ import annotations

import pytest

from tests.conversations.doing import mistyped, opened, visits

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def venue(network):
    return opened(network)


@pytest.mark.parametrize("path", ["{}", "2*{}"])
def test_dialled_in_one_go(phone, network, venue, path):
    phone.dials(path.format(venue.code)).reads("Cho Ben Thanh", "da ghi").session_ends()
    assert len(visits(network)) == 1


def test_the_menu_leads_there_and_back(phone, network, venue):
    phone.dials().reads("2 Den noi", "3 Roi di")
    phone.types("2").reads("8 chu so").session_goes_on()
    phone.types(venue.code).reads("Cho Ben Thanh", "da ghi").session_ends()
    phone.dials("3").reads("roi di").session_ends()
    assert len(visits(network)) == 1


def test_leaving_a_named_venue(phone, venue):
    phone.dials(venue.code)
    phone.dials(f"3*{venue.code}").reads("Cho Ben Thanh", "roi di").session_ends()


def test_a_mistyped_code_offers_the_nearest(phone, network, venue):
    phone.dials(mistyped(venue.code)).reads("khong dung", "1 Cho Ben Thanh").session_goes_on()
    phone.types("1").reads("da ghi").session_ends()
    assert len(visits(network)) == 1


def test_a_dialled_venue_keeps_the_declaration_half_done(phone, venue):
    phone.dials("1").types("Nguyen Van An").reads("Sinh nam")
    phone.hangs_up()
    phone.dials(venue.code).reads("Cho Ben Thanh", "Sinh nam").session_goes_on()
    phone.types("1958").reads("nam hay nu")


def test_registering_a_venue(phone):
    phone.dials("5*8").reads("Ten dia diem")
    phone.types("Pho Thin").reads("1 Quan an")
    phone.types("quan pho").reads("xa, phuong nao")
    phone.types("Ben Thanh, TP HCM").reads("Pho Thin: ma").session_ends()


def test_a_keeper_opens_a_venue_types_a_visitor_and_counts(phone, network):
    phone.dials("5*8")
    for answer in ("Pho Thin", "1"):
        phone.types(answer).session_goes_on()
    phone.types("Ben Thanh, TP HCM").reads("Pho Thin: ma").session_ends()
    code = next(word for word in phone.heard[0].replace(".", " ").split() if len(word) == 8 and word.isdigit())
    phone.waits()
    confirmation = next(word for word in phone.heard[0].replace(".", " ").split() if len(word) == 6 and word.isdigit())
    phone.dials().types("000000" if confirmation != "000000" else "111111").reads("khong dung")
    phone.dials().types(confirmation).reads("Pho Thin da mo").session_ends()
    visitor = network.phone()
    phone.dials().types(f"DD {code} 0{visitor.number[2:]}").reads("da ghi khach").session_ends()
    visitor.dials().types("SAI").reads("Da bo luot den Pho Thin").session_ends()
    visitor.dials(code).reads("da ghi").session_ends()
    phone.dials().types("SL").reads("Pho Thin", "1 luot").session_ends()


def test_company_a_past_visit_and_leaving_by_the_menu(phone, network, venue):
    phone.dials().types("2").types(f"{venue.code} +2").reads("cung 2 nguoi", "*098#").session_ends()
    phone.dials().types("2").types(f"{venue.code} hom qua 8h").reads("luc 08:00").session_ends()
    phone.dials().types("3").reads("roi di").session_ends()
    assert sorted(visit.companions for visit in visits(network)) == [0, 2]


def test_leaving_nowhere_and_times_to_come(phone, venue):
    phone.dials("3").reads("chua khai den noi nao").session_ends()
    phone.dials().types(f"DD {venue.code} 1/1/2090 8h").reads("chua toi").session_ends()


def test_a_venue_removed_while_somebody_is_there(phone, network, venue):
    phone.dials(venue.code)
    network.house.venues.remove(venue.code, "user:test")
    phone.dials(venue.code).reads("khong con nhan").session_ends()
    phone.dials("3").reads("Cho Ben Thanh", "roi di").session_ends()


def test_an_arrival_twice_is_one_and_elsewhere_ends_it(phone, network, venue):
    other = opened(network, "Pho Thin", "restaurant")
    phone.dials(venue.code)
    network.clock.forward(hours=1)
    phone.dials(venue.code).reads("da ghi tu truoc").session_ends()
    phone.dials(other.code).reads("roi Cho Ben Thanh").session_ends()
    first, second = visits(network)
    assert first.left_at == second.entered_at
