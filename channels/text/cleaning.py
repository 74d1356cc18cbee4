"""What a phone sent, made readable: bytes to text, and text to plain NFC."""

from __future__ import annotations

import codecs
import unicodedata
from urllib.parse import unquote_to_bytes

from channels.contract import Malformed

TEXT_LIMIT = 4000
"""Characters of one incoming text; the longest concatenated SMS a phone writes is far below."""

_QUOTES = {"‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"'}
_DASHES = dict.fromkeys("‐‑‒–—―−", "-")
_BREAKS = dict.fromkeys("\r\u2028\u2029\x85\v\f", "\n")
_LOOKALIKES = {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "…": "..."}  # eth and African d stand in for the Vietnamese one
_WIDE = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {"、": ",", "。": "."}  # of East Asia
_SINGLE = str.maketrans({**_QUOTES, **_DASHES, **_LOOKALIKES, **_BREAKS, **_WIDE, "\t": " "})
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")  # controls, zero-width and direction marks, surrogates, unassigned
_CHARSETS = {"UCS-2": "utf-16-be", "UCS2": "utf-16-be", "UTF-16": "utf-16-be", "GSM": "utf-8", "": "utf-8"}


def clean(text: str) -> str:
    """NFC text with plain spaces, digits, quotes, dashes and line ends, without anything invisible."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text.strip()
    text = text.replace("\r\n", "\n").translate(_SINGLE).translate(_PLAIN)
    return unicodedata.normalize("NFC", text).strip()


def _plain(letter: str) -> str:
    if letter == "\n":
        return letter
    category = unicodedata.category(letter)
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    return "" if category in _INVISIBLE else letter


class _Plain(dict[int, str]):
    """`_plain` for str.translate; what was found out about a letter is kept, for the letters people here write."""

    def __missing__(self, code: int) -> str:
        found = _plain(chr(code))
        if code < _KEPT:
            self[code] = found
        return found


_KEPT = 0x3000
_PLAIN = _Plain()


def incoming(text: str) -> str:
    """A clean incoming text; raises Malformed when it is longer than any phone writes."""
    cleaned = clean(text)
    if len(cleaned) > TEXT_LIMIT:
        raise Malformed("text_too_long")
    return cleaned


def decode(raw: bytes, charset: str = "UTF-8") -> str:
    """The text in `raw`, believing the bytes more than the label.

    UTF-16 labelled as UTF-8 is recognised; a lone zero byte is GSM's "@" that nobody translated.
    Raises Malformed("binary_text") for what was never text (settings, WAP push, pictures).
    """
    encoding = _utf16(raw) or _CHARSETS.get(charset.strip().upper(), charset.strip())
    text = _decoded(raw, encoding).replace("\0", "@")
    if _looks_binary(text):
        raise Malformed("binary_text")
    return text


def raw_parameter(query: str, name: str) -> bytes | None:
    """The undecoded value of the first `name` in a raw query, None when it is missing."""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if unquote_to_bytes(key.replace("+", " ")) == name.encode():
            return unquote_to_bytes(value.replace("+", " "))
    return None


def _utf16(raw: bytes) -> str | None:
    """The UTF-16 flavour of bytes that cannot be anything else, else None."""
    if raw.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        return "utf-16"
    if len(raw) < 2 or len(raw) % 2:
        return None
    for encoding, high in (("utf-16-be", raw[0::2]), ("utf-16-le", raw[1::2])):
        mostly_latin = 2 * high.count(0) >= len(high) or not _is_utf8(raw)
        if mostly_latin and all(byte in _HIGH_BYTES for byte in high):
            return encoding
    return None


# Rows of Unicode where Latin, its Vietnamese extensions, combining marks, punctuation and surrogates live.
_HIGH_BYTES = frozenset((0x00, 0x01, 0x03, 0x1E, 0x20, *range(0xD8, 0xE0)))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except (ValueError, LookupError):  # octets it cannot be, a name of no encoding or one with a zero in it
        return raw.decode("utf-8", "replace")


def _looks_binary(text: str) -> bool:
    """A fifth of unreadable characters is more than a transmission error leaves in a text."""
    bad = sum(letter == "\ufffd" or (letter < " " and not letter.isspace()) for letter in text)
    return bad * 5 > len(text)
