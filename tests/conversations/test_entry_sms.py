"""The entry declaration by SMS, as travellers do it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conversations.doing import day, iso
from tests.conversations.phones import change_pack

pytestmark = pytest.mark.timeout(600)

IDENTITY = (("Kim Min Jun", "Sinh nam"), ("1990", "nam hay nu"), ("1", "nuoc nao"), ("KOR", "ho chieu"))


def identified(phone):
    """A new traveller, up to the first question of the journey."""
    phone.sends("NC").reads("ho va ten")
    for answer, question in IDENTITY:
        phone.sends(answer).reads(question)
    return phone.sends("M 1234 5678").reads("tu nuoc nao")


def landed(phone):
    """By air, up to the symptoms."""
    identified(phone)
    phone.sends("Han Quoc").reads("bang gi", "1 May bay")
    phone.sends("1").reads("chuyen bay")
    phone.sends("vn 0417").reads("So ghe")
    phone.sends("12a").reads("khoi hanh")
    phone.sends(day(-1)).reads("den Viet Nam")
    phone.sends(day()).reads("cua khau")
    phone.sends("noi bai").reads("14 ngay qua", "0 Khong")
    phone.sends("0").reads("o dau tai Viet Nam")
    return phone.sends("12 Le Loi, Ben Nghe, TP HCM").reads("1 Sot", "0 Khong bi gi")


def well(phone):
    """Nothing to report, up to the summary."""
    phone.sends("0").reads("dong vat")
    phone.sends("0").reads("2 met")
    phone.sends("0").reads("vac xin")
    return phone.sends("0").reads("M12345678", "VN417", "1 Gui")


def test_a_traveller_declares_step_by_step(phone):
    well(landed(phone))
    phone.sends("1").reads("Da nhan khai nhap canh: Kim Min Jun", phone.reference if phone.heard else "")
    (stored,) = phone.declarations
    assert (stored.form, stored.reference, stored.triage, stored.province) == ("entry", phone.reference, "green", "79")
    assert stored.answers["vehicle_number"] == "VN417"
    assert (stored.answers["seat"], stored.answers["border_gate"]["code"]) == ("12A", "HAN")
    assert (stored.answers["departure_date"], stored.answers["arrival_date"]) == (iso(-1), iso())
    assert stored.answers["entry_symptoms"] == []


def test_dates_that_contradict_each_other_are_asked_again(phone):
    identified(phone)
    for answer in ("Han Quoc", "1", "VN417", "12A"):
        phone.sends(answer)
    phone.sends(day(30)).reads("con xa qua", "khoi hanh")
    phone.sends(day(-100)).reads("da qua 14 ngay", "khoi hanh")
    phone.sends(day()).reads("den Viet Nam")
    phone.sends(day(-2)).reads("truoc ngay di", day(), "den Viet Nam")
    phone.sends(day(1)).reads("cua khau")


def test_a_seat_a_flight_and_a_gate_that_cannot_be(phone):
    identified(phone)
    phone.sends("JP").sends("1")
    phone.sends("51B-123.45").reads("khong phai so chuyen bay", "chuyen bay")
    phone.sends("vn417").reads("So ghe")
    for seat in ("100A", "12I", "0A", "12"):
        if "Vi du, gui" not in phone.sends(seat).heard[0]:
            phone.reads("Khong co ghe nay")
    phone.sends("A12").reads("khoi hanh")
    phone.sends("hom nay").sends("hom nay").reads("cua khau")
    phone.sends("Moc Bai").reads("khong hop", "May bay")
    phone.sends("Da Nang").reads("1 san bay Da Nang", "2 cang Da Nang")
    phone.sends("1").reads("14 ngay qua")


def test_one_message_in_any_order_asks_only_the_rest(phone):
    text = f"NC VN0417; Kim Min Jun; den {day()}; 12A; M12345678; 1990; quoc tich Han Quoc; nam; tu Han Quoc; Noi Bai"
    phone.sends(text).reads("khoi hanh")
    phone.sends(day()).reads("0 Khong")
    phone.sends("Nhat Ban, Thai Lan").reads("o dau tai Viet Nam")
    phone.sends("Ben Nghe, TP HCM").reads("1 Sot")
    phone.sends("10000000").reads("dong vat")
    phone.sends("0").sends("1").sends("2").reads("Mui gan nhat")
    phone.sends(day(3)).reads("chua toi")
    phone.sends(day(-300)).reads("M12345678", "Trieu chung", "Gap nguoi benh", "1 Gui")
    phone.sends("1").reads("Da nhan khai nhap canh")
    (stored,) = phone.declarations
    assert stored.triage == "red"
    assert stored.answers["entry_symptoms"] == ["fever"]
    assert [place["country"] for place in stored.answers["visited_places"]] == ["JP", "TH"]
    assert (stored.answers["transport"], stored.answers["vaccine_doses"]) == ("air", 2)


def test_whoever_is_known_is_asked_only_what_is_lacking(known):
    known.sends("NC C1234567 VN310 2D tu Nhat Ban").reads("nuoc nao")
    known.sends("Viet Nam").reads("khoi hanh")
    for answer in ("hom qua", "hom nay", "SGN", "0", "Ben Nghe, TP HCM", "0", "0", "0", "0"):
        known.sends(answer)
    known.sends("1").reads("Da nhan khai nhap canh: Nguyen Van An")
    known.sends("NC").reads("Khai cho Nguyen Van An", "1 Nhu lan truoc").reads_not("so 0/1")
    known.sends("1").reads("chuyen bay")
    for answer in ("VN311", "0", "hom nay"):
        known.sends(answer)
    known.sends("hom nay").reads("VN311", "1 Gui")
    known.sends("1").reads("Da nhan khai nhap canh")
    assert [each.form for each in known.declarations] == ["health", "entry", "entry"]
    known.sends("KB 00000").reads("Da nhan khai bao cua Nguyen Van An")


def test_by_road_a_plate_and_on_foot_nothing(network):
    driver, walker = network.phone(), network.phone()
    identified(driver).sends("Lao").sends("3").reads("bien so")
    driver.sends("29C-123.45").reads("So ghe")
    driver.sends("0").reads("khoi hanh")
    identified(walker).sends("Lao").sends("4").reads("khoi hanh")


def test_correcting_a_date_makes_the_other_be_asked_again(phone):
    well(landed(phone)).sends("1").reads("Da nhan")
    reference = phone.reference
    phone.sends("SUA").reads("1 Ho ten", "0 Muc khac").reads_not("Ngay di")
    phone.sends("0").reads("Ngay di")
    phone.sends(phone.choice("Ngay di")).reads("khoi hanh")
    phone.sends(day(2)).reads("truoc ngay di", "den Viet Nam")
    phone.sends(day(3)).reads(reference)
    (stored,) = phone.declarations
    assert (stored.answers["departure_date"], stored.answers["arrival_date"]) == (iso(2), iso(3))


def test_in_english(phone):
    phone.sends("EN").reads("English")
    phone.sends("NC").reads("name")
    for answer in (
        "John Smith",
        "1980",
        "1",
        "GBR",
        "passport 123456789",
        "from Japan",
        "plane",
        "NH 857",
        "no seat",
        "yesterday",
        "today",
        "Noi Bai airport",
        "none",
        "12 Le Loi, Ben Nghe, TP HCM",
        "none",
        "no",
        "no",
    ):
        phone.sends(answer)
    phone.sends("0").reads("123456789", "NH857", "1 Send")
    phone.sends("1").reads("Entry of John Smith received", phone.reference if "Reference" in phone.heard[0] else "")


def switched(network, monkeypatch, **changes):
    """The pack's switch for entry, changed."""
    change_pack(network, monkeypatch, entry=replace(network.house.packs.in_force().entry, **changes))
    return network.phone()


