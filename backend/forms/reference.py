"""Reference codes of declarations: nine random digits and a check digit, for any keypad.

Random, so that a code says nothing of the person, the time or the other declarations; never starting
with 0, so that it is not taken for a telephone number.
"""

from __future__ import annotations

import re

from backend.forms.damm import check_digit, checks
from backend.forms.folding import tidy

RANDOM_BYTES = 8
_DIGITS = 9
LENGTH = _DIGITS + 1
_BETWEEN = re.compile(r"[\s.\-]+")


def make(random_bytes: bytes) -> str:
    """A code from at least RANDOM_BYTES bytes of a cryptographic source; ValueError for fewer.

    900 million codes: the store's unique key notices the rare repetition, and the caller draws again.
    """
    if len(random_bytes) < RANDOM_BYTES:
        raise ValueError(f"{RANDOM_BYTES} random bytes are needed")
    number = 10 ** (_DIGITS - 1) + int.from_bytes(random_bytes, "big") % (9 * 10 ** (_DIGITS - 1))
    return f"{number}{check_digit(str(number))}"


def normalise(text: str) -> str:
    """The code without spaces, dots and hyphens."""
    return _BETWEEN.sub("", tidy(text))


def valid(code: str) -> bool:
    """Whether it is a well-formed code; says nothing of whether the declaration exists."""
    return len(code) == LENGTH and code[0] != "0" and checks(code)


def grouped(code: str) -> str:
    """As shown to people: "1234567890" -> "1234 567 890"."""
    return f"{code[:-6]} {code[-6:-3]} {code[-3:]}"
