"""A school's day by SMS and USSD: reports, colours on the public map, feedback, reminders; real bot, real store."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from backend.domain.days import VIET_NAM
from backend.services.facilities import NewFacility
from backend.services.venues import NewVenue
from tests.conversations.test_nothing_in_clear import assert_nobody

pytestmark = pytest.mark.timeout(600)

WORDS = "không ai đeo khẩu trang"
ALL_MET, MANDATORY_FAILS = "1" * 15, "111011111111111"


@pytest.fixture(autouse=True)
def morning(network):
    """Eight on a Tuesday in Viet Nam: an hour before reminders go out, far from midnight."""
    here = network.clock.now().astimezone(VIET_NAM)
    wanted = here.replace(hour=8, minute=0) + timedelta(days=1)
    while wanted.isoweekday() != 2:
        wanted += timedelta(days=1)
    network.clock.ahead += wanted - here


@pytest.fixture
def officer(network, phone):
    return phone


@pytest.fixture
def code(network, officer):
    return facility(network, "Truong Kim Dong", officer)


def facility(network, name, *officers, kind="school", province="79"):
    """The code of a facility; its officers have read how to report."""
    (venue,) = network.house.venues.add([NewVenue(name, kind, province, "26740", "", None)], "user:test")
    network.house.facilities.add([NewFacility(venue.code, None, [each.number for each in officers])], "user:test")
    network.work()
    return venue.code


def shown(network, code):
    """The colour on the public map, a few seconds later."""
    network.clock.forward(seconds=3)
    found = json.loads(network.client.get("/map.json").data)
    return next(place["colour"] for place in found["places"] if place["code"] == code)


def test_one_message_is_a_report(network, officer, code):
    assert shown(network, code) == "grey"
    officer.sends(f"BC {code} {ALL_MET}").reads("Truong Kim Dong: Xanh - An toan", "Dat 15/15")
    assert shown(network, code) == "green"
    officer.sends(f"BC {MANDATORY_FAILS}").reads("Do - Khong an toan", "Dat 14/15", "4 Do nhiet do o nha", "Da thay")
    assert shown(network, code) == "red"
    officer.sends("BC 1 2 3 6 7").reads("Vang - Co rui ro", "Dat 10/15", "va 2 muc nua")
    assert shown(network, code) == "yellow"


def test_part_by_part_with_going_back(officer, code):
    officer.sends("BC").reads("KHONG dat", "1 Khu khuan", "4 Do nhiet do o nha")
    officer.sends("0").reads("5 Khau trang khi den truong")
    officer.sends("9").reads("Tu 5 den 7")
    officer.sends("6").reads("8 Don tra")
    officer.sends("QL").reads("5 Khau trang")
    officer.sends("0").reads("8 Don tra")
    officer.sends("9").reads("11 Khau trang, rua tay")
    officer.sends("0").reads("14 Lau khu khuan")
    officer.sends("15").reads("Xanh - An toan", "Dat 13/15", "9 Gian cach trong lop", "15 Thu gom rac")


def test_a_report_left_half_done_is_reminded_and_taken_up(officer, code):
    officer.sends("BC").sends("0")
    officer.waits(minutes=31).reads("5 Khau trang")
    officer.sends(ALL_MET).reads("Xanh - An toan", "Dat 15/15")


def test_by_ussd(network, officer, code):
    officer.dials("5*11").reads("1 Khu khuan")
    officer.types("0").types("0").types("0").types("11").reads("14 Lau khu khuan")
    officer.types("0").reads("Do - Khong an toan", "11 Khau trang, rua tay").session_ends()
    assert shown(network, code) == "red"


def test_what_cannot_be_a_report_is_explained(network, officer, code):
    officer.sends(f"BC {code} 111").reads("Can 15 chu so", "gui 3")
    officer.sends(f"BC {code} {ALL_MET} hom qua").reads("hom nay")
    other = facility(network, "Truong Le Loi", network.phone())
    officer.sends(f"BC {other} {ALL_MET}").reads("khong duoc dang ky", other)
    mistyped = code[:-1] + str((int(code[-1]) + 1) % 10)
    officer.sends(f"BC {mistyped} {ALL_MET}").reads("khong dung", "1 Truong Kim Dong")
    assert shown(network, code) == "grey"
    officer.sends("1").reads("Xanh - An toan")
    network.phone().sends(f"BC {code} {ALL_MET}").reads("chua duoc dang ky")
    assert shown(network, code) == "green"


def test_an_officer_of_two_places_says_which(network, officer, code):
    second = facility(network, "Tram y te", officer, kind="clinic")
    officer.sends("BC 0").reads("1 Truong Kim Dong", "2 Tram y te")
    officer.sends("2").reads("Tram y te: Xanh", "10/10")
    assert (shown(network, code), shown(network, second)) == ("grey", "green")


def test_feedback_turns_a_place_yellow_until_an_officer_closes_it(network, officer, code):
    officer.sends(f"BC {ALL_MET}")
    citizen = network.phone()
    before = len(network.sent)
    citizen.sends(f"PA {code} {WORDS}").reads("Da nhan phan anh ve Truong Kim Dong", "khong biet ai gui")
    assert shown(network, code) == "yellow"
    told = [message.text for _, message in network.sent[before:] if message.recipient == officer.number]
    assert told == ["Phan anh so 1 ve Truong Kim Dong: khong ai deo khau trang. Xong viec xin gui XONG 1."]
    officer.sends(f"BC {ALL_MET}").reads("Xanh - An toan", "1 phan anh")
    citizen.sends("XONG 1").reads("Khong co phan anh")
    officer.sends("XONG 1").reads("Da dong phan anh so 1")
    assert shown(network, code) == "green"


def test_feedback_step_by_step_and_where_it_cannot_go(network, code):
    citizen = network.phone()
    citizen.sends("toi muon phan anh").reads("ma dia diem")
    citizen.sends(code).reads("chua an toan")
    citizen.sends("lớp học bẩn lắm").reads("Da nhan phan anh")
    mistyped = code[:-1] + str((int(code[-1]) + 1) % 10)
    citizen.sends(f"PA {mistyped} ban").reads("khong dung", "1 Truong Kim Dong")
    citizen.sends("1").reads("Da nhan phan anh")
    citizen.sends(f"PA {code} ban qua").reads("da gui nhieu phan anh")
    citizen.sends("PA 10234569 ban").reads("Khong co dia diem nao")


def test_a_reminder_comes_once_and_not_to_who_has_opted_out(network, officer, code):
    second = network.phone()
    network.house.facilities.add_officer(code, second.number, "user:test")
    second.sends("TC")
    officer.waits(minutes=50).reads_nothing()
    officer.waits(minutes=11).reads("hom nay chua bao cao", "BC")
    for _ in range(5):
        officer.waits(minutes=20).reads_nothing()
    to_second = [message.text for _, message in network.sent if message.recipient == second.number]
    assert not any("chua bao cao" in text for text in to_second)


def test_erasure_says_that_the_registration_stays(officer, code):
    officer.sends("XOA")
    confirmation = re.search(r"\b\d{6}\b", officer.heard[0]).group()
    officer.sends(confirmation).reads("viec bao cao cho co so")


def test_the_map_says_not_modified_until_something_changes(network, officer, code):
    first = network.client.get("/map.json")
    assert first.headers["Cache-Control"] == "public, max-age=2"
    again = network.client.get("/map.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    officer.sends(f"BC {ALL_MET}")
    network.clock.forward(seconds=3)
    changed = network.client.get("/map.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["colours"]["green"]) == (200, 1)
    (province,) = changed.json["provinces"]
    assert (province["code"], province["communes"][0]["code"]) == ("79", "26740")
    assert "Hồ Chí Minh" in province["name"]


def test_nobody_is_in_clear_in_the_log_the_database_or_on_the_map(log_file, network, tmp_path):
    officer, citizen = network.phone("84907654321"), network.phone("84917654321")
    code = facility(network, "Truong Kim Dong", officer)
    officer.sends(f"BC {code} {MANDATORY_FAILS}").reads("Do")
    officer.dials("5*11").types("0").hangs_up()
    citizen.sends(f"PA {code} Trương Thị Ngọc Xuân không đeo khẩu trang").reads("Da nhan")
    officer.sends("XONG 1").reads("Da dong")
    citizen.sends("PA 12 Trương Thị Ngọc Xuân").sends("0")
    places = {"the map": network.client.get("/map.json").data, "the log": log_file.read_bytes()}
    places |= {path.name: path.read_bytes() for path in tmp_path.rglob("*.db*")}
    for where, content in places.items():
        assert_nobody(content, where)
        assert b"917654321" not in content, where
    assert any(name.endswith(".db") for name in places)
