"""Folding: one spelling for what people mean to be the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.forms.folding import agrees, fold, fold_lower, nfc, tidy

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy ĐÂ"
TONED = "áàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
VIETNAMESE = st.text(alphabet=LETTERS + TONED)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_both_unicode_forms_fold_alike_and_composed_text_keeps_its_length(text: str) -> None:
    composed = nfc(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(composed)
    assert len(fold(composed)) == len(composed)
    assert fold(composed).isascii()


@given(VIETNAMESE)
def test_the_unaccented_spelling_agrees_with_the_word(word: str) -> None:
    assert agrees(fold(word), word)
    assert agrees(unicodedata.normalize("NFD", word), word)


def test_case_is_kept_unless_asked() -> None:
    assert fold("Đặng Thị ÁNH") == "Dang Thi ANH"
    assert fold_lower("Đặng Thị ÁNH") == "dang thi anh"


@pytest.mark.parametrize(
    ("typed", "word", "same"),
    [
        ("sot", "sốt", True), ("sôt", "sốt", True), ("SỐT", "sốt", True), ("hoà", "hòa", True),
        ("sót", "sốt", False), ("họ", "ho", False), ("hộ", "ho", False), ("nam", "năm", True), ("năm", "nam", False),
        ("dau hong", "đau họng", True), ("đâu họng", "đau họng", False),
    ],
)  # fmt: skip
def test_accents_typed_must_be_the_words_own(typed: str, word: str, same: bool) -> None:
    assert agrees(typed, word) is same


def test_tidy_removes_what_cannot_be_seen() -> None:
    assert tidy(" a\u200b  b\ufeff\n") == "a b"
