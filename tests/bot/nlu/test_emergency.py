"""Emergencies are recognised in any form and any spelling; what is denied is none."""

from __future__ import annotations

from typing import Any

import pytest

from bot.components.emergency import is_emergency

URGENT = [
    "khó thở nặng", "me toi kho tho nang qua", "kho tho lam roi", "toi khong tho duoc", "thở không nổi", "bat tinh", "bố tôi ngất xỉu",
    "dau nguc du doi", "tức ngực", "cap cuu", "goi 115", "cuu toi voi", "he is unconscious", "i have chest pain", "me man khong tra loi",
]  # fmt: skip
CALM = ["khong kho tho", "ko dau nguc", "kho tho nhe", "kho tho tu hom qua", "dau nguc thi khong", "Cứu", "toi bi sot", "Nguyen Van Nguc", "so 115 Le Loi"]


@pytest.mark.parametrize("text", URGENT)
def test_urgent(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize("text", CALM)
def test_not_urgent(text: str) -> None:
    assert not is_emergency(text)


@pytest.mark.parametrize("text", URGENT[:9])
def test_it_is_answered_in_the_middle_of_any_question(talk: Any, text: str) -> None:
    dialogue = talk().say("KB")
    for answer in ("Nguyen Van A", "1958", "nam"):
        assert dialogue.say(text).said[0] == "emergency", dialogue.asks
        dialogue.say(answer)
