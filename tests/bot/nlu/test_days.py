"""A day beside a symptom is found by its form where the chain has marked none, and only there."""

from __future__ import annotations

from datetime import date

import pytest

from backend.forms.model import Context
from bot.components.days import since_of
from bot.components.symptoms import told_symptoms
from bot.components.text_stage import Normaliser
from bot.forms import gazetteer

TODAY = date(2026, 11, 22)


def day_of(text: str) -> tuple[str, str] | None:
    reading = Normaliser({"last": 9, "night": 9, "since": 9}).read(text)
    spans = [("symptom", 0, len(text))]
    found = since_of(reading, told_symptoms(reading, spans), Context(TODAY, gazetteer()))
    return (text[found["start"] : found["end"]], found["value"]) if found else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tôi sốt 2 ngày nay", ("2 ngày nay", "2026-11-20")),
        ("tu hom qua toi ho", ("tu hom qua", "2026-11-21")),
        ("bị sốt từ thứ tư", ("từ thứ tư", "2026-11-18")),
        ("fever since last night", ("since last night", "2026-11-21")),
    ],
)
def test_a_day_beside_a_symptom(text: str, day: tuple[str, str]) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    "text", ["tôi sốt", "2 ngày nay tôi ở nhà, bị ho", "tôi ho", "không sốt 2 ngày nay", "sốt 2 ngày nay ho từ hôm qua"]
)
def test_no_day_where_none_or_several_could_be_meant(text: str) -> None:
    assert day_of(text) is None
