"""Invented people for a demonstration; they declare like anybody else, through the whole path."""

from __future__ import annotations

import random
from collections.abc import Iterator

from backend.commands.talking import ready_house
from backend.services.say import NotAnswered, Say
from channels.contract import Medium

SEED = 2026  # the same people every time
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Quân", "Thảo", "Tuấn", "Yến")
PLACES = ("Bến Nghé, TP HCM", "Ba Đình, Hà Nội", "Hải Châu, Đà Nẵng", "Ninh Kiều, Cần Thơ", "Thuận Hóa, Huế")
ANSWERS = ("00000", "00000", "00000", "10000", "00100", "00010", "00001")


def make(count: int) -> int:
    """Let `count` people declare; how many were answered."""
    with ready_house() as (house, _):
        return sum(_declares(house.say, number, text) for number, text in people(count))


def people(count: int) -> Iterator[tuple[str, str]]:
    """Phone number and one-message declaration of each."""
    chance = random.Random(SEED)  # noqa: S311 - invented people, not secrets
    for number in range(count):
        woman = chance.random() < 0.5
        name = f"{chance.choice(FAMILY)} {'Thị' if woman else 'Văn'} {chance.choice(GIVEN)}"
        born, place, answers = chance.randint(1940, 2005), chance.choice(PLACES), chance.choice(ANSWERS)
        yield f"849000{number:05d}", f"KB {name}; {born}; {'nữ' if woman else 'nam'}; {place}; {answers}"


def _declares(say: Say, number: str, text: str) -> bool:
    try:
        return bool(say.write(Medium.SMS, number, text).replies)
    except NotAnswered:
        return False
