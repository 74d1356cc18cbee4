"""Venue codes: eight digits, the last a check digit, none starting with 0 (it would read as a telephone number)."""

from __future__ import annotations

import re

from backend.forms.damm import check_digit, checks
from backend.forms.folding import tidy

LENGTH = 8
_BETWEEN = re.compile(r"[\s.\-/]+")
FIRST, LAST = 10 ** (LENGTH - 2), 10 ** (LENGTH - 1) - 1  # the numbers a code can stand for


def make(number: int) -> str:
    """The code of a number from FIRST to LAST; ValueError outside."""
    if not FIRST <= number <= LAST:
        raise ValueError(f"a venue number is {FIRST} to {LAST}")
    return f"{number}{check_digit(str(number))}"


def normalise(text: str) -> str:
    """The code without what people put between its digits ("1023-4567", "10 23 45 67")."""
    return _BETWEEN.sub("", tidy(text))


def valid(code: str) -> bool:
    """Whether it is a well-formed code; says nothing of whether the venue exists."""
    return len(code) == LENGTH and code[0] != "0" and checks(code)


def near(code: str) -> list[str]:
    """The valid codes that differ from eight digits by one of them, or by two swapped neighbours; sorted."""
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        return []
    changed = {code[:at] + digit + code[at + 1 :] for at in range(LENGTH) for digit in "0123456789"}
    swapped = {code[:at] + code[at + 1] + code[at] + code[at + 2 :] for at in range(LENGTH - 1)}
    return sorted(one for one in (changed | swapped) - {code} if valid(one))
