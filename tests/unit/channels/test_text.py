"""Cleaning and decoding of what phones send."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.contract import Malformed
from channels.text import TEXT_LIMIT, clean, decode, incoming, raw_parameter

SENTENCE = "Tôi bị sốt 2 ngày nay, đường Lê Lợi"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("KB\u00a0Nguyen\u2009Van A", "KB Nguyen Van A"),
        ("K\u200bB\ufeff 0\u2060", "KB 0"),
        ("“KB” ‘x’ — y", "\"KB\" 'x' - y"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("KB\x00\x07\x1b 1\t2", "KB 1 2"),
        ("Ðường", "Đường"),
        (unicodedata.normalize("NFD", SENTENCE), SENTENCE),
        ("Tô\u200bi b\u00adị", "Tôi bị"),
        ("e\u200b\u0302\u0301", "ế"),
        ("  \r\n ", ""),
        ("😀", "😀"),
    ],
)
def test_cleaning(written, read):
    assert clean(written) == read


@given(st.text())
def test_cleaning_twice_changes_nothing_and_is_nfc(text):
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_a_text_no_phone_writes_is_refused():
    assert incoming("x" * TEXT_LIMIT) == "x" * TEXT_LIMIT
    with pytest.raises(Malformed, match="text_too_long"):
        incoming("x" * (TEXT_LIMIT + 1))


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        (SENTENCE.encode(), "UTF-8", SENTENCE),
        (SENTENCE.encode("utf-16-be"), "UTF-8", SENTENCE),
        (SENTENCE.encode("utf-16-le"), "UTF-8", SENTENCE),
        (SENTENCE.encode("utf-16"), "UTF-8", SENTENCE),
        (SENTENCE.encode("utf-16-be"), "UTF-16BE", SENTENCE),
        ("ộ".encode("utf-16-be"), "UTF-8", "ộ"),
        ("ạ😀".encode("utf-16-be"), "UTF-8", "ạ😀"),
        ("KB".encode("utf-16-be"), "", "KB"),
        ("TrÎn".encode("latin-1"), "ISO-8859-1", "TrÎn"),
        (b"a\x00b.vn", "UTF-8", "a@b.vn"),
        (b"KB", "no-such-charset", "KB"),
        (b"", "UTF-8", ""),
    ],
)
def test_bytes_are_believed_more_than_their_label(raw, charset, text):
    assert decode(raw, charset) == text


@pytest.mark.parametrize(
    "raw", [bytes.fromhex("0605040b8423f025060403ae81eaaf8d"), bytes(range(1, 9)), b"\x89PNG\r\n\x1a\n\xff\xfe\xfd\xfc"]
)
def test_what_was_never_text_is_refused(raw):
    with pytest.raises(Malformed, match="binary_text"):
        decode(raw)


@pytest.mark.parametrize("charset", ["\0", "no such", "utf-8\0", "é", "idna", "hex"])
def test_a_charset_that_is_none_is_read_as_utf8(charset):
    assert decode("sốt".encode(), charset) == "sốt"


@given(st.binary())
def test_any_bytes_give_text_or_a_code(raw):
    with contextlib.suppress(Malformed):
        assert isinstance(clean(decode(raw)), str)


def test_raw_parameters_are_undecoded_bytes():
    query = "from=1&text=a%00%D8+b%2B&text=2&blank="
    assert raw_parameter(query, "text") == b"a\x00\xd8 b+"
    assert raw_parameter(query, "blank") == b""
    assert raw_parameter(query, "to") is None
