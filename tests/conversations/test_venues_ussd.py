"""Arriving at and leaving venues on USSD screens; the phone checks that each fits."""

from __future__ import annotations

import pytest

from tests.conversations.test_venues_sms import mistyped, opened, visits

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
