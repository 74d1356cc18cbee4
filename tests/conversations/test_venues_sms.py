"""Arriving at and leaving venues, by SMS: real bot, real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.domain.days import VIET_NAM
from backend.forms import venue_code
from tests.conversations.doing import mistyped, opened, visits

pytestmark = pytest.mark.timeout(600)

KEEPER = "84908000111"


@pytest.fixture
def venue(network):
    return opened(network)


def test_arriving_and_leaving(phone, network, venue):
    phone.sends(f"DD {venue.code}").reads("Cho Ben Thanh", "da ghi ong/ba den", "gui DI")
    network.clock.forward(minutes=40)
    phone.sends("DI").reads("Cho Ben Thanh", "roi di")
    (visit,) = visits(network)
    assert timedelta(minutes=39) < visit.left_at - visit.entered_at < timedelta(minutes=42)


@pytest.mark.parametrize(
    "text", ["{0}", "DD{0}", "dd {0}", "DD {1}-{2}", "{1} {2}", "toi vua den {0}", "tôi đang ở địa điểm {0} ạ"]
)
def test_every_way_to_type_the_code(phone, network, venue, text):
    phone.sends(text.format(venue.code, venue.code[:4], venue.code[4:])).reads("Cho Ben Thanh", "da ghi ong/ba den")
    assert [visit.venue_id for visit in visits(network)] == [venue.id]


@pytest.mark.parametrize(("text", "count"), [("DD {} +2", 2), ("{} + 3 nguoi", 3), ("toi den {} cung 2 nguoi", 2)])
def test_companions(phone, network, venue, text, count):
    phone.sends(text.format(venue.code)).reads(f"cung {count} nguoi")
    assert visits(network)[0].companions == count


def test_a_past_visit(phone, network, venue):
    phone.sends(f"DD {venue.code} hom qua 8h").reads("luc 08:00")
    entered = visits(network)[0].entered_at.astimezone(VIET_NAM)
    yesterday = network.clock.now().astimezone(VIET_NAM).date() - timedelta(days=1)
    assert (entered.date(), entered.hour, entered.minute) == (yesterday, 8, 0)


def test_times_that_cannot_be_are_refused(phone, network, venue):
    tomorrow = network.clock.now().astimezone(VIET_NAM).date() + timedelta(days=1)
    phone.sends(f"DD {venue.code} {tomorrow:%d/%m/%Y} 8h").reads("chua toi")
    long_ago = tomorrow - timedelta(days=90)
    phone.sends(f"DD {venue.code} {long_ago:%d/%m/%Y} 8h").reads("qua lau")
    phone.sends(f"DD {venue.code} 77h99").reads('Chua ro "77h99"')
    assert visits(network) == []


def test_twice_within_three_hours_is_one_visit(phone, network, venue):
    phone.sends(f"DD {venue.code}")
    network.clock.forward(hours=1)
    phone.sends(f"{venue.code}").reads("da ghi tu truoc")
    assert len(visits(network)) == 1


def test_arriving_elsewhere_ends_the_stay(phone, network, venue):
    other = opened(network, "Pho Thin", "restaurant")
    phone.sends(f"DD {venue.code}")
    network.clock.forward(minutes=20)
    phone.sends(f"DD {other.code}").reads("Pho Thin", "roi Cho Ben Thanh")
    first, second = visits(network)
    assert first.left_at == second.entered_at


def test_leaving_without_a_visit(phone):
    phone.sends("DI").reads("chua khai den noi nao")


def test_a_mistyped_code_offers_the_nearest_venue(phone, network, venue):
    phone.sends(f"DD {mistyped(venue.code)} +2").reads("khong dung", "1 Cho Ben Thanh")
    assert visits(network) == []
    phone.sends("1").reads("Cho Ben Thanh", "da ghi", "cung 2 nguoi")
    assert visits(network)[0].companions == 2


def test_the_offer_can_be_declined_or_corrected(phone, network, venue):
    phone.sends(f"DD {mistyped(venue.code)}").reads("1 Cho Ben Thanh")
    phone.sends("0").reads("chua ghi gi")
    phone.sends(f"DD {mistyped(venue.code)}")
    phone.sends(venue.code).reads("da ghi ong/ba den")
    assert len(visits(network)) == 1


def test_codes_that_are_nowhere(phone, network, venue):
    phone.sends("DD 1234567").reads("Ma 1234567 khong dung")
    unknown = next(code for code in map(venue_code.make, range(1000000, 1000100)) if code != venue.code)
    phone.sends(f"DD {unknown}").reads("Khong co dia diem nao mang ma nay")
    assert visits(network) == []


def test_a_removed_venue_takes_nobody_but_lets_people_leave(phone, network, venue):
    phone.sends(f"DD {venue.code}").reads("da ghi")
    network.house.venues.remove(venue.code, "user:test")
    network.phone().sends(f"DD {venue.code}").reads("khong con nhan")
    phone.sends("DI").reads("Cho Ben Thanh", "roi di")


def test_a_check_in_keeps_the_open_declaration(phone, network, venue):
    phone.sends("KB")
    phone.sends("Nguyen Van An").reads("Sinh nam")
    phone.sends(f"DD {venue.code}").reads("Cho Ben Thanh", "Sinh nam")
    phone.sends(f"DD {mistyped(venue.code)}").reads("1 Cho Ben Thanh").reads_not("Sinh nam")
    phone.sends("1").reads("da ghi tu truoc", "Sinh nam")
    phone.sends("1958").reads("nam hay nu")
    assert len(visits(network)) == 1


def test_registering_a_venue_and_confirming_it(phone, network):
    phone.sends("DKDD").reads("Ten dia diem")
    phone.sends("Pho Thin").reads("loai noi", "1 Quan an")
    phone.sends("1").reads("xa, phuong nao")
    phone.sends("Ben Thanh, TP HCM")
    receipt = next(text for text in phone.heard if "Pho Thin: ma" in text)
    asked = next(text for text in phone.heard if "so xac nhan" in text and text is not receipt)
    code = next(word for word in receipt.replace(".", " ").split() if venue_code.valid(word))
    confirmation = next(word for word in asked.replace(".", " ").split() if word.isdigit() and len(word) == 6)
    visitor = network.phone()
    visitor.sends(f"DD {code}").reads("Khong co dia diem")
    phone.sends("000000" if confirmation != "000000" else "111111").reads("khong dung")
    phone.sends(confirmation).reads("Pho Thin da mo", code)
    visitor.sends(f"DD {code}").reads("Pho Thin", "da ghi")
    phone.sends("SL").reads("Pho Thin", "1 luot")


def test_registering_in_one_message(phone):
    phone.sends("DKDD Pho Thin; sieu thi; Ben Thanh, TP HCM")
    assert any("Pho Thin: ma" in text for text in phone.heard)


def kept(network):
    """An active venue with a keeper, and the keeper's phone."""
    venue = opened(network, keeper=KEEPER)
    network.house.venues.activate(venue.code, "user:test")
    keeper = network.phone(KEEPER)
    keeper.waits()
    return venue, keeper


