"""GSM-7, segments, splitting and USSD screens on Vietnamese text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import Limits
from channels.text import (
    Encoding,
    fits_screen,
    fold_for_sms,
    is_gsm7,
    pack,
    packed_octets,
    screens,
    segments,
    septet_count,
    split,
    units,
)

BARE = "aăâeêioôơuưydđ"
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
LETTERS = sorted(
    {
        unicodedata.normalize("NFC", letter + tone)
        for bare in BARE
        for tone in (TONES if bare not in "dđ" else [""])
        for letter in (bare, bare.upper())
    }
)
words = st.text(st.sampled_from([*LETTERS, *"bcghklmnpqrstvx0123456789.,"]), min_size=1, max_size=9)
sentences = st.lists(words, min_size=1, max_size=90).map(" ".join)
mixed = st.text(st.sampled_from([*LETTERS, *" \n€[^~]abc", "😀", "\u0301", "\u200d", "ា"]), max_size=400)


def test_there_are_all_the_letters():
    assert len(LETTERS) == 2 * (12 * 6 + 2)


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_folds_to_one_gsm_letter(letter):
    folded = fold_for_sms(letter)
    assert folded.isascii()
    assert folded.isalpha()
    assert len(folded) == 1
    assert folded.isupper() == letter.isupper()
    assert fold_for_sms(unicodedata.normalize("NFD", letter)) == folded


def test_only_seven_vietnamese_accents_are_gsm():
    assert {letter for letter in LETTERS if is_gsm7(letter) and not letter.isascii()} == set("àèéìòùÉ")


@given(sentences)
def test_folding_keeps_the_words(text):
    folded = fold_for_sms(text)
    assert is_gsm7(folded)
    assert len(folded.split()) == len(text.split())
    assert "?" not in folded


def test_what_cannot_be_folded_is_kept_whole():
    assert fold_for_sms("Chị Hồng 😀") == "Chị Hồng 😀"
    assert fold_for_sms("“Đi” – đến…") == '"Di" - den...'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (Encoding.GSM7, 1)),
        ("a" * 160, (Encoding.GSM7, 1)),
        ("a" * 161, (Encoding.GSM7, 2)),
        ("a" * 306, (Encoding.GSM7, 2)),
        ("a" * 307, (Encoding.GSM7, 3)),
        ("€" * 80, (Encoding.GSM7, 1)),
        ("a" * 152 + "€" + "a" * 152, (Encoding.GSM7, 3)),  # the escape does not fit where it stands
        ("ạ" * 70, (Encoding.UCS2, 1)),
        ("ạ" * 71, (Encoding.UCS2, 2)),
        ("ạ" * 134, (Encoding.UCS2, 2)),
        ("ạ" * 135, (Encoding.UCS2, 3)),
        ("😀" * 35, (Encoding.UCS2, 1)),
        ("ạ" * 66 + "😀" + "ạ" * 66, (Encoding.UCS2, 3)),  # nor does the surrogate pair
    ],
)
def test_segments(text, expected):
    assert segments(text) == expected


@given(st.one_of(sentences, mixed), st.integers(1, 6))
def test_parts_join_to_the_text_and_keep_the_limit(text, most):
    parts = split(text, Limits(segments=most))
    assert "".join(parts) == text
    assert all(part and segments(part).number <= most for part in parts)


@given(sentences, st.integers(20, 200))
def test_parts_by_characters_break_at_spaces(text, most):
    parts = split(text, Limits(characters=most))
    assert "".join(parts) == text
    assert all(len(part) <= most for part in parts)
    assert all(part[-1] == " " for part in parts[:-1])


@given(mixed)
def test_no_part_begins_inside_a_letter(text):
    for part in split(text, Limits(segments=1))[1:]:
        assert unicodedata.category(part[0]) not in ("Mn", "Mc", "Me")
        assert part[0] != "\u200d"


def test_a_letter_longer_than_a_part_is_still_cut():
    text = "a" + "\u0301" * 300
    parts = split(text, Limits(segments=1))
    assert "".join(parts) == text
    assert all(units(part) <= 70 for part in parts)


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("", ""),
        ("hellohello", "E8329BFD4697D9EC37"),  # the example every GSM library is tested with
        ("1234567", "31D98C56B3DD1A"),  # 8n-1: padded by a carriage return, not by "@"
        ("€", "9B32"),
    ],
)
def test_packing(text, octets):
    assert pack(text).hex().upper() == octets
    assert packed_octets(text) == len(octets) // 2


def test_padding_is_never_read_as_an_at_sign():
    assert unpack(pack("1234567")) == [*map(ord, "1234567"), 0x0D]
    assert unpack(pack("1234567\r")) == [*map(ord, "1234567"), 0x0D, 0x0D]  # the phone drops the second
    assert unpack(pack("12345678")) == [*map(ord, "12345678")]


def unpack(octets: bytes) -> list[int]:
    bits = int.from_bytes(octets, "little")
    return [(bits >> (7 * position)) & 0x7F for position in range(8 * len(octets) // 7)]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a" * 182, True), ("a" * 183, False), ("€" * 91, True), ("ạ" * 80, True), ("ạ" * 81, False), ("😀" * 40, True)],
)
def test_a_screen_holds_160_octets(text, fits):
    assert fits_screen(text) is fits


MORE, BACK = "98 Xem tiếp", "99 Trở lại"


@given(st.one_of(sentences, sentences.map(fold_for_sms)))
def test_pages_fit_and_lose_no_word(text):
    pages = screens(text, MORE, BACK)
    assert all(fits_screen(page) for page in pages)
    assert [MORE in page for page in pages] == [True] * (len(pages) - 1) + [False]
    assert [BACK in page for page in pages] == [False] + [True] * (len(pages) - 1)
    shown = " ".join(page.replace("\n" + MORE, "").replace("\n" + BACK, "") for page in pages)
    assert shown.split() == text.split()


def test_pages_turn_at_the_end_of_a_line():
    text = "\n".join(f"{number}. Cau tra loi so {number} cua cau hoi" for number in range(1, 9))
    first, *_ = screens(text, "98 Xem tiep", "99 Tro lai")
    assert first.endswith("cua cau hoi\n98 Xem tiep")
    assert septet_count(first) <= 182
