"""The text stage: offsets into the text as sent, keystroke residues, short spellings, slips."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.components.syllables import accented, from_keystrokes, is_syllable, marked
from bot.components.text_stage import Normaliser

WORDS = {"khai": 50, "bao": 50, "te": 40, "sot": 30, "toi": 60, "muon": 20, "khong": 60, "ho": 30, "tho": 9, "kho": 9}


@pytest.fixture
def normaliser() -> Normaliser:
    return Normaliser(WORDS)


@given(st.text(max_size=80))
def test_every_word_is_cut_from_the_text_as_sent(text: str) -> None:
    words = Normaliser(WORDS).read(text).words
    assert all(text[word.start : word.end] == word.raw for word in words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("soots", "sôt1"),
        ("tooi", "tôi"),
        ("bij", "bi5"),
        ("baos", "bao1"),
        ("khoong", "không"),
        ("ddau", "đau"),
        ("toio", "tôi"),
        ("dduwowcj", "đươc5"),
        ("so61t", "sôt1"),
        ("kho6ng", "không"),
        ("d9au", "đau"),
    ],
)
def test_keystroke_residue_is_read(typed: str, expected: str) -> None:
    assert from_keystrokes(typed) == expected


@pytest.mark.parametrize("word", ["sot", "khai", "nguyen", "huy", "xoong", "vn417", "1958", "b1234567", "q1"])
def test_what_is_no_residue_stays(word: str) -> None:
    assert from_keystrokes(word) is None


def test_either_tone_placement_is_one_word() -> None:
    assert marked("hòa") == marked("hoà")
    assert marked("khỏe") == marked("khoẻ")


@pytest.mark.parametrize("word", ["họ", "hộ", "bị", "sốt", "mười", "người", "hòa", "tiêu", "chảy", "mỏi", "đau", "ho"])
def test_a_marked_word_is_written_with_its_accents_again(word: str) -> None:
    assert accented(marked(word)) == word


def test_syllables() -> None:
    assert all(map(is_syllable, "nghieng quyt a khuya giuong y".split()))
    assert not any(map(is_syllable, "soots khaibao xyz abc ddau".split()))


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ko ho", "khong ho"),
        ("khaibaoyte", "khai bao y te"),
        ("khsi bao", "khai bao"),
        ("khaii bao", "khai bao"),
        ("tooi bij soots", "toi bi sot"),
        ("sot,ho", "sot , ho"),
        ("KB.Nguyen", "kb . nguyen"),
        ("38do5", "38 do 5"),
        ("kh\u200bai", "khai"),
        ("mu0n", "mu 0 n"),
    ],
)
def test_words_as_features_see_them(normaliser: Normaliser, text: str, normal: str) -> None:
    assert " ".join(word.normal for word in normaliser.read(text).words) == normal


def test_decomposed_text_keeps_its_own_offsets(normaliser: Normaliser) -> None:
    text = unicodedata.normalize("NFD", "tôi bị sốt")
    last = normaliser.read(text).words[-1]
    assert text[last.start : last.end] == last.raw == unicodedata.normalize("NFD", "sốt")
    assert last.normal == "sot"
    assert last.marked == "sôt1"


@pytest.mark.parametrize(
    ("typed", "full"), [("don't", "do not"), ("I’m", "i am"), ("can't", "can not"), ("it's", "it is")]
)
def test_english_endings_are_written_out(typed: str, full: str, normaliser: Normaliser) -> None:
    words = normaliser.read(f"{typed} khai").words
    assert [(word.raw, word.normal) for word in words] == [(typed, full), ("khai", "khai")]


def test_english_words_of_the_domain_are_no_keystrokes() -> None:
    known = Normaliser({"sore": 5, "of": 9}).read("sore of soots").words
    assert [word.normal for word in known] == ["sore", "of", "sot"]