def test_the_pack_switches_entry_off(network, monkeypatch):
    phone = switched(network, monkeypatch, active=False)
    phone.sends("NC C1234567 VN417").reads("chua mo")
    phone.dials().reads("1 Khai y te").reads_not("Nhap canh")


def test_the_pack_asks_only_travellers_from_some_countries(network, monkeypatch):
    phone = switched(network, monkeypatch, origins=frozenset({"KR"}))
    identified(phone).sends("Nhat Ban").reads("khong phai khai nhap canh")
    assert phone.declarations == []
    landed(network.phone()).reads("1 Sot")


def test_a_border_officer_looks_the_reference_up_and_the_traveller_learns_it(phone):
    well(landed(phone)).sends("1")
    house = phone.network.house
    house.staff.add("lan", "officer", "Cua khau Noi Bai", "terminal:test")
    shown = house.look_up.declaration(f"{phone.reference[:4]} {phone.reference[4:]}", "lan", "at the gate")
    assert (shown["subject"]["passport"], shown["answers"]["vehicle_number"]) == ("M12345678", "VN417")
    assert shown["status"] == "complete"
    wrong = phone.reference[:-1] + str((int(phone.reference[-1]) + 1) % 10)
    right = phone.reference
    for reference, user, reason in ((wrong, "lan", "x"), (right, "nobody", "x"), (right, "lan", " ")):
        with pytest.raises((LookupError, ValueError)):
            house.look_up.declaration(reference, user, reason)
    person = phone.declarations[0].person_id
    with house.units() as unit:
        (look,) = unit.audit.looks([person], 5)
    assert look.office == "Cua khau Noi Bai"


def test_who_cancels_is_told_what_to_send_to_begin_anew(phone):
    phone.sends("NC").sends("HUY").reads("Muon lam lai, gui NC.")
    phone.sends("KB").sends("HUY").reads("Muon lam lai, gui KB.")
    phone.sends("DKDD").sends("HUY").reads("Muon lam lai, gui DKDD.")