def test_staff_types_a_visitors_number(phone, network):
    venue, keeper = kept(network)
    before = len(network.sent)
    keeper.sends(f"DD {venue.code} 0{phone.number[2:]}").reads("da ghi khach")
    (told,) = [message.text for _, message in network.sent[before:] if message.recipient == phone.number]
    assert "Cho Ben Thanh" in told
    assert "SAI" in told
    phone.sends("SAI").reads("Da bo luot den Cho Ben Thanh")
    assert visits(network) == []
    phone.sends("SAI").reads("Khong co luot den nao")


def test_only_the_keeper_types_numbers_and_counts(phone, network):
    venue, keeper = kept(network)
    phone.sends(f"DD {venue.code} 0912345678").reads("khong phu trach")
    phone.sends(f"SL {venue.code}").reads("khong phu trach")
    phone.sends(f"DD {venue.code} +2")
    keeper.sends(f"SL {venue.code}").reads("1 luot", "2 nguoi di cung").reads_not(phone.number)


def test_help_where_one_is(phone, venue):
    phone.sends(f"DD {venue.code}")
    phone.sends("TG").reads("Khi ve, gui DI")
    phone.sends("DD").reads("8 chu so")
    phone.sends("TG").reads("in tren bang")
    phone.sends(venue.code).reads("da ghi")


def test_in_english(phone, venue):
    phone.sends("EN")
    phone.sends(f"DD {venue.code} +1").reads("Cho Ben Thanh: your visit", "with 1 others")
    phone.sends("DI").reads("you left")


def test_a_family_is_typed_by_the_keeper_in_one_message(phone, network):
    venue, keeper = kept(network)
    keeper.sends(f"DD 0{phone.number[2:]} +3").reads("da ghi khach den luc", "cung 3 nguoi")
    keeper.sends(f"DD {venue.code} 0{phone.number[2:]} +2 hom qua 8h").reads("08:00", "cung 2 nguoi")
    assert sorted(visit.companions for visit in visits(network)) == [2, 3]


def test_a_receipt_repeats_the_company_that_is_counted(phone, network, venue):
    phone.sends(f"DD {venue.code} +99").reads("cung 99 nguoi")
    phone.sends("+2").reads("cung 2 nguoi", "da ghi tu truoc")
    phone.sends(f"DD {venue.code}").reads("cung 2 nguoi")
    assert [visit.companions for visit in visits(network)] == [2]


def test_who_forgot_to_say_that_they_left_says_when(phone, network, venue):
    phone.sends(f"DD {venue.code} hom qua 8h")
    phone.sends(f"DI {venue.code} hom qua 8h15").reads("roi di luc 08:15")
    (visit,) = visits(network)
    assert visit.left_at - visit.entered_at == timedelta(minutes=15)
    phone.sends(f"DI {venue.code} 99h").reads("99h")
