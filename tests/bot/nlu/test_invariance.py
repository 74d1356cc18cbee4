"""A text means the same however much of its accents, capitals or composition a phone has left of it."""

from __future__ import annotations

import unicodedata
from random import Random
from typing import Any

import pytest

from backend.forms.folding import fold
from nlu_data import noise
from nlu_data.templates import Segment, Sentence
from tests.unit.forms.test_symptom_wordings import WORDINGS

SAID = """Dạ cho con khai báo y tế với ạ
Bữa ni tui bị ho với đau họng
Nhà tôi ai cũng khỏe, không ai bị gì
Cho hỏi tôi có phải cách ly không
Tôi già rồi, không biết bấm sao
Cho xin số điện thoại của trạm y tế
Đừng nhắn tin cho tôi nữa, phiền lắm
Nhắc tôi khai báo mỗi ngày nghen
Ai đã xem thông tin của tôi
Xóa hết dữ liệu của tôi đi
Tôi mới ở Lào về qua cửa khẩu Cầu Treo
Hôm qua tôi ăn cơm chung với người dương tính
Tôi ghi nhầm năm sinh, cho sửa lại
Quán này đông quá, không ai đeo khẩu trang
Hôm nay trời có mưa không em
Giá vàng hôm nay bao nhiêu""".splitlines()

SPELLINGS = {
    "folded": fold,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "capitals": str.upper,
    "half": lambda text: _noisy(noise.half_accented, text),
    "tones": lambda text: _noisy(noise.tone_placement, text),
}


def _noisy(kind: noise.Noise, text: str) -> str:
    return kind(Sentence((Segment(text),), "", ""), Random(text)).text


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_intent_is_the_same(engine: Any, spelling: str) -> None:
    changed = [text for text in SAID if _intent(engine, text) != _intent(engine, SPELLINGS[spelling](text))]
    assert changed == []


def _intent(engine: Any, text: str) -> str:
    return str(engine.parse(text)["intent"])


def test_symptoms_are_told_and_denied_as_the_kernel_says(engine: Any) -> None:
    """Through the whole pipeline; what a single word without accents leaves open, `ho`, may stay unfilled."""
    false, missed = [], []
    for text, told in WORDINGS.items():
        found = {one["value"] for one in engine.parse(text)["entities"] if one["entity"] == "symptom"}
        false += [text] if found - set(told) else []
        missed += [text] if set(told) - found else []
    assert false == []
    assert len(missed) <= 0.05 * len(WORDINGS), missed


NO_SYMPTOMS = (
    "hooj chieeus cuar tooi ddaau",
    "cho toi xem hooj gia ddinhf",
    "chucs moij nguwowif binhf an",
    "app bank cua toi crash roi",
    "bac si ui cho hoi",
)


@pytest.mark.parametrize("text", NO_SYMPTOMS)
def test_keystrokes_and_slips_invent_no_symptom(engine: Any, text: str) -> None:
    assert [one for one in engine.parse(text)["entities"] if one["entity"] == "symptom"] == []
