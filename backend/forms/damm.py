"""Check digits after Damm (2004): one wrong digit, or two swapped neighbours, are always noticed."""

from __future__ import annotations

# The totally anti-symmetric quasigroup of order 10 from H. Michael Damm's thesis, table for base 10.
_TABLE = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_digit(digits: str) -> str:
    """The digit to append to a string of ASCII digits."""
    state = 0
    for digit in digits:
        state = _TABLE[state][int(digit)]
    return str(state)


def checks(digits: str) -> bool:
    """Whether a string of ASCII digits ends with its check digit."""
    return digits.isascii() and digits.isdigit() and check_digit(digits) == "0"
