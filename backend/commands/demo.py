"""Invented people for a demonstration; they declare like anybody else, through the whole path."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta

from backend.commands.talking import ready_house
from backend.services.facilities import NewFacility
from backend.services.house import House
from backend.services.say import NotAnswered, Say
from backend.services.venues import NewVenue
from channels.contract import Medium

SEED = 2026  # the same people every time
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Quân", "Thảo", "Tuấn", "Yến")
PLACES = ("Bến Nghé, TP HCM", "Ba Đình, Hà Nội", "Hải Châu, Đà Nẵng", "Ninh Kiều, Cần Thơ", "Thuận Hóa, Huế")
VENUES = (
    NewVenue("Quán Hoa Sen", "restaurant", "01", "00004", "12 Đội Cấn", None),
    NewVenue("Chợ Bến Thành", "market", "79", "26740", "Lê Lợi", None),
    NewVenue("Trạm y tế Ba Đình", "clinic", "01", "00004", "5 Kim Mã", None),
)
FACILITIES = (  # each with the report of today, if there is one, and what somebody has seen there
    (NewVenue("Trường tiểu học Kim Đồng", "school", "79", "26740", "Lê Lợi", None), "đạt cả", ""),
    (NewVenue("Trường mầm non Hoa Mai", "school", "79", "26740", "Pasteur", None), "không đạt 3", "không đo nhiệt độ"),
    (NewVenue("Trường THCS Ba Đình", "school", "01", "00004", "Hoàng Hoa Thám", None), "đạt cả", ""),
    (NewVenue("Phòng khám Ngọc Hà", "clinic", "01", "00004", "Ngọc Hà", None), "không đạt 1 và 3", ""),
    (NewVenue("Xưởng may Sông Hàn", "factory", "48", "20242", "Bạch Đằng", None), "không đạt 2", "ngồi ăn sát nhau"),
    (NewVenue("Trường tiểu học Hải Châu", "school", "48", "20242", "Trần Phú", None), "", ""),
)
STAFF = (("an", "officer"), ("binh", "approver"))
OFFICE = "Trung tâm kiểm soát bệnh tật"
ACTOR = "demo"
ANSWERS = ("00000", "00000", "00000", "10000", "00100", "00010", "00001")


def make(count: int) -> tuple[int, Sequence[str]]:
    """Let `count` people declare and visit; (how many were answered, codes of the venues made)."""
    with ready_house() as (house, _):
        answered = sum(_told(house.say, number, text) for number, text in people(count))
        codes = places(house, count)
        return answered, [*codes, *(facilities(house) if codes else ())]


def places(house: House, count: int) -> Sequence[str]:
    """Venues, two staff users, and visits of the invented people in the last two days; the venues' codes.

    Nothing, where it was done before.
    """
    if house.staff.named(STAFF[0][0]) is not None:
        return ()
    for name, role in STAFF:
        house.staff.add(name, role, OFFICE, ACTOR)
    codes = [venue.code for venue in house.venues.add(VENUES, ACTOR)]
    chance = random.Random(SEED)  # noqa: S311 - invented visits
    evening = house.clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    for number in range(count):
        at = evening - timedelta(days=chance.randint(0, 1), minutes=15 * chance.randint(0, 12))
        house.visits.check_in(phone(number), chance.choice(codes), at, chance.choice((0, 0, 1, 3)), ACTOR)
    return codes


def facilities(house: House) -> Sequence[str]:
    """Facilities whose officers report by text, and what citizens text of them; the codes."""
    codes = [venue.code for venue in house.venues.add([venue for venue, _, _ in FACILITIES], ACTOR)]
    house.facilities.add([NewFacility(code, None, [officer(at)]) for at, code in enumerate(codes)], ACTOR)
    for at, (code, (_, report, seen)) in enumerate(zip(codes, FACILITIES, strict=True)):
        if report:
            _told(house.say, officer(at), f"BC {code} {report}")
        if seen:
            _told(house.say, phone(at), f"PA {code} {seen}")
    return codes


def officer(at: int) -> str:
    """The invented number of a facility's officer."""
    return f"849001{at:05d}"


def phone(number: int) -> str:
    """The invented number of a person."""
    return f"849000{number:05d}"


def people(count: int) -> Iterator[tuple[str, str]]:
    """Phone number and one-message declaration of each."""
    chance = random.Random(SEED)  # noqa: S311 - invented people, not secrets
    for number in range(count):
        woman = chance.random() < 0.5
        name = f"{chance.choice(FAMILY)} {'Thị' if woman else 'Văn'} {chance.choice(GIVEN)}"
        born, place, answers = chance.randint(1940, 2005), chance.choice(PLACES), chance.choice(ANSWERS)
        yield phone(number), f"KB {name}; {born}; {'nữ' if woman else 'nam'}; {place}; {answers}"


def _told(say: Say, number: str, text: str) -> bool:
    try:
        return bool(say.write(Medium.SMS, number, text).replies)
    except NotAnswered:
        return False
