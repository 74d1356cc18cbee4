"""Emergencies are recognised in any form and any spelling; what is denied is none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.components.emergency import is_emergency
from tests.bot.talking import FACTS

URGENT = """khó thở nặng|me toi kho tho nang qua|kho tho lam roi|toi khong tho duoc|thở không nổi|bat tinh
bố tôi ngất xỉu|dau nguc du doi|tức ngực|cap cuu|goi 115|cuu toi voi|he is unconscious
i have chest pain|me man khong tra loi"""
CALM = """khong kho tho|ko dau nguc|kho tho nhe|kho tho tu hom qua|dau nguc thi khong|Cứu|toi bi sot|Nguyen Van Nguc
so 115 Le Loi|đỡ khó thở nhiều rồi|không bị khó thở nặng"""


def _texts(table: str) -> list[str]:
    return table.replace("\n", "|").split("|")


@pytest.mark.parametrize("text", _texts(URGENT))
def test_urgent(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize("text", _texts(CALM))
def test_not_urgent(text: str) -> None:
    assert not is_emergency(text)


@pytest.mark.parametrize("text", _texts(URGENT)[:9])
def test_it_is_answered_in_the_middle_of_any_question(engine: Any, text: str) -> None:
    for answers in ([], ["Nguyen Van A"], ["Nguyen Van A", "1958"], ["Nguyen Van A", "1958", "nam"]):
        state = None
        for said in ("KB", *answers):
            state = engine.turn({"state": state, "event": "text", "text": said, "channel": "sms", "facts": FACTS})[
                "state"
            ]
        turn = engine.turn({"state": state, "event": "text", "text": text, "channel": "sms", "facts": FACTS})
        assert turn["understood"]["intent"] == "emergency"
